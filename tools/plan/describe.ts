import { Resource } from "../../simulate/deployment";
import { afterUp, at, hidden, holdsUnknown, show } from "./values";

/**
 * The inputs that matter, by type: phrases in which `{input}` becomes its value, `{input|format}` what the format makes of
 * it, and `{input?words}` the words if it is true. A phrase whose input is absent is left out. The order of the types is the
 * order in which a component's resources are listed.
 */
const phrases: Readonly<Record<string, readonly string[]>> = {
  "pulumi:providers:aws": ["{region}", "default tags {defaultTags|tags}"],

  "awsx:ec2:Vpc": ["{cidrBlock} over {availabilityZoneNames}", "NAT gateways: {natGateways.strategy}"],
  "aws:ec2/vpc:Vpc": ["{cidrBlock}", "{enableDnsHostnames?DNS hostnames}"],
  "aws:ec2/internetGateway:InternetGateway": ["{vpcId}"],
  "aws:ec2/eip:Eip": [],
  "aws:ec2/natGateway:NatGateway": ["subnet {subnetId}", "address {allocationId}"],
  "aws:ec2/subnet:Subnet": ["{cidrBlock} in {availabilityZone}", "{tags.SubnetType}"],
  "aws:ec2/routeTable:RouteTable": [],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": [],
  "aws:ec2/route:Route": ["{destinationCidrBlock} {gatewayId}", "{destinationCidrBlock} {natGatewayId}"],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["without rules", "{vpcId}"],
  "aws:ec2/securityGroup:SecurityGroup": ["{description}"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    "{ipProtocol} {fromPort}{toPort|upTo}",
    "group {securityGroupId}",
    "from {referencedSecurityGroupId}",
    "from {cidrIpv4}",
    "from {prefixListId}",
  ],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
    "{ipProtocol} {fromPort}{toPort|upTo}",
    "group {securityGroupId}",
    "to {referencedSecurityGroupId}",
    "to {cidrIpv4}",
    "to {prefixListId}",
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [
    "{vpcEndpointType} {serviceName}",
    "{privateDnsEnabled?private DNS}",
    "policy {policy|actions}",
  ],

  "aws:ecs/cluster:Cluster": [
    "{name}",
    "sessions logged in {configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName}",
  ],
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ["{capacityProviders}"],
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": ["{name}", "VPC {vpc}"],
  "aws:servicediscovery/service:Service": [
    "{name}",
    "{dnsConfig.dnsRecords|records}",
    "namespace {dnsConfig.namespaceId}",
  ],

  "aws:apigatewayv2/api:Api": ["{protocolType}"],
  "aws:apigatewayv2/vpcLink:VpcLink": ["subnets {subnetIds}", "group {securityGroupIds}"],
  "aws:apigatewayv2/integration:Integration": [
    "{integrationType} {integrationUri}",
    "link {connectionId}",
    "{timeoutMilliseconds} ms",
    "sets {requestParameters|names}",
  ],
  "aws:apigatewayv2/route:Route": ["{routeKey} {target}", "authorization {authorizationType}"],
  "aws:apigatewayv2/authorizer:Authorizer": [
    "{authorizerType|authorizer}",
    "issuer {jwtConfiguration.issuer}",
    "for {jwtConfiguration.audiences}",
    "calls {authorizerUri|lambda}",
    "identity from {identitySources}",
    "answers kept {authorizerResultTtlInSeconds} s",
  ],
  "aws:lambda/permission:Permission": ["{principal} may call {function|lambda}"],
  "aws:apigatewayv2/deployment:Deployment": ["API {apiId}"],
  "aws:apigatewayv2/stage:Stage": [
    "{name}",
    "{autoDeploy?auto-deploy}",
    "deployment {deploymentId}",
    "{defaultRouteSettings.throttlingRateLimit} requests/s, bursts of {defaultRouteSettings.throttlingBurstLimit}",
    "{defaultRouteSettings.detailedMetricsEnabled?metrics of each route}",
    "log {accessLogSettings.destinationArn}",
  ],

  "aws:apigatewayv2/domainName:DomainName": [
    "{domainName}",
    "{domainNameConfiguration.securityPolicy|tls}",
    "certificate {domainNameConfiguration.certificateArn}",
    "only clients with a certificate of {mutualTlsAuthentication.truststoreUri}",
  ],
  "aws:apigatewayv2/apiMapping:ApiMapping": ["domain {domainName}", "stage {stage}"],
  "aws:acm/certificate:Certificate": ["{domainName}", "proved by {validationMethod}"],
  "aws:acm/certificateValidation:CertificateValidation": ["certificate {certificateArn}"],
  "aws:route53/record:Record": [
    "{type|recordType}",
    "{name}",
    "zone {zoneId}",
    "{aliases|alias}",
    "value {records}",
    "{ttl} s",
    "{allowOverwrite?taken over where it is there}",
  ],

  "aws:ecr/repository:Repository": [
    "{imageTagMutability}",
    "{imageScanningConfiguration.scanOnPush?scanned on push}",
    "{forceDelete?deleted with its images}",
  ],
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["{policy|descriptions}"],
  "docker:index/image:Image": ["{build.context} for {build.platform}", "repository {imageName}"],

  "aws:cloudwatch/logGroup:LogGroup": ["{name}", "{retentionInDays} days"],
  "aws:iam/role:Role": ["{description}", "for {assumeRolePolicy|principals}"],
  "aws:iam/rolePolicy:RolePolicy": ["role {role}", "policy {policy|actions}"],
  "aws:ecs/taskDefinition:TaskDefinition": [
    "{cpu} CPU, {memory} MiB",
    "{runtimePlatform.cpuArchitecture}",
    "containers {containerDefinitions|containers}",
    "{volumes|sidecars}",
    "{volumes|fileSystems}",
  ],
  "aws:ecs/service:Service": [
    "{desiredCount|tasks} {taskDefinition}",
    "on {capacityProviderStrategies|providers}",
    "port {serviceRegistries.containerPort} registered in {serviceRegistries.registryArn}",
    "network {networkConfiguration}",
    "{networkConfiguration.assignPublicIp?public addresses}",
    "{enableExecuteCommand?can be entered (ECS Exec)}",
    "{alarms.rollback?rolled back by alarms}",
    "every change rolls all tasks, at {deploymentMinimumHealthyPercent}–{deploymentMaximumPercent} %",
  ],

  "aws:cloudwatch/metricAlarm:MetricAlarm": ["{name}", "{alarmDescription|sentence}"],
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": [
    "{alarmName}",
    "{alarmDescription|sentence}",
    "tells {alarmActions}",
  ],
  "aws:cloudwatch/dashboard:Dashboard": ["{dashboardName}"],
  "aws:cloudwatch/eventRule:EventRule": ["{name}", "{description}"],
  "aws:sns/topic:Topic": ["{name}"],
  "aws:sns/topicSubscription:TopicSubscription": ["{endpoint}", "by {protocol}, once confirmed there"],

  "aws:appautoscaling/target:Target": ["{minCapacity} to {maxCapacity} tasks"],
  "aws:appautoscaling/policy:Policy": [
    "sets {stepScalingPolicyConfiguration.stepAdjustments|steps} when its alarm says so",
    "{targetTrackingScalingPolicyConfiguration.targetValue|perTask}",
    "keeps {targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType|metric} at {targetTrackingScalingPolicyConfiguration.targetValue} %",
    "out after {targetTrackingScalingPolicyConfiguration.scaleOutCooldown} s",
    "in after {targetTrackingScalingPolicyConfiguration.scaleInCooldown} s",
  ],

  "aws:appautoscaling/scheduledAction:ScheduledAction": [
    "from {schedule} {timezone} on {scalableTargetAction.minCapacity} to {scalableTargetAction.maxCapacity} tasks",
  ],

  "aws:scheduler/scheduleGroup:ScheduleGroup": ["{name}"],
  "aws:sqs/queue:Queue": ["{name}", "{sqsManagedSseEnabled?encrypted}", "kept {messageRetentionSeconds} s"],
  "aws:scheduler/schedule:Schedule": [
    "{scheduleExpression} {scheduleExpressionTimezone}",
    "{state}",
    "runs {target}",
    "{target.retryPolicy.maximumRetryAttempts} retries in {target.retryPolicy.maximumEventAgeInSeconds} s",
  ],
};

