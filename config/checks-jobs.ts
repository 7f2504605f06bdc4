import { taskSizeProblem } from "../rules/fargate";
import { scheduleProblem, timezoneProblem } from "../rules/schedule";
import { checkCredentials, checkWritable } from "./checks-run";
import { checkReach, checkSecrets } from "./checks-service";
import { checkSidecars } from "./checks-sidecars";
import { checkVolumes } from "./checks-volumes";
import { isGiven, Problem, Said } from "./problems";
import { nameAllowed, ServiceConfig, serviceName } from "./schema";
import { defaultSize, JobConfig, mergedWith } from "./schema-jobs";
import { NetworkConfig } from "./schema-network";

/** A variable that tells a job its name. */
export const jobVariable = "JOB_NAME";

interface Context {
  region: string;
  /** Undefined where it is another stack's. */
  egress: NetworkConfig["egress"] | undefined;
  services: Readonly<Record<string, Partial<ServiceConfig>>>;
}

/** What of a job takes more than one field, or knowledge of AWS, to judge. */
export function checkJob(
  name: string,
  job: Partial<JobConfig>,
  raw: unknown,
  context: Context,
  problems: Problem[],
): void {
  const at = `jobs.${name}`;
  const refuse = (path: string, got: unknown, allowed: string, fix: string): void => {
    problems.push({ path: path === "" ? at : `${at}.${path}`, got, allowed, fix });
  };
  if (!serviceName.test(name))
    refuse("", new Said("this name cannot name what the job makes"), nameAllowed, "rename the job");
  const { service, image, command } = job;
  const whole = "service" in job && "image" in job;
  if (whole && (service === undefined) === (image === undefined)) {
    const neither = service === undefined;
    refuse(
      "",
      new Said(neither ? "neither service nor image is set" : "both service and image are set"),
      "exactly one of service, image",
      neither ? "name the service whose image it runs" : "take one out",
    );
  }
  if (service !== undefined && !Object.hasOwn(context.services, service))
    refuse("service", service, Object.keys(context.services).join(", "), "name a service of this stack");
  if (service !== undefined && "command" in job && command === undefined)
    refuse("command", command, "with service a command: the image's own serves", "write what it runs");
  if (service !== undefined && isGiven(raw, "architecture"))
    refuse("architecture", job.architecture, "only with image", "take it out: it is the service's");
  checkVariables(job, at, problems);
  // As written, so that another bad field of the schedule hides nothing.
  const given = (raw as { schedule?: unknown } | null | undefined)?.schedule;
  const { expression, timezone } = Object(given) as Record<string, unknown>;
  for (const [key, value, problemOf] of [
    ["expression", typeof given === "string" ? given : expression, scheduleProblem],
    ["timezone", timezone, timezoneProblem],
  ] as const) {
    const problem = typeof value === "string" ? problemOf(value) : undefined;
    if (problem) refuse(`schedule.${key}`, value, problem.allowed, problem.fix);
  }
  checkSize(job, at, context.services, problems);
  checkCredentials(job, at, problems);
  checkBeside(name, job, at, context.services, problems);
  // What is the service's is judged there.
  if (context.egress === "endpoints") checkReach(job, at, context.region, problems);
}

/** What it has of its service is judged there, but for what the job says otherwise. */
function checkBeside(
  name: string,
  job: Partial<JobConfig>,
  at: string,
  services: Context["services"],
  problems: Problem[],
): void {
  const { service, image } = job;
  const base = service !== undefined && Object.hasOwn(services, service) ? services[service]! : {};
  const like = mergedWith(job, { ...defaultSize, image, ...base });
  if (job.writable) checkWritable(like, at, problems);
  if (job.volumes ?? job.writable) checkVolumes(like, at, problems);
  if (job.sidecars ?? job.dependsOn ?? job.memory) checkSidecars(name, like, at, problems, false);
}

function checkVariables(job: Partial<JobConfig>, at: string, problems: Problem[]): void {
  for (const key of ["environment", "secrets"] as const) {
    if (!Object.hasOwn(job[key] ?? {}, jobVariable)) continue;
    problems.push({
      path: `${at}.${key}.${jobVariable}`,
      got: new Said("the program sets this variable itself"),
      allowed: `any name but ${jobVariable}`,
      fix: "take it out: it is the job's name",
    });
  }
  checkSecrets(job, at, problems);
}

/** The task's size as it will be, where the job says anything of it. */
function checkSize(
  { service, cpu, memory, ...job }: Partial<JobConfig>,
  at: string,
  services: Context["services"],
  problems: Problem[],
): void {
  if (cpu === undefined && memory === undefined) return;
  const like =
    service === undefined ? defaultSize : Object.hasOwn(services, service) ? services[service]! : {};
  const task = { cpu: cpu ?? like.cpu, memory: memory ?? like.memory };
  if (
    task.cpu === undefined ||
    task.memory === undefined ||
    (service === undefined && job.image === undefined)
  )
    return;
  const size = taskSizeProblem(task.cpu, task.memory);
  if (size === undefined) return;
  const { property, allowed, fix } = size;
  problems.push({ path: `${at}.${property}`, got: task[property], allowed, fix });
}
