/**
 * What AWS refuses because of what there is already. Under mocks nothing is ever there before; the tests under Pulumi's real
 * engine make, change and delete in its order, and meet these.
 */

type Inputs = Readonly<Record<string, unknown>>;

/** What no two resources of a type have in common. */
export interface Unique {
  /** Keys that a resource takes, each of which another may hold already; none where it takes none. */
  keys: (inputs: Inputs) => string[];
  /** AWS's words. */
  refusal: string;
  source: string;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
const by =
  (...properties: string[]) =>
  (inputs: Inputs): string[] => [
    properties.map((property) => JSON.stringify(inputs[property] ?? "")).join(" "),
  ];

const rule: Unique = {
  keys: by(
    "securityGroupId",
    "ipProtocol",
    "fromPort",
    "toPort",
    "cidrIpv4",
    "cidrIpv6",
    "prefixListId",
    "referencedSecurityGroupId",
  ),
  refusal: "InvalidPermission.Duplicate: the specified rule already exists",
  source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
};

export const uniques: Readonly<Record<string, Unique>> = {
  "aws:apigatewayv2/stage:Stage": {
    keys: by("apiId", "name"),
    refusal: "ConflictException: Stage already exists",
    source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html",
  },
  "aws:apigatewayv2/route:Route": {
    keys: by("apiId", "routeKey"),
    refusal: "ConflictException: Route with key already exists for this API",
    source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html",
  },
  "aws:apigatewayv2/authorizer:Authorizer": {
    keys: by("apiId", "name"),
    refusal: "BadRequestException: Authorizer name must be unique",
    source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html",
  },
  "aws:apigatewayv2/apiMapping:ApiMapping": {
    keys: by("domainName", "apiMappingKey"),
    refusal: "ConflictException: ApiMapping key already exists for this domain name",
    source:
      "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname-apimappings.html",
  },
  "aws:apigatewayv2/domainName:DomainName": {
    keys: by("domainName"),
    refusal: "BadRequestException: The domain name you provided already exists",
    source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames.html",
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    keys: by("name"),
    refusal: "ResourceAlreadyExistsException: The specified log group already exists",
    source:
      "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html#API_CreateLogGroup_Errors",
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    keys: by("vpcId", "name"),
    refusal: "InvalidGroup.Duplicate: The security group already exists for VPC",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule,
  "aws:ec2/subnet:Subnet": {
    keys: by("vpcId", "cidrBlock"),
    refusal: "InvalidSubnet.Conflict: The CIDR conflicts with another subnet",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
  },
  "aws:ec2/route:Route": {
    keys: by("routeTableId", "destinationCidrBlock"),
    refusal: "RouteAlreadyExists: The route identified by that CIDR already exists",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    keys: by("subnetId"),
    refusal: "Resource.AlreadyAssociated: the specified association conflicts with an existing association",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    keys: ({ vpcId, serviceName, privateDnsEnabled, routeTableIds }) => [
      ...(privateDnsEnabled === true ? [`dns ${text(vpcId)} ${text(serviceName)}`] : []),
      ...list(routeTableIds).map((table) => `route ${table} ${text(serviceName)}`),
    ],
    refusal:
      "InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain, or RouteAlreadyExists: route table already has a route with destination-prefix-list-id",
    source: "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
  },
  "aws:ecr/repository:Repository": {
    keys: by("name"),
    refusal: "RepositoryAlreadyExistsException: The repository already exists in the registry",
    source:
      "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html#API_CreateRepository_Errors",
  },
  "aws:ecs/service:Service": {
    keys: by("cluster", "name"),
    refusal: "InvalidParameterException: Creation of service was not idempotent",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
  },
  "aws:iam/role:Role": {
    keys: by("name"),
    refusal: "EntityAlreadyExists: Role with this name already exists",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html#API_CreateRole_Errors",
  },
  "aws:lambda/permission:Permission": {
    // Left out, the provider makes a new one up. A version and an alias have policies of their own.
    keys: ({ function: of, qualifier, statementId }) =>
      statementId === undefined ? [] : [`${text(of)} ${text(qualifier)} ${text(statementId)}`],
    refusal: "ResourceConflictException: The statement id provided already exists",
    source: "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html#API_AddPermission_Errors",
  },
  "aws:route53/record:Record": {
    keys: ({ allowOverwrite, zoneId, name, type }) =>
      allowOverwrite === true ? [] : [`${text(zoneId)} ${text(name)} ${text(type)}`],
    refusal: "InvalidChangeBatch: Tried to create resource record set but it already exists",
    source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html",
  },
  "aws:scheduler/schedule:Schedule": {
    keys: by("groupName", "name"),
    refusal: "ConflictException: Schedule already exists",
    source:
      "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html#API_CreateSchedule_Errors",
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    keys: by("name"),
    refusal: "ConflictException: Schedule group already exists",
    source:
      "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html#API_CreateScheduleGroup_Errors",
  },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    keys: by("vpc", "name"),
    refusal:
      "ConflictingDomainExists: The VPC has been associated with another hosted zone with the same domain name",
    source:
      "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html#API_CreatePrivateDnsNamespace_Errors",
  },
  "aws:servicediscovery/service:Service": {
    keys: ({ dnsConfig, namespaceId, name }) => {
      const namespace = text(namespaceId) || text((dnsConfig as Inputs | undefined)?.namespaceId);
      return [`${namespace} ${text(name)}`];
    },
    refusal:
      "ServiceAlreadyExists: The service can't be created because a service with the same name already exists",
    source:
      "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html#API_CreateService_Errors",
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    keys: by("name"),
    // PutMetricAlarm would overwrite it; the provider looks before it does.
    refusal: "creating: CloudWatch metric alarm already exists",
    source:
      "https://github.com/hashicorp/terraform-provider-aws/blob/055611a654738da73e7b1e2b5d2b7672c6d4d531/internal/service/cloudwatch/metric_alarm.go",
  },
  "aws:sqs/queue:Queue": {
    keys: by("name"),
    refusal:
      "QueueNameExists: A queue already exists with the same name and a different value for attribute(s)",
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html#API_CreateQueue_Errors",
  },
};

/** What is set on something: a second create says the same once more, or something else, and makes no second thing. */
export const puts: Readonly<Record<string, { keys: (inputs: Inputs) => string[]; source: string }>> = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    keys: by("vpcId"),
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    keys: by("repository"),
    source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html",
  },
  "aws:iam/rolePolicy:RolePolicy": {
    keys: by("role", "name"),
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html",
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
    keys: by("clusterName"),
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html",
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    keys: by("alarmName"),
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    keys: by("dashboardName"),
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html",
  },
  "aws:cloudwatch/eventRule:EventRule": {
    keys: by("name"),
    source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
  },
  "aws:sns/topic:Topic": {
    keys: by("name"),
    source: "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html",
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    keys: by("topic", "protocol", "endpoint"),
    source: "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
  },
  "aws:appautoscaling/target:Target": {
    keys: by("serviceNamespace", "resourceId", "scalableDimension"),
    source:
      "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html",
  },
  "aws:appautoscaling/policy:Policy": {
    keys: by("serviceNamespace", "resourceId", "scalableDimension", "name"),
    source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html",
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    keys: by("serviceNamespace", "resourceId", "scalableDimension", "name"),
    source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html",
  },
  "aws:route53/record:Record": {
    keys: ({ allowOverwrite, zoneId, name, type }) =>
      allowOverwrite === true ? [`${text(zoneId)} ${text(name)} ${text(type)}`] : [],
    source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html",
  },
};

