import { at, keysChanged, pull, read, Replacements } from "./schema";

/** Images, and the tasks that run them: ECS, its scaling and Cloud Map. */
export const tasks: Replacements = {
  "aws:appautoscaling/policy:Policy": read(
    at("048320e88399c508ae6481be5d8ef6fd6f71a9f6", "appautoscaling/policy.go"),
    {
      replaces: {
        name: "name",
        resourceId: "resource_id",
        scalableDimension: "scalable_dimension",
        serviceNamespace: "service_namespace",
      },
      inPlace: {
        policyType: "policy_type",
        stepScalingPolicyConfiguration: "step_scaling_policy_configuration",
        targetTrackingScalingPolicyConfiguration: "target_tracking_scaling_policy_configuration",
      },
    },
  ),
  "aws:appautoscaling/scheduledAction:ScheduledAction": read(
    at("048320e88399c508ae6481be5d8ef6fd6f71a9f6", "appautoscaling/scheduled_action.go"),
    {
      replaces: {
        name: "name",
        resourceId: "resource_id",
        scalableDimension: "scalable_dimension",
        serviceNamespace: "service_namespace",
      },
      inPlace: {
        scalableTargetAction: "scalable_target_action",
        schedule: "schedule",
        timezone: "timezone",
      },
    },
  ),
  "aws:appautoscaling/target:Target": read(
    at("0105d2191ae7e43ba37ba011b916843eddf361ed", "appautoscaling/target.go"),
    {
      replaces: {
        resourceId: "names.AttrResourceID",
        scalableDimension: "scalable_dimension",
        serviceNamespace: "service_namespace",
      },
      inPlace: { maxCapacity: "max_capacity", minCapacity: "min_capacity", tags: "names.AttrTags" },
    },
  ),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": read(
    at("00a35305dc1b297a6fcdecdfbba33f1e63c3da39", "ecr/lifecycle_policy.go"),
    { replaces: { policy: "names.AttrPolicy", repository: "repository" } },
  ),
  "aws:ecr/repository:Repository": read(at("0072eea2d6046230a1fb7717741c17fd2122175e", "ecr/repository.go"), {
    replaces: { encryptionConfigurations: "encryption_configuration", name: "name" },
    inPlace: {
      forceDelete: "force_delete",
      imageScanningConfiguration: "image_scanning_configuration",
      imageTagMutability: "image_tag_mutability",
      tags: "tags",
    },
  }),
  "aws:ecs/cluster:Cluster": read(at("00a35305dc1b297a6fcdecdfbba33f1e63c3da39", "ecs/cluster.go"), {
    replaces: { name: "names.AttrName" },
    inPlace: { configuration: "names.AttrConfiguration", settings: "setting", tags: "names.AttrTags" },
  }),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": read(
    at("0619e62a2f25aefdfc36b5c74a98d9f6dcc6d794", "ecs/cluster_capacity_providers.go"),
    {
      replaces: { clusterName: "cluster_name" },
      inPlace: {
        capacityProviders: "capacity_providers",
        defaultCapacityProviderStrategies: "default_capacity_provider_strategy",
      },
    },
  ),
  "aws:ecs/service:Service": read(at("00a919d1548eb437816d4838f320502ad34183ff", "ecs/service.go"), {
    replaces: { cluster: "cluster", name: "names.AttrName" },
    inPlace: {
      alarms: "alarms",
      availabilityZoneRebalancing: "availability_zone_rebalancing",
      capacityProviderStrategies: "names.AttrCapacityProviderStrategy",
      deploymentCircuitBreaker: "deployment_circuit_breaker",
      deploymentMaximumPercent: "deployment_maximum_percent",
      deploymentMinimumHealthyPercent: "deployment_minimum_healthy_percent",
      desiredCount: "desired_count",
      enableEcsManagedTags: "enable_ecs_managed_tags",
      enableExecuteCommand: "enable_execute_command",
      forceNewDeployment: "force_new_deployment",
      networkConfiguration: "names.AttrNetworkConfiguration",
      platformVersion: "platform_version",
      propagateTags: "names.AttrPropagateTags",
      serviceRegistries: "service_registries",
      tags: "names.AttrTags",
      taskDefinition: "task_definition",
      triggers: "names.AttrTriggers",
      waitForSteadyState: "wait_for_steady_state",
    },
    later: {
      availabilityZoneRebalancing: at("v5.77.0", "ecs/service.go"),
      // It replaced before. Since then capacityProviderStrategyCustomizeDiff refuses a change without forceNewDeployment.
      capacityProviderStrategies: pull(43533),
    },
  }),
  "aws:ecs/taskDefinition:TaskDefinition": read(
    at("04fc21d56d73cb67a9bbef2aedcffe8fbfd07286", "ecs/task_definition.go"),
    {
      replaces: {
        containerDefinitions: "container_definitions",
        cpu: "cpu",
        ephemeralStorage: "ephemeral_storage",
        executionRoleArn: "execution_role_arn",
        family: "family",
        memory: "memory",
        networkMode: "network_mode",
        requiresCompatibilities: "requires_compatibilities",
        runtimePlatform: "runtime_platform",
        taskRoleArn: "task_role_arn",
        volumes: "volume",
      },
      inPlace: { skipDestroy: "skip_destroy", tags: "tags" },
    },
  ),
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": read(
    at("00a35305dc1b297a6fcdecdfbba33f1e63c3da39", "servicediscovery/private_dns_namespace.go"),
    {
      replaces: { name: "names.AttrName", vpc: "vpc" },
      inPlace: { description: "names.AttrDescription", tags: "names.AttrTags" },
    },
  ),
  "aws:servicediscovery/service:Service": read(
    at("034cebb6d5e3536ed380e869dcf9227a29bb8a15", "servicediscovery/service.go"),
    {
      replaces: {
        healthCheckCustomConfig: "health_check_custom_config",
        name: "names.AttrName",
        namespaceId: "namespace_id",
      },
      inPlace: {
        description: "names.AttrDescription",
        forceDestroy: "names.AttrForceDestroy",
        tags: "names.AttrTags",
      },
      rules: {
        dnsConfig: [
          "dns_config",
          {
            replaces: "its namespace, its routing policy and the type of its records",
            when: keysChanged("namespaceId", "routingPolicy", "type"),
          },
        ],
      },
    },
  ),
  // Not Terraform's: diffUpdates in Diff, which has no replacement.
  "docker:index/image:Image": read(
    "https://github.com/pulumi/pulumi-docker/blob/c38417856daecc753deee12634ad959e8ad7a1e4/provider/provider.go",
    {
      inPlace: {
        build: "diffUpdates",
        buildOnPreview: "diffUpdates",
        imageName: "diffUpdates",
        registry: "diffUpdates",
        skipPush: "diffUpdates",
      },
    },
  ),
};
