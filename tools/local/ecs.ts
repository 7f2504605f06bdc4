/**
 * Stands in for ECS: a scheduler per recorded service, and the artifacts that its deployments start tasks from. The recorded
 * task definition never changes here; a new deployment is new code under the same definition.
 */
import type { CloudMap } from "./cloud-map";
import type { Artifact, TaskRunner } from "./fargate/runner";
import type { Rollout } from "./ecs/rollout";
import { ServiceScheduler, schedulerDefaults, type SchedulerSettings } from "./ecs/scheduler";
import type { ServiceView } from "./ecs/views";
import type { Task } from "./ecs/task";

export interface EcsEvents {
  output(service: ServiceView, task: Task, line: string): void;
  taskChanged(service: ServiceView, task: Task): void;
  rolloutChanged(service: ServiceView, rollout: Rollout): void;
  /** Something was found out about a task that its owner should know. */
  explained?(service: ServiceView, task: Task, message: string): void;
}

export class Ecs {
  readonly schedulers = new Map<string, ServiceScheduler>();
  private readonly waiting = new Map<Rollout, { urn: string; resolve: (rollout: Rollout) => void }>();
  private readonly preparing = new Map<string, Promise<void>>();
  private closed = false;

  constructor(
    services: ServiceView[],
    private readonly runner: TaskRunner,
    registry: CloudMap,
    private readonly events: EcsEvents,
    settings: Partial<SchedulerSettings> = {},
  ) {
    for (const service of services) {
      // Without a cluster or a task definition ECS starts nothing; the topology says so.
      if (!service.task) continue;
      const scheduler: ServiceScheduler = new ServiceScheduler(
        service,
        runner,
        registry,
        {
          output: (task, line) => events.output(service, task, line),
          taskChanged: (task) => events.taskChanged(service, task),
          rolloutChanged: (rollout) => this.rolloutChanged(service, rollout),
          explained: (task, message) => events.explained?.(service, task, message),
        },
        { ...schedulerDefaults, ...settings },
      );
      this.schedulers.set(service.urn, scheduler);
    }
  }

  /**
   * Builds what a service's tasks start from and rolls to it. Resolves when the rollout has ended, well or not; undefined
   * when the code is what runs already.
   *
   * @param again rolls even then, as `--force-new-deployment` does
   * @param prepared told what the new tasks will start from, before one does
   * @throws when it cannot be built; what runs is left alone then
   */
  async deploy(
    service: ServiceView,
    { again = false, prepared: told }: { again?: boolean; prepared?: (artifact: Artifact) => void } = {},
  ): Promise<Rollout | undefined> {
    const scheduler = this.schedulers.get(service.urn);
    if (!scheduler) return undefined;
    const before = this.preparing.get(service.urn) ?? Promise.resolve();
    const prepared = before.then(() => this.runner.prepare(service));
    // One build of a service after the other; the next does not care how this one ended.
    this.preparing.set(
      service.urn,
      prepared.then(
        () => undefined,
        () => undefined,
      ),
    );
    const artifact = await prepared;
    const { primary } = scheduler;
    const same = !again && primary?.artifact.digest === artifact.digest && primary.state !== "FAILED";
    if (this.closed || same) {
      await artifact.dispose();
      return undefined;
    }
    told?.(artifact);
    return new Promise((resolve) => {
      const rollout = scheduler.deploy(artifact);
      this.waiting.set(rollout, { urn: service.urn, resolve });
    });
  }

  /** A task that is there, by its id. */
  task(id: string): Task | undefined {
    return [...this.schedulers.values()].flatMap(({ tasks }) => [...tasks]).find((task) => task.id === id);
  }

  /** Ends everything at once: nobody is left to drain for. A build that is under way is not waited for. */
  async close(): Promise<void> {
    this.closed = true;
    for (const scheduler of this.schedulers.values()) scheduler.close();
    await this.runner.close();
  }

  private rolloutChanged(service: ServiceView, rollout: Rollout): void {
    this.events.rolloutChanged(service, rollout);
    const primary = this.schedulers.get(service.urn)?.primary;
    for (const [waiting, { urn, resolve }] of this.waiting) {
      // One that a newer rollout overtook has ended, too.
      if (urn !== service.urn || (waiting === primary && waiting.state === "IN_PROGRESS")) continue;
      this.waiting.delete(waiting);
      resolve(waiting);
    }
  }
}
