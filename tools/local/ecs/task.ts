/**
 * One task, from launch to removal, in ECS's order: running, registered, healthy; then deregistered and at once SIGTERM, and
 * SIGKILL when `stopTimeout` has passed. Nothing drains in between: "the task is stopped as soon as the target is
 * deregistered" (aws-facts §3 "Stop order", roadmap#1639, [M]).
 */
import { randomBytes } from "node:crypto";
import { Attendant } from "./attendant";
import { runBefore } from "./before";
import { taskHealth, watchHealth, type Health, type HealthSettings } from "./health";
import type { CloudMap } from "../cloud-map";
import type { Artifact, Exit, RunningTask, TaskRunner } from "../fargate/runner";
import type { ContainerView, ServiceView } from "./views";

export type TaskState = "PENDING" | "RUNNING" | "STOPPING" | "STOPPED";

export interface TaskEvents {
  output(task: Task, line: string): void;
  /** State or health changed. */
  changed(task: Task): void;
  /** It is told that no time makes it healthy. */
  hopeless?(task: Task): void;
  /** Something was found out about it that its owner should know. */
  explained?(task: Task, message: string): void;
}

/** Milliseconds that the last lines of a task may be behind its end. */
const lastWordsMilliseconds = 100;

export class Task {
  /** 32 hexadecimal digits, as in a task's ARN. */
  readonly id = randomBytes(16).toString("hex");
  state: TaskState = "PENDING";
  health: Health = "UNKNOWN";
  everHealthy = false;
  /** No time makes it healthy: its check, or what it is started with, is not there. */
  hopeless = false;
  /** Why it stopped. */
  reason: string | undefined;
  running: RunningTask | undefined;
  private endHealth: () => void = () => undefined;
  private stopping: Promise<void> | undefined;
  private abandoned = false;
  /** Aborted when the task is told to stop before its container runs. */
  private readonly early = new AbortController();
  private readonly launched: Promise<void>;
  private readonly attendant: Attendant;

  constructor(
    readonly service: ServiceView,
    readonly artifact: Artifact,
    readonly zone: string,
    private readonly runner: TaskRunner,
    private readonly registry: CloudMap,
    private readonly events: TaskEvents,
    private readonly settings: HealthSettings,
  ) {
    this.attendant = new Attendant({
      service,
      artifact,
      kind: runner.kind,
      second: settings.second,
      say: (message) => this.events.explained?.(this, message),
      giveUp: () => this.giveUp(),
    });
    this.launched = this.launch();
  }

  /** What mends it, as far as it is known. */
  get advice(): string[] {
    return this.attendant.advice;
  }

  /** Counts for the limits of a deployment. */
  get live(): boolean {
    return this.state === "PENDING" || this.state === "RUNNING";
  }

  /** Whether somebody asked it to stop, as opposed to ending by itself. */
  get stopRequested(): boolean {
    return this.stopping !== undefined;
  }

  get healthy(): boolean {
    return this.state === "RUNNING" && this.health === "HEALTHY";
  }

  /** Stops it as ECS does. Resolves when it is gone. */
  stop(reason: string): Promise<void> {
    this.stopping ??= this.stopNow(reason);
    return this.stopping;
  }

  /** Ends what runs of it at once, as a crash does. Nobody asked ECS for it, which finds out and replaces it. */
  async kill(): Promise<void> {
    await this.running?.signal("SIGKILL");
  }

  /** Forgets it: out of Cloud Map, no more health checks. Whoever calls this ends the task by other means. */
  abandon(): void {
    this.abandoned = true;
    this.deregister();
  }

  private async launch(): Promise<void> {
    const { service, artifact, zone } = this;
    const output = (line: string) => {
      this.attendant.printed(line);
      this.events.output(this, line);
    };
    const { signal } = this.early;
    const launch = { taskId: this.id, service, artifact, zone, output, signal };
    try {
      await runBefore(
        service.task?.before ?? [],
        (container) =>
          this.runner.start({ ...launch, container, output: (line) => output(`${container.name}: ${line}`) }),
        {
          waiting: service.task?.container.name ?? "",
          second: this.settings.second,
          signal,
        },
      );
      this.running = await this.runner.start(launch);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const code = /\bended with code (\d+)$/.exec(reason)?.[1];
      if (!this.stopRequested)
        this.endedByItself({ code: code === undefined ? undefined : Number(code), reason });
      this.end(reason);
      return;
    }
    this.attendant.started(this.running);
    void (this.running.ending ?? this.running.exited).then((exit) => {
      if (this.state === "PENDING" || this.state === "RUNNING") void this.died(exit);
    });
    // A stop may have come while it was starting.
    if (this.state !== "PENDING") return;
    this.state = "RUNNING";
    const { registration, task } = service;
    if (registration) {
      const { address, port } = this.running;
      // At RUNNING, not at healthy: health is reported after it (aws-facts §3, [H]).
      this.registry.register(registration.arn, { id: this.id, address, port, zone, service: service.urn });
    }
    this.events.changed(this);
    this.watch(task?.containers ?? [], this.running);
  }