/** Inputs that say nothing of how a resource of a type without phrases behaves. */
const plain = (key: string): boolean => key !== "tags" && key !== "description";

const ranks = new Map(Object.keys(phrases).map((type, rank) => [type, rank]));

/** Where a type stands among its siblings; types without phrases come last. */
export const typeRank = (type: string): number => ranks.get(type) ?? Number.MAX_SAFE_INTEGER;

/**
 * What a resource's inputs say, phrase by phrase. A reference to another resource reads `→ name`; any other value that
 * only AWS can tell reads `known after up`.
 *
 * @param label names the resource of a URN
 */
export function describe(resource: Resource, label: (urn: string) => string): string[] {
  const { inputs, options } = resource;
  const templates =
    phrases[resource.type] ??
    Object.keys(resource.custom ? inputs : {})
      .filter(plain)
      .map((key) => `${key} {${key}}`);
  return [
    ...templates.map((template) => fill(template, resource, label)).filter((phrase) => phrase !== undefined),
    ...(options.protect ? ["protected"] : []),
    ...(options.retainOnDelete ? ["kept on delete"] : []),
    ...(options.ignoreChanges.length > 0 ? [`ignores changes of ${options.ignoreChanges.join(", ")}`] : []),
  ].filter((phrase) => phrase !== "");
}

