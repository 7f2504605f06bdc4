/** How CloudWatch comes from data points to a state. Pure. */
import type { Series } from "./store";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type Missing = "breaching" | "notBreaching" | "ignore" | "missing";

export interface Judgement {
  /** How many of the last data points count. */
  evaluationPeriods: number;
  /** How many of these have to breach. */
  datapointsToAlarm: number;
  missing: Missing;
  breaches: (point: number) => boolean;
}

/** Points that are looked at beyond the evaluation periods, in case some are missing: two, as in AWS's own table. */
export const extraPeriods = 2;

/**
 * Real points count before missing ones are filled in: only where there are fewer than the evaluation periods do the missing ones.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param range the evaluation periods and {@link extraPeriods} before them, oldest first
 * @param before the state so far
 */
export function judge(range: Series, before: AlarmState, judgement: Judgement): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, missing, breaches } = judgement;
  const real = range.flatMap((point) => point ?? []);
  const breaching = real.slice(-evaluationPeriods).filter(breaches).length;
  if (real.length >= evaluationPeriods) return breaching >= datapointsToAlarm ? "ALARM" : "OK";
  const lacking = evaluationPeriods - real.length;
  switch (missing) {
    case "breaching":
      return breaching + lacking >= datapointsToAlarm ? "ALARM" : "OK";
    case "notBreaching":
      return breaching >= datapointsToAlarm ? "ALARM" : "OK";
    case "ignore":
      if (breaching >= datapointsToAlarm) return "ALARM";
      return isPremature(range, judgement) ? before : real.length === 0 ? before : "OK";
    case "missing":
      if (real.length === 0) return "INSUFFICIENT_DATA";
      return breaching >= datapointsToAlarm || isPremature(range, judgement) ? "ALARM" : "OK";
  }
}

/**
 * Whether all that there is breaches, the oldest point of it long enough ago: what is missing since then is not waited for.
 * (AWS: "avoiding premature transitions to alarm state" on the same page.)
 */
function isPremature(range: Series, { datapointsToAlarm, breaches }: Judgement): boolean {
  const oldest = range.findIndex((point) => point !== undefined);
  if (oldest === -1 || range.length - oldest < datapointsToAlarm) return false;
  return range.every((point) => point === undefined || breaches(point));
}

export const comparisons: Readonly<Record<string, (point: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (point, threshold) => point >= threshold,
  GreaterThanThreshold: (point, threshold) => point > threshold,
  LessThanThreshold: (point, threshold) => point < threshold,
  LessThanOrEqualToThreshold: (point, threshold) => point <= threshold,
};
