import { Deployment, ofType, Resource } from "../../simulate/deployment";
import { compositeAlarmCharges, dashboardCharges, metricAlarmCharges, stageCharges } from "./charges/alarms";
import { always, Charge, count, fixed, perRequest } from "./charges/charge";
import { jobCharges, jobRuns, queueCharges, scheduleCharges } from "./charges/jobs";
import { logCharges } from "./charges/logs";
import { serviceCharges } from "./charges/tasks";
import { gigabytes, Traffic } from "./charges/traffic";

/**
 * Types that AWS does not charge for. A VPC link, a Cloud Map service and its instances have no price line, or none that is
 * documented to apply here: see docs/cost.md for what that may hide.
 */
const freeTypes: ReadonlySet<string> = new Set([
  "aws:ec2/vpc:Vpc",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/route:Route",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "docker:index/image:Image",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:appautoscaling/scheduledAction:ScheduledAction",
  "aws:appautoscaling/target:Target",
  // Events of AWS itself, and the first thousand mails of a month.
  "aws:cloudwatch/eventRule:EventRule",
  "aws:sns/topic:Topic",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:scheduler/scheduleGroup:ScheduleGroup",
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/apiMapping:ApiMapping",
  "aws:apigatewayv2/deployment:Deployment",
  "aws:apigatewayv2/domainName:DomainName",
  "aws:apigatewayv2/integration:Integration",
  "aws:apigatewayv2/route:Route",
  "aws:apigatewayv2/vpcLink:VpcLink",
  "aws:lambda/permission:Permission",
  // Public certificates; alias records and the rare query of a validation record.
  "aws:acm/certificate:Certificate",
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:route53/record:Record",
]);

