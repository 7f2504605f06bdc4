import * as pulumi from "@pulumi/pulumi";
import { SleepConfig } from "../config/schema-scaling";
import { anyRequests, Counted, requestsWhileRunning, sleepMinutes, wakeMinutes } from "../rules/scaling";
import { createTarget, Scaled, setTasks } from "./target";

export interface SleepArgs extends Scaled {
  sleep: SleepConfig;
  /** Tasks while it is awake. */
  desiredCount: number;
  requests: Counted<pulumi.Input<string>>;
}

/**
 * Takes the tasks of a service away while nobody asks, and brings them back by the requests that find nobody: the gateway
 * answers those by 503, and counts them. No function is needed.
 */
export function createSleep(name: string, args: SleepArgs, opts: pulumi.CustomResourceOptions): void {
  const { sleep, desiredCount, requests } = args;
  const target = createTarget(name, { ...args, min: 0, max: desiredCount }, opts);
  const minutes = sleepMinutes(sleep.after)!;
  setTasks(
    name,
    "sleep",
    {
      ...{ ...args, target, about: "silence", minutes, of: minutes, tasks: 0 },
      why: `Nobody asked for ${sleep.after}: the service goes to sleep`,
      lines: requestsWhileRunning(requests, args),
    },
    opts,
  );
  setTasks(
    name,
    "wake",
    {
      ...{ ...args, target, about: "requests", minutes: wakeMinutes, of: 1, tasks: desiredCount },
      why: "Somebody asks: the service has to be awake",
      lines: anyRequests(requests),
    },
    opts,
  );
}
