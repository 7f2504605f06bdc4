/** How ECS replaces the tasks of a service, and takes the new ones back when an alarm fires. */
import type { AlarmState } from "../../cloudwatch/evaluate";
import type { Version, World } from "./world";

export interface RollingSettings {
  /** `deploymentMinimumHealthyPercent` and `deploymentMaximumPercent`. */
  minimum: number;
  maximum: number;
  /** The alarms that take a deployment back. */
  alarmNames: readonly string[];
  /** How long ECS watches them once all tasks are new: it computes this from the alarms, and nobody can set it. */
  bakeSeconds: number;
}

export type Phase = "steady" | "rolling" | "baking" | "rolling back";

/** ECS looks at the alarms of a deployment every so often; how often is not published. */
const pollSeconds = 30;

export class RollingService {
  phase: Phase = "steady";
  /** When the last deployment was taken back. */
  rolledBack: number | undefined;
  private since = 0;
  private previous: Version;
  private watched: readonly string[] = [];

  constructor(
    private readonly world: World,
    private readonly settings: RollingSettings,
    private version: Version,
    public desired: number,
  ) {
    this.previous = version;
    world.start(version, desired, world.now);
  }

  /** @param states of the alarms, by name: one that fires already is not watched */
  deploy(version: Version, states: ReadonlyMap<string, AlarmState>): void {
    this.previous = this.version;
    this.version = version;
    this.phase = "rolling";
    this.rolledBack = undefined;
    this.watched = this.settings.alarmNames.filter((name) => states.get(name) !== "ALARM");
  }

  tick(states: ReadonlyMap<string, AlarmState>): void {
    const { world } = this;
    const watching = this.phase === "rolling" || this.phase === "baking";
    if (
      watching &&
      world.now % pollSeconds === 0 &&
      this.watched.some((name) => states.get(name) === "ALARM")
    ) {
      this.rolledBack = world.now;
      this.version = this.previous;
      this.phase = "rolling back";
    }
    this.replace();
    const replaced = world.wanted() === this.desired && world.serving(this.version) === this.desired;
    if (this.phase === "rolling back" && replaced) this.phase = "steady";
    if (this.phase === "rolling" && replaced) {
      this.phase = "baking";
      this.since = world.now;
    }
    if (this.phase === "baking" && world.now - this.since >= this.settings.bakeSeconds) this.phase = "steady";
  }

  private replace(): void {
    const { world, desired, version } = this;
    const { minimum, maximum } = this.settings;
    const room = Math.max(desired, Math.floor((desired * maximum) / 100)) - world.wanted();
    const lacking = desired - world.wanted(version);
    if (lacking < 0) world.stop(version, -lacking);
    else world.start(version, Math.max(0, Math.min(lacking, room)));
    const old = world.wanted() - world.wanted(version);
    if (old === 0) return;
    const spare = world.serving() - Math.ceil((desired * minimum) / 100);
    if (spare > 0) world.stop(version, Math.min(old, spare), true);
  }
}
