import { z } from "zod";
import { scheduleForms } from "../rules/schedule";
import { commandSchema } from "./schema-before";
import { field, logRetentionDays, retention, whole } from "./schema-fields";
import { ServiceConfig, serviceSchema } from "./schema";

const { image, environment, secrets, permissions } = serviceSchema.shape;

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
    "Service whose image, size, environment, secrets and permissions it has. Either this or `image`.",
    "a name of services",
  ),
  image: field(
    image,
    "Image to run instead of a service's. With egress `endpoints` it must lie in this Region's private ECR.",
    "an image reference, best with a digest",
  ),
  command: field(
    commandSchema.optional(),
    "The command, in the place of the image's. With `service` it is required.",
    "[program, argument, …]",
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
    "name → text",
  ),
  secrets: field(
    secrets,
    "Secrets besides the service's, as environment variables that Amazon ECS fills.",
    "name → ARN of a secret or parameter",
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

/** The service that a job is like: its own, with what the job says otherwise; or one of the job's image. */
export function likeService(
  job: JobConfig,
  services: Readonly<Record<string, ServiceConfig>>,
): ServiceConfig {
  const base = job.service === undefined ? bare(job.image!) : services[job.service]!;
  const without = <T>(values: Readonly<Record<string, T>>, taken: object): Record<string, T> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(taken, name)));
  return {
    ...base,
    cpu: job.cpu ?? base.cpu,
    memory: job.memory ?? base.memory,
    architecture: job.architecture ?? base.architecture,
    environment: { ...without(base.environment, job.secrets), ...job.environment },
    secrets: { ...without(base.secrets, job.environment), ...job.secrets },
    permissions: job.permissions ?? base.permissions,
    logRetentionDays: job.logRetentionDays ?? base.logRetentionDays,
    // A job ends with its one container, and what runs beside a service would be cut off.
    sidecars: {},
    dependsOn: {},
    // Its tasks have no group that the mount targets admit, or the services that its own reaches.
    volumes: {},
    reach: [],
  };
}
