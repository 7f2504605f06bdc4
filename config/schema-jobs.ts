import { z } from "zod";
import { variableNameAllowed } from "../rules/text";
import { waitsFor } from "../rules/containers";
import { ephemeralStorageGib } from "../rules/fargate";
import { scheduleForms } from "../rules/schedule";
import { field, logRetentionDays, retention, whole } from "./schema-fields";
import { wordsSchema } from "./schema-run";
import { ServiceConfig, serviceSchema } from "./schema";

const { image, environment, secrets, permissions, sidecars, dependsOn, volumes, ...run } =
  serviceSchema.shape;

const inherited = "Left out: as the service's";

const scheduleSchema = z.strictObject({
  expression: field(z.string(), "When it runs. A rate begins at once when it is deployed.", scheduleForms),
  timezone: field(
    z.string().default("UTC"),
    "Time zone of the expression; its daylight saving time is followed.",
    "a name such as Europe/London",
  ),
  enabled: field(z.boolean().default(true), "Whether it runs.", "true, false"),
  retries: field(
    whole(0, 185).default(3),
    "How often a start that AWS refuses is tried again. A run that fails is not.",
    "0–185",
  ),
  maximumAgeSeconds: field(
    whole(60, 86_400).default(3_600),
    "Seconds after which a start that was refused is given up, and goes to the dead-letter queue.",
    "60–86400",
  ),
});

/** A task that runs once and ends. */
export const jobSchema = z.strictObject({
  service: field(
    z.string().min(1).optional(),
    "Service whose image, size, environment, secrets, permissions, volumes and sidecars it has. Either this or `image`.",
    "a name of services",
  ),
  image: field(
    image,
    "Image to run instead of a service's. With egress `endpoints` it must lie in this Region's private ECR.",
    "an image reference, best with a digest",
  ),
  command: field(
    wordsSchema.optional(),
    "The command, in the place of the image's. With `service` it is required.",
    "[program, argument, …]",
  ),
  entryPoint: field(
    run.entryPoint,
    "The same for the image's `ENTRYPOINT`. Left out: as the service's, or the image's.",
    "list of words",
  ),
  imageCredentials: field(
    run.imageCredentials,
    "Secret with `username` and `password` for the registry of `image`.",
    "arn:aws:secretsmanager:…:secret:…",
  ),
  user: field(
    run.user.unwrap().optional(),
    `User that it runs as. ${inherited}, or 10001.`,
    'user or user:group, by number or name, in quotes: "10001"',
  ),
  readOnlyRoot: field(
    run.readOnlyRoot.unwrap().optional(),
    `Whether it can write to \`/tmp\` and \`writable\` alone. ${inherited}, or true.`,
    "true, false",
  ),
  writable: field(
    run.writable.unwrap().optional(),
    `More folders that it can write to, each empty when it starts. ${inherited}.`,
    "list of absolute paths, without a / at the end",
  ),
  initProcess: field(
    run.initProcess.unwrap().optional(),
    `Whether an init process runs the command. ${inherited}, or false.`,
    "true, false",
  ),
  ephemeralStorage: field(
    run.ephemeralStorage,
    `GiB of disk for image and writable folders; 20 are free. ${inherited}.`,
    ephemeralStorageGib.join("–"),
  ),
  ulimits: field(run.ulimits.unwrap().optional(), `Limits of its processes. ${inherited}.`, "an object"),
  sidecars: field(
    sidecars.unwrap().optional(),
    "Containers beside its own, which are stopped when that has ended. Left out: those of the service that do not wait for the " +
      "service's application. `{}` for none.",
    "name → sidecar; names of 1–32 of a–z, 0–9 and -",
  ),
  dependsOn: field(
    dependsOn.unwrap().optional(),
    "What its container waits for, by sidecar. Left out: as the service's application, or the start of each of its own sidecars.",
    "container → START, HEALTHY, COMPLETE, SUCCESS",
  ),
  volumes: field(
    volumes.unwrap().optional(),
    `File systems that it mounts. ${inherited}. \`{}\` for none.`,
    "name → volume; names of 1–32 of a–z, 0–9 and -, not tmp, not beginning with sidecar-",
  ),
  cpu: field(
    z.number().optional(),
    "CPU units; 1024 is one vCPU. Left out: the service's, or 256.",
    "256, 512, 1024, 2048, 4096, 8192, 16384, 32768",
  ),
  memory: field(
    z.number().optional(),
    "Memory in MiB. Left out: the service's, or 512.",
    "what Fargate offers with that many CPU units",
  ),
  architecture: field(
    z.enum(["X86_64", "ARM64"]).optional(),
    "Processor, with `image` alone; X86_64 where it is left out.",
    "X86_64, ARM64",
  ),
  environment: field(
    environment,
    "Environment variables besides the service's; one of the same name goes before. Not for secrets.",
    `${variableNameAllowed} → text that is not empty: Amazon ECS drops a variable without a value`,
  ),
  secrets: field(
    secrets,
    "Secrets besides the service's, as environment variables that Amazon ECS fills.",
    `${variableNameAllowed} → ARN of a secret or parameter`,
  ),
  permissions: field(
    permissions.unwrap().optional(),
    "What it may do in AWS, instead of what the service may.",
    "list of {actions: [service:Action], resources: [ARN]}",
  ),
  schedule: field(
    scheduleSchema.optional(),
    "When EventBridge Scheduler runs it; left out, it runs by hand alone (`npm run job`).",
    "an expression, or an object",
  ),
  logRetentionDays: field(
    logRetentionDays.unwrap().optional(),
    "Days that CloudWatch keeps its log. Left out: as the service's, or 30.",
    retention.join(", "),
  ),
});

