/**
 * The service scheduler of ECS for one service: keeps `desiredCount` tasks of the newest deployment, rolls from one
 * deployment to the next within the limits, replaces what dies, and rolls back what never becomes healthy.
 *
 * `ecs-docs` is docs.aws.amazon.com/AmazonECS/latest/developerguide/; [H] documented, [M] reported, [L] guessed.
 */
import type { CloudMap } from "../cloud-map";
import type { Artifact, TaskRunner } from "../fargate/runner";
import { Baking } from "./baking";
import { dispose, newRollout, restart, type Rollout } from "./rollout";
import type { ServiceView } from "./views";
import { Task } from "./task";

export interface SchedulerEvents {
  output(task: Task, line: string): void;
  taskChanged(task: Task): void;
  rolloutChanged(rollout: Rollout): void;
  /** Something was found out about a task; of the tasks of one rollout each once. */
  explained?(task: Task, message: string): void;
}

export interface SchedulerSettings {
  /** Milliseconds of one second in the task definition's times. */
  second: number;
  /** Seconds between health checks until the first success; Infinity for ECS's own timing. */
  eagerness: number;
  /** Seconds until another try after so many failures in a row. ECS throttles too, its steps are not documented [L]. */
  backoff: (failures: number) => number;
}

export const schedulerDefaults: SchedulerSettings = {
  second: 1000,
  eagerness: 0.5,
  backoff: (failures) => Math.min(failures, 10) * 0.5,
};

