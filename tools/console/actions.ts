/** What the buttons of the page do: events of the model, by the functions that the local stack has for them. */
import type { ServiceView } from "../local/ecs/views";
import type { Artifact } from "../local/fargate/runner";
import type { LocalStack } from "../local/stack";
import { Refused } from "./server";

/** Tasks that a service may be scaled to: they are real ones of this machine. */
export const mostTasks = 20;

export type Stage = Pick<LocalStack, "topology" | "registry" | "ecs" | "broken" | "cuts">;

interface Act {
  stack: Stage;
  service: ServiceView;
  body: Record<string, unknown>;
  /** Told what goes wrong later. */
  trouble: (message: string) => void;
}

const ofServices: Record<string, (act: Act) => string | Promise<string>> = {
  "roll out": (act) => {
    rollOut(act);
    return `${act.service.name}: a rollout of the same code was asked for`;
  },
  "roll out broken": (act) => {
    rollOut(act, true);
    return `${act.service.name}: a rollout of a version that is broken on purpose was asked for`;
  },
  break: async ({ stack, service }) => {
    const { artifact, number } = primaryOf(stack, service);
    await stack.broken.break(artifact);
    return `${service.name}: version ${number} is broken on purpose: its tasks answer 500 and fail their health checks`;
  },
  mend: ({ stack, service }) => {
    const { artifact, number } = primaryOf(stack, service);
    stack.broken.mend(artifact);
    return `${service.name}: version ${number} is mended`;
  },
  scale: ({ stack, service, body: { count } }) => {
    if (!Number.isInteger(count) || Number(count) < 0 || Number(count) > mostTasks)
      throw new Refused(`A service can be scaled to a number from 0 to ${mostTasks}.`);
    schedulerOf(stack, service).setDesired(Number(count));
    return `${service.name}: ${count === 1 ? "1 task is" : `${String(count)} tasks are`} wanted`;
  },
  cut: ({ stack, service }) => {
    if (stack.cuts.of(service).length > 0) throw new Refused(`Its rule is taken away already.`, 409);
    stack.cuts.open(service);
    const rules = stack.cuts.of(service);
    if (rules.length === 0) throw new Refused(`No rule admits the VPC link to ${service.name}.`, 409);
    return `${service.name}: the security group's rule ${rules.join(", ")} is taken away`;
  },
  restore: ({ stack, service }) => {
    const rules = stack.cuts.of(service);
    stack.cuts.mend(service);
    return `${service.name}: the security group's rule ${rules.join(", ")} is put back`;
  },
};

/**
 * Does what a button asks for.
 *
 * @param body `action`, and what it is about: `service` (its URN), `task` (its id)
 * @returns what was done, in words
 * @throws Refused when it is nothing that can be done
 */
export async function act(
  stack: Stage,
  body: Record<string, unknown>,
  trouble: (message: string) => void,
): Promise<string> {
  const { action, service: urn, task: id } = body;
  if (action === "expire") {
    if (stack.registry.cacheSeconds === 0)
      throw new Refused(
        "There is no cache: the gateway asks each time, unless it is npm start -- --like-aws.",
        409,
      );
    stack.registry.expire();
    return "the gateway's cache is expired: the next request asks Cloud Map";
  }
  if (action === "kill") {
    const task = typeof id === "string" ? stack.ecs.task(id) : undefined;
    if (!task?.running || !task.live) throw new Refused("This task does not run any more.", 409);
    await task.kill();
    return `${task.service.name}/${task.id.slice(0, 8)}: the task was killed`;
  }
  const does =
    typeof action === "string" && Object.hasOwn(ofServices, action) ? ofServices[action] : undefined;
  if (!does)
    throw new Refused(
      `Allowed are the actions ${[...Object.keys(ofServices), "kill", "expire"].join(", ")}.`,
    );
  const service = stack.topology.services.find((known) => known.urn === urn);
  if (!service) throw new Refused("There is no such service.", 404);
  return does({ stack, service, body, trouble });
}

function rollOut({ stack, service, trouble }: Act, broken = false): void {
  schedulerOf(stack, service);
  const prepared = broken ? (artifact: Artifact) => void stack.broken.break(artifact) : undefined;
  stack.ecs
    .deploy(service, { again: true, prepared })
    .catch((error: Error) => trouble(`${error.message}\nThe old version keeps running.`));
}

const schedulerOf = ({ ecs }: Stage, service: ServiceView) => {
  const scheduler = ecs.schedulers.get(service.urn);
  if (!scheduler) throw new Refused(`${service.name} has no task definition, so that no task starts.`, 409);
  return scheduler;
};

const primaryOf = (stack: Stage, service: ServiceView) => {
  const { primary } = schedulerOf(stack, service);
  if (!primary) throw new Refused(`${service.name} has no version yet.`, 409);
  return primary;
};
