import { z } from "zod";
import { longestStartTimeoutSeconds } from "../rules/rollout";
import { field, whole } from "./schema-fields";
import { wordsSchema } from "./schema-run";

/** What a task does before its service's container starts. */

export const beforeSchema = z.strictObject({
  command: field(wordsSchema, "The command, in the place of the image's.", "[program, argument, …]"),
  timeout: field(
    whole(2, longestStartTimeoutSeconds).default(longestStartTimeoutSeconds),
    "Seconds it may take. AWS allows no more on Fargate: what takes longer is a job.",
    `2–${longestStartTimeoutSeconds}`,
  ),
});

export type BeforeConfig = z.infer<typeof beforeSchema>;
