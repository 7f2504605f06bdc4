import { type Needs, none, of } from "./need";

/**
 * Cloud Map makes the namespace's hosted zone in the caller's name.
 * https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-api-permissions-ref.html
 */
const hostedZone = [
  ...of("route53", "CreateHostedZone", "GetHostedZone", "ListHostedZonesByName"),
  ...of("ec2", "DescribeVpcs", "DescribeRegions"),
];

/** Application Auto Scaling keeps the alarms of target tracking in the caller's name. https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_service-with-iam.html */
const alarms = of("cloudwatch", "PutMetricAlarm", "DescribeAlarms", "DeleteAlarms");

export const containers: Readonly<Record<string, Needs>> = {
  "aws:ecr/repository:Repository": {
    like: "AWS::ECR::Repository",
    create: of("ecr", "CreateRepository", "TagResource"),
    read: of("ecr", "DescribeRepositories", "ListTagsForResource"),
    update: of(
      "ecr",
      "PutImageScanningConfiguration",
      "PutImageTagMutability",
      "TagResource",
      "UntagResource",
    ),
    delete: of("ecr", "DeleteRepository"),
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    create: of("ecr", "PutLifecyclePolicy"),
    read: of("ecr", "GetLifecyclePolicy"),
    update: of("ecr", "PutLifecyclePolicy"),
    delete: of("ecr", "DeleteLifecyclePolicy"),
  },
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
  "docker:index/image:Image": {
    create: of(
      "ecr",
      "GetAuthorizationToken",
      "BatchCheckLayerAvailability",
      "InitiateLayerUpload",
      "UploadLayerPart",
      "CompleteLayerUpload",
      "PutImage",
      "BatchGetImage",
      "GetDownloadUrlForLayer",
    ),
    read: of("ecr", "GetAuthorizationToken"),
    update: none,
    delete: none,
  },
  "aws:iam/role:Role": {
    like: "AWS::IAM::Role",
    create: of("iam", "CreateRole", "TagRole", "GetRole"),
    read: of("iam", "GetRole", "GetRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies"),
    update: of(
      "iam",
      "UpdateAssumeRolePolicy",
      "UpdateRoleDescription",
      "PutRolePermissionsBoundary",
      "TagRole",
      "UntagRole",
    ),
    // iam/role.go takes it out of instance profiles first.
    delete: of("iam", "DeleteRole", "ListInstanceProfilesForRole"),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    like: "AWS::IAM::RolePolicy",
    create: of("iam", "PutRolePolicy", "GetRolePolicy"),
    read: of("iam", "GetRolePolicy"),
    update: of("iam", "PutRolePolicy", "GetRolePolicy"),
    delete: of("iam", "DeleteRolePolicy"),
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    like: "AWS::Logs::LogGroup",
    create: of("logs", "CreateLogGroup", "PutRetentionPolicy", "TagResource"),
    read: of("logs", "DescribeLogGroups", "DescribeResourcePolicies", "ListTagsForResource"),
    update: of("logs", "PutRetentionPolicy", "DeleteRetentionPolicy", "TagResource", "UntagResource"),
    delete: of("logs", "DeleteLogGroup"),
  },
  "aws:appautoscaling/target:Target": {
    like: "AWS::ApplicationAutoScaling::ScalableTarget",
    create: [
      ...of("application-autoscaling", "RegisterScalableTarget", "TagResource"),
      ...alarms,
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/auto-scaling-IAM.html
      ...of("ecs", "DescribeServices", "UpdateService"),
      ...of("iam", "CreateServiceLinkedRole"),
    ],
    read: of("application-autoscaling", "DescribeScalableTargets", "ListTagsForResource"),
    update: of("application-autoscaling", "RegisterScalableTarget", "TagResource", "UntagResource"),
    delete: of("application-autoscaling", "DeregisterScalableTarget"),
  },
  "aws:appautoscaling/policy:Policy": {
    like: "AWS::ApplicationAutoScaling::ScalingPolicy",
    create: [...of("application-autoscaling", "PutScalingPolicy"), ...alarms],
    read: of("application-autoscaling", "DescribeScalingPolicies"),
    update: [...of("application-autoscaling", "PutScalingPolicy"), ...alarms],
    delete: [...of("application-autoscaling", "DeleteScalingPolicy"), ...alarms],
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    create: of("application-autoscaling", "PutScheduledAction"),
    read: of("application-autoscaling", "DescribeScheduledActions"),
    update: of("application-autoscaling", "PutScheduledAction"),
    delete: of("application-autoscaling", "DeleteScheduledAction"),
  },
  "aws:ecs/cluster:Cluster": {
    like: "AWS::ECS::Cluster",
    create: [...of("ecs", "CreateCluster", "TagResource"), ...of("iam", "CreateServiceLinkedRole")],
    read: of("ecs", "DescribeClusters", "ListTagsForResource"),
    update: of("ecs", "UpdateCluster", "TagResource", "UntagResource"),
    delete: of("ecs", "DeleteCluster"),
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
    like: "AWS::ECS::ClusterCapacityProviderAssociations",
    create: of("ecs", "PutClusterCapacityProviders"),
    read: of("ecs", "DescribeClusters"),
    update: of("ecs", "PutClusterCapacityProviders"),
    delete: of("ecs", "PutClusterCapacityProviders"),
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    like: "AWS::ECS::TaskDefinition",
    create: [...of("ecs", "RegisterTaskDefinition", "TagResource"), ...of("iam", "PassRole")],
    read: of("ecs", "DescribeTaskDefinition"),
    update: of("ecs", "TagResource", "UntagResource", "ListTagsForResource"),
    delete: none,
  },
  "aws:ecs/service:Service": {
    like: "AWS::ECS::Service",
    create: [...of("ecs", "CreateService", "TagResource"), ...of("iam", "PassRole")],
    read: of("ecs", "DescribeServices", "ListServiceDeployments", "DescribeServiceDeployments"),
    update: of("ecs", "UpdateService", "TagResource", "UntagResource", "ListTagsForResource"),
    // Scaled to zero first.
    delete: of("ecs", "UpdateService", "DeleteService"),
  },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    like: "AWS::ServiceDiscovery::PrivateDnsNamespace",
    create: [
      ...of("servicediscovery", "CreatePrivateDnsNamespace", "TagResource", "GetOperation"),
      ...hostedZone,
    ],
    read: of("servicediscovery", "GetNamespace", "ListTagsForResource"),
    update: [
      ...of("servicediscovery", "UpdatePrivateDnsNamespace", "GetOperation", "TagResource", "UntagResource"),
      ...of("route53", "ChangeResourceRecordSets"),
    ],
    delete: of("servicediscovery", "DeleteNamespace", "GetOperation"),
  },
  "aws:servicediscovery/service:Service": {
    like: "AWS::ServiceDiscovery::Service",
    create: of("servicediscovery", "CreateService", "TagResource"),
    read: of("servicediscovery", "GetService", "ListTagsForResource"),
    update: of("servicediscovery", "UpdateService", "GetOperation", "TagResource", "UntagResource"),
    // forceDestroy deregisters what a stopped task left behind, for which Cloud Map asks for the last three as well.
    delete: [
      ...of("servicediscovery", "DeleteService", "ListInstances", "DeregisterInstance", "GetOperation"),
      ...of("route53", "GetHealthCheck", "UpdateHealthCheck", "DeleteHealthCheck"),
    ],
  },
};
