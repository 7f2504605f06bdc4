import { z } from "zod";
import { longestRequestSeconds } from "../rules/rollout";
import { isEmail, isTopic } from "../rules/notify";
import { field, whole } from "./schema-fields";

/** The shape of what is watched, and of who is told; see schema.ts. Left out, nothing is. */

const target = z.string().refine((text) => isTopic(text) || isEmail(text));

/** CloudWatch performs no more actions for a state: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const mostTargets = 5;

/** The gateway gives up what takes longer, so nothing takes more than that. */
const longestLatency = longestRequestSeconds * 1000 - 1000;

export const alarmsSchema = z.strictObject({
  notify: field(
    z.union([target, z.array(target).max(mostTargets)]).default([]),
    "Who is told: SNS topics of this Region, and e-mail addresses, each of which has to be confirmed by the link in a mail from " +
      "AWS. Left out, nobody is told.",
    `one or up to ${mostTargets} of arn:aws:sns:…:<topic> and name@example.com`,
  ),
  rollback: field(
    z.boolean().default(false),
    "Whether a version whose routes answer too many errors while it is deployed is rolled back. Where several services " +
      "share the API it takes `api.detailedMetrics`.",
    "true, false",
  ),
  errorPercent: field(
    // Nothing is beyond 100 %: the alarm would never fire. So it is with those below.
    z.number().min(0.1).max(99).default(5),
    "Share of requests answered by 500 to 599, in per cent, beyond which there are too many errors: of 3 minutes' requests, twice in " +
      "a row. For `rollback` half of it, of 5 minutes' requests.",
    "0.1–99",
  ),
  minimumErrors: field(
    whole(1, 1_000_000).default(3),
    "Errors that there must be at least in 3 minutes: of a few requests, one is a large share. For `rollback` three times as many in " +
      "5 minutes.",
    "1–1000000",
  ),
  latencyMilliseconds: field(
    whole(1, longestLatency).default(3000),
    "Time that the services take for 95 of 100 requests, beyond which they are slow.",
    `1–${longestLatency}`,
  ),
  cpuPercent: field(
    whole(1, 99).default(90),
    "CPU of a service's tasks, on average, beyond which it is too high.",
    "1–99",
  ),
  memoryPercent: field(
    whole(1, 99).default(90),
    "Memory of a service's fullest task beyond which it is too high: at 100 it is killed.",
    "1–99",
  ),
  restarts: field(
    whole(1, 1000).default(3),
    "Tasks of a service that end by themselves or by their health check within 15 minutes, which are too many.",
    "1–1000",
  ),
});

export type AlarmsConfig = z.infer<typeof alarmsSchema>;