  private watch(containers: readonly ContainerView[], running: RunningTask): void {
    const states: { essential: boolean; check: boolean; health: Health }[] = containers.map(
      ({ essential, healthCheck }) => ({ essential, check: healthCheck !== undefined, health: "UNKNOWN" }),
    );
    const ends = containers.map(({ name, healthCheck }, i) =>
      healthCheck === undefined
        ? () => undefined
        : watchHealth(
            healthCheck,
            async (timeout) => {
              const probe = await running.probe(timeout, name);
              if (this.state === "RUNNING" && !this.everHealthy) await this.attendant.probed(name, probe);
              return probe.healthy;
            },
            (health) => {
              states[i]!.health = health;
              const whole = taskHealth(states);
              if (whole !== this.health) this.judge(whole);
            },
            this.settings,
          ),
    );
    this.endHealth = () => ends.forEach((end) => end());
    if (taskHealth(states) === "HEALTHY") this.judge("HEALTHY");
  }

  private judge(health: Health): void {
    if (this.state !== "RUNNING") return;
    this.health = health;
    if (health === "HEALTHY" && !this.everHealthy) {
      this.everHealthy = true;
      void this.attendant.healthy();
    }
    const { registration } = this.service;
    if (registration) this.registry.setHealth(registration.arn, this.id, health === "HEALTHY");
    this.events.changed(this);
  }

  private deregister(): void {
    this.endHealth();
    const { registration } = this.service;
    if (registration) this.registry.deregister(registration.arn, this.id);
  }

  private async stopNow(reason: string): Promise<void> {
    if (this.state === "STOPPED") return;
    this.reason ??= reason;
    this.state = "STOPPING";
    this.deregister();
    this.events.changed(this);
    this.early.abort();
    await this.launched;
    const { running } = this;
    if (running) {
      // Each has its own time; this is when even the last must have been killed.
      const timeouts = this.service.task?.containers.map(({ stopTimeout }) => stopTimeout) ?? [30];
      const timeout = timeouts.reduce((sum, seconds) => sum + seconds, 0) * this.settings.second;
      const kill = setTimeout(() => void running.signal("SIGKILL").catch(() => undefined), timeout);
      let gone = false;
      void running.exited.then(() => (gone = true));
      await Promise.resolve();
      const began = Date.now();
      const drains = this.everHealthy && !gone;
      await running.signal("SIGTERM").catch(() => undefined);
      await running.exited;
      if (drains) this.attendant.stopped(Date.now() - began);
      clearTimeout(kill);
      await running.remove().catch(() => undefined);
    }
    this.end(reason);
  }

  /** No time makes it healthy. */
  private giveUp(): void {
    if (this.state !== "RUNNING" || this.everHealthy || this.abandoned) return;
    this.hopeless = true;
    this.events.hopeless?.(this);
  }

  private endedByItself(exit: Exit): void {
    if (this.everHealthy || this.abandoned) return;
    this.attendant.ended(exit);
    this.hopeless = this.attendant.hopeless;
  }

  private async died(exit: Exit): Promise<void> {
    const { reason } = exit;
    this.reason = reason;
    this.deregister();
    if (!this.everHealthy) {
      await new Promise((done) => setTimeout(done, lastWordsMilliseconds));
      if (this.stopRequested) return;
      this.endedByItself(exit);
    }
    const { running } = this;
    if (running?.ending) {
      this.state = "STOPPING";
      this.events.changed(this);
      await running.exited;
    }
    this.end(reason);
    await running?.remove().catch(() => undefined);
  }

  private end(reason: string): void {
    if (this.state === "STOPPED") return;
    this.reason ??= reason;
    this.state = "STOPPED";
    this.events.changed(this);
  }
}