function fill(template: string, resource: Resource, label: (urn: string) => string): string | undefined {
  let absent = false;
  const phrase = template.replace(
    /\{([\w.]+)(?:\|(\w+)|\?([^}]+))?\}/g,
    (_, path: string, format?: keyof typeof formats, words?: string) => {
      const text = valueOf(path, format, words, resource, label);
      absent ||= text === undefined;
      return text ?? "";
    },
  );
  return absent ? undefined : phrase;
}

function valueOf(
  path: string,
  format: keyof typeof formats | undefined,
  words: string | undefined,
  resource: Resource,
  label: (urn: string) => string,
): string | undefined {
  const property = path.split(".")[0]!;
  const value = at(resource.inputs, path);
  if (value === undefined || value === null) return undefined;
  if (resource.secretInputs.includes(property)) return hidden;
  if (holdsUnknown(value)) {
    const refersTo = resource.propertyDependencies[property] ?? [];
    return refersTo.length > 0 ? `→ ${refersTo.map(label).sort().join(", ")}` : afterUp;
  }
  if (words !== undefined) return value === true ? words : undefined;
  return format ? formats[format](value, resource.inputs) : show(value);
}

type Json = Record<string, unknown>;
const parse = (value: unknown): Json => JSON.parse(String(value)) as Json;
const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const shorten = (items: string[], most: number): string =>
  items.length <= most + 1
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;

interface Statement {
  Action?: string | string[];
  Principal?: { Service?: string | string[] };
}
const statements = (policy: unknown): Statement[] => list(parse(policy).Statement as Statement | Statement[]);

