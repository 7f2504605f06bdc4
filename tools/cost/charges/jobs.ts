import { freeStorageGib as freeStorage } from "../../../rules/fargate";
import { runsAMonth } from "../../../rules/schedule";
import { Deployment, Resource } from "../../../simulate/deployment";
import { readJobs, type JobView } from "../../local/ecs/jobs";
import { Charge, compute, Factor, fixed, perRequest } from "./charge";

/** What nobody knows beforehand, and every line names. */
const assumed = { minutes: 5, runsByHand: 4, logKb: 100 };

const inKb = 1024 ** 2;
/** A start that failed is sent, received and deleted. */
const requestsOfALetter = 3;

/** The jobs of a deployment, each with its runs a month. */
export interface Runs {
  job: JobView;
  runs: Factor;
}

export function jobRuns(deployment: Deployment): Map<string, Runs> {
  return new Map(readJobs(deployment).map((job) => [job.urn, { job, runs: runsOf(deployment, job) }]));
}

function runsOf(deployment: Deployment, { task }: JobView): Factor {
  const schedule = scheduleOf(deployment, task?.arn);
  return schedule?.inputs.state === "ENABLED"
    ? [runsAMonth(String(schedule.inputs.scheduleExpression)), "runs"]
    : [assumed.runsByHand, "runs by hand (assumed)"];
}

const scheduleOf = (deployment: Deployment, taskDefinition: string | undefined): Resource | undefined =>
  deployment.resources.find(
    ({ type, inputs }) =>
      type === "aws:scheduler/schedule:Schedule" &&
      (inputs.target as { ecsParameters?: { taskDefinitionArn?: unknown } } | undefined)?.ecsParameters
        ?.taskDefinitionArn === taskDefinition,
  );

/** The time of a job's task, by its definition. */
export function jobCharges({ inputs, outputs }: Resource, { runs }: Runs, deployment: Deployment): Charge[] {
  const { cpuArchitecture } = (inputs.runtimePlatform ?? {}) as { cpuArchitecture?: string };
  const { sizeInGib = freeStorage } = (inputs.ephemeralStorage ?? {}) as { sizeInGib?: number };
  const arch = cpuArchitecture === "ARM64" ? "arm" : "x86";
  const each: Factor = [assumed.minutes / 60, `h a run (${assumed.minutes} minutes assumed)`];
  const told = Object.values((deployment.outputs.jobs ?? {}) as Record<string, Record<string, unknown>>);
  const isPublic = told.some((job) => job.taskDefinition === outputs.arn && job.assignPublicIp === true);
  return [
    compute("vCPU of a job", `fargate.${arch}.vcpu`, runs, [Number(inputs.cpu) / 1024, "vCPU"], each),
    compute("memory of a job", `fargate.${arch}.memory`, runs, [Number(inputs.memory) / 1024, "GB"], each),
    compute("storage of a job", "fargate.storage", runs, [sizeInGib - freeStorage, "GB"], each),
    ...(isPublic ? [fixed("public IPv4 address of a job", "ipv4.hour", runs, each)] : []),
  ];
}

/** The invocations of a schedule; that a month's first 14 million are free is left out, as all allowances are. */
export const scheduleCharges = ({ inputs }: Resource): Charge[] =>
  inputs.state === "ENABLED"
    ? [
        compute("invocations of a schedule", "scheduler.invocations", [
          runsAMonth(String(inputs.scheduleExpression)) / 1e6,
          "million runs",
        ]),
      ]
    : [];

/** The queue of what was not started, at the worst: as if no run ever were. */
export function queueCharges(all: Iterable<Runs>): Charge[] {
  const letters = [...all]
    .filter(({ job }) => job.schedule !== undefined)
    .reduce((sum, { runs: [amount] }) => sum + amount, 0);
  return [
    compute(
      "dead letters, were every run one",
      "sqs.requests",
      [letters / 1e6, "million runs"],
      [requestsOfALetter, "requests"],
    ),
  ];
}

/** What the runs of a job log. */
export const jobLogCharges = ({ runs }: Runs, months: number): Charge[] => {
  const each: Factor = [assumed.logKb / inKb, `GB a run (${assumed.logKb} KB assumed)`];
  return [
    perRequest("log of a job", "logs.ingested", runs, each),
    perRequest("log of a job, kept", "logs.stored", runs, each, [months, "months"]),
  ];
};
