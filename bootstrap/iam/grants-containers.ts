import {
  arn,
  type Condition,
  everything,
  type Grant,
  named,
  namedShared,
  own,
  ownFromNobody,
  ownStill,
  ownTags,
  type Scope,
} from "./grant";
import { of } from "./need";

/** Of the tasks. */
export const taskLogs = (scope: Scope): readonly string[] =>
  scope.stacks.flatMap((stack) => arn("logs", `log-group:/ecs/${scope.project}/${stack}/*`)(scope));
const logGroups = (scope: Scope): readonly string[] => [
  ...taskLogs(scope),
  ...named("logs", "log-group:/aws/vendedlogs/apis/{}", "log-group:/aws/vendedlogs/apis/{}:*")(scope),
];

/** In the cluster of these stacks, or of one that they share. */
export const inUsedCluster = (scope: Scope): Condition => ({
  ArnLike: {
    "ecs:cluster": [...named("ecs", "cluster/{}")(scope), ...namedShared("ecs", "cluster/{}")(scope)],
  },
});

export const ownDefinitions = named("ecs", "task-definition/{}-*");
/**
 * A service runs with the roles that its task definition names, and nobody is asked again whether they may be handed on: of
 * others' definitions it would be others' roles. An update that changes something else names none.
 */
export const ofOwnDefinitions = (scope: Scope): Condition => ({
  ArnLikeIfExists: { "ecs:task-definition": ownDefinitions(scope) },
});

export const containers: Grant[] = [
  {
    sid: "ReadContainers",
    actions: [
      ...of("ecs", "DescribeTaskDefinition"),
      ...of("ecr", "GetAuthorizationToken"),
      ...of("logs", "DescribeLogGroups", "DescribeResourcePolicies"),
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
      "DeleteService",
      "DescribeServices",
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
    sid: "Services",
    actions: of("ecs", "CreateService", "UpdateService"),
    on: named("ecs", "service/{}/*"),
    when: ofOwnDefinitions,
  },
  {
    sid: "ListTasks",
    actions: of("ecs", "ListTasks"),
    on: everything,
    when: inUsedCluster,
  },
  {
    sid: "CreateRepositories",
    actions: of("ecr", "CreateRepository"),
    on: arn("ecr", "repository/*"),
    when: ownTags,
  },
  {
    // Creating with tags asks for this on a repository that has none yet: https://github.com/estahn/k8s-image-swapper/issues/416
    sid: "TagNewRepositories",
    actions: of("ecr", "TagResource"),
    on: arn("ecr", "repository/*"),
    when: ownFromNobody,
  },
  {
    sid: "TagOwnRepositories",
    actions: of("ecr", "TagResource"),
    on: arn("ecr", "repository/*"),
    when: ownStill,
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
];
