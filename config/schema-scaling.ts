import { z } from "zod";
import { instancesPerDiscoveryService, scheduledActionsPerTarget } from "../rules/quotas";
import { scheduleForms } from "../rules/schedule";
import { longestSleep, shortestSleep, sleepMinutes } from "../rules/scaling";
import { field, whole } from "./schema-fields";

/** What chooses the number of a service's tasks; see schema.ts. */

const tasks = whole(1, instancesPerDiscoveryService);

const scheduledSchema = z.strictObject({
  expression: field(
    z.string(),
    "When these numbers take effect. They hold until the next entry's.",
    scheduleForms,
  ),
  timezone: field(
    z.string().default("UTC"),
    "Time zone of the expression; its daylight saving time is followed.",
    "a name such as Europe/London",
  ),
  min: field(
    tasks.optional(),
    "Fewest tasks from then on. Left out: `scaling.min`.",
    `1–${instancesPerDiscoveryService}`,
  ),
  max: field(
    tasks.optional(),
    "Most tasks from then on. Left out: `scaling.max`.",
    `min–${instancesPerDiscoveryService}`,
  ),
});

export const scalingSchema = z.strictObject({
  min: field(tasks.default(2), "Fewest tasks.", `1–${instancesPerDiscoveryService}`),
  max: field(tasks, "Most tasks.", `min–${instancesPerDiscoveryService}`),
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
  targetRequestsPerTask: field(
    whole(1, 600_000).optional(),
    "Requests a minute for each task that the number of tasks is chosen for, beside CPU: whichever asks for more tasks decides. " +
      "Left out, requests play no part. Counted are those to the service's own routes: where several services have routes, " +
      "`api.detailedMetrics` is needed.",
    "1–600000",
  ),
  countTasksBy: field(
    z.enum(["memory", "containerInsights"]).default("memory"),
    "What tells how many tasks run, where requests are divided by them: the number of samples of the service's memory metric, " +
      "which is free, or the metric of Container Insights, which is paid.",
    "memory, containerInsights",
  ),
  schedule: field(
    z.array(scheduledSchema).max(scheduledActionsPerTarget).default([]),
    "Other numbers of tasks at times that are known before. Until the first entry's time `min` and `max` above hold.",
    `list of ${scheduledActionsPerTarget} or fewer of {expression, timezone, min, max}`,
  ),
});

export const sleepSchema = z.strictObject({
  after: field(
    z
      .string()
      .refine((text) => sleepMinutes(text) !== undefined)
      .default("30m"),
    "How long nobody may have asked.",
    `${shortestSleep}m–${longestSleep / 60}h, as minutes or hours: 30m, 2h`,
  ),
});

export type SleepConfig = z.infer<typeof sleepSchema>;
export type ScalingConfig = z.infer<typeof scalingSchema>;