/** The charges of each resource of a deployment; words instead of one say why it can't be told. */
export function chargesOf(
  deployment: Deployment,
  traffic: Traffic,
): (resource: Resource) => (Charge | string)[] {
  const applicationGb = gigabytes(traffic, traffic.logKb);
  const natGateways = ofType(deployment, "aws:ec2/natGateway:NatGateway").length;
  // An API that others own has routes of this stack, and is no resource of it.
  const door =
    ofType(deployment, "aws:apigatewayv2/api:Api")[0] ??
    ofType(deployment, "aws:apigatewayv2/route:Route")[0];
  const jobs = jobRuns(deployment);
  const hasStage = ofType(deployment, "aws:apigatewayv2/stage:Stage").length > 0;

  const byType: Record<string, (resource: Resource) => (Charge | string)[]> = {
    "aws:ec2/vpcEndpoint:VpcEndpoint": ({ inputs }) => {
      if (inputs.vpcEndpointType !== "Interface") return [];
      const zones = (inputs.subnetIds as unknown[] | undefined)?.length ?? 0;
      // Of what tasks send to AWS only the log grows with the requests; image layers take the free S3 gateway.
      const carried = String(inputs.serviceName).endsWith(".logs") ? applicationGb : 0;
      return [
        fixed("interface endpoint", "endpoint.hour", count(zones, "zone"), always),
        perRequest("data through the endpoint", "endpoint.gb", [carried, "GB"]),
      ];
    },
    "aws:ec2/natGateway:NatGateway": () => [
      fixed("NAT gateway", "nat.hour", always),
      perRequest("data through the NAT gateway", "nat.gb", [applicationGb / natGateways, "GB"]),
    ],
    "aws:ec2/eip:Eip": () => [fixed("public IPv4 address", "ipv4.hour", always)],
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": () => [
      fixed("hosted zone", "route53.zone", [1, "zone"]),
    ],
    "aws:servicediscovery/service:Service": ({ inputs }) =>
      hasAddresses(inputs.dnsConfig)
        ? [
            "other services call it: their DNS queries, and what they send from one Availability Zone to another, are billed by " +
              "use, and how much that is is not known here",
          ]
        : [],
    "aws:ecr/repository:Repository": ({ name }) => [
      // The companion has a megabyte, and 30 versions of it are kept.
      fixed("images", "ecr.stored", [name.startsWith("companion-") ? 0.03 : traffic.imageGb, "GB"]),
    ],
    "aws:apigatewayv2/authorizer:Authorizer": ({ inputs }) =>
      inputs.authorizerType === "REQUEST"
        ? ["the Lambda function that it calls is billed where that is, by call and duration"]
        : [],
    // https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
    "aws:appautoscaling/policy:Policy": ({ inputs }) => {
      // A step's alarm is a resource of its own.
      if (inputs.policyType === "StepScaling") return [];
      if (inputs.policyType !== "TargetTrackingScaling") return ["scaling of this kind is not known here"];
      const { customizedMetricSpecification: custom } = inputs.targetTrackingScalingPolicyConfiguration as {
        customizedMetricSpecification?: { metrics: { metricStat?: unknown }[] };
      };
      const metrics = custom?.metrics.filter(({ metricStat }) => metricStat !== undefined).length ?? 1;
      return [
        fixed(
          "alarms that target tracking makes",
          "metrics.alarm",
          [2, "alarms"],
          ...(metrics > 1 ? [count(metrics, "metric")] : []),
        ),
      ];
    },
    "aws:apigatewayv2/stage:Stage": (resource) => stageCharges(resource, deployment),
    "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarmCharges,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": compositeAlarmCharges,
    "aws:cloudwatch/dashboard:Dashboard": dashboardCharges,
    "aws:ecs/cluster:Cluster": ({ inputs }) => {
      const settings = (inputs.settings ?? []) as { name: string; value: string }[];
      const insights = settings.find(({ name }) => name === "containerInsights")?.value ?? "disabled";
      return insights === "disabled"
        ? []
        : [
            `Container Insights (${insights}) is billed by metric (metrics.custom), and how many there are is not known here`,
          ];
    },
    "aws:ecs/service:Service": (resource) => serviceCharges(deployment, resource, traffic),
    // A service's tasks are charged with the service.
    "aws:ecs/taskDefinition:TaskDefinition": (resource) => {
      const runs = jobs.get(resource.urn);
      return [
        ...(runs ? jobCharges(resource, runs, deployment) : []),
        ...fileSystemsOf(resource).map(
          (id) =>
            `the file system ${id} that it mounts is billed where it was made, by what it stores and by what is read and written, and ` +
            "how much that is is not known here",
        ),
      ];
    },
    "aws:scheduler/schedule:Schedule": scheduleCharges,
    "aws:sqs/queue:Queue": () => queueCharges(jobs.values()),
    "aws:cloudwatch/logGroup:LogGroup": logCharges(deployment, traffic, jobs),
  };
  return (resource) => [
    ...(byType[resource.type]?.(resource) ??
      (freeTypes.has(resource.type) ? [] : [`${resource.type} is not known here`])),
    ...(resource.urn === door?.urn
      ? [...doorCharges(traffic), ...(hasStage ? [] : ["its access log is billed in the API's stack"])]
      : []),
  ];
}

/** Of Amazon EFS, which a task definition mounts. https://aws.amazon.com/efs/pricing/ */
function fileSystemsOf({ inputs }: Resource): string[] {
  const volumes = (inputs.volumes ?? []) as { efsVolumeConfiguration?: { fileSystemId?: unknown } }[];
  return [
    ...new Set(
      volumes.flatMap(({ efsVolumeConfiguration: mounted }) =>
        mounted ? [String(mounted.fileSystemId)] : [],
      ),
    ),
  ];
}

const hasAddresses = (dnsConfig: unknown): boolean =>
  ((dnsConfig as { dnsRecords?: { type?: string }[] } | undefined)?.dnsRecords ?? []).some(
    ({ type }) => type === "A",
  );

/** HTTP APIs count each 512 KB as a request. https://aws.amazon.com/api-gateway/pricing/ */
const meteredKb = 512;

function doorCharges(traffic: Traffic): Charge[] {
  const units = Math.max(1, Math.ceil(Math.max(traffic.kbIn, traffic.kbOut) / meteredKb));
  return [
    perRequest(
      "HTTP API",
      "api.requests",
      [traffic.requests / 1e6, "million requests"],
      ...(units > 1 ? [[units, "times 512 KB"] as [number, string]] : []),
    ),
    perRequest("answers to the internet", "transfer.out", [gigabytes(traffic, traffic.kbOut), "GB"]),
  ];
}
