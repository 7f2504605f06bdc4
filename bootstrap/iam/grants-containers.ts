import { arn, everything, type Grant, named, own, type Scope } from "./grant";
import { of } from "./need";

const logGroups = (scope: Scope): readonly string[] =>
  scope.stacks.flatMap((stack) =>
    arn(
      "logs",
      `log-group:/ecs/${scope.project}/${stack}/*`,
      `log-group:/aws/vendedlogs/apis/${scope.project}-${stack}`,
      `log-group:/aws/vendedlogs/apis/${scope.project}-${stack}:*`,
    )(scope),
  );

export const containers: Grant[] = [
  {
    sid: "ReadContainers",
    actions: [
      ...of("ecs", "DescribeTaskDefinition"),
      ...of("ecr", "GetAuthorizationToken"),
      ...of("logs", "DescribeLogGroups", "DescribeResourcePolicies"),
      ...of("application-autoscaling", "DescribeScalableTargets", "DescribeScalingPolicies"),
      "cloudwatch:DescribeAlarms",
      "sts:GetCallerIdentity",
    ],
    on: everything,
  },
  {
    sid: "Cluster",
    actions: of(
      "ecs",
      "CreateCluster",
      "DeleteCluster",
      "DescribeClusters",
      "PutClusterCapacityProviders",
      "UpdateCluster",
      "CreateService",
      "DeleteService",
      "DescribeServices",
      "UpdateService",
      "DescribeServiceDeployments",
      "DescribeServiceRevisions",
      "ListServiceDeployments",
      "DescribeTasks",
      "RegisterTaskDefinition",
      "ListTagsForResource",
      "TagResource",
      "UntagResource",
    ),
    on: named(
      "ecs",
      "cluster/{}",
      "service/{}/*",
      "service-deployment/{}/*",
      "service-revision/{}/*",
      "task/{}/*",
      "task-definition/{}-*",
    ),
  },
  {
    sid: "ListTasks",
    actions: of("ecs", "ListTasks"),
    on: everything,
    when: (scope) => ({ ArnLike: { "ecs:cluster": named("ecs", "cluster/{}")(scope) } }),
  },
  {
    sid: "CreateRepositories",
    actions: of("ecr", "CreateRepository"),
    on: arn("ecr", "repository/*"),
    when: ({ project, stacks }) => ({
      StringEquals: { "aws:RequestTag/Project": project },
      StringLike: { "aws:RequestTag/Stack": stacks },
    }),
  },
  {
    // Creating with tags asks for this on a repository that has none yet.
    sid: "TagRepositories",
    actions: of("ecr", "TagResource"),
    on: arn("ecr", "repository/*"),
    when: ({ project, stacks }) => ({
      StringEquals: { "aws:RequestTag/Project": project },
      StringLike: { "aws:RequestTag/Stack": stacks },
    }),
  },
  {
    sid: "OwnRepositories",
    actions: of(
      "ecr",
      "BatchCheckLayerAvailability",
      "BatchGetImage",
      "CompleteLayerUpload",
      "DeleteLifecyclePolicy",
      "DeleteRepository",
      "DescribeRepositories",
      "GetDownloadUrlForLayer",
      "GetLifecyclePolicy",
      "InitiateLayerUpload",
      "ListTagsForResource",
      "PutImage",
      "PutImageScanningConfiguration",
      "PutImageTagMutability",
      "PutLifecyclePolicy",
      "UntagResource",
      "UploadLayerPart",
    ),
    on: arn("ecr", "repository/*"),
    when: own,
  },
  {
    sid: "Logs",
    actions: of(
      "logs",
      "CreateLogGroup",
      "DeleteLogGroup",
      "DeleteRetentionPolicy",
      "GetLogEvents",
      "ListTagsForResource",
      "PutRetentionPolicy",
      "TagResource",
      "UntagResource",
    ),
    on: logGroups,
  },
  {
    sid: "Scaling",
    actions: of(
      "application-autoscaling",
      "DeleteScalingPolicy",
      "DeregisterScalableTarget",
      "ListTagsForResource",
      "PutScalingPolicy",
      "RegisterScalableTarget",
      "TagResource",
      "UntagResource",
    ),
    on: arn("application-autoscaling", "scalable-target/*"),
  },
  {
    sid: "ScalingAlarms",
    actions: ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"],
    on: named("cloudwatch", "alarm:TargetTracking-service/{}/*"),
  },
];
