/** The local stack as AWS times it. What AWS does not publish is assumed: rules/rollout.ts. */
import { assumedCacheSeconds, discoveryLagSeconds } from "../../rules/rollout";
import type { RegistrySettings } from "./cloud-map";
import type { SchedulerSettings } from "./ecs/scheduler";

/** See `discoveryCaches` of the registry: each cache is filled at its own time. */
export const caches = 16;

export const likeAws: {
  registry: Partial<RegistrySettings>;
  scheduler: Partial<SchedulerSettings>;
  alarmSeconds: number;
} = {
  registry: {
    discoveryCacheSeconds: assumedCacheSeconds,
    discoveryCaches: caches,
    healthLagSeconds: discoveryLagSeconds,
  },
  // The first health check comes after one interval, as on AWS.
  scheduler: { eagerness: Infinity },
  // A metric's minute, and what it takes to arrive and to be looked at (assumed).
  alarmSeconds: 120,
};

export const likeAwsSays =
  `As AWS times it: a task is checked first after its health interval, is found up to ${discoveryLagSeconds} s after it is ` +
  `healthy, and the gateway remembers tasks for ${assumedCacheSeconds} s (assumed). A first start takes a minute or more.`;
