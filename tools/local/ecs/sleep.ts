/**
 * What Application Auto Scaling and its alarms do to a service that sleeps while nobody asks. Nothing of it has been seen on
 * AWS [L]: that step scaling acts while its alarm is in ALARM, and that the gateway counts requests that found no task (M for
 * `Count`), is documented; how late metrics and alarms are is not, and is assumed here.
 */
import { ofType, type Deployment, type Resource } from "../../../simulate/deployment";
import { scalingOf } from "../../../simulate/bounds";
import { list, number, object, text, texts } from "../recorded";
import type { ServiceScheduler } from "./scheduler";
import type { SleepView } from "./views";

/** Reads what makes a recorded service sleep: two policies and the alarms that name them. Undefined where one is missing. */
export function readSleep(deployment: Deployment, service: Resource): SleepView | undefined {
  const target = scalingOf(deployment, service);
  if (!target) return undefined;
  const steps = ofType(deployment, "aws:appautoscaling/policy:Policy")
    .filter(({ inputs }) => inputs.resourceId === target.inputs.resourceId)
    .flatMap((policy) => {
      const { stepAdjustments } = object(policy.inputs.stepScalingPolicyConfiguration);
      const tasks = number(object(list(stepAdjustments)[0]).scalingAdjustment);
      const arn = text(policy.outputs.arn);
      const alarm = ofType(deployment, "aws:cloudwatch/metricAlarm:MetricAlarm").find(
        ({ inputs }) => arn !== undefined && texts(inputs.alarmActions).includes(arn),
      );
      return tasks === undefined || !alarm ? [] : [{ tasks, alarm: alarm.inputs }];
    });
  const sleep = steps.find(({ tasks }) => tasks === 0);
  const wake = steps.find(
    ({ tasks, alarm }) => tasks > 0 && alarm.comparisonOperator !== "LessThanThreshold",
  );
  const after = number(sleep?.alarm.evaluationPeriods);
  if (after === undefined || !wake) return undefined;
  const dimensions = list(wake.alarm.metricQueries).map((query) =>
    object(object(object(query).metric).dimensions),
  );
  const routes = dimensions.flatMap(({ Method, Resource: path }) => {
    const [method, resource] = [text(Method), text(path)];
    return method === undefined || resource === undefined ? [] : [`${method} ${resource}`];
  });
  return { after, tasks: wake.tasks, routes: routes.length > 0 ? routes : undefined };
}

export interface SleepSettings {
  /** Milliseconds of a second. */
  second: number;
  /** Seconds from a request until the alarm that it sets off has set the number of tasks. */
  alarmSeconds: number;
}

/** Not what AWS takes, which is a minute or two: whoever waits at a terminal has seen by then that it works. */
export const alarmSecondsHere = 2;

/** Puts one service to sleep, and wakes it. */
export class Sleeper {
  private readonly timers = new Map<"sleep" | "wake", NodeJS.Timeout>();

  constructor(
    private readonly view: SleepView,
    private readonly scheduler: Pick<ServiceScheduler, "desiredCount" | "setDesired" | "primary">,
    private readonly settings: SleepSettings,
    private readonly say: (message: string) => void,
  ) {}

  /** A request that the gateway counted, whatever came of it. */
  asked(routeKey: string | undefined): void {
    const { routes } = this.view;
    if (routes && (routeKey === undefined || !routes.includes(routeKey))) return;
    if (this.scheduler.desiredCount > 0) {
      this.waitForSilence();
      return;
    }
    if (this.timers.has("wake")) return;
    const { alarmSeconds } = this.settings;
    this.say(`somebody asks: it wakes in ${alarmSeconds} s, when its alarm has seen the request`);
    this.after("wake", alarmSeconds, () => this.wake());
  }

  /** A deployment began, or one has ended. One of a service that sleeps wakes it, as `pulumi up` does. */
  deployed(): void {
    if (this.scheduler.desiredCount === 0) this.wake();
    else if (!this.timers.has("sleep")) this.waitForSilence();
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private wake(): void {
    clearTimeout(this.timers.get("wake"));
    this.timers.delete("wake");
    this.scheduler.setDesired(this.view.tasks);
    this.waitForSilence();
  }

  private waitForSilence(): void {
    clearTimeout(this.timers.get("sleep"));
    this.after("sleep", this.view.after * 60 + this.settings.alarmSeconds, () => this.sleep());
  }

  private sleep(): void {
    // "turns off scale-in processes while Amazon ECS deployments are in progress" (ecs-docs service-auto-scaling, [H]).
    if (this.scheduler.primary?.state === "IN_PROGRESS") {
      this.after("sleep", 60, () => this.sleep());
      return;
    }
    this.say(`nobody asked for ${this.view.after} minutes: it goes to sleep, and the next request wakes it`);
    this.scheduler.setDesired(0);
  }

  private after(what: "sleep" | "wake", seconds: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(what);
      then();
    }, seconds * this.settings.second);
    // Nobody waits for a service to fall asleep.
    timer.unref();
    this.timers.set(what, timer);
  }
}
