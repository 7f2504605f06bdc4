import { z } from "zod";
import { isPolicyResource, parseArn } from "../rules/arn";
import { httpApi, instancesPerDiscoveryService } from "../rules/quotas";
import { defaultDrainSeconds, defaultHealthInterval, maximumDrainSeconds } from "../rules/rollout";
import {
  isHealthCommand,
  isImage,
  isRequestPath,
  isTagKey,
  isTagValue,
  isVariableName,
  isVariableValue,
  tags,
  variableNameAllowed,
} from "../rules/text";
import { alarmsSchema } from "./schema-alarms";
import { apiSchema, routeSchema } from "./schema-api";
import { beforeSchema } from "./schema-before";
import { execSchema } from "./schema-exec";
import { field, logRetentionDays, whole } from "./schema-fields";
import { networkSchema } from "./schema-network";
import { scalingSchema, sleepSchema } from "./schema-scaling";
import { applicationDependsOn, sidecarsSchema } from "./schema-sidecars";
import { volumesSchema } from "./schema-volumes";
import { buildField, runFields } from "./schema-run";

/**
 * The shape of a stack's configuration, with its defaults. The tables of docs/configuration.md and every message about a
 * bad value are derived from the descriptions and `allowed` notes here. What one field cannot tell by itself is checked in
 * config.ts.
 */

