/** The alarms of a stack, and what they are at. */
import type { Asking } from "../aws/ask";
import { atOnce, batches } from "../aws/batches";
import { isoOf } from "../aws/moment";
import type { Alarm } from "../aws/shapes";
import type { UnseenList } from "../aws/unseen";
import type { AlarmStatus } from "./report";

export async function lookAtAlarms(
  asking: Asking,
  unseen: UnseenList,
  names: readonly string[],
): Promise<AlarmStatus[] | undefined> {
  const found = new Map<string, Alarm>();
  for (const some of batches(names, atOnce.alarms)) {
    const answer = await asking.ask<{ MetricAlarms?: Alarm[]; CompositeAlarms?: Alarm[] }>(
      // Without the types CloudWatch leaves composite ones out.
      ...["cloudwatch", "describe-alarms", "--alarm-types", "MetricAlarm", "CompositeAlarm"],
      ...["--alarm-names", ...some],
    );
    const seen = unseen.found("the alarms", answer);
    if (!seen) return undefined;
    for (const alarm of [...(seen.MetricAlarms ?? []), ...(seen.CompositeAlarms ?? [])])
      found.set(alarm.AlarmName ?? "", alarm);
  }
  return names.map((name): AlarmStatus => {
    const alarm = found.get(name);
    return {
      name,
      state: alarm === undefined ? "missing" : (alarm.StateValue ?? "unknown"),
      since: isoOf(alarm?.StateTransitionedTimestamp ?? alarm?.StateUpdatedTimestamp),
      reason: alarm?.StateReason,
    };
  });
}
