import * as pulumi from "@pulumi/pulumi";
import { ServiceConfig } from "../config/schema";
import { AlarmsConfig } from "../config/schema-alarms";
import { alarmName, Owner, ServiceAlarm } from "../rules/alarms";
import { reachOf } from "../rules/scaling";
import { AlarmSpec, MetricSpec } from "./alarm";

/** A service as alarms see it. */
export interface WatchedService {
  /** As it is configured. */
  name: string;
  config: Pick<ServiceConfig, "desiredCount" | "scaling">;
  clusterName: pulumi.Input<string>;
  /** Of the ECS service. */
  serviceName: pulumi.Input<string>;
  /** Of the rule that its restarts match. */
  restartRule: pulumi.Input<string>;
}

export type ServiceAlarms = Readonly<Record<"running" | "restarts" | "cpu" | "memory", AlarmSpec>>;

/** The fewest tasks that a service is to have. */
export const fewestTasks = ({ scaling, desiredCount }: WatchedService["config"]): number =>
  scaling ? reachOf(scaling).min : desiredCount;

/** Minutes that CloudWatch gives a new service to send its first data. */
const warmUp = 15;
/** Minutes within which restarts are counted together. */
const restartMinutes = 15;

/** What is watched of a service that is to have tasks, by metrics that are free of charge. */
export function serviceAlarms(
  owner: Owner,
  { name, config, clusterName, serviceName, restartRule }: WatchedService,
  { cpuPercent, memoryPercent, restarts }: AlarmsConfig,
): ServiceAlarms {
  const fewest = fewestTasks(config);
  const named = (alarm: ServiceAlarm): Pick<AlarmSpec, "resource" | "name"> => ({
    resource: `${name}-${alarm}`,
    name: alarmName(owner, name, alarm),
  });
  const ofTasks = (metricName: string, stat: MetricSpec["stat"]): MetricSpec => ({
    namespace: "AWS/ECS",
    metricName,
    dimensions: { ClusterName: clusterName, ServiceName: serviceName },
    stat,
  });
  return {
    running: {
      ...named("running"),
      description:
        `Fewer than ${fewest} tasks of ${name} have run for 5 minutes. The events of the ECS service say why, and its stopped ` +
        "tasks for an hour.",
      // Each running task sends one sample a minute: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html#cw_running_task_count
      value: ofTasks("MemoryUtilization", "SampleCount"),
      ...{ period: 60, periods: 5, breaching: 5, is: "below", threshold: fewest },
      // Where no task runs, none sends a sample. A new service has no samples yet.
      ...{ missing: "breaching", warmUp },
    },
    restarts: {
      ...named("restarts"),
      description:
        `${restarts} or more tasks of ${name} have ended by themselves, could not start or failed their health check within ` +
        `${restartMinutes} minutes. Each stopped task has its reason, and its log the last words.`,
      value: {
        ...{ namespace: "AWS/Events", metricName: "TriggeredRules", stat: "Sum" },
        dimensions: { RuleName: restartRule },
      },
      ...{ period: restartMinutes * 60, periods: 1, breaching: 1, is: "at least", threshold: restarts },
      // EventBridge sends the metric with the first restart.
      missing: "notBreaching",
    },
    cpu: {
      ...named("cpu"),
      description:
        `The tasks of ${name} have used more than ${cpuPercent} % of their CPU for 15 minutes. Give it more tasks (scaling.max, ` +
        "desiredCount) or more CPU.",
      value: ofTasks("CPUUtilization", "Average"),
      ...{ period: 300, periods: 3, breaching: 3, is: "above", threshold: cpuPercent },
      // Where no task runs, none is busy: that is what the alarm about running tasks says.
      missing: "notBreaching",
    },
    memory: {
      ...named("memory"),
      description:
        `A task of ${name} has used more than ${memoryPercent} % of its memory for 15 minutes. At 100 % it is killed: give it ` +
        "more memory, or find out what grows.",
      // The fullest one: on average one that is about to be killed is hidden by the others.
      value: ofTasks("MemoryUtilization", "Maximum"),
      ...{ period: 300, periods: 3, breaching: 3, is: "above", threshold: memoryPercent },
      // As for CPU.
      missing: "notBreaching",
    },
  };
}
