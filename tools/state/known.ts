/**
 * What the state of a stack of this program may hold. A type that the program gives up stays here, since stacks that are not
 * yet updated still have it.
 */

/** Components: Pulumi's engine only groups by them. */
export const components: readonly string[] = [
  "pulumi:pulumi:Stack",
  "awsx:ec2:Vpc",
  "fargate-app:api:HttpApi",
  "fargate-app:cluster:Cluster",
  "fargate-app:domain:Domain",
  "fargate-app:image:Image",
  "fargate-app:jobs:Job",
  "fargate-app:jobs:Jobs",
  "fargate-app:monitoring:Dashboard",
  "fargate-app:monitoring:Monitoring",
  "fargate-app:network:Network",
  "fargate-app:service:FargateService",
];

/** Resources: for each Pulumi's engine calls a provider. */
export const resources: readonly string[] = [
  "aws:acm/certificate:Certificate",
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/apiMapping:ApiMapping",
  "aws:apigatewayv2/authorizer:Authorizer",
  "aws:apigatewayv2/deployment:Deployment",
  "aws:apigatewayv2/domainName:DomainName",
  "aws:apigatewayv2/integration:Integration",
  "aws:apigatewayv2/route:Route",
  "aws:apigatewayv2/stage:Stage",
  "aws:apigatewayv2/vpcLink:VpcLink",
  "aws:appautoscaling/policy:Policy",
  "aws:appautoscaling/scheduledAction:ScheduledAction",
  "aws:appautoscaling/target:Target",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/eip:Eip",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/route:Route",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecr/repository:Repository",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:ecs/service:Service",
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:lambda/permission:Permission",
  "aws:route53/record:Record",
  "aws:scheduler/schedule:Schedule",
  "aws:scheduler/scheduleGroup:ScheduleGroup",
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
  "aws:servicediscovery/service:Service",
  "aws:sns/topic:Topic",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:sqs/queue:Queue",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "docker:index/image:Image",
];

/** Another stack's outputs; read by the engine itself. */
export const stackReference = "pulumi:pulumi:StackReference";

/** Packages whose provider is a plugin: a program that the engine downloads by name and version, and runs. */
export const plugins = ["aws", "awsx", "docker"] as const;
export type Plugin = (typeof plugins)[number];

/**
 * Inputs of a provider that cannot make it run or read anything on this machine, or send anything elsewhere than to AWS. The
 * others can: `sshOpts` of docker holds a command, `sharedConfigFiles` of aws names a file that may (`credential_process`),
 * `endpoints` and `webIdentityTokenFile` together send a file away. Those are taken from main's own configuration alone.
 */
export const harmlessInputs: Readonly<Record<string, readonly string[]>> = {
  aws: [
    "allowedAccountIds",
    "defaultTags",
    "forbiddenAccountIds",
    "ignoreTags",
    "maxRetries",
    "region",
    "retryMode",
    "s3UsEast1RegionalEndpoint",
    "s3UsePathStyle",
    "skipCredentialsValidation",
    "skipMetadataApiCheck",
    "skipRegionValidation",
    "skipRequestingAccountId",
    "stsRegion",
    "tokenBucketRateLimiterCapacity",
    "useDualstackEndpoint",
    "useFipsEndpoint",
  ],
  awsx: [],
  docker: [],
  pulumi: [],
};

/**
 * Fields of Pulumi's state, for a field that is not known here may be read by the engine as anything: it takes keys in
 * whichever case. https://github.com/pulumi/pulumi/blob/v3.265.0/sdk/go/common/apitype/core.go
 */
export const fields = {
  export: ["version", "features", "deployment"],
  deployment: ["manifest", "secrets_providers", "resources", "pending_operations", "metadata"],
  operation: ["resource", "type"],
  resource: [
    "additionalSecretOutputs",
    "aliases",
    "created",
    "custom",
    "customTimeouts",
    "delete",
    "deletedWith",
    "dependencies",
    "external",
    "hideDiff",
    "id",
    "ignoreChanges",
    "importID",
    "initErrors",
    "inputs",
    "modified",
    "outputs",
    "parent",
    "pendingReplacement",
    "propertyDependencies",
    "protect",
    "provider",
    "refreshBeforeUpdate",
    "replaceOnChanges",
    "replaceWith",
    "replacementTrigger",
    "retainOnDelete",
    "sourcePosition",
    "stackTrace",
    "taint",
    "type",
    "urn",
  ],
} as const;

/** Of these the engine runs nothing that the state brings along, unlike `hooks` and `snippets-prototype`. */
export const features: readonly string[] = ["refreshBeforeUpdate", "replaceWith", "taint"];
