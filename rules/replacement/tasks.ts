import { Inputs, keysChanged, Replacements, rows } from "./schema";

const isEmpty = (value: unknown): boolean => !Array.isArray(value) || value.length === 0;

/** Images, and the tasks that run them: ECS, its scaling and Cloud Map. */
export const tasks: Replacements = {
  "aws:appautoscaling/policy:Policy": rows(
    "appautoscaling/policy.go",
    ["name", "resourceId", "scalableDimension", "serviceNamespace"],
    ["policyType", "stepScalingPolicyConfiguration", "targetTrackingScalingPolicyConfiguration"],
  ),
  "aws:appautoscaling/scheduledAction:ScheduledAction": rows(
    "appautoscaling/scheduled_action.go",
    ["name", "resourceId", "scalableDimension", "serviceNamespace"],
    ["scalableTargetAction", "schedule", "timezone"],
  ),
  "aws:appautoscaling/target:Target": rows(
    "appautoscaling/target.go",
    ["resourceId", "scalableDimension", "serviceNamespace"],
    ["maxCapacity", "minCapacity", "tags"],
  ),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": rows("ecr/lifecycle_policy.go", ["policy", "repository"], []),
  "aws:ecr/repository:Repository": rows(
    "ecr/repository.go",
    ["encryptionConfigurations", "name"],
    ["forceDelete", "imageScanningConfiguration", "imageTagMutability", "tags"],
  ),
  "aws:ecs/cluster:Cluster": rows("ecs/cluster.go", ["name"], ["configuration", "settings", "tags"]),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": rows(
    "ecs/cluster_capacity_providers.go",
    ["clusterName"],
    ["capacityProviders", "defaultCapacityProviderStrategies"],
  ),
  "aws:ecs/service:Service": rows(
    "ecs/service.go",
    ["cluster", "name"],
    [
      "availabilityZoneRebalancing",
      "deploymentCircuitBreaker",
      "deploymentMaximumPercent",
      "deploymentMinimumHealthyPercent",
      "desiredCount",
      "enableEcsManagedTags",
      "enableExecuteCommand",
      "forceNewDeployment",
      "networkConfiguration",
      "platformVersion",
      "propagateTags",
      "serviceRegistries",
      "tags",
      "taskDefinition",
      "triggers",
      "waitForSteadyState",
    ],
    {
      // capacityProviderStrategyCustomizeDiff
      capacityProviderStrategies: {
        replaces: "without forceNewDeployment, or where one of the two strategies is empty",
        when: (before: unknown, after: unknown, { forceNewDeployment }: Inputs) =>
          forceNewDeployment !== true || isEmpty(before) !== isEmpty(after),
      },
    },
  ),
  "aws:ecs/taskDefinition:TaskDefinition": rows(
    "ecs/task_definition.go",
    [
      "containerDefinitions",
      "cpu",
      "executionRoleArn",
      "family",
      "memory",
      "networkMode",
      "requiresCompatibilities",
      "runtimePlatform",
      "taskRoleArn",
      "volumes",
      "ephemeralStorage",
    ],
    ["skipDestroy", "tags"],
  ),
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": rows(
    "servicediscovery/private_dns_namespace.go",
    ["name", "vpc"],
    ["description", "tags"],
  ),
  "aws:servicediscovery/service:Service": rows(
    "servicediscovery/service.go",
    ["healthCheckCustomConfig", "name", "namespaceId"],
    ["description", "forceDestroy", "tags"],
    {
      dnsConfig: {
        replaces: "its namespace, its routing policy and the type of its records",
        when: keysChanged("namespaceId", "routingPolicy", "type"),
      },
    },
  ),
  "docker:index/image:Image": {
    source: "https://github.com/pulumi/pulumi-docker/blob/master/provider/hybrid.go",
    inputs: {
      build: "in place",
      buildOnPreview: "in place",
      imageName: "in place",
      registry: "in place",
      skipPush: "in place",
    },
  },
};