/** Changes in place that are refused. */
export const refusedUpdates: Readonly<
  Record<string, { when: (before: Inputs, after: Inputs) => boolean; refusal: string; source: string }>
> = {
  "aws:ecs/service:Service": {
    when: (before, after) =>
      after.forceNewDeployment !== true &&
      JSON.stringify(before.capacityProviderStrategies) !== JSON.stringify(after.capacityProviderStrategies),
    refusal: "force_new_deployment should be true when capacity_provider_strategy is being updated",
    source: "https://github.com/hashicorp/terraform-provider-aws/pull/43533",
  },
};

/** A resource of `of` is not deleted while one of `type` names it in `property`. */
export interface InUse {
  of: string;
  by: string;
  property: string;
  /** Left out: always. */
  unless?: (used: Inputs) => boolean;
  refusal: string;
  source: string;
}

const ec2Errors = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";
const dependency = (of: string, uses: [type: string, property: string][]): InUse[] =>
  uses.map(([type, property]) => ({
    of,
    by: type,
    property,
    refusal: "DependencyViolation: resource has a dependent object",
    source: ec2Errors,
  }));

/**
 * What AWS refuses only for a while is not among them, because the provider tries until it is over: a group or a subnet whose
 * interfaces are being removed, an internet gateway while addresses are mapped (hashicorp/terraform#497), a certificate that a
 * domain has just left, an authorizer whose route has just let it go (a ConflictException for 30 minutes: authorizer.go), the instances of a Cloud Map service with `forceDestroy`, the name of an ECS service that drains
 * (spinnaker/spinnaker#5476; the provider's deletion waits for INACTIVE, hashicorp/terraform-provider-aws#17548). What it does
 * not wait for is refused here at once, which is never kinder than AWS.
 */