export type JobConfig = z.infer<typeof jobSchema>;
export type ScheduleConfig = z.infer<typeof scheduleSchema>;

/** A service that is nothing but an image. */
const bare = (image: string): ServiceConfig => serviceSchema.parse({ image });
/** Of a job that is like no service. */
export const defaultSize: Pick<ServiceConfig, "cpu" | "memory"> = bare("none");

/** What a job has of its service, unless it says otherwise. */
const overridden = [
  "cpu",
  "memory",
  "architecture",
  "permissions",
  "logRetentionDays",
  "entryPoint",
  "imageCredentials",
  "user",
  "readOnlyRoot",
  "writable",
  "initProcess",
  "ephemeralStorage",
  "ulimits",
  "volumes",
] as const satisfies (keyof JobConfig & keyof ServiceConfig)[];

/** The service that a job is like: its own, with what the job says otherwise; or one of the job's image. */
export function likeService(
  job: JobConfig,
  services: Readonly<Record<string, ServiceConfig>>,
): ServiceConfig {
  const base = job.service === undefined ? bare(job.image!) : services[job.service]!;
  return mergedWith(job, base);
}

/** The same of what may be incomplete. */
export function mergedWith<T extends Partial<ServiceConfig>>(job: Partial<JobConfig>, base: T): T {
  const without = <V>(values: Readonly<Record<string, V>> = {}, taken: object = {}): Record<string, V> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(taken, name)));
  const sidecars = job.sidecars ?? besideAJob(base, job.service ?? "");
  return {
    ...base,
    ...Object.fromEntries(overridden.flatMap((key) => (job[key] === undefined ? [] : [[key, job[key]]]))),
    environment: { ...without(base.environment, job.secrets), ...job.environment },
    secrets: { ...without(base.secrets, job.environment), ...job.secrets },
    sidecars,
    dependsOn: job.dependsOn ?? (job.sidecars ? {} : (base.dependsOn ?? {})),
    // A run is a task on Fargate itself.
    spot: 0,
    // It ends by itself, and nobody is expected to enter it.
    exec: false,
    // Nobody admits its tasks: its service's group is the service's alone.
    reach: [],
  };
}

/** What waits for the application that serves is of its serving. */
function besideAJob({ sidecars = {} }: Partial<ServiceConfig>, service: string): ServiceConfig["sidecars"] {
  const waiting = Object.entries(sidecars).map(([name, { dependsOn }]) => ({
    name,
    dependsOn: Object.entries(dependsOn).map(([container, condition]) => ({ container, condition })),
  }));
  return Object.fromEntries(Object.entries(sidecars).filter(([name]) => !waitsFor(waiting, name, service)));
}
