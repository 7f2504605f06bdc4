/**
 * How a thing that AWS may have is found again from what it was to be made of: a row for every type of this program. Parents
 * stand before their children. The ids are those that `pulumi import` takes:
 * https://www.pulumi.com/registry/packages/aws/api-docs/ (Import, at the end of each type's page).
 */
import type { Item } from "../aws/cli";

export type Inputs = Readonly<Record<string, unknown>>;

/** Its id follows from its inputs, and stands below a parent of this stack: nobody else can have made it. */
export interface Named {
  how: "named";
  id: (inputs: Inputs) => string;
}

/** It carries the stack's tags. */
export interface Tagged {
  how: "tagged";
  /** Its ARN without partition, Region and account; the group is what `is` and `id` get. */
  arn: RegExp;
  /** Whether it is the one, beyond its tags. Left out: the tags tell. */
  is?: (inputs: Inputs, found: string) => boolean;
  /** Left out: what the ARN's group holds. */
  id?: (found: string, arn: string, inputs: Inputs) => string;
}

/** Its parent, or AWS for its name, lists it. */
export interface Listed {
  how: "listed";
  /** The AWS CLI's command. */
  ask: (inputs: Inputs) => readonly string[];
  items: (answer: Item) => readonly Item[];
  /** Whether it is the one: what is compared is of this stack alone, or `tags` proves whose it is. */
  is: (inputs: Inputs, item: Item) => boolean;
  id: (inputs: Inputs, item: Item) => string;
  /** For what others may have made too: the command whose answer has its tags, nothing where the item has them. */
  tags?: (item: Item) => readonly string[] | undefined;
}

/** Nothing is looked for: it is made again without harm. */
export interface Again {
  how: "again";
  because: string;
}

export type Way = Named | Tagged | Listed | Again;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const object = (value: unknown): Item => (typeof value === "object" && value !== null ? (value as Item) : {});
const list = (value: unknown): readonly Item[] => (Array.isArray(value) ? (value as Item[]) : []);
const last = (path: unknown): string => text(path).split("/").at(-1)!;

