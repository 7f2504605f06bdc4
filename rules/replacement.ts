import { api } from "./replacement/api";
import { monitoring } from "./replacement/monitoring";
import { network } from "./replacement/network";
import { platform } from "./replacement/platform";
import type { Inputs, Replacements } from "./replacement/schema";
import { tasks } from "./replacement/tasks";

/**
 * What a change of an input does to a resource: updates it in place, or makes a new one. A row for every input that the
 * program or awsx sets; an input without a row is an error, so that nothing is classified by silence.
 */
export const replacements: Replacements = { ...api, ...monitoring, ...network, ...platform, ...tasks };

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
      `rules/replacement does not know what a change of ${input} does to ${type}: say it there.`,
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
  "aws:appautoscaling/scheduledAction:ScheduledAction",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
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
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
];
