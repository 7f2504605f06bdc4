import { createHash } from "node:crypto";
import { account, type Inputs, text } from "./account";

/** What a type's resources have besides their inputs. `name` is the resource's name in the program. */
export type Answer = (
  name: string,
  inputs: Inputs,
  arn: (service: string, resource: string) => string,
) => Inputs;

/** Pulumi adds random letters to names that are left out. */
const autonamed = (name: string, inputs: Inputs): string => text(inputs.name) || `${name}-local`;
const withArn =
  (service: string, kind: string): Answer =>
  (name, inputs, arn) => ({ name: autonamed(name, inputs), arn: arn(service, `${kind}local-${name}`) });
const nothing: Answer = () => ({});

/** By type; see simulate/aws.ts. */
export const answers: Record<string, Answer> = {
  "aws:ec2/vpc:Vpc": nothing,
  "aws:ec2/internetGateway:InternetGateway": nothing,
  "aws:ec2/subnet:Subnet": nothing,
  "aws:ec2/routeTable:RouteTable": nothing,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": nothing,
  "aws:ec2/route:Route": nothing,
  "aws:ec2/eip:Eip": nothing,
  "aws:ec2/natGateway:NatGateway": nothing,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": (name, _, arn) => ({
    name: "default",
    arn: arn("ec2", `security-group/local-${name}`),
  }),
  "aws:ec2/securityGroup:SecurityGroup": withArn("ec2", "security-group/"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": nothing,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": nothing,
  "aws:ec2/vpcEndpoint:VpcEndpoint": (name, { vpcEndpointType }) =>
    vpcEndpointType === "Gateway" ? { prefixListId: `pl-local-${name}` } : {},
  "aws:ecr/repository:Repository": (name, inputs, arn) => {
    const repository = autonamed(name, inputs);
    const region = arn("", "").split(":")[3];
    return {
      name: repository,
      registryId: account,
      arn: arn("ecr", `repository/${repository}`),
      repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${repository}`,
    };
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": nothing,
  "docker:index/image:Image": (_, { imageName }) => ({
    repoDigest: `${text(imageName).replace(/:[^:/]*$/, "")}@sha256:${createHash("sha256").update(text(imageName)).digest("hex")}`,
  }),
  "aws:iam/role:Role": (name, inputs) => ({
    name: autonamed(name, inputs),
    arn: `arn:aws:iam::${account}:role${text(inputs.path) || "/"}${autonamed(name, inputs)}`,
  }),
  "aws:iam/rolePolicy:RolePolicy": nothing,
  "aws:cloudwatch/logGroup:LogGroup": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("logs", `log-group:${autonamed(name, inputs)}`),
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("cloudwatch", `alarm:${autonamed(name, inputs)}`),
  }),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": (_, { alarmName }, arn) => ({
    arn: arn("cloudwatch", `alarm:${text(alarmName)}`),
  }),
  // Dashboards belong to no Region: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
  "aws:cloudwatch/dashboard:Dashboard": (_, { dashboardName }, arn) => ({
    dashboardArn: arn("cloudwatch", `dashboard/${text(dashboardName)}`).replace(
      /^((?:[^:]*:){3})[^:]*/,
      "$1",
    ),
  }),
  "aws:cloudwatch/eventRule:EventRule": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("events", `rule/${autonamed(name, inputs)}`),
  }),
  "aws:sns/topic:Topic": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("sns", autonamed(name, inputs)),
  }),
  "aws:sns/topicSubscription:TopicSubscription": (name, { topic }) => ({
    arn: `${text(topic)}:local-${name}`,
    pendingConfirmation: true,
  }),
  "aws:appautoscaling/target:Target": nothing,
  "aws:appautoscaling/policy:Policy": (name, { resourceId }, arn) => ({
    arn: arn("autoscaling", `scalingPolicy:local:resource/ecs/${text(resourceId)}:policyName/${name}`),
  }),
  "aws:appautoscaling/scheduledAction:ScheduledAction": nothing,
  "aws:ecs/cluster:Cluster": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("ecs", `cluster/${autonamed(name, inputs)}`),
  }),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": nothing,
  "aws:ecs/taskDefinition:TaskDefinition": (_, { family }, arn) => ({
    revision: 1,
    arn: arn("ecs", `task-definition/${text(family)}:1`),
  }),
  "aws:ecs/service:Service": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("ecs", `service/${text(inputs.cluster).split("/").pop()}/${autonamed(name, inputs)}`),
  }),
  "aws:scheduler/scheduleGroup:ScheduleGroup": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("scheduler", `schedule-group/${autonamed(name, inputs)}`),
  }),
  "aws:scheduler/schedule:Schedule": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("scheduler", `schedule/${text(inputs.groupName)}/${autonamed(name, inputs)}`),
  }),
  "aws:sqs/queue:Queue": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("sqs", autonamed(name, inputs)),
    url: `https://sqs.${arn("", "").split(":")[3]}.amazonaws.com/${account}/${autonamed(name, inputs)}`,
  }),
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": withArn(
    "servicediscovery",
    "namespace/ns-",
  ),
  "aws:servicediscovery/service:Service": withArn("servicediscovery", "service/srv-"),
  "aws:apigatewayv2/api:Api": (name, inputs, arn) => ({
    name: autonamed(name, inputs),
    arn: arn("apigateway", `/apis/local-${name}`),
    executionArn: arn("execute-api", `local-${name}`),
    apiEndpoint: `https://local-${name}.execute-api.${arn("", "").split(":")[3]}.amazonaws.com`,
  }),
  "aws:acm/certificate:Certificate": (name, { domainName }, arn) => ({
    arn: arn("acm", `certificate/local-${name}`),
    domainValidationOptions: [
      {
        domainName,
        resourceRecordName: `_local.${text(domainName)}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_local.acm-validations.aws.",
      },
    ],
  }),
  "aws:acm/certificateValidation:CertificateValidation": nothing,
  "aws:route53/record:Record": (_, { name }) => ({ fqdn: name }),
  "aws:apigatewayv2/apiMapping:ApiMapping": nothing,
  "aws:apigatewayv2/domainName:DomainName": (_, { domainNameConfiguration }, arn) => ({
    domainNameConfiguration: {
      ...(domainNameConfiguration as Inputs),
      targetDomainName: `d-local.execute-api.${arn("", "").split(":")[3]}.amazonaws.com`,
      hostedZoneId: "ZLOCAL",
    },
  }),
  "aws:apigatewayv2/authorizer:Authorizer": nothing,
  "aws:lambda/permission:Permission": nothing,
  "aws:apigatewayv2/vpcLink:VpcLink": withArn("apigateway", "/vpclinks/"),
  "aws:apigatewayv2/integration:Integration": nothing,
  "aws:apigatewayv2/route:Route": nothing,
  "aws:apigatewayv2/deployment:Deployment": nothing,
  "aws:apigatewayv2/stage:Stage": (_, { apiId, name }, arn) => ({
    invokeUrl: `https://${text(apiId)}.execute-api.${arn("", "").split(":")[3]}.amazonaws.com/${name === "$default" ? "" : text(name)}`,
  }),
};
