import assert from "node:assert/strict";
import { ConfigurationError } from "../../config/problems";
import { DashboardBody, dashboardProblems } from "../../rules/dashboard";
import { alarmProblems, AlarmShape, MetricQuery } from "../../rules/metrics";
import { unclassified } from "../../rules/replacement";
import { Deployment, ofType, Resource } from "../../simulate/deployment";
import { simulate, SimulateOptions } from "../../simulate/program";
import { toConfig } from "../../simulate/stack";

/** Runs the program with this configuration, as it would stand under `config:` of a stack's file. */
export async function run(
  values: object = {},
  options: Omit<SimulateOptions, "config"> = {},
): Promise<Deployment> {
  const deployment = await simulate({
    ...options,
    config: toConfig({ "aws:region": "eu-west-2", ...values }),
  });
  checkReplacements(deployment);
  checkAlarms(deployment);
  checkDashboards(deployment);
  return deployment;
}

/** Whatever alarm a test makes, AWS takes it, and what it reads is sent. */
function checkAlarms(deployment: Deployment): void {
  for (const alarm of ofType(deployment, "aws:cloudwatch/metricAlarm:MetricAlarm"))
    assert.deepEqual(alarmProblems(shapeOf(alarm)), [], alarm.name);
}

/** The same of dashboards: what their widgets ask for is sent, and AWS takes them. */
function checkDashboards(deployment: Deployment): void {
  for (const { inputs, name } of ofType(deployment, "aws:cloudwatch/dashboard:Dashboard")) {
    // In a preview it names what nobody knows yet.
    if (typeof inputs.dashboardBody !== "string") continue;
    const body = JSON.parse(inputs.dashboardBody) as DashboardBody;
    assert.deepEqual(dashboardProblems(body), [], name);
  }
}

/** A recorded alarm as rules/metrics.ts judges it. */
export function shapeOf({ inputs }: Resource): AlarmShape {
  const { metricQueries, statistic, extendedStatistic } = inputs;
  const single = { ...inputs, stat: statistic ?? extendedStatistic };
  const inMath = (metricQueries as { metric?: object }[] | undefined)?.flatMap(({ metric }) => metric ?? []);
  return {
    queries: (inMath ?? [single]) as MetricQuery[],
    evaluationPeriods: inputs.evaluationPeriods as number,
    datapointsToAlarm: inputs.datapointsToAlarm as number,
  };
}

/** Whatever a test makes the program set, the table knows what a change of it would do. */
function checkReplacements({ resources }: Deployment): void {
  for (const { type, custom, inputs } of resources) {
    if (!custom || type.startsWith("pulumi:")) continue;
    assert.deepEqual(
      unclassified(type, inputs),
      [],
      `${type} has inputs without a row in rules/replacement.ts`,
    );
  }
}

/** The one resource of a type with a name. */
export function find(deployment: Deployment, type: string, name: string): Resource {
  const found = ofType(deployment, type).filter((resource) => resource.name === name);
  assert.equal(found.length, 1, `${type} ${name}: ${found.length} of ${names(deployment, type).join(", ")}`);
  return found[0]!;
}

/** Names of the resources of a type, sorted. */
export const names = (deployment: Deployment, type: string): string[] =>
  ofType(deployment, type)
    .map(({ name }) => name)
    .sort();

/** `type name` of each resource that this one waits for, sorted, without the type's module. */
export function waitsFor(deployment: Deployment, resource: Resource): string[] {
  return resource.dependencies
    .map((urn) => deployment.resources.find((candidate) => candidate.urn === urn))
    .map((found) => `${found?.type.split(":").pop()} ${found?.name}`)
    .sort();
}

/** What a configuration is refused with: one line for each problem. */
export async function problemsOf(
  values: object,
  options: Omit<SimulateOptions, "config"> = {},
): Promise<string[]> {
  const error = await run(values, options).then(
    () => assert.fail("the configuration was accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.equal(error.constructor.name, ConfigurationError.name, error.message);
  assert.equal(error.stack, undefined, "on Node 20 Pulumi takes half a minute to print one");
  const [title, ...lines] = error.message.split("\n  ");
  const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
  assert.equal(title, `${count} in the configuration of stack ${options.stack ?? "dev"}:`);
  return lines;
}
