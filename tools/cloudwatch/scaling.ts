/**
 * The scaling policies that the program records, applied once a minute as Application Auto Scaling does. Target tracking is AWS's
 * own secret in its numbers; what is known is in
 * https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
import { ofType, type Deployment, type Resource } from "../../simulate/deployment";
import { list, number, object, text } from "../local/recorded";
import { pointsOf, seriesOf, type MetricAlarm } from "./alarms";
import { extraPeriods, judge, type Judgement } from "./evaluate";
import type { MetricStore, Series } from "./store";

type Watched = Pick<MetricAlarm, "queried" | "expression" | "period">;

export interface Tracking {
  kind: "tracking";
  watched: Watched;
  target: number;
  outCooldown: number;
  inCooldown: number;
}

export interface Stepping {
  kind: "stepping";
  arn: string;
  /** `ExactCapacity`, `ChangeInCapacity` or `PercentChangeInCapacity`. */
  adjustment: string;
  cooldown: number;
  /** How far beyond the threshold, and what to do there. */
  steps: readonly { from: number; to: number; by: number }[];
}

export interface ScaledService {
  /** `service/<cluster>/<service>`. */
  resource: string;
  min: number;
  max: number;
  policies: readonly (Tracking | Stepping)[];
}

/** Of each service that scales. */
export function readScaling(deployment: Deployment): ScaledService[] {
  const policies = ofType(deployment, "aws:appautoscaling/policy:Policy");
  return ofType(deployment, "aws:appautoscaling/target:Target").map(({ inputs }) => {
    const resource = text(inputs.resourceId)!;
    return {
      resource,
      min: number(inputs.minCapacity) ?? 0,
      max: number(inputs.maxCapacity) ?? 0,
      policies: policies.filter((policy) => policy.inputs.resourceId === resource).map(readPolicy),
    };
  });
}

function readPolicy(policy: Resource): Tracking | Stepping {
  const { inputs, outputs } = policy;
  const step = object(inputs.stepScalingPolicyConfiguration);
  if (text(inputs.policyType) === "StepScaling") {
    return {
      kind: "stepping",
      arn: text(outputs.arn) ?? policy.name,
      adjustment: text(step.adjustmentType) ?? "",
      cooldown: number(step.cooldown) ?? 300,
      steps: list(step.stepAdjustments).map((one) => ({
        from: number(object(one).metricIntervalLowerBound) ?? -Infinity,
        to: number(object(one).metricIntervalUpperBound) ?? Infinity,
        by: number(object(one).scalingAdjustment) ?? 0,
      })),
    };
  }
  const tracking = object(inputs.targetTrackingScalingPolicyConfiguration);
  return {
    kind: "tracking",
    watched: watchedBy(tracking, text(inputs.resourceId)!),
    target: number(tracking.targetValue)!,
    outCooldown: number(tracking.scaleOutCooldown) ?? 300,
    inCooldown: number(tracking.scaleInCooldown) ?? 300,
  };
}

const predefined: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: "CPUUtilization",
  ECSServiceAverageMemoryUtilization: "MemoryUtilization",
};

function watchedBy(tracking: Record<string, unknown>, resource: string): Watched {
  const type = text(object(tracking.predefinedMetricSpecification).predefinedMetricType);
  if (type !== undefined) {
    const [, ClusterName = "", ServiceName = ""] = resource.split("/");
    return seriesOf({
      namespace: "AWS/ECS",
      metricName: predefined[type],
      statistic: "Average",
      dimensions: { ClusterName, ServiceName },
    });
  }
  // A policy writes the same as an alarm, one level deeper and with its dimensions in a list.
  const metrics = list(object(tracking.customizedMetricSpecification).metrics).map(object);
  return seriesOf({
    metricQueries: metrics.map(({ id, expression, returnData, metricStat }) => {
      const { metric, stat } = object(metricStat);
      if (metric === undefined) return { id, expression, returnData: returnData ?? true };
      const { namespace, metricName, dimensions } = object(metric);
      return {
        id,
        returnData: returnData ?? true,
        metric: {
          ...{ namespace, metricName, stat },
          dimensions: Object.fromEntries(
            list(dimensions)
              .map(object)
              .map((one) => [text(one.name)!, text(one.value)!]),
          ),
        },
      };
    }),
  });
}