/** What is not set is the same as what is empty. */
const alike = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);
function canonical(value: unknown): string {
  const entries = Object.entries(object(value)).filter(([, each]) => each !== undefined && each !== null);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const named = (...properties: string[]): Named => ({
  how: "named",
  id: (inputs) => properties.map((property) => text(inputs[property])).join("/"),
});

/** Of EC2, whose ids are in the ARNs. */
const ofEc2 = (kind: string): Tagged => ({ how: "tagged", arn: new RegExp(`^ec2:${kind}/([^/]+)$`) });

/** Known by its name, which is the end of its ARN. */
const byName = (arn: RegExp, property = "name"): Tagged => ({
  how: "tagged",
  arn,
  is: (inputs, found) => inputs[property] === found,
});

const ofApi = (command: string, id: string, is: (inputs: Inputs, item: Item) => boolean): Listed => ({
  how: "listed",
  ask: ({ apiId }) => ["apigatewayv2", command, "--api-id", text(apiId)],
  items: ({ Items }) => list(Items),
  is,
  id: ({ apiId }, item) => `${text(apiId)}/${text(item[id])}`,
});

const ruleOf = (egress: boolean): Listed => ({
  how: "listed",
  ask: ({ securityGroupId }) => [
    ...["ec2", "describe-security-group-rules", "--filters"],
    `Name=group-id,Values=${text(securityGroupId)}`,
  ],
  items: ({ SecurityGroupRules }) => list(SecurityGroupRules),
  is: (inputs, item) =>
    item.IsEgress === egress &&
    text(item.IpProtocol) === text(inputs.ipProtocol) &&
    // AWS has -1 where every port is meant, and the provider nothing.
    ["fromPort", "toPort"].every((port) => (item[capital(port)] ?? -1) === (inputs[port] ?? -1)) &&
    ["cidrIpv4", "cidrIpv6", "prefixListId"].every(
      (property) => text(item[capital(property)]) === text(inputs[property]),
    ) &&
    text(object(item.ReferencedGroupInfo).GroupId) === text(inputs.referencedSecurityGroupId),
  id: (_, item) => text(item.SecurityGroupRuleId),
  tags: () => undefined,
});
const capital = (name: string): string => name[0]!.toUpperCase() + name.slice(1);

const queueUrl = (found: string, arn: string): string => {
  const [, partition, , region, account] = arn.split(":");
  return `https://sqs.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}/${account}/${found}`;
};

const namespaceOf = ({ dnsConfig, namespaceId }: Inputs): string =>
  text(object(dnsConfig).namespaceId) || text(namespaceId);

const ways: Readonly<Record<string, Way>> = {
  "aws:ec2/vpc:Vpc": ofEc2("vpc"),
  "aws:ec2/internetGateway:InternetGateway": ofEc2("internet-gateway"),
  "aws:ec2/subnet:Subnet": ofEc2("subnet"),
  "aws:ec2/routeTable:RouteTable": ofEc2("route-table"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": named("subnetId", "routeTableId"),
  "aws:ec2/eip:Eip": ofEc2("elastic-ip"),
  "aws:ec2/natGateway:NatGateway": ofEc2("natgateway"),
  "aws:ec2/route:Route": {
    how: "named",
    id: ({ routeTableId, destinationCidrBlock }) => `${text(routeTableId)}_${text(destinationCidrBlock)}`,
  },
  "aws:ec2/securityGroup:SecurityGroup": ofEc2("security-group"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    how: "listed",
    ask: ({ vpcId }) => [
      ...["ec2", "describe-security-groups", "--filters"],
      ...[`Name=vpc-id,Values=${text(vpcId)}`, "Name=group-name,Values=default"],
    ],
    items: ({ SecurityGroups }) => list(SecurityGroups),
    is: ({ vpcId }, item) => item.VpcId === vpcId,
    id: (_, item) => text(item.GroupId),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ruleOf(false),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ruleOf(true),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ofEc2("vpc-endpoint"),
  "aws:cloudwatch/logGroup:LogGroup": byName(/^logs:log-group:(.+?)(?::\*)?$/),
  "aws:ecr/repository:Repository": byName(/^ecr:repository\/(.+)$/),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": named("repository"),
  "docker:index/image:Image": { how: "again", because: "the same image is pushed once more" },
  "aws:iam/role:Role": {
    // Resource Groups does not list roles.
    how: "listed",
    ask: ({ name }) => ["iam", "get-role", "--role-name", text(name)],
    items: ({ Role }) => [object(Role)],
    is: ({ name }, item) => item.RoleName === name,
    id: (_, item) => text(item.RoleName),
    tags: () => undefined,
  },
  "aws:iam/rolePolicy:RolePolicy": {
    how: "named",
    id: ({ role, name }) => `${text(role)}:${text(name)}`,
  },
  "aws:ecs/cluster:Cluster": byName(/^ecs:cluster\/(.+)$/),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": named("clusterName"),
  "aws:ecs/taskDefinition:TaskDefinition": {
    how: "again",
    because: "a revision that no service uses costs nothing, and revisions stay anyway",
  },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    how: "listed",
    ask: ({ name }) => [
      ...["servicediscovery", "list-namespaces", "--filters"],
      ...[`Name=NAME,Values=${text(name)},Condition=EQ`],
    ],
    items: ({ Namespaces }) => list(Namespaces),
    is: ({ name }, item) => item.Name === name && item.Type === "DNS_PRIVATE",
    id: ({ vpc }, item) => `${text(item.Id)}:${text(vpc)}`,
    tags: ({ Arn }) => ["servicediscovery", "list-tags-for-resource", "--resource-arn", text(Arn)],
  },
  "aws:servicediscovery/service:Service": {
    how: "listed",
    ask: (inputs) => [
      ...["servicediscovery", "list-services", "--filters"],
      ...[`Name=NAMESPACE_ID,Values=${namespaceOf(inputs)},Condition=EQ`],
    ],
    items: ({ Services }) => list(Services),
    is: ({ name }, item) => item.Name === name,
    id: (_, item) => text(item.Id),
    tags: ({ Arn }) => ["servicediscovery", "list-tags-for-resource", "--resource-arn", text(Arn)],
  },
  "aws:ecs/service:Service": {
    how: "tagged",
    arn: /^ecs:service\/([^/]+\/[^/]+)$/,
    is: ({ cluster, name }, found) => found === `${last(cluster)}/${text(name)}`,
  },
  "aws:appautoscaling/target:Target": named("serviceNamespace", "resourceId", "scalableDimension"),
  "aws:appautoscaling/policy:Policy": named("serviceNamespace", "resourceId", "scalableDimension", "name"),
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    how: "again",
    because: "the same action is set once more, under the same name",
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": byName(/^cloudwatch:alarm:(.+)$/),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": byName(/^cloudwatch:alarm:(.+)$/, "alarmName"),
  "aws:cloudwatch/dashboard:Dashboard": named("dashboardName"),
  "aws:cloudwatch/eventRule:EventRule": byName(/^events:rule\/([^/]+)$/),
  "aws:sns/topic:Topic": { ...byName(/^sns:([^:]+)$/), id: (_found: string, arn: string) => arn },
  "aws:sns/topicSubscription:TopicSubscription": {
    how: "listed",
    ask: ({ topic }) => ["sns", "list-subscriptions-by-topic", "--topic-arn", text(topic)],
    items: ({ Subscriptions }) => list(Subscriptions),
    // One that nobody has confirmed has no ARN to import it by; asked for again, it is the same.
    is: ({ protocol, endpoint }, item) =>
      item.Protocol === protocol &&
      item.Endpoint === endpoint &&
      text(item.SubscriptionArn).startsWith("arn:"),
    id: (_, item) => text(item.SubscriptionArn),
  },
  "aws:sqs/queue:Queue": { ...byName(/^sqs:([^:]+)$/), id: queueUrl },
  "aws:scheduler/scheduleGroup:ScheduleGroup": byName(/^scheduler:schedule-group\/(.+)$/),
  "aws:scheduler/schedule:Schedule": named("groupName", "name"),
  "aws:apigatewayv2/api:Api": { how: "tagged", arn: /^apigateway:\/apis\/([^/]+)$/ },
  "aws:apigatewayv2/vpcLink:VpcLink": { how: "tagged", arn: /^apigateway:\/vpclinks\/([^/]+)$/ },
  "aws:apigatewayv2/authorizer:Authorizer": ofApi(
    "get-authorizers",
    "AuthorizerId",
    // Of an API that stacks share each has its own names: api.ts (nameOf).
    (inputs, item) => item.Name === inputs.name && item.AuthorizerType === inputs.authorizerType,
  ),
  "aws:lambda/permission:Permission": {
    how: "listed",
    ask: (inputs) => [
      ...["lambda", "get-policy", "--function-name", text(inputs.function)],
      ...(text(inputs.qualifier) === "" ? [] : ["--qualifier", text(inputs.qualifier)]),
    ],
    items: ({ Policy }) => (Policy === undefined ? [] : list(object(JSON.parse(text(Policy))).Statement)),
    // Stacks that share an API may share the function too. Pulumi names each statement before it asks for it:
    // https://github.com/pulumi/pulumi-aws/blob/master/provider/resources.go (aws_lambda_permission)
    is: ({ sourceArn, statementId }, { Condition, Sid }) =>
      (statementId === undefined || Sid === statementId) &&
      Object.values(object(Condition)).some((operator) =>
        Object.values(object(operator)).includes(sourceArn),
      ),
    id: (inputs, { Sid }) =>
      `${text(inputs.function)}${text(inputs.qualifier) === "" ? "" : `:${text(inputs.qualifier)}`}/${text(Sid)}`,
  },
  "aws:apigatewayv2/integration:Integration": ofApi(
    "get-integrations",
    "IntegrationId",
    (inputs, item) =>
      // The Cloud Map service behind it is this stack's own.
      item.IntegrationUri === inputs.integrationUri &&
      alike(item.RequestParameters, inputs.requestParameters),
  ),
  "aws:apigatewayv2/route:Route": ofApi(
    "get-routes",
    "RouteId",
    // Another stack's route has another integration.
    (inputs, item) => item.RouteKey === inputs.routeKey && item.Target === inputs.target,
  ),
  "aws:apigatewayv2/deployment:Deployment": {
    how: "again",
    because: "a deployment that no stage uses costs nothing, and ends with its API",
  },
  "aws:apigatewayv2/stage:Stage": named("apiId", "name"),
  "aws:acm/certificate:Certificate": { how: "tagged", arn: /^acm:(certificate\/.+)$/, id: (_, arn) => arn },
  "aws:acm/certificateValidation:CertificateValidation": {
    how: "again",
    because: "it is nothing at AWS but a wait",
  },
  "aws:apigatewayv2/domainName:DomainName": byName(/^apigateway:\/domainnames\/([^/]+)$/, "domainName"),
  "aws:apigatewayv2/apiMapping:ApiMapping": {
    how: "listed",
    ask: ({ domainName }) => ["apigatewayv2", "get-api-mappings", "--domain-name", text(domainName)],
    items: ({ Items }) => list(Items),
    is: (inputs, item) =>
      item.ApiId === inputs.apiId &&
      item.Stage === inputs.stage &&
      text(item.ApiMappingKey) === text(inputs.apiMappingKey),
    id: ({ domainName }, item) => `${text(item.ApiMappingId)}/${text(domainName)}`,
  },
  "aws:route53/record:Record": {
    how: "listed",
    ask: ({ zoneId, name, type }) => [
      ...["route53", "list-resource-record-sets", "--hosted-zone-id", text(zoneId)],
      ...["--start-record-name", text(name), "--start-record-type", text(type), "--max-items", "1"],
    ],
    items: ({ ResourceRecordSets }) => list(ResourceRecordSets),
    // A record that leads elsewhere is another's.
    is: (inputs, item) =>
      dotless(item.Name) === dotless(inputs.name) &&
      item.Type === inputs.type &&
      dotless(object(item.AliasTarget).DNSName) === dotless(list(inputs.aliases)[0]?.name) &&
      alike(
        list(item.ResourceRecords).map(({ Value }) => Value),
        inputs.records,
      ),
    // As the provider has it: ACM writes the name of its proof with a dot at the end.
    id: ({ zoneId, name, type }) => `${text(zoneId)}_${dotless(name)}_${text(type)}`,
  },
};

const dotless = (name: unknown): string => text(name).replace(/\.$/, "").toLowerCase();

/** How it is found; nothing where that is not known. */
export const wayOf = (type: string): Way | undefined => (Object.hasOwn(ways, type) ? ways[type] : undefined);

/** All types that have a row, parents first. */
export const knownTypes: readonly string[] = Object.keys(ways);

/** An ARN without what all of a stack's have in common: `ec2:vpc/vpc-1`. */
export const withoutPlace = (arn: string): string => {
  const [, , service, , , ...resource] = arn.split(":");
  return `${service}:${resource.join(":")}`;
};
