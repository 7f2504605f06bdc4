import { z } from "zod";
import { conditions } from "../rules/containers";
import {
  isHealthCommand,
  isImage,
  isVariableName,
  isVariableValue,
  variableNameAllowed,
} from "../rules/text";
import { field, whole } from "./schema-fields";
import { runFields, userSchema, wordsSchema } from "./schema-run";

/** The shape of what runs beside the application in every task of a service; see schema.ts. */

/** Also the name of the container. */
export const sidecarName = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

const variable = z.string().refine(isVariableName);

const dependsOn = z.record(z.string(), z.enum(conditions));
const conditionsAllowed = `container → ${conditions.join(", ")}`;

export const applicationDependsOn = field(
  dependsOn.default({}),
  "What the application's container waits for, by sidecar. Left out: the start of each that does not wait for the application " +
    "itself, so that it starts before and stops after it.",
  conditionsAllowed,
);

export const sidecarSchema = z.strictObject({
  image: field(
    z.string().refine(isImage),
    "Image to run as it is. With egress `endpoints` it must lie in this Region's private ECR.",
    "an image reference, best with a digest",
  ),
  imageCredentials: runFields.imageCredentials,
  command: field(wordsSchema.optional(), "Arguments, instead of those that the image has.", "[argument, …]"),
  environment: field(
    z.record(variable, z.string().refine(isVariableValue)).default({}),
    "Environment variables. Not for secrets: they can be read in the task definition.",
    `${variableNameAllowed} → text that is not empty: Amazon ECS drops a variable without a value`,
  ),
  secrets: field(
    z.record(variable, z.string()).default({}),
    "Environment variables that Amazon ECS fills from Secrets Manager or Parameter Store when a task starts.",
    `${variableNameAllowed} → ARN of a secret or parameter`,
  ),
  healthCheck: field(
    z
      .strictObject({
        command: field(
          z.array(z.string()).refine(isHealthCommand),
          "Command in the container that exits with 0 when it is healthy.",
          '["CMD", program, …] or ["CMD-SHELL", line]',
        ),
        interval: field(
          whole(5, 300).default(30),
          "Seconds between two checks, and before the first.",
          "5–300",
        ),
        timeout: field(whole(2, 60).default(5), "Seconds a check may take.", "2–60"),
        retries: field(whole(1, 10).default(3), "Failures in a row that make it unhealthy.", "1–10"),
        startPeriod: field(whole(0, 300).default(0), "Seconds in which failures do not count.", "0–300"),
      })
      .optional(),
    "How Amazon ECS learns that it is healthy. An essential one must have it, or no task ever becomes healthy.",
    "an object",
  ),
  dependsOn: field(
    dependsOn.default({}),
    "What it waits for, by sidecar or by the service's name, which means the application. Containers stop in the reverse order.",
    conditionsAllowed,
  ),
  essential: field(
    z.boolean().default(false),
    "Whether the task ends with it. One that is not may end at any time, and is not started again.",
    "true, false",
  ),
  memory: field(
    whole(6, 244 * 1024).optional(),
    "MiB of the task's memory at which it is ended. Left out, it may take all that the application leaves.",
    "6 and more; in sum less than the task's memory",
  ),
  user: field(
    userSchema.optional(),
    "User it runs as. Left out, the image's own.",
    'user or user:group, by number or name, in quotes: "10001"',
  ),
  readOnlyRoot: field(
    z.boolean().default(true),
    "Whether it can write to `/tmp` alone, which it shares with no other container. AWS gives the folder to root: a user without rights writes there where the image declares it as a `VOLUME`.",
    "true, false",
  ),
  startTimeout: field(
    whole(2, 120).optional(),
    "Seconds that others wait for it to be healthy, or to end, before the task is given up. Left out, Amazon ECS waits three minutes.",
    "2–120",
  ),
  stopTimeout: field(
    whole(2, 120).default(20),
    "Seconds from SIGTERM to SIGKILL. They come after the application's own where the application waits for it.",
    "2–120",
  ),
});

export const sidecarsSchema = field(
  z.record(z.string().regex(sidecarName), sidecarSchema).default({}),
  "Containers beside the application in every task, such as an OpenTelemetry collector. All share one address: the application " +
    "reaches them at `localhost`. They use the CPU and memory that the task has.",
  "name → sidecar; names of 1–32 of a–z, 0–9 and -",
);

export type SidecarConfig = z.infer<typeof sidecarSchema>;