export const inUse: readonly InUse[] = [
  {
    of: "aws:apigatewayv2/integration:Integration",
    by: "aws:apigatewayv2/route:Route",
    property: "target",
    refusal: "ConflictException: Cannot delete Integration, it is referenced by a route",
    source:
      "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid.html",
  },
  {
    of: "aws:apigatewayv2/authorizer:Authorizer",
    by: "aws:apigatewayv2/route:Route",
    property: "authorizerId",
    refusal: "ConflictException: Cannot delete authorizer, it is referenced by a route",
    source:
      "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html",
  },
  {
    of: "aws:apigatewayv2/deployment:Deployment",
    by: "aws:apigatewayv2/stage:Stage",
    property: "deploymentId",
    refusal: "BadRequestException: Active stages pointing to this deployment must be moved or deleted",
    source:
      "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments-deploymentid.html",
  },
  {
    of: "aws:apigatewayv2/api:Api",
    by: "aws:apigatewayv2/apiMapping:ApiMapping",
    property: "apiId",
    refusal:
      "BadRequestException: Deleting API failed. Please remove all API mappings for the API from your custom domain names",
    source: "https://github.com/gruntwork-io/cloud-nuke/issues/370",
  },
  {
    of: "aws:apigatewayv2/stage:Stage",
    by: "aws:apigatewayv2/apiMapping:ApiMapping",
    property: "stage",
    refusal: "BadRequestException: Deleting stage failed. Please remove all mappings related to the stage",
    source: "https://github.com/terraform-aws-modules/terraform-aws-apigateway-v2/issues/83",
  },
  {
    of: "aws:apigatewayv2/vpcLink:VpcLink",
    by: "aws:apigatewayv2/integration:Integration",
    property: "connectionId",
    refusal: "BadRequestException: Cannot delete vpc link, it is referenced by an integration",
    source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks-vpclinkid.html",
  },
  {
    of: "aws:acm/certificate:Certificate",
    by: "aws:apigatewayv2/domainName:DomainName",
    property: "domainNameConfiguration",
    refusal:
      "ResourceInUseException: The certificate is in use by another AWS service in the caller's account",
    source:
      "https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html#API_DeleteCertificate_Errors",
  },
  {
    of: "aws:ecs/cluster:Cluster",
    by: "aws:ecs/service:Service",
    property: "cluster",
    refusal: "ClusterContainsServicesException: The cluster cannot be deleted while services are active",
    source:
      "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html#API_DeleteCluster_Errors",
  },
  {
    of: "aws:iam/role:Role",
    by: "aws:iam/rolePolicy:RolePolicy",
    property: "role",
    refusal: "DeleteConflict: Cannot delete entity, must delete policies first",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
  },
  {
    of: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
    by: "aws:servicediscovery/service:Service",
    property: "dnsConfig",
    refusal: "ResourceInUse: The namespace has services",
    source:
      "https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteNamespace.html#API_DeleteNamespace_Errors",
  },
  {
    of: "aws:servicediscovery/service:Service",
    by: "aws:ecs/service:Service",
    property: "serviceRegistries",
    // The provider deregisters the instances before it deletes the service.
    unless: ({ forceDestroy }) => forceDestroy === true,
    refusal: "ResourceInUse: Service contains registered instances",
    source:
      "https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteService.html#API_DeleteService_Errors",
  },
  {
    of: "aws:ecr/repository:Repository",
    by: "docker:index/image:Image",
    property: "imageName",
    unless: ({ forceDelete }) => forceDelete === true,
    refusal: "RepositoryNotEmptyException: The repository cannot be deleted because it still contains images",
    source:
      "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html#API_DeleteRepository_Errors",
  },
  ...dependency("aws:ec2/securityGroup:SecurityGroup", [
    ["aws:apigatewayv2/vpcLink:VpcLink", "securityGroupIds"],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"],
    ["aws:ecs/service:Service", "networkConfiguration"],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "referencedSecurityGroupId"],
    ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "referencedSecurityGroupId"],
  ]),
  ...dependency("aws:ec2/subnet:Subnet", [
    ["aws:apigatewayv2/vpcLink:VpcLink", "subnetIds"],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds"],
    ["aws:ecs/service:Service", "networkConfiguration"],
    ["aws:ec2/natGateway:NatGateway", "subnetId"],
  ]),
  ...dependency("aws:ec2/routeTable:RouteTable", [
    ["aws:ec2/routeTableAssociation:RouteTableAssociation", "routeTableId"],
  ]),
  ...dependency("aws:ec2/vpc:Vpc", [
    ["aws:ec2/subnet:Subnet", "vpcId"],
    ["aws:ec2/internetGateway:InternetGateway", "vpcId"],
    ["aws:ec2/routeTable:RouteTable", "vpcId"],
    ["aws:ec2/securityGroup:SecurityGroup", "vpcId"],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId"],
  ]),
  {
    of: "aws:ec2/eip:Eip",
    by: "aws:ec2/natGateway:NatGateway",
    property: "allocationId",
    refusal: "InvalidIPAddress.InUse: the address is in use",
    source: ec2Errors,
  },
];

/** What AWS takes away together with the thing that `property` names. */
export const goesWith: readonly { type: string; property: string }[] = [
  { type: "aws:apigatewayv2/route:Route", property: "apiId" },
  { type: "aws:apigatewayv2/integration:Integration", property: "apiId" },
  { type: "aws:apigatewayv2/authorizer:Authorizer", property: "apiId" },
  { type: "aws:apigatewayv2/stage:Stage", property: "apiId" },
  { type: "aws:apigatewayv2/deployment:Deployment", property: "apiId" },
  { type: "aws:ecr/lifecyclePolicy:LifecyclePolicy", property: "repository" },
  { type: "docker:index/image:Image", property: "imageName" },
  { type: "aws:sns/topicSubscription:TopicSubscription", property: "topic" },
  { type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", property: "securityGroupId" },
  { type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", property: "securityGroupId" },
  { type: "aws:ec2/route:Route", property: "routeTableId" },
  { type: "aws:appautoscaling/policy:Policy", property: "resourceId" },
];