/** Becomes part of resource names, of a DNS name (63 characters at most) and of log group names. */
export const serviceName = /^(?!sg(?:-|$))(?!.*--)[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** The same in words. */
export const nameAllowed =
  "1–32 of a–z, 0–9 and -, beginning with a letter but not with sg-, not ending with -, without --";

const permission = z.strictObject({
  actions: z.array(z.string().regex(/^[a-z0-9-]+:(?!.*\*\*)[A-Za-z0-9*?]{1,128}$/)).min(1),
  resources: z.array(z.string().refine(isPolicyResource)).min(1),
});

export const serviceSchema = z.strictObject({
  build: buildField,
  image: field(
    z.string().refine(isImage).optional(),
    "Image to run as it is, instead of a build. With egress `endpoints` it must lie in this Region's private ECR.",
    "an image reference, best with a digest",
  ),
  ...runFields,
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
  sleep: field(
    sleepSchema.optional(),
    "Lets the service have no task while nobody asks, for stacks of development and of pull requests. The first request gets 503 " +
      "and wakes it, which takes minutes. Not yet seen on AWS: see docs/scaling.md.",
    "an object such as {after: 30m}",
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
      .default([
        { key: "ANY /", scopes: [] },
        { key: "ANY /{proxy+}", scopes: [] },
      ]),
    "Routes of the API that lead to this service.",
    "route keys, or objects as below",
  ),
  healthCheck: field(
    z
      .strictObject({
        command: field(
          z.array(z.string()).refine(isHealthCommand).optional(),
          "Command in the container that exits with 0 when it is healthy. Left out: the companion asks, and without one " +
            "`python3 -m healthcheck` is run.",
          '["CMD", program, …] or ["CMD-SHELL", line]',
        ),
        path: field(
          z.string().refine(isRequestPath).optional(),
          "Path that is asked, told by `HEALTH_PATH`. Left out: `/` with the companion, for which any status below 500 is healthy, " +
            "and `/healthz` without.",
          "a path that begins with /, of printable ASCII without blanks and #",
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
  before: field(
    beforeSchema.optional(),
    "Command that has to exit with 0 in every new task before its container starts, such as a migration.",
    "[program, argument, …], or {command, timeout}",
  ),
  drainSeconds: field(
    whole(0, maximumDrainSeconds).default(defaultDrainSeconds),
    "Seconds a task that is told to stop goes on serving, because API Gateway still sends it requests.",
    `0–${maximumDrainSeconds}`,
  ),
  environment: field(
    z.record(z.string().refine(isVariableName), z.string().refine(isVariableValue)).default({}),
    "Environment variables. Not for secrets: they can be read in the task definition.",
    `${variableNameAllowed} → text that is not empty: Amazon ECS drops a variable without a value`,
  ),
  secrets: field(
    z.record(z.string().refine(isVariableName), z.string()).default({}),
    "Environment variables that Amazon ECS fills from Secrets Manager or Parameter Store when a task starts.",
    `${variableNameAllowed} → ARN of a secret or parameter`,
  ),
  permissions: field(
    z.array(permission).default([]),
    "What the application may do in AWS: the task role's policy.",
    "list of {actions: [service:Action], resources: [ARN]}",
  ),
  reach: field(
    z
      .array(
        z.strictObject({
          service: field(
            z.string().min(1),
            "The service. Its address is told by a variable: `ORDERS_URL` of `orders`.",
            "another name of services",
          ),
        }),
      )
      .default([]),
    "Other services that this one calls inside the VPC, without the API.",
    "list of {service: name}",
  ),
  sidecars: sidecarsSchema,
  dependsOn: applicationDependsOn,
  volumes: volumesSchema,
  exec: execSchema,
  logRetentionDays,
});

export const registrySchema = z.strictObject({
  forceDelete: field(
    z.boolean().default(false),
    "Whether destroying the stack deletes repositories that still hold images.",
    "true, false",
  ),
});

/** A policy of the account's own, or of AWS. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html */
const isManagedPolicy = (text: string): boolean => {
  const { service, region, account = "", resource = "" } = parseArn(text) ?? {};
  // A path has 512 characters at most, with the slashes at both its ends.
  const isNamed = /^policy(?!.{512}.*\/)\/(?:[!-)+->@-~]+\/)*[A-Za-z0-9+=,.@_-]{1,128}$/.test(resource);
  return service === "iam" && region === "" && /^(\d{12}|aws)$/.test(account) && isNamed;
};

export const iamSchema = z.strictObject({
  permissionsBoundary: field(
    z.string().refine(isManagedPolicy).optional(),
    "Managed policy that says what the tasks' roles can do at most.",
    "arn:aws:iam::…:policy/…",
  ),
});

export const clusterSchema = z.strictObject({
  containerInsights: field(
    z.boolean().default(false),
    "Whether CloudWatch collects metrics of the cluster, its services and tasks (Container Insights). It bills each as a custom " +
      "metric.",
    "true, false",
  ),
  namespace: field(
    z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/)
      .optional(),
    "An existing private DNS namespace of Cloud Map, by name, to register the services in instead of making one. Saves 0.50 " +
      "USD a month; in it the services are called `<stack>--<name>`.",
    "a domain name",
  ),
});

export const shareSchema = z.strictObject({
  stack: field(
    z
      .string()
      .regex(/^([A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+\/)?[A-Za-z0-9_.-]+$/)
      .optional(),
    "Another stack of this program, whose network, cluster, namespace, VPC link and API the services of this one use. There " +
      "they are called `<stack>--<name>`.",
    "a stack of this project, or organization/project/stack",
  ),
  prefix: field(
    z
      .string()
      .regex(/^(\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9.:_-]+)+$/)
      .optional(),
    "What the paths of all routes begin with; the services do not see it.",
    "a path that begins with / and does not end with one",
  ),
});

export const protectSchema = field(
  z.boolean().default(false),
  "Whether `pulumi up` and `pulumi destroy` refuse to delete or replace the API, its domain and link, the namespace, logs and " +
    "repositories, until `pulumi state unprotect` is run.",
  "true, false",
);

export const dashboardSchema = field(
  z.boolean().default(false),
  "Whether there is a dashboard of the stack in CloudWatch. It costs 3 USD a month beyond the first three of the account.",
  "true, false",
);

export const tagsSchema = field(
  z.record(z.string().refine(isTagKey), z.string().refine(isTagValue)).default({}),
  "Tags on every resource, beside Project, Stack, ManagedBy and Name.",
  `name (1–${tags.keyLength}) → text (0–${tags.valueLength}) of letters, digits, blanks and _ . : / = + - @; neither begins with aws:`,
);

export type ServiceConfig = z.infer<typeof serviceSchema>;
export type IamConfig = z.infer<typeof iamSchema>;
export type ClusterConfig = z.infer<typeof clusterSchema>;
export type ShareConfig = z.infer<typeof shareSchema>;
export type RegistryConfig = z.infer<typeof registrySchema>;

/** The keys of a stack's configuration besides `services`, whose entries are {@link serviceSchema}. */
export const sections = {
  network: networkSchema,
  cluster: clusterSchema,
  api: apiSchema,
  registry: registrySchema,
  iam: iamSchema,
  share: shareSchema,
  alarms: alarmsSchema,
} as const;

/** The keys that are no section: one value each. */
export const values = { dashboard: dashboardSchema, protect: protectSchema, tags: tagsSchema } as const;

/** What an empty configuration means: the walkthrough's one Flask service. */
export const defaultServices: Readonly<Record<string, z.input<typeof serviceSchema>>> = {
  flask: { build: "./app" },
};
