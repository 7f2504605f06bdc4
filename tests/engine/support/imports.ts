import type { Cloud } from "../../../simulate/cloud";
import type { Thing } from "../../../simulate/thing";

/**
 * What the provider takes for an id where it was told nothing but that, as at an import: it reads the parent and the thing
 * out of it. https://www.pulumi.com/registry/packages/aws/api-docs/, the Import section of each type's page. The pretended
 * account's ids stand in the places of AWS's.
 */
type Id = (thing: Thing) => string;

const under =
  (parent: string): Id =>
  ({ id, inputs }) =>
    `${String(inputs[parent])}/${id}`;
const of =
  (separator: string, ...properties: string[]): Id =>
  ({ inputs }) =>
    properties.map((property) => String(inputs[property])).join(separator);
const name: Id = ({ inputs, outputs }) => String(inputs.name ?? outputs.name);
const arn: Id = ({ outputs }) => String(outputs.arn);
const itself: Id = ({ id }) => id;

const ids: Readonly<Record<string, Id>> = {
  "aws:acm/certificate:Certificate": arn,
  "aws:apigatewayv2/api:Api": itself,
  "aws:apigatewayv2/apiMapping:ApiMapping": ({ id, inputs }) => `${id}/${String(inputs.domainName)}`,
  "aws:apigatewayv2/authorizer:Authorizer": under("apiId"),
  "aws:apigatewayv2/deployment:Deployment": under("apiId"),
  "aws:apigatewayv2/domainName:DomainName": of("", "domainName"),
  "aws:apigatewayv2/integration:Integration": under("apiId"),
  "aws:apigatewayv2/route:Route": under("apiId"),
  "aws:apigatewayv2/stage:Stage": of("/", "apiId", "name"),
  "aws:apigatewayv2/vpcLink:VpcLink": itself,
  "aws:appautoscaling/policy:Policy": of("/", "serviceNamespace", "resourceId", "scalableDimension", "name"),
  "aws:appautoscaling/target:Target": of("/", "serviceNamespace", "resourceId", "scalableDimension"),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": of("", "alarmName"),
  "aws:cloudwatch/dashboard:Dashboard": of("", "dashboardName"),
  "aws:cloudwatch/eventRule:EventRule": name,
  "aws:cloudwatch/logGroup:LogGroup": name,
  "aws:cloudwatch/metricAlarm:MetricAlarm": name,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": itself,
  "aws:ec2/eip:Eip": itself,
  "aws:ec2/internetGateway:InternetGateway": itself,
  "aws:ec2/natGateway:NatGateway": itself,
  "aws:ec2/routeTable:RouteTable": itself,
  "aws:ec2/securityGroup:SecurityGroup": itself,
  "aws:ec2/subnet:Subnet": itself,
  "aws:ec2/vpc:Vpc": itself,
  "aws:ec2/vpcEndpoint:VpcEndpoint": itself,
  "aws:ec2/route:Route": of("_", "routeTableId", "destinationCidrBlock"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": of("/", "subnetId", "routeTableId"),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": of("", "repository"),
  "aws:ecr/repository:Repository": name,
  "aws:ecs/cluster:Cluster": name,
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": of("", "clusterName"),
  "aws:ecs/service:Service": ({ inputs }) =>
    `${String(inputs.cluster).split("/").pop()}/${String(inputs.name)}`,
  "aws:iam/role:Role": name,
  "aws:iam/rolePolicy:RolePolicy": of(":", "role", "name"),
  "aws:lambda/permission:Permission": ({ id, inputs }) => {
    const [lambda, qualifier] = [inputs.function, inputs.qualifier].map((part) => part as string | undefined);
    return `${lambda}${qualifier === undefined ? "" : `:${qualifier}`}/${id}`;
  },
  "aws:route53/record:Record": ({ inputs: { zoneId, name: of, type } }) =>
    [zoneId, String(of).replace(/\.$/, "").toLowerCase(), type].join("_"),
  "aws:scheduler/schedule:Schedule": of("/", "groupName", "name"),
  "aws:scheduler/scheduleGroup:ScheduleGroup": name,
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": ({ id, inputs }) =>
    `${id}:${String(inputs.vpc)}`,
  "aws:servicediscovery/service:Service": itself,
  "aws:sns/topic:Topic": arn,
  "aws:sns/topicSubscription:TopicSubscription": arn,
  "aws:sqs/queue:Queue": (thing) => {
    const [, , , region, account] = String(thing.outputs.arn).split(":");
    return `https://sqs.${region}.amazonaws.com/${account}/${name(thing)}`;
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": itself,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": itself,
};

/** What can be imported here. */
export const importable: readonly string[] = Object.keys(ids);

/** The thing that an import of this id brings. */
export const imported = (cloud: Cloud, type: string, id: string): Thing | undefined =>
  cloud.all.find((thing) => thing.type === type && ids[type]?.(thing) === id);
