/**
 * Faults of a service's tasks. The reasons are in the words of Amazon ECS:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
import type { ServiceView } from "../ecs/views";
import type { Fault } from "./fault";
import { befalls } from "./befalls";

const listens = ["listening"];

/** Of the service's tasks, a container that is not the application. */
const sidecarOf = ({ task }: ServiceView): string | undefined =>
  task?.containers.find(({ name, essential }) => essential && name !== task.container.name)?.name;

const all: readonly Fault[] = [
  {
    name: "desired-zero",
    title: "The service was scaled to no task",
    hop: "service",
    felt: 503,
    inject: ({ ecs }, { urn }) => ecs.schedulers.get(urn)?.setDesired(0),
  },
  {
    name: "rolled-back",
    title: "A deployment failed and was rolled back",
    hop: "service",
    fits: (_, { circuitBreaker }) => circuitBreaker.rollback,
    inject: ({ ecs, mishaps }, { urn }) => {
      const scheduler = ecs.schedulers.get(urn);
      const artifact = scheduler?.primary?.artifact;
      if (!scheduler || !artifact) return;
      const prints = ["Traceback (most recent call last):", "KeyError: 'DATABASE_URL'"];
      // The same code: it is not this deployment's to remove.
      const next = { ...artifact, digest: `${artifact.digest}-next`, dispose: () => Promise.resolve() };
      mishaps.befall(urn, { kind: "ends", code: 1, prints, only: next.digest });
      scheduler.deploy(next);
    },
  },
  {
    name: "no-capacity",
    title: "Fargate has no capacity, and a task that ended is not replaced",
    hop: "service",
    felt: 503,
    inject: (account, service) => {
      const message =
        `(service ${service.name}) was unable to place a task. Reason: Capacity is unavailable at this time. ` +
        "Please try again later or in a different availability zone.";
      account.events.set(service.urn, [{ at: new Date(), message }]);
      account.mishaps.befall(service.urn, { kind: "not placed" });
      account.mishaps.retire(service.urn);
    },
  },
  {
    name: "out-of-memory",
    title: "Tasks are killed for their memory",
    hop: "tasks",
    felt: 503,
    inject: befalls(() => ({
      ...{ kind: "ends", code: 137, prints: listens },
      reason: "OutOfMemoryError: Container killed due to memory usage",
    })),
  },
  {
    name: "exits-at-start",
    title: "The application ends when it starts",
    hop: "tasks",
    felt: 503,
    inject: befalls(() => ({
      ...{ kind: "ends", code: 1 },
      prints: [
        "Traceback (most recent call last):",
        '  File "/app/app.py", line 3, in <module>',
        "KeyError: 'DATABASE_URL'",
      ],
    })),
  },
  {
    name: "sidecar-exits",
    title: "An essential container beside the application ends",
    hop: "tasks",
    felt: 503,
    fits: (_, service) => sidecarOf(service) !== undefined,
    inject: befalls((_, service) => ({
      ...{ kind: "ends", container: sidecarOf(service) ?? "", code: 2, prints: listens },
    })),
  },
  {
    name: "health-check-fails",
    title: "The health check fails",
    hop: "tasks",
    felt: 503,
    fits: (_, { task }) => task?.containers.some(({ healthCheck }) => healthCheck !== undefined) === true,
    inject: befalls(() => ({ kind: "sick", prints: listens })),
  },
  {
    name: "answers-500",
    title: "The application answers with errors",
    hop: "log",
    felt: 500,
    inject: befalls(() => ({
      ...{ kind: "answers", status: 500 },
      prints: ["ERROR in app: Exception on / [GET]", "ZeroDivisionError: division by zero"],
    })),
  },
];

export const taskFaults: readonly Fault[] = [...all];
