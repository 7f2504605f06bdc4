/** The jobs of a deployment: task definitions that no ECS service runs and nobody connects to, with what a schedule says. */
import { ofType, type Deployment, type Resource } from "../../../simulate/deployment";
import { object, properties, referred, text, texts } from "../recorded";
import { readTask, subnetViews } from "./services";
import type { ServiceView } from "./views";

/** A job as the runners take it: like a service that has no tasks and is registered nowhere. */
export interface JobView extends ServiceView {
  /** The expression with its time zone; undefined for one that runs by hand alone. */
  schedule: string | undefined;
  /** Whether its task gets a public address. */
  publicAddress: boolean;
}

export function readJobs(deployment: Deployment): JobView[] {
  const services = ofType(deployment, "aws:ecs/service:Service");
  const run = services.map(({ inputs }) =>
    referred(deployment, "aws:ecs/taskDefinition:TaskDefinition", inputs.taskDefinition),
  );
  return (
    ofType(deployment, "aws:ecs/taskDefinition:TaskDefinition")
      .filter((definition) => !run.includes(definition))
      .map((definition) => readJob(deployment, definition))
      // What maps a port is of a service that is not there.
      .filter(({ task }) => task === undefined || task.container.ports.length === 0)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  );
}

function readJob(deployment: Deployment, definition: Resource): JobView {
  const problems: string[] = [];
  const notModelled: string[] = [];
  const task = readTask(deployment, definition, undefined, problems, notModelled);
  const arn = text(properties(definition).arn);
  const schedule = ofType(deployment, "aws:scheduler/schedule:Schedule").find(
    ({ inputs }) => text(object(object(inputs.target).ecsParameters).taskDefinitionArn) === arn,
  );
  // What whoever runs it by hand is told: the stack's output.
  const told = Object.values(object(deployment.outputs.jobs))
    .map(object)
    .find(({ taskDefinition }) => taskDefinition === arn);
  const target = object(schedule?.inputs.target);
  const network = object(object(target.ecsParameters).networkConfiguration);
  const cluster = referred(deployment, "aws:ecs/cluster:Cluster", target.arn ?? told?.cluster);
  return {
    urn: definition.urn,
    name: task?.container.name ?? definition.name,
    cluster: (cluster && text(cluster.outputs.arn)) ?? text(target.arn) ?? text(told?.cluster) ?? "",
    desiredCount: 0,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    circuitBreaker: { enable: false, rollback: false },
    alarms: { names: [], rollback: false, bakeSeconds: 0 },
    subnets: subnetViews(deployment, texts(network.subnets ?? told?.subnets)),
    securityGroups: texts(network.securityGroups ?? told?.securityGroups),
    registration: undefined,
    exec: false,
    task,
    problems,
    notModelled,
    schedule: schedule && whenOf(schedule),
    publicAddress: (network.assignPublicIp ?? told?.assignPublicIp) === true,
  };
}

const whenOf = ({ inputs }: Resource): string =>
  [
    text(inputs.scheduleExpression) ?? "",
    text(inputs.scheduleExpressionTimezone) ?? "",
    ...(inputs.state === "DISABLED" ? ["(off)"] : []),
  ].join(" ");
