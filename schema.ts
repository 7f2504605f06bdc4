import { z } from "zod";
import { knownEndpoints } from "./rules/endpoints";
import { httpApi, instancesPerDiscoveryService } from "./rules/quotas";
import { defaultDrainSeconds, defaultHealthInterval, maximumDrainSeconds } from "./rules/rollout";
import { maximumZones } from "./rules/zones";

/**
 * The shape of a stack's configuration, with its defaults. README's table and every message about a bad value are derived
 * from the descriptions and `allowed` notes here. What one field cannot tell by itself is checked in config.ts.
 */

/** Says what a field means and which values it takes, in the words that error messages and README use. */
const field = <T extends z.ZodType>(schema: T, description: string, allowed: string): T =>
  schema.meta({ description, allowed });

const whole = (from: number, to: number): z.ZodNumber => z.number().int().min(from).max(to);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retention = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
const logRetentionDays = field(
  z.literal(retention).default(30),
  "Days that CloudWatch keeps the log. Storage is billed by GB and month.",
  retention.join(", "),
);

/** Becomes part of resource names, of a DNS name (63 characters at most) and of log group names. */
export const serviceName = /^(?!sg(?:-|$))[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

const permission = z.strictObject({
  actions: z.array(z.string().regex(/^[a-z0-9-]+:[A-Za-z*]+$/)).min(1),
  resources: z.array(z.string().regex(/^(\*|arn:.+)$/)).min(1),
});

const scalingSchema = z.strictObject({
  min: field(
    whole(1, instancesPerDiscoveryService).default(2),
    "Fewest tasks.",
    `1–${instancesPerDiscoveryService}`,
  ),
  max: field(whole(1, instancesPerDiscoveryService), "Most tasks.", `min–${instancesPerDiscoveryService}`),
  targetCpu: field(
    whole(10, 95).default(60),
    "Average CPU in per cent that the number of tasks is chosen for.",
    "10–95",
  ),
  targetMemory: field(
    whole(10, 95).optional(),
    "The same for memory; left out, memory plays no part.",
    "10–95",
  ),
});

const text = z.record(z.string().regex(/^[A-Za-z0-9_-]+$/), z.string().min(1)).default({});

/** A route in full; one that is written as text alone is its key. */
export const routeSchema = z.strictObject({
  key: field(
    z.string(),
    "Route key.",
    "`METHOD /path`, `METHOD /path/{param}`, `METHOD /path/{proxy+}`, `$default`",
  ),
  throttle: field(
    z
      .strictObject({
        rate: field(whole(1, 10_000), "Requests a second in the long run.", "1–10000"),
        burst: field(whole(1, 5000), "Requests at once.", "1–5000"),
      })
      .optional(),
    "Limit for this route instead of the stage's.",
    "{rate, burst}",
  ),
  rewrite: field(
    z
      .strictObject({
        stripPrefix: field(
          z.string().startsWith("/").optional(),
          "First parts of the path that the service does not see.",
          "a path that the route begins with",
        ),
        path: field(
          z.string().startsWith("/").optional(),
          "Path the service sees instead; `$request.path.<param>` stands for a part of the route's.",
          "a path that begins with /",
        ),
        headers: field(text, "Headers set on the way to the service.", "name → text or variable"),
        query: field(text, "Query parameters set on the way to the service.", "name → text or variable"),
      })
      .optional(),
    "What the service sees differently from what the client sent.",
    "an object",
  ),
});

export const serviceSchema = z.strictObject({
  build: field(
    z.string().min(1).optional(),
    "Folder with the Dockerfile to build and push to ECR. Either this or `image`.",
    "a folder of this project",
  ),
  image: field(
    z.string().min(1).optional(),
    "Image to run as it is, instead of a build. With egress `endpoints` it must lie in this Region's private ECR.",
    "an image reference, best with a digest",
  ),
  port: field(whole(1, 65535).default(80), "Port the container listens on; it is told by `PORT`.", "1–65535"),
  cpu: field(
    z.number().default(256),
    "CPU units; 1024 is one vCPU. Fargate bills vCPU hours.",
    "256, 512, 1024, 2048, 4096, 8192, 16384, 32768",
  ),
  memory: field(
    z.number().default(512),
    "Memory in MiB. Fargate bills GB hours.",
    "what Fargate offers with that many CPU units",
  ),
  architecture: field(
    z.enum(["X86_64", "ARM64"]).default("X86_64"),
    "Processor of the tasks, and platform of the build. ARM64 is about a fifth cheaper.",
    "X86_64, ARM64",
  ),
  desiredCount: field(
    whole(0, instancesPerDiscoveryService).default(1),
    "Number of tasks. With one, a crash or a deployment can lose requests.",
    `0–${instancesPerDiscoveryService}`,
  ),
  scaling: field(
    scalingSchema.optional(),
    "Lets Application Auto Scaling choose the number of tasks, instead of `desiredCount`.",
    "an object",
  ),
  spot: field(
    whole(0, 100).default(0),
    "Percentage of the tasks, beyond the first, that run on Fargate Spot: up to 70 % cheaper, and AWS may take them back.",
    "0–100; with 100 the first runs there too",
  ),
  routes: field(
    z
      .array(routeSchema)
      .max(httpApi.routes)
      .default([{ key: "ANY /" }, { key: "ANY /{proxy+}" }]),
    "Routes of the API that lead to this service.",
    "route keys, or objects as below",
  ),
  healthCheck: field(
    z
      .strictObject({
        command: field(
          z.array(z.string()).min(2).default(["CMD", "python3", "-m", "healthcheck"]),
          "Command in the container that exits with 0 when it is healthy.",
          '["CMD", program, …] or ["CMD-SHELL", line]',
        ),
        path: field(
          z.string().regex(/^\//).default("/healthz"),
          "Path the command asks; it is told by `HEALTH_PATH`.",
          "a path that begins with /",
        ),
        interval: field(
          whole(5, 300).default(defaultHealthInterval),
          "Seconds between two checks, and before the first. Below 30, a deployment can lose requests.",
          "5–300",
        ),
        timeout: field(whole(2, 60).default(3), "Seconds a check may take.", "2–60"),
        retries: field(whole(1, 10).default(3), "Failures in a row that make the task unhealthy.", "1–10"),
        startPeriod: field(whole(0, 300).default(30), "Seconds in which failures do not count.", "0–300"),
      })
      .prefault({}),
    "How Amazon ECS, and through it Cloud Map, learns that a task is healthy.",
    "an object",
  ),
  drainSeconds: field(
    whole(0, maximumDrainSeconds).default(defaultDrainSeconds),
    "Seconds a task that is told to stop goes on serving, because API Gateway still sends it requests.",
    `0–${maximumDrainSeconds}`,
  ),
  environment: field(
    z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
    "Environment variables. Not for secrets: they can be read in the task definition.",
    "name → text",
  ),
  secrets: field(
    z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
    "Environment variables that Amazon ECS fills from Secrets Manager or Parameter Store when a task starts.",
    "name → ARN of a secret or parameter",
  ),
  permissions: field(
    z.array(permission).default([]),
    "What the application may do in AWS: the task role's policy.",
    "list of {actions: [service:Action], resources: [ARN]}",
  ),
  logRetentionDays,
});

const existingSchema = z.strictObject({
  vpcId: field(z.string().regex(/^vpc-[0-9a-f]+$/), "The VPC. It must have DNS hostnames enabled.", "vpc-…"),
  subnetIds: field(
    z
      .array(z.string().regex(/^subnet-[0-9a-f]+$/))
      .min(1)
      .max(10),
    "Subnets for the tasks and the VPC link, one for each zone.",
    "1–10 of subnet-…",
  ),
  routeTableIds: field(
    z.array(z.string().regex(/^rtb-[0-9a-f]+$/)).default([]),
    "The subnets' route tables, for the gateway endpoints.",
    "list of rtb-…",
  ),
  endpoints: field(
    z.array(z.enum(knownEndpoints)).default([]),
    "Endpoints that the VPC has already; the others that are needed are made.",
    knownEndpoints.join(", "),
  ),
  endpointSecurityGroupId: field(
    z
      .string()
      .regex(/^sg-[0-9a-f]+$/)
      .optional(),
    "Group of the existing interface endpoints; it gets a rule that admits the tasks.",
    "sg-…",
  ),
});

export const networkSchema = z.strictObject({
  cidr: field(
    z.string().default("10.0.0.0/16"),
    "Address range of the VPC. Chosen once: another one replaces everything in it.",
    "a private range of /16 to /20",
  ),
  zones: field(
    z
      .union([
        whole(1, maximumZones),
        z
          .array(z.string().regex(/^[a-z0-9]+-az\d+$/))
          .min(1)
          .max(maximumZones),
      ])
      .default(2),
    "Availability Zones of the VPC: how many, or which ones by id. Pin ids in production, and only append: their order is " +
      "the layout of the subnets.",
    `1–${maximumZones}, or a list of zone ids such as euw2-az1`,
  ),
  egress: field(
    z.enum(["endpoints", "nat", "public"]).default("endpoints"),
    "How tasks reach ECR and CloudWatch: by VPC endpoints (about 24 USD a month in one zone of London), " +
      "by a NAT gateway (about 40 USD), or by a public address of their own (3.65 USD a task).",
    "endpoints, nat, public",
  ),
  endpointZones: field(
    whole(1, maximumZones).default(1),
    "Zones with interface endpoints, billed by zone and hour. With one, an outage of that zone stops launches in all.",
    "1 up to the number of zones",
  ),
  natGateways: field(
    z.enum(["single", "onePerZone"]).default("single"),
    "NAT gateways with egress `nat`, each billed by the hour.",
    "single, onePerZone",
  ),
  existing: field(existingSchema.optional(), "A VPC to adopt instead of making one.", "an object"),
});

const list = (entry: RegExp): z.ZodDefault<z.ZodArray<z.ZodString>> =>
  z.array(z.string().regex(entry)).default([]);

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
const corsSchema = z.strictObject({
  allowOrigins: field(
    z.array(z.string().regex(/^(\*|https?:\/\/(\*|[^/*\s]+))$/)).min(1),
    "Origins whose pages may call the API.",
    "https://www.example.com, https://*, http://*, or * for all",
  ),
  allowMethods: field(
    z
      .array(z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"]))
      .min(1)
      .default(["*"]),
    "Methods they may use.",
    "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, or * for all",
  ),
  allowHeaders: field(list(/^[A-Za-z0-9*_-]+$/), "Headers they may send.", "names, or * for all"),
  exposeHeaders: field(list(/^[A-Za-z0-9*_-]+$/), "Headers of answers they may read.", "names, or * for all"),
  allowCredentials: field(z.boolean().default(false), "Whether they may send cookies.", "true, false"),
  maxAge: field(
    whole(-1, 86_400).optional(),
    "Seconds for which a browser remembers the answer to its preflight.",
    "0–86400, or -1 for not at all",
  ),
});

export const apiSchema = z.strictObject({
  stage: field(
    z
      .string()
      .regex(/^(\$default|[A-Za-z0-9_-]{1,128})$/)
      .default("$default"),
    "Stage of the API. Any other than `$default` becomes the first segment of the URL.",
    "$default, or letters, digits, - and _",
  ),
  autoDeploy: field(
    z.boolean().default(true),
    "Whether changed routes go live at once, or with an explicit deployment at the end of the update.",
    "true, false",
  ),
  cors: field(
    corsSchema.optional(),
    "Pages of other origins that may call the API. The gateway answers their preflights, and ignores what services say.",
    "an object",
  ),
  throttle: field(
    z
      .strictObject({
        rate: field(whole(1, 10_000).default(1000), "Requests a second in the long run.", "1–10000"),
        burst: field(whole(1, 5000).default(500), "Requests at once.", "1–5000"),
      })
      .prefault({}),
    "Limit for each route of the stage; beyond it clients get 429.",
    "an object",
  ),
  accessLogs: field(
    z.strictObject({ retentionDays: logRetentionDays }).prefault({}),
    "The API's access log.",
    "an object",
  ),
});

export const registrySchema = z.strictObject({
  forceDelete: field(
    z.boolean().default(false),
    "Whether destroying the stack deletes repositories that still hold images.",
    "true, false",
  ),
});

export const tagsSchema = field(
  z.record(z.string().regex(/^(?!aws:).{1,128}$/i), z.string().max(256)).default({}),
  "Tags on every resource.",
  "name → text; no name begins with aws:",
);

export type ServiceConfig = z.infer<typeof serviceSchema>;
export type RouteConfig = z.infer<typeof routeSchema>;
export type NetworkConfig = z.infer<typeof networkSchema>;
export type ApiConfig = z.infer<typeof apiSchema>;
export type RegistryConfig = z.infer<typeof registrySchema>;

/** The keys of a stack's configuration besides `services`, whose entries are {@link serviceSchema}. */
export const sections = { network: networkSchema, api: apiSchema, registry: registrySchema } as const;

/** What an empty configuration means: the walkthrough's one Flask service. */
export const defaultServices: Readonly<Record<string, z.input<typeof serviceSchema>>> = {
  flask: { build: "./app" },
};
