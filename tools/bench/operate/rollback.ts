/** A new version is rolled out under traffic: is it taken back, and after how long? */
import type { Deployment } from "../../../simulate/deployment";
import { ofType } from "../../../simulate/deployment";
import { AlarmBoard, readAlarms } from "../../cloudwatch/alarms";
import { arriving } from "../../cloudwatch/arrival";
import { bakeSeconds } from "../../cloudwatch/baking";
import { MetricStore } from "../../cloudwatch/store";
import { number, object, texts } from "../../local/recorded";
import { measuredOf } from "./measured";
import { Random } from "./random";
import { RollingService, type RollingSettings } from "./rolling";
import { Traffic } from "./traffic";
import { World, type Assumptions, type Version } from "./world";

export interface Outcome {
  /** Requests that the new version answered wrong, or that nobody answered. */
  failed: number;
  requests: number;
  /** Seconds from the first moment that the new version serves until ECS takes it back; undefined where it does not. */
  noticed: number | undefined;
  /** The same until the last of its tasks is gone from the gateway. */
  gone: number | undefined;
}

/** At which second of each minute CloudWatch looks: any, and the same for as long as an alarm is there. */
export const lookOf = (seed: number): number => (seed % 6) * 10;

const before = 45 * 60;
const after = 40 * 60;

/** What the program recorded of a service's rolling deployments. */
export function settingsOf(deployment: Deployment, service: string): RollingSettings & { desired: number } {
  const { inputs } = ofType(deployment, "aws:ecs/service:Service").find(({ name }) => name === service)!;
  const alarmNames = texts(object(inputs.alarms).alarmNames);
  return {
    minimum: number(inputs.deploymentMinimumHealthyPercent) ?? 100,
    maximum: number(inputs.deploymentMaximumPercent) ?? 200,
    alarmNames,
    bakeSeconds: bakeSeconds(deployment, alarmNames),
    desired: number(inputs.desiredCount) ?? 1,
  };
}

export interface RollbackRun {
  deployment: Deployment;
  service: string;
  assumptions: Assumptions;
  /** Requests a second on average. */
  rate: number;
  good: Version;
  next: Version;
  seed: number;
  /** False for the control: the alarms are there, and ECS does not watch them. */
  watched: boolean;
}

export function runRollback({
  deployment,
  service,
  assumptions,
  rate,
  good,
  next,
  seed,
  watched,
}: RollbackRun): Outcome {
  const random = new Random(seed);
  const store = new MetricStore(arriving(seed), 7200);
  const { desired, ...settings } = settingsOf(deployment, service);
  const board = new AlarmBoard(readAlarms(deployment), store);
  const world = new World(store, measuredOf(deployment, service), assumptions, random);
  const rolling = new RollingService(
    world,
    watched ? settings : { ...settings, alarmNames: [] },
    good,
    desired,
  );
  const traffic = new Traffic(() => rate, random);
  const outcome: Outcome = { failed: 0, requests: 0, noticed: undefined, gone: undefined };
  let serving: number | undefined;
  const look = lookOf(seed);
  while (world.now < before + after) {
    const { now } = world;
    if (now === before) rolling.deploy(next, board.states);
    const { rate: asked, trouble } = traffic.at(now);
    const step = world.step(asked, trouble);
    if (now >= before) {
      outcome.failed += step.failed;
      outcome.requests += step.requests;
    }
    if (world.now % 60 === look) board.tick(world.now);
    rolling.tick(board.states);
    if (world.now <= before) continue;
    if (serving === undefined && world.serving(next) > 0) serving = world.now;
    if (rolling.rolledBack !== undefined && serving !== undefined) {
      outcome.noticed ??= rolling.rolledBack - serving;
      if (world.serving(next) === 0) outcome.gone ??= world.now - serving;
    }
    if (outcome.gone !== undefined && rolling.phase === "steady") break;
  }
  return outcome;
}
