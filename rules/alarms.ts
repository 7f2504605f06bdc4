/** Names and limits of a stack's alarms. Pulumi-free, so that a configuration can be checked by them. */

import { alarmLimits } from "./metrics";

/** Stack and project, by which everything of a stack is named. */
export interface Owner {
  project: string;
  stack: string;
}

/** What is watched of the API, and of all together. */
export type StackAlarm = "errors" | "latency" | "idle" | "outage" | "load";
/** What is watched of each service. */
export type ServiceAlarm = "running" | "restarts" | "cpu" | "memory" | "rollback";

/**
 * Name of an alarm. CloudWatch would overwrite another's of the same name; a dot stands in no name of a stack or service, so
 * that no two are called the same.
 */
export const alarmName = ({ project, stack }: Owner, ...parts: string[]): string =>
  [`${project}-${stack}`, ...parts].join(".");

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html (Name) */
export const ruleCharacters = 64;

/** What EventBridge rules count of a service, by the rule's name. */
export type CountedByRule = "restarts" | "deploys" | "failures";

/** Name of the EventBridge rule that counts something of a service. */
export const ruleName = (owner: Owner, service: string, counts: CountedByRule): string =>
  alarmName(owner, service, counts);

/** The longest of a service's: `restarts` and `failures` have as many letters. */
export const longestRuleName = (owner: Owner, service: string): string =>
  ruleName(owner, service, "restarts");

/** Limits of a composite alarm. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html (AlarmRule) */
const compositeLimits = { characters: 10_240, alarms: 100 } as const;
/** Left for what else the rule says. */
const room = 1024;

/** That any of these alarms is in ALARM, as a composite alarm says it. */
export const anyOf = (names: readonly string[]): string =>
  names.map((name) => `ALARM("${name}")`).join(" OR ");

/**
 * The alarms that one composite alarm stands for; several where one could not name them all.
 *
 * @param beside how many others each rule names as well
 */
export function compositesOf(names: readonly string[], beside = 1): string[][] {
  const all: string[][] = [];
  for (const name of names) {
    const last = all.at(-1);
    const fits =
      last &&
      last.length < compositeLimits.alarms - beside &&
      anyOf([...last, name]).length <= compositeLimits.characters - room;
    if (fits) last.push(name);
    else all.push([name]);
  }
  return all;
}

/** Routes whose requests and errors one alarm can add up. */
export const routesInOneAlarm = alarmLimits.metrics / 2;
