import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Alarm } from "./alarm";
import { alarmName, anyOf, compositesOf, Owner } from "../rules/alarms";

export interface CompositesArgs extends Owner {
  /** Alarms of what clients notice: errors, and tasks that are not there. */
  outage: readonly Alarm[];
  /** Alarms of what is slow, or nearly full. */
  load: readonly Alarm[];
  /** ARNs of the topics that are told. */
  actions: pulumi.Input<string>[];
}

/**
 * One message for a broken deployment, and not one for each alarm that sees it: of errors, restarts and missing tasks one composite
 * alarm tells, and of load another one, unless the first has told already.
 */
export function createComposites(
  component: string,
  { outage, load, actions, ...owner }: CompositesArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.CompositeAlarm[] {
  const create = (kind: "outage" | "load", description: string, i: number, rule: pulumi.Input<string>) => {
    const number = i === 0 ? "" : `-${i + 1}`;
    return new aws.cloudwatch.CompositeAlarm(
      `${component}-${kind}${number}`,
      {
        alarmName: alarmName(owner, `${kind}${number}`),
        alarmDescription: description,
        alarmRule: rule,
        ...(actions.length > 0 && { alarmActions: actions, okActions: actions }),
      },
      // A name is what replaces it, and is another one then.
      { ...opts, deleteBeforeReplace: false },
    );
  };
  const outages = grouped(outage).map((names, i) =>
    create(
      "outage",
      "Clients get errors, or tasks are missing: the alarms that it is made of say which.",
      i,
      names.apply(anyOf),
    ),
  );
  const loads = grouped(load, outages.length).map((names, i) => {
    const rule = pulumi
      .all([names, pulumi.all(outages.map((alarm) => alarm.alarmName))])
      .apply(([some, told]) => `(${anyOf(some)})${told.length > 0 ? ` AND NOT (${anyOf(told)})` : ""}`);
    return create(
      "load",
      "Services are slow or nearly full: the alarms that it is made of say which.",
      i,
      rule,
    );
  });
  return [...outages, ...loads];
}

/** The names of their alarms, for as many composite alarms as it takes; as outputs, so that the alarms are there first. */
function grouped(alarms: readonly Alarm[], beside?: number): pulumi.Output<string[]>[] {
  const byName = new Map(alarms.map(({ spec, resource }) => [spec.name, resource.name]));
  return compositesOf([...byName.keys()], beside).map((names) =>
    pulumi.all(names.map((name) => byName.get(name)!)),
  );
}