/** How many minutes the alarms of target tracking look at, as they are seen in accounts. */
const outPoints = 3;
const inPoints = 15;
/** Below this part of the target there are too many tasks. */
const inThreshold = 0.9;

/** "Scales in more gradually" is all that AWS says: a tenth at a time is a guess. */
const inPart = 0.1;

/** The number of tasks of one service. */
export class Scaler {
  /** Of each policy: when it last began to cool down, and from how many tasks it went out. */
  private readonly lastOut = new Map<Tracking, { at: number; from: number }>();
  private lastIn = -Infinity;
  private lastStep = -Infinity;

  constructor(
    private readonly service: ScaledService,
    private readonly store: MetricStore,
  ) {}

  /**
   * To be called once a minute.
   *
   * @param desired how many tasks are wanted so far, whether they run or not
   * @returns how many are wanted from now on
   */
  tick(now: number, desired: number): number {
    const wishes = this.service.policies.flatMap((policy) =>
      policy.kind === "tracking" ? [{ policy, wish: this.track(policy, now, desired) }] : [],
    );
    const outs = wishes.filter(({ wish }) => wish > desired);
    if (outs.length > 0) {
      const { policy, wish } = outs.reduce((a, b) => (b.wish > a.wish ? b : a));
      if (!this.isCooling(policy, now)) this.lastOut.set(policy, { at: now, from: desired });
      return Math.max(desired, this.within(wish));
    }
    // Fewer only where every policy agrees.
    const cooled = wishes.every(({ policy }) => now - this.lastIn >= policy.inCooldown);
    if (!cooled || wishes.length === 0) return desired;
    const to = this.within(Math.max(...wishes.map(({ wish }) => wish)));
    if (to < desired) this.lastIn = now;
    return Math.min(desired, to);
  }

  /** What a policy by steps makes of an alarm that fires. */
  step(policy: Stepping, beyond: number, now: number, desired: number): number {
    if (now - this.lastStep < policy.cooldown) return desired;
    const step = policy.steps.find(({ from, to }) => beyond >= from && beyond < to);
    if (step === undefined) return desired;
    this.lastStep = now;
    const by: Record<string, number> = {
      ExactCapacity: step.by,
      ChangeInCapacity: desired + step.by,
      PercentChangeInCapacity: Math.round(desired * (1 + step.by / 100)),
    };
    return this.within(by[policy.adjustment] ?? desired);
  }

  private track(policy: Tracking, now: number, desired: number): number {
    const { watched, target } = policy;
    const points = (count: number): Series => pointsOf(watched, this.store, now, count + extraPeriods);
    const fires = (count: number, breaches: (point: number) => boolean): boolean =>
      judge(points(count), "OK", { ...tracked(count), breaches }) === "ALARM";
    if (fires(outPoints, (point) => point > target)) {
      const newest = points(outPoints)
        .flatMap((point) => point ?? [])
        .at(-1)!;
      // What was added while it cools down is part of what it asks for now: only more than that is added.
      const from = this.isCooling(policy, now) ? this.lastOut.get(policy)!.from : desired;
      return Math.max(desired, Math.ceil((from * newest) / target - 1e-9));
    }
    if (fires(inPoints, (point) => point < inThreshold * target)) {
      // What is left is enough for the busiest of these minutes.
      const busiest = Math.max(...points(inPoints).flatMap((point) => point ?? []));
      const fewest = desired - Math.max(1, Math.floor(desired * inPart));
      return Math.min(desired, Math.max(fewest, Math.ceil((desired * busiest) / target - 1e-9)));
    }
    return desired;
  }

  private isCooling(policy: Tracking, now: number): boolean {
    const last = this.lastOut.get(policy);
    return last !== undefined && now - last.at < policy.outCooldown;
  }

  private within = (wish: number): number => Math.min(this.service.max, Math.max(this.service.min, wish));
}

/** The alarms of target tracking want all of their points, and act on what there is where some are missing. */
const tracked = (count: number): Pick<Judgement, "evaluationPeriods" | "datapointsToAlarm" | "missing"> => ({
  ...{ evaluationPeriods: count, datapointsToAlarm: count, missing: "missing" },
});