export class ServiceScheduler {
  readonly tasks = new Set<Task>();
  private readonly rolloutOf = new Map<Task, Rollout>();
  private readonly rollouts: Rollout[] = [];
  /** The last one. After a rollback an older one moves to the end, as it becomes PRIMARY again. */
  private lastGood: Rollout | undefined;
  /** Complete, and watched by alarms for a while before it may count as the last good one. */
  private readonly baking = new Baking<Rollout>();
  private desired: number;
  private zoneIndex = 0;
  private count = 0;
  private ticking = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly service: ServiceView,
    private readonly runner: TaskRunner,
    private readonly registry: CloudMap,
    private readonly events: SchedulerEvents,
    private readonly settings: SchedulerSettings = schedulerDefaults,
  ) {
    this.desired = service.desiredCount;
  }

  /** The deployment that new tasks belong to. */
  get primary(): Rollout | undefined {
    return this.rollouts.at(-1);
  }

  /** How many tasks it keeps. */
  get desiredCount(): number {
    return this.desired;
  }

  /** The deployment that started a task. */
  deploymentOf(task: Task): Rollout | undefined {
    return this.rolloutOf.get(task);
  }

  /** Starts a rolling deployment; one that is under way is left behind as on AWS. */
  deploy(artifact: Artifact): Rollout {
    this.count += 1;
    const rollout = newRollout(this.count, artifact);
    this.rollouts.push(rollout);
    this.events.rolloutChanged(rollout);
    this.tick();
    return rollout;
  }

  /** Scales the service. */
  setDesired(count: number): void {
    this.desired = count;
    this.tick();
  }

  /**
   * One of its alarms fired: a deployment that is under way, or complete and not yet baked, is taken back.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html [H]
   */
  alarmed(name: string): void {
    const { primary } = this;
    const watched = primary?.state === "IN_PROGRESS" || this.baking.baked === primary;
    // The one that is gone back to is not taken back as well.
    if (!primary || !watched || primary === this.lastGood) return;
    primary.lastFailure = `the alarm ${name} fired`;
    primary.advice = [];
    this.fail(primary, this.service.alarms.rollback);
    this.tick();
  }

  /** Stops watching and starting tasks. Those that run are ended by the runner. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.baking.end();
    for (const task of this.tasks) task.abandon();
    for (const rollout of this.rollouts) dispose(rollout);
  }

  /** Changes come in bursts; one look at the whole follows each burst. */
  private tick(): void {
    if (this.ticking) return;
    this.ticking = true;
    setImmediate(() => {
      this.ticking = false;
      if (!this.closed) this.reconcile();
    });
  }

  private reconcile(): void {
    const { primary } = this;
    if (!primary) return;
    const live = [...this.tasks].filter((task) => task.live);
    const current = live.filter((task) => this.rolloutOf.get(task) === primary);
    const old = live.filter((task) => this.rolloutOf.get(task) !== primary);

    // "rounded up" and "rounded down to the nearest integer": API_DeploymentConfiguration of the ECS API reference [H].
    const lower = Math.ceil((this.desired * this.service.minimumHealthyPercent) / 100);
    const upper = Math.floor((this.desired * this.service.maximumPercent) / 100);

    // Which tasks ECS chooses when scaling in is not documented beyond balancing zones; not yet healthy ones first [L].
    const surplus = current.length - this.desired;
    for (const task of sicklyFirst(current).slice(0, Math.max(0, surplus))) void task.stop("scaling in");

    // RUNNING and PENDING tasks count for the upper limit, STOPPING ones do not (API_DeploymentConfiguration [H]).
    let room = Math.min(this.desired - current.length, upper - live.length);
    const wait = primary.retryAt - Date.now();
    if (room > 0 && primary.state !== "FAILED") {
      if (wait > 0) this.wake(wait);
      else for (; room > 0; room -= 1) this.launch(primary);
    }

    // Healthy old tasks may go while the lower limit holds; a sick one at any time.
    let healthy = live.filter((task) => task.healthy).length;
    for (const task of sicklyFirst(old)) {
      if (task.healthy) {
        if (healthy - 1 < lower) break;
        healthy -= 1;
      }
      void task.stop("replaced by a newer deployment");
    }

    const ready = current.filter((task) => task.healthy).length;
    if (
      primary.state === "IN_PROGRESS" &&
      ready === this.desired &&
      current.length === ready &&
      old.length === 0
    ) {
      primary.state = "COMPLETED";
      this.bake(primary);
      this.events.rolloutChanged(primary);
    }
    this.disposeUnused();
  }

  private wake(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tick(), milliseconds);
  }

  private launch(rollout: Rollout): void {
    const { subnets } = this.service;
    // Spread over the zones of the subnets, one after the other.
    const zone = subnets[this.zoneIndex % Math.max(1, subnets.length)]?.zone ?? "";
    this.zoneIndex += 1;
    const events = {
      output: (task: Task, line: string) => this.events.output(task, line),
      changed: (task: Task) => this.taskChanged(task, rollout),
      hopeless: (task: Task) => {
        if (this.isHopeless(task)) this.unhealthy(task, rollout);
      },
      explained: (task: Task, message: string) => {
        if (rollout.explained.has(message)) return;
        rollout.explained.add(message);
        this.events.explained?.(task, message);
      },
    };
    const task = new Task(
      this.service,
      rollout.artifact,
      zone,
      this.runner,
      this.registry,
      events,
      this.settings,
    );
    this.tasks.add(task);
    this.rolloutOf.set(task, rollout);
    this.events.taskChanged(task);
  }

  private taskChanged(task: Task, rollout: Rollout): void {
    this.events.taskChanged(task);
    if (task.healthy) rollout.failures = 0;
    if (task.state === "RUNNING" && task.health === "UNHEALTHY") this.unhealthy(task, rollout);
    if (task.state === "STOPPED") {
      this.tasks.delete(task);
      this.rolloutOf.delete(task);
      // A task that was stopped on purpose is no failure; nor is one judged by its health, which was counted then.
      if (!task.everHealthy && task.health === "UNKNOWN" && !task.stopRequested) {
        this.failed(task, rollout, task.reason ?? "it ended");
      }
    }
    this.tick();
  }

  private unhealthy(task: Task, rollout: Rollout): void {
    this.failed(task, rollout, "its health check failed");
    void task.stop("its health check failed");
  }

  /** ECS goes on trying. Whoever waits here need not, unless ECS's own timing is asked for. */
  private isHopeless(task: Task): boolean {
    return task.hopeless && Number.isFinite(this.settings.eagerness);
  }

  private failed(task: Task, rollout: Rollout, reason: string): void {
    if (task.everHealthy) return;
    rollout.failures += 1;
    rollout.lastFailure = reason;
    rollout.advice = task.advice;
    rollout.retryAt = Date.now() + this.settings.backoff(rollout.failures) * this.settings.second;
    // Half of the desired count, at least 3 and at most 200 (aws-facts §3 "Circuit breaker", [H]).
    const threshold = Math.min(200, Math.max(3, Math.ceil(this.desired / 2)));
    const { circuitBreaker } = this.service;
    const over = this.isHopeless(task) || (circuitBreaker.enable && rollout.failures >= threshold);
    if (rollout.state !== "IN_PROGRESS" || !over) return;
    this.fail(rollout, circuitBreaker.rollback);
  }

  private fail(rollout: Rollout, rollback: boolean): void {
    rollout.state = "FAILED";
    this.baking.end();
    this.events.rolloutChanged(rollout);
    // "First-ever failed deploy has no rollback target" (aws-facts §3, [H]).
    const { lastGood } = this;
    if (rollback && lastGood && rollout === this.primary) {
      this.rollouts.splice(this.rollouts.indexOf(lastGood), 1);
      this.rollouts.push(lastGood);
      restart(lastGood);
      this.events.rolloutChanged(lastGood);
    }
  }

  private bake(rollout: Rollout): void {
    const { names, bakeSeconds } = this.service.alarms;
    if (names.length === 0 || rollout === this.lastGood) return void (this.lastGood = rollout);
    this.baking.start(rollout, bakeSeconds * this.settings.second, () => {
      this.lastGood = rollout;
      this.tick();
    });
  }

  private disposeUnused(): void {
    const used = new Set(this.rolloutOf.values());
    for (const rollout of this.rollouts) {
      const needed = [this.primary, this.lastGood, this.baking.baked].includes(rollout) || used.has(rollout);
      if (!needed) dispose(rollout);
    }
    const kept = this.rollouts.filter((rollout) => !rollout.disposed);
    this.rollouts.splice(0, this.rollouts.length, ...kept);
  }
}

const sicklyFirst = (tasks: Task[]): Task[] =>
  [...tasks].sort(
    (a, b) => Number(a.healthy) - Number(b.healthy) || Number(a.everHealthy) - Number(b.everHealthy),
  );
