/**
 * What Amazon CloudWatch would answer of the alarms of a local stack.
 * https://docs.aws.amazon.com/cli/latest/reference/cloudwatch/describe-alarms.html
 */
import { properties, text } from "../recorded";
import type { Account } from "./account";
import { type Answers, valuesOf } from "./words";

export const alarms = (account: Account): Answers => ({
  "cloudwatch describe-alarms": (args) => {
    const asked = valuesOf(args, "--alarm-names");
    const types = valuesOf(args, "--alarm-types");
    const found = (type: string, key: string, kind: string): object[] =>
      types.length > 0 && !types.includes(kind)
        ? []
        : account.ofType(type).flatMap((resource) => {
            const name = text(properties(resource)[key]);
            if (name === undefined || (asked.length > 0 && !asked.includes(name))) return [];
            return [{ AlarmName: name, ...stateOf(account, name) }];
          });
    return {
      MetricAlarms: found("aws:cloudwatch/metricAlarm:MetricAlarm", "name", "MetricAlarm"),
      CompositeAlarms: found("aws:cloudwatch/compositeAlarm:CompositeAlarm", "alarmName", "CompositeAlarm"),
    };
  },
});

function stateOf({ cloudWatch }: Account, name: string): object {
  const { state = "INSUFFICIENT_DATA", since } = cloudWatch?.stateOf(name) ?? {};
  return {
    StateValue: state,
    StateReason:
      state === "INSUFFICIENT_DATA"
        ? "Unchecked: Initial alarm creation"
        : `The local stack judged it ${state} by its own requests and tasks.`,
    ...(since && {
      StateUpdatedTimestamp: since.toISOString(),
      StateTransitionedTimestamp: since.toISOString(),
    }),
  };
}
