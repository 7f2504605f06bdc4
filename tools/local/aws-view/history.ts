/**
 * What happened in a local stack, as far as AWS would remember it: tasks that stopped (ECS shows them for about an hour), what
 * they printed, deployments, and the lines of the access log.
 */
import type { Rollout } from "../ecs/rollout";
import type { Task } from "../ecs/task";
import type { ServiceView } from "../ecs/views";
import { type Launch, type RunningTask, type TaskRunner, withStart } from "../fargate/runner";

/** How AWS words the end of a task, where it is known. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
export interface Ending {
  stopCode: string;
  stoppedReason: string;
  /** The container that ended it; left out, none ever started. */
  container?: string;
  exitCode?: number;
  /** Of the container. */
  reason?: string;
}

export interface Remembered {
  task: Task;
  service: ServiceView;
  createdAt: Date;
  startedAt: Date | undefined;
  stoppedAt: Date | undefined;
  /** Undefined while it runs, and for a task that was asked to stop. */
  ending: Ending | undefined;
  /** What its containers printed, of the last lines. */
  lines: Line[];
  running: RunningTask | undefined;
}

/** A line of a log. */
export interface Line {
  /** Of all lines of the stack. */
  n: number;
  at: Date;
  line: string;
}

export interface RememberedRollout {
  rollout: Rollout;
  createdAt: Date;
  updatedAt: Date;
}

/** What a stack tells while it runs, as far as it is remembered. */
interface Told {
  accessLog(line: string): void;
  taskChanged(service: ServiceView, task: Task): void;
  rolloutChanged(service: ServiceView, rollout: Rollout): void;
}

/** Of each service, of each task, and of the API. */
const keep = { tasks: 40, lines: 1000, requests: 2000 };

export class History {
  private readonly byId = new Map<string, Remembered>();
  private readonly launches = new Map<
    string,
    Pick<Remembered, "startedAt" | "running" | "ending" | "lines">
  >();
  private readonly rolledOut = new Map<string, RememberedRollout[]>();
  readonly accessLog: Line[] = [];
  private count = 0;

  /** @param endingOf how AWS words the end of a task that something befell */
  constructor(private readonly endingOf: (taskId: string) => Ending | undefined = () => undefined) {}

  /** The tasks of a service, the oldest first. */
  tasksOf = (urn: string): Remembered[] =>
    [...this.byId.values()].filter(({ service }) => service.urn === urn);

  /** The deployments of a service, the oldest first. */
  rolloutsOf = (urn: string): readonly RememberedRollout[] => this.rolledOut.get(urn) ?? [];

  /** Forgets the deployments of a service that failed, as ECS does after 90 days. */
  forgetFailed(urn: string): void {
    const kept = this.rolloutsOf(urn).filter(({ rollout }) => rollout.state !== "FAILED");
    this.rolledOut.set(urn, kept);
  }

  /** Listens on what the stack tells, before whoever listens already. */
  hear<T extends Told>(events: T): T {
    return {
      ...events,
      accessLog: (line: string) => {
        this.accessLog.push(this.lineOf(line));
        if (this.accessLog.length > keep.requests) this.accessLog.shift();
        events.accessLog(line);
      },
      taskChanged: (service: ServiceView, task: Task) => {
        this.taskChanged(service, task);
        events.taskChanged(service, task);
      },
      rolloutChanged: (service: ServiceView, rollout: Rollout) => {
        this.rolloutChanged(service, rollout);
        events.rolloutChanged(service, rollout);
      },
    };
  }

  /** Watches what a runner starts. */
  watch(runner: TaskRunner): TaskRunner {
    const note = (launch: Launch) => {
      const found = this.launches.get(launch.taskId);
      if (found) return found;
      const made = { startedAt: undefined, running: undefined, ending: undefined, lines: [] };
      this.launches.set(launch.taskId, made);
      return made as Pick<Remembered, "startedAt" | "running" | "ending" | "lines">;
    };
    return withStart(runner, async (launch) => {
      const noted = note(launch);
      const output = (line: string): void => {
        noted.lines.push(this.lineOf(line));
        if (noted.lines.length > keep.lines) noted.lines.shift();
        launch.output(line);
      };
      const own = launch.container ?? launch.service.task?.container;
      try {
        const running = await runner.start({ ...launch, output });
        // What runs before the application is not the task's own.
        if (launch.container === undefined) {
          Object.assign(noted, { running, startedAt: new Date() });
          void (running.ending ?? running.exited).then(({ code, reason }) => {
            noted.ending = this.endingOf(launch.taskId) ?? ended(own?.name ?? "", code, reason);
          });
        }
        return running;
      } catch (error) {
        noted.ending = this.endingOf(launch.taskId) ?? notStarted((error as Error).message);
        throw error;
      }
    });
  }

  private lineOf(line: string): Line {
    this.count += 1;
    return { n: this.count, at: new Date(), line };
  }

  private taskChanged(service: ServiceView, task: Task): void {
    const noted = this.launches.get(task.id);
    const found = this.byId.get(task.id) ?? {
      ...{ task, service, createdAt: new Date(), startedAt: undefined, stoppedAt: undefined },
      ...{ ending: undefined, running: undefined, lines: noted?.lines ?? [] },
    };
    if (noted) Object.assign(found, noted);
    if (task.state === "STOPPED") {
      found.stoppedAt ??= new Date();
      // Whoever asked for the end gave the reason.
      if (task.stopRequested) found.ending = undefined;
    }
    this.byId.set(task.id, found);
    const own = this.tasksOf(service.urn);
    const gone = own.filter(({ stoppedAt }) => stoppedAt !== undefined);
    for (const old of gone.slice(0, Math.max(0, own.length - keep.tasks))) {
      this.byId.delete(old.task.id);
      this.launches.delete(old.task.id);
    }
  }

  private rolloutChanged(service: ServiceView, rollout: Rollout): void {
    const all = this.rolledOut.get(service.urn) ?? [];
    const found = all.find((each) => each.rollout === rollout);
    if (found) found.updatedAt = new Date();
    else all.push({ rollout, createdAt: new Date(), updatedAt: new Date() });
    this.rolledOut.set(service.urn, all.slice(-keep.tasks));
  }
}

const ended = (container: string, code: number | undefined, reason: string): Ending => ({
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
  container,
  ...(code === undefined ? { reason } : { exitCode: code }),
});

const notStarted = (reason: string): Ending => ({
  stopCode: "TaskFailedToStart",
  stoppedReason: `CannotStartContainerError: ${reason}`,
});
