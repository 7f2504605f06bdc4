/** The tasks: whether enough of them are healthy, and why others stopped. */
import { foundIn } from "../../aws/ask";
import { momentOf, timeOf } from "../../aws/moment";
import type { EcsTask, TaskDefinition } from "../../aws/shapes";
import { broken, type Finding, fine, notJudged, unseen } from "../finding";
import { isMeant, type Stop, whyStopped } from "../stops";
import type { Seen, SeenService } from "../seen";

export const judgeTasks = (seen: Seen): Finding[] => seen.services.map((service) => judge(seen, service));

/** Tasks that stopped and were not meant to, the newest first. */
export const failures = ({ stopped }: SeenService): EcsTask[] =>
  [...(foundIn(stopped) ?? [])]
    .filter((task) => !isMeant(task))
    .sort((a, b) => timeOf(b.stoppedAt) - timeOf(a.stoppedAt));

/** Whether a task's health is told by a check. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html */
const isChecked = (definition: TaskDefinition | undefined): boolean =>
  (definition?.containerDefinitions ?? []).some(
    ({ essential, healthCheck }) => essential !== false && healthCheck !== undefined,
  );

/** Of the tasks that run those that ECS counts as healthy. */
export const healthyTasks = ({ running, definition }: SeenService): EcsTask[] =>
  (foundIn(running) ?? []).filter(
    ({ lastStatus, healthStatus }) =>
      lastStatus === "RUNNING" && (healthStatus === "HEALTHY" || !isChecked(foundIn(definition))),
  );

/** Whether too few tasks are healthy, so that what stopped others is what is wrong. */
export const isShort = (service: SeenService): boolean =>
  healthyTasks(service).length < (foundIn(service.service)?.desiredCount ?? 0);

/** Why the newest of them stopped; undefined where enough tasks are healthy, or none stopped by a fault. */
export function lastStop(service: SeenService): { stop: Stop; task: EcsTask; count: number } | undefined {
  const all = failures(service);
  const [task] = all;
  if (task === undefined || !isShort(service)) return undefined;
  const stop = whyStopped(task);
  return { stop, task, count: all.filter((each) => whyStopped(each).says === stop.says).length };
}

/** What is shown of a stop. */
export function evidenceOf({
  task,
  stop: { container },
  count,
}: NonNullable<ReturnType<typeof lastStop>>): string[] {
  const at = momentOf(task.stoppedAt);
  const code = container?.exitCode === undefined ? "" : `, exit code ${container.exitCode}`;
  return [
    `${count === 1 ? "a task" : `${count} tasks`} stopped so, last ${at === undefined ? "" : `at ${at.toISOString().slice(11, 19)} UTC`}`,
    ...(task.stoppedReason === undefined ? [] : [task.stoppedReason]),
    ...(container === undefined
      ? []
      : [`${container.name}${code}${container.reason === undefined ? "" : `: ${container.reason}`}`]),
  ];
}

/** The last lines that were printed, marked as such. */
export const linesOf = ({ lines }: SeenService, most = 5): string[] =>
  (foundIn(lines) ?? [])
    .flatMap(({ message = "" }) => message.trimEnd().split("\n"))
    .filter((line) => line !== "")
    .slice(-most)
    .map((line) => `| ${line}`);

function judge(seen: Seen, service: SeenService): Finding {
  const { expected, running, stopped } = service;
  const { name } = expected;
  if (running.is === "unseen") return unseen("tasks", name, running);
  if (stopped.is === "unseen" && isShort(service)) return unseen("tasks", name, stopped);
  const desired = foundIn(service.service)?.desiredCount;
  if (service.service.is !== "found" || desired === 0)
    return notJudged("tasks", name, desired === 0 ? "none is wanted" : "ECS does not have the service");
  const healthy = healthyTasks(service);
  const last = lastStop(service);
  const more = { services: [name] };
  const logs = expected.logGroup === undefined ? [] : [`aws logs tail ${expected.logGroup} --since 1h`];
  if (last?.stop.hop === "tasks")
    return broken("tasks", name, `they stop: ${last.stop.says}`, {
      evidence: [...evidenceOf(last), ...linesOf(service)],
      fix: fixOf(seen, service, last.stop, logs),
      ...more,
    });
  if (last !== undefined)
    return broken("tasks", name, `they do not start: ${last.stop.says}`, {
      evidence: evidenceOf(last).slice(0, 1),
      ...{ symptomOf: name, ...more },
    });
  const up = (foundIn(running) ?? []).filter(({ lastStatus }) => lastStatus === "RUNNING");
  const sick = up.filter((task) => !healthy.includes(task));
  if (isShort(service) && sick.length > 0)
    return broken("tasks", name, `${sick.length} of those that run are not healthy`, {
      evidence: [...sick.slice(0, 2).map(status), ...linesOf(service)],
      fix: [
        ...logs,
        "# a new task is checked first after the health check's interval: wait a minute if it is new",
      ],
      ...(healthy.length > 0 && { verdict: "weak" as const }),
      ...more,
    });
  if (healthy.length < (desired ?? 0))
    return broken(
      "tasks",
      name,
      `${healthy.length} of ${desired} are healthy, and none has failed that ECS still knows`,
      {
        ...(healthy.length > 0 && { verdict: "weak" as const }),
        ...{ symptomOf: name, ...more },
      },
    );
  return fine("tasks", name, `${healthy.length} healthy`);
}

const status = ({ taskArn = "", healthStatus = "UNKNOWN", startedAt }: EcsTask): string => {
  const at = momentOf(startedAt);
  const since = at === undefined ? "" : `, runs since ${at.toISOString().slice(11, 19)} UTC`;
  return `${taskArn.split("/").at(-1)?.slice(0, 8)}: ${healthStatus}${since}`;
};

function fixOf(seen: Seen, { expected, definition }: SeenService, { says }: Stop, logs: string[]): string[] {
  const config = `Pulumi.${seen.expected.stack}.yaml`;
  const deploy = `npx pulumi up --stack ${seen.expected.stack}`;
  if (/memory/.test(says)) {
    const has = foundIn(definition)?.memory;
    return [
      `# give it more: \`memory\` of services.${expected.name} in ${config}${has === undefined ? "" : ` (it has ${has} MiB)`}`,
      deploy,
    ];
  }
  if (/health check/.test(says))
    return [
      ...logs,
      `# what it answers at healthCheck.path of services.${expected.name}, and on which port`,
      deploy,
    ];
  return [...logs, "# mend what it says, then:", `npm run deploy -- --stack ${seen.expected.stack}`];
}
