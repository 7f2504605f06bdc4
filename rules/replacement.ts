/**
 * What a change of an input does to a resource: updates it in place, or makes a new one. A row for every input that the
 * program or awsx sets; an input without a row is an error, so that nothing is classified by silence.
 *
 * The evidence is the upstream provider's schema, in which `ForceNew` (or a plan modifier `RequiresReplace`) marks what
 * replaces: https://github.com/hashicorp/terraform-provider-aws, in the file that each type names below internal/service.
 */

/** `in place`, `replaces`, or a rule for a change of which only a part replaces. */
export type Change = "in place" | "replaces" | Rule;

export interface Rule {
  /** For people: which part replaces. */
  replaces: string;
  /** Whether a change replaces; the values are those of the input, the resource all of its inputs. */
  when: (before: unknown, after: unknown, resource: Inputs) => boolean;
}

export interface Replacement {
  /** Where the provider says so. */
  source: string;
  inputs: Readonly<Record<string, Change>>;
}

type Inputs = Readonly<Record<string, unknown>>;

/**
 * The commits at which a file's schema was read attribute by attribute, and marks with `ForceNew` just what `replaces` below
 * (an input in snake case is its attribute; `volumes` is `volume`). The other rows were taken from the same files, whose links
 * lead to the newest version.
 */
const readAt: Readonly<Record<string, string>> = {
  "apigatewayv2/api_mapping.go": "0576a14249ed15cfe6fd3c42417782b845e8a12b",
  "apigatewayv2/authorizer.go": "01f431114674c27cf790fafb67ac274bf8f765e1",
  "apigatewayv2/deployment.go": "0576a14249ed15cfe6fd3c42417782b845e8a12b",
  "apigatewayv2/domain_name.go": "00a35305dc1b297a6fcdecdfbba33f1e63c3da39",
  "apigatewayv2/integration.go": "03412d530417901a6e5360333350b8d3c802cece",
  "apigatewayv2/route.go": "00a35305dc1b297a6fcdecdfbba33f1e63c3da39",
  "apigatewayv2/stage.go": "02f6d2d9fb6028a483e4c2b92d7e2432ff0b9127",
  "apigatewayv2/vpc_link.go": "050ac11163cab8cdae5936a7f40b0e528ff780df",
  "ecs/service.go": "00a919d1548eb437816d4838f320502ad34183ff",
  "ecs/task_definition.go": "04fc21d56d73cb67a9bbef2aedcffe8fbfd07286",
  "servicediscovery/private_dns_namespace.go": "00a35305dc1b297a6fcdecdfbba33f1e63c3da39",
  "servicediscovery/service.go": "034cebb6d5e3536ed380e869dcf9227a29bb8a15",
};

const service = (file: string): string =>
  `https://github.com/hashicorp/terraform-provider-aws/blob/${readAt[file] ?? "main"}/internal/service/${file}`;

const rows = (
  file: string,
  replaces: readonly string[],
  inPlace: readonly string[],
  rules = {},
): Replacement => ({
  source: service(file),
  inputs: {
    ...Object.fromEntries(replaces.map((input) => [input, "replaces" as const])),
    ...Object.fromEntries(inPlace.map((input) => [input, "in place" as const])),
    ...rules,
  },
});

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

/** Whether a value under one of these keys changed, anywhere within. */
const keysChanged =
  (...keys: string[]) =>
  (before: unknown, after: unknown): boolean =>
    keys.some((key) => differ(collect(before, key), collect(after, key)));