/** One line for values too long to be shown as they are. */
const formats = {
  tags: (value) => Object.keys(parse(value).tags ?? {}).join(", "),
  // What to do about it is for the mail that an alarm sends.
  sentence: (value) =>
    String(value)
      .replace(/(?<=[a-z\d])\. .*$/s, "")
      .replace(/\.$/, ""),
  names: (value) => Object.keys(value as object).join(", "),
  actions: (value) => shorten([...new Set(statements(value).flatMap(({ Action }) => list(Action)))], 2),
  principals: (value) =>
    statements(value)
      .flatMap(({ Principal }) => list(Principal?.Service))
      .join(", "),
  descriptions: (value) =>
    (parse(value).rules as { description: string }[]).map((r) => r.description).join(", "),
  records: (value) =>
    (value as { type: string; ttl: number }[]).map((r) => `${r.type} ${r.ttl} s`).join(", "),
  providers: (value) =>
    (value as { capacityProvider: string; weight?: number }[])
      .map(({ capacityProvider, weight }, _, all) =>
        all.length === 1 ? capacityProvider : `${capacityProvider} ${weight ?? 0}`,
      )
      .join(", "),
  // A preview does not know the containers, since their image is not built; the volumes of the sidecars it does.
  sidecars: (value) => {
    const names = (value as { name: string }[]).flatMap(
      ({ name }) => /^sidecar-(.+)-tmp$/.exec(name)?.[1] ?? [],
    );
    return names.length === 0 ? "" : `beside: ${names.join(", ")}`;
  },
  fileSystems: (value) => {
    const mounted = (value as { name: string; efsVolumeConfiguration?: { fileSystemId: string } }[]).flatMap(
      ({ name, efsVolumeConfiguration }) =>
        efsVolumeConfiguration ? [`${name} ${efsVolumeConfiguration.fileSystemId}`] : [],
    );
    return mounted.length === 0 ? "" : `mounts ${mounted.join(", ")}`;
  },
  authorizer: (value) => (value === "JWT" ? "JSON Web Tokens" : "a Lambda function decides"),
  // An ARN, or the address that API Gateway calls it by, which holds one.
  lambda: (value) => /function:([\w-]+)/.exec(String(value))?.[1] ?? String(value),
  tls: (value) => String(value).replace(/^TLS_(\d)_(\d)$/, "TLS $1.$2 or newer"),
  metric: (value) =>
    ({
      ECSServiceAverageCPUUtilization: "average CPU",
      ECSServiceAverageMemoryUtilization: "average memory",
    })[String(value)] ?? String(value),
  steps: (value) =>
    (value as { scalingAdjustment: number }[])
      .map(({ scalingAdjustment }) => (scalingAdjustment === 1 ? "1 task" : `${scalingAdjustment} tasks`))
      .join(", "),
  perTask: (value, { targetTrackingScalingPolicyConfiguration }) =>
    at(targetTrackingScalingPolicyConfiguration, "customizedMetricSpecification") === undefined
      ? ""
      : `keeps ${show(value)} requests a minute for each task`,
  recordType: (value) => `${show(value)} record`,
  alias: () => "alias of the API's domain",
  tasks: (value) => (value === 1 ? "1 task" : `${show(value)} tasks`),
  upTo: (value, { fromPort }) => (value === fromPort ? "" : `–${show(value)}`),
  containers: (value) =>
    (
      JSON.parse(String(value)) as {
        name: string;
        image: string;
        portMappings?: { containerPort: number }[];
        readonlyRootFilesystem?: boolean;
        stopTimeout?: number;
        dependsOn?: { containerName: string; condition: string }[];
      }[]
    )
      .map(({ name, image, portMappings = [], readonlyRootFilesystem, stopTimeout, dependsOn = [] }) =>
        [
          `${name}: ${image}`,
          ...portMappings.map(({ containerPort }) => `port ${containerPort}`),
          ...(readonlyRootFilesystem ? ["read-only"] : []),
          ...(stopTimeout === undefined ? [] : [`${stopTimeout} s to stop`]),
          ...dependsOn.map(({ containerName, condition }) => `after ${condition} of ${containerName}`),
        ].join(", "),
      )
      .join("; "),
} satisfies Record<string, (value: unknown, inputs: Record<string, unknown>) => string>;
