import { z } from "zod";

/** Building blocks of the schemas: every field has a meaning and a note of what it takes. */

/** Says what a field means and which values it takes, in the words that error messages and docs/configuration.md use. */
export const field = <T extends z.ZodType>(schema: T, description: string, allowed: string): T =>
  schema.meta({ description, allowed });

export const whole = (from: number, to: number): z.ZodNumber => z.number().int().min(from).max(to);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const retention = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
export const logRetentionDays = field(
  z.literal(retention).default(30),
  "Days that CloudWatch keeps the log. Storage is billed by GB and month.",
  retention.join(", "),
);