function collect(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((inner: unknown) => collect(inner, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as Inputs).flatMap(([name, inner]) =>
    name === key ? [inner] : collect(inner, key),
  );
}

/** A rule keeps its kind of source: sourceAttributeName in ModifyPlan. */
const source: Rule = {
  replaces: "a change to or from another kind of source",
  when: (before, after) => before === undefined || after === undefined,
};
const securityGroupRule = (file: string): Replacement =>
  rows(file, ["securityGroupId"], ["description", "fromPort", "ipProtocol", "tags", "toPort"], {
    cidrIpv4: source,
    cidrIpv6: source,
    prefixListId: source,
    referencedSecurityGroupId: source,
  });

export const replacements: Readonly<Record<string, Replacement>> = {
  "aws:acm/certificate:Certificate": rows("acm/certificate.go", ["domainName", "validationMethod"], ["tags"]),
  "aws:acm/certificateValidation:CertificateValidation": rows(
    "acm/certificate_validation.go",
    ["certificateArn", "validationRecordFqdns"],
    [],
  ),
  "aws:apigatewayv2/api:Api": rows(
    "apigatewayv2/api.go",
    ["protocolType"],
    ["corsConfiguration", "description", "disableExecuteApiEndpoint", "name", "tags"],
  ),
  "aws:apigatewayv2/apiMapping:ApiMapping": rows(
    "apigatewayv2/api_mapping.go",
    ["apiId", "domainName"],
    ["apiMappingKey", "stage"],
  ),
  "aws:apigatewayv2/authorizer:Authorizer": rows(
    "apigatewayv2/authorizer.go",
    ["apiId"],
    [
      "authorizerPayloadFormatVersion",
      "authorizerResultTtlInSeconds",
      "authorizerType",
      "authorizerUri",
      "enableSimpleResponses",
      "identitySources",
      "jwtConfiguration",
      "name",
    ],
  ),
  "aws:apigatewayv2/deployment:Deployment": rows(
    "apigatewayv2/deployment.go",
    ["apiId", "triggers"],
    ["description"],
  ),
  "aws:apigatewayv2/domainName:DomainName": rows(
    "apigatewayv2/domain_name.go",
    ["domainName"],
    ["domainNameConfiguration", "mutualTlsAuthentication", "tags"],
  ),
  "aws:apigatewayv2/integration:Integration": rows(
    "apigatewayv2/integration.go",
    ["apiId", "integrationType"],
    [
      "connectionId",
      "connectionType",
      "integrationMethod",
      "integrationUri",
      "payloadFormatVersion",
      "requestParameters",
      "timeoutMilliseconds",
    ],
  ),
  "aws:apigatewayv2/route:Route": rows(
    "apigatewayv2/route.go",
    ["apiId"],
    ["authorizationScopes", "authorizationType", "authorizerId", "routeKey", "target"],
  ),
  "aws:apigatewayv2/stage:Stage": rows(
    "apigatewayv2/stage.go",
    ["apiId", "name"],
    ["accessLogSettings", "autoDeploy", "defaultRouteSettings", "deploymentId", "routeSettings", "tags"],
  ),
  "aws:apigatewayv2/vpcLink:VpcLink": rows(
    "apigatewayv2/vpc_link.go",
    ["securityGroupIds", "subnetIds"],
    ["name", "tags"],
  ),
  "aws:appautoscaling/policy:Policy": rows(
    "appautoscaling/policy.go",
    ["name", "resourceId", "scalableDimension", "serviceNamespace"],
    ["policyType", "targetTrackingScalingPolicyConfiguration"],
  ),
  "aws:appautoscaling/target:Target": rows(
    "appautoscaling/target.go",
    ["resourceId", "scalableDimension", "serviceNamespace"],
    ["maxCapacity", "minCapacity", "tags"],
  ),
  "aws:cloudwatch/logGroup:LogGroup": rows("logs/group.go", ["name"], ["retentionInDays", "tags"]),
  "aws:ec2/eip:Eip": rows("ec2/ec2_eip.go", [], ["tags"]),
  "aws:ec2/internetGateway:InternetGateway": rows("ec2/vpc_internet_gateway.go", [], ["tags", "vpcId"]),
  "aws:ec2/natGateway:NatGateway": rows("ec2/vpc_nat_gateway.go", ["allocationId", "subnetId"], ["tags"]),
  "aws:ec2/route:Route": rows(
    "ec2/vpc_route.go",
    ["destinationCidrBlock", "routeTableId"],
    ["gatewayId", "natGatewayId"],
  ),
  "aws:ec2/routeTable:RouteTable": rows("ec2/vpc_route_table.go", ["vpcId"], ["tags"]),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": rows(
    "ec2/vpc_route_table_association.go",
    ["subnetId"],
    ["routeTableId"],
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": rows(
    "ec2/vpc_default_security_group.go",
    ["vpcId"],
    ["egress", "ingress", "tags"],
  ),
  "aws:ec2/securityGroup:SecurityGroup": rows(
    "ec2/vpc_security_group.go",
    ["description", "name", "vpcId"],
    ["tags"],
  ),
  "aws:ec2/subnet:Subnet": rows(
    "ec2/vpc_subnet.go",
    ["availabilityZone", "cidrBlock", "vpcId"],
    ["assignIpv6AddressOnCreation", "mapPublicIpOnLaunch", "tags"],
  ),
  "aws:ec2/vpc:Vpc": rows("ec2/vpc_.go", ["cidrBlock"], ["enableDnsHostnames", "enableDnsSupport", "tags"]),
  "aws:ec2/vpcEndpoint:VpcEndpoint": rows(
    "ec2/vpc_endpoint.go",
    ["serviceName", "vpcEndpointType", "vpcId"],
    ["policy", "routeTableIds", "securityGroupIds", "subnetIds", "tags"],
    {
      privateDnsEnabled: {
        replaces: "of all but interface endpoints",
        when: (_before: unknown, _after: unknown, { vpcEndpointType }: Inputs) =>
          vpcEndpointType !== "Interface",
      },
    },
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
  "aws:iam/role:Role": rows(
    "iam/role.go",
    ["name", "path"],
    ["assumeRolePolicy", "description", "permissionsBoundary", "tags"],
  ),
  "aws:iam/rolePolicy:RolePolicy": rows("iam/role_policy.go", ["name", "role"], ["policy"]),
  "aws:lambda/permission:Permission": rows(
    "lambda/permission.go",
    ["action", "function", "principal", "qualifier", "sourceArn", "statementId"],
    [],
  ),
  "aws:route53/record:Record": rows(
    "route53/record.go",
    ["name", "zoneId"],
    ["aliases", "allowOverwrite", "records", "ttl", "type"],
  ),
  "aws:scheduler/schedule:Schedule": rows(
    "scheduler/schedule.go",
    ["groupName", "name"],
    ["flexibleTimeWindow", "scheduleExpression", "scheduleExpressionTimezone", "state", "target"],
  ),
  "aws:scheduler/scheduleGroup:ScheduleGroup": rows("scheduler/schedule_group.go", ["name"], ["tags"]),
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
  "aws:sqs/queue:Queue": rows(
    "sqs/queue.go",
    ["name"],
    ["messageRetentionSeconds", "sqsManagedSseEnabled", "tags"],
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(
    "ec2/vpc_security_group_egress_rule.go",
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(
    "ec2/vpc_security_group_ingress_rule.go",
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

const isEmpty = (value: unknown): boolean => !Array.isArray(value) || value.length === 0;

/** Inputs of a resource that have no row here; all of them where its type has none. */
export function unclassified(type: string, inputs: Inputs): string[] {
  const known = replacements[type]?.inputs ?? {};
  return Object.keys(inputs).filter((input) => !Object.hasOwn(known, input));
}

/**
 * Whether a change of one input replaces the resource.
 *
 * @throws Error for a type or an input that nobody has classified here
 */
export function doesReplace(
  type: string,
  input: string,
  before: unknown,
  after: unknown,
  resource: Inputs,
): boolean {
  const change = replacements[type]?.inputs[input];
  if (change === undefined || unclassified(type, { [input]: after }).length > 0)
    throw new Error(
      `rules/replacement.ts does not know what a change of ${input} does to ${type}: say it there.`,
    );
  if (typeof change === "string") return change === "replaces";
  return change.when(before, after, resource);
}

/**
 * Types whose `name` Pulumi generates where it is left out. Where one is given, a replacement of the same name could not
 * exist beside what it replaces, so the provider's bridge asks for the old one to be deleted first, even if the name is what
 * changes, unless the resource's option `deleteBeforeReplace` is false.
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/schema.go (nameRequiresDeleteBeforeReplace)
 */
export const autonamed: readonly string[] = [
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/authorizer:Authorizer",
  "aws:apigatewayv2/stage:Stage",
  "aws:apigatewayv2/vpcLink:VpcLink",
  "aws:appautoscaling/policy:Policy",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ecr/repository:Repository",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/service:Service",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:scheduler/schedule:Schedule",
  "aws:scheduler/scheduleGroup:ScheduleGroup",
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
  "aws:servicediscovery/service:Service",
  "aws:sqs/queue:Queue",
];
