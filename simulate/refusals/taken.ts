import type { Inputs } from "../thing";

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
