/**
 * Stands in for CloudWatch: what requests and tasks tell it, and the recorded alarms that are judged by it once a minute. CPU is not
 * measured; of memory, only how many tasks there are to measure it.
 */
import { ofType, type Deployment } from "../../simulate/deployment";
import { routeDimensions } from "../../rules/metrics";
import { AlarmBoard, readAlarms, type CompositeAlarm, type MetricAlarm } from "../cloudwatch/alarms";
import { arriving } from "../cloudwatch/arrival";
import type { AlarmState } from "../cloudwatch/evaluate";
import { MetricStore } from "../cloudwatch/store";
import type { Outcome } from "./gateway";
import { list, object, text } from "./recorded";

export interface CloudWatchOptions {
  deployment: Deployment;
  /** Milliseconds of one modelled second. */
  second: number;
  /** How many tasks of each service run: by the names of its cluster and of itself. */
  tasks: () => { cluster: string; service: string; running: number }[];
  changed: (alarm: MetricAlarm | CompositeAlarm, state: AlarmState) => void;
}

const minute = 60;

export class CloudWatch {
  private readonly began = Date.now();
  private readonly store = new MetricStore(arriving(1));
  private readonly board: AlarmBoard;
  private readonly api: { ApiId: string; Stage: string } | undefined;
  /** Keys of routes whose metrics are sent one by one. */
  private readonly detailed: (key: string) => boolean;
  private readonly timer: NodeJS.Timeout;
  private readonly changedAt = new Map<string, Date>();

  constructor(private readonly options: CloudWatchOptions) {
    const { deployment, second, changed } = options;
    this.board = new AlarmBoard(readAlarms(deployment), this.store, (alarm, state) => {
      this.changedAt.set(alarm.name, new Date());
      changed(alarm, state);
    });
    const [stage] = ofType(deployment, "aws:apigatewayv2/stage:Stage");
    const ApiId = text(stage?.inputs.apiId);
    this.api = ApiId === undefined ? undefined : { ApiId, Stage: text(stage?.inputs.name) ?? "$default" };
    const own = new Map(
      list(stage?.inputs.routeSettings).map((of) => [
        text(object(of).routeKey),
        object(of).detailedMetricsEnabled === true,
      ]),
    );
    const byDefault = object(stage?.inputs.defaultRouteSettings).detailedMetricsEnabled === true;
    this.detailed = (key) => own.get(key) ?? byDefault;
    this.timer = setInterval(() => this.tick(), minute * second).unref();
  }

  /** The states of all alarms, by name. */
  get states(): ReadonlyMap<string, AlarmState> {
    return this.board.states;
  }

  /** The state of one alarm, and since when. */
  stateOf(name: string): { state: AlarmState | undefined; since: Date | undefined } {
    return { state: this.board.states.get(name), since: this.changedAt.get(name) };
  }

  served({ status, milliseconds, route, task }: Outcome): void {
    // Who leaves first is not counted: what AWS does is not published.
    if (this.api === undefined || status === undefined) return;
    const { ApiId, Stage } = this.api;
    const named = route !== undefined && this.detailed(route) ? routeDimensions(route) : undefined;
    const sets: Record<string, string>[] = [{ ApiId }, { ApiId, Stage }];
    if (named) sets.push({ ApiId, Stage, ...named });
    for (const dimensions of sets) {
      const put = (name: string, value: number): void =>
        this.store.put(this.now(), { namespace: "AWS/ApiGateway", name, dimensions }, [value]);
      put("Count", 1);
      // What did not happen is no data point.
      if (status >= 500) put("5xx", 1);
      else if (status >= 400) put("4xx", 1);
      put("Latency", milliseconds);
      if (task !== undefined) put("IntegrationLatency", milliseconds);
    }
  }

  close(): Promise<void> {
    clearInterval(this.timer);
    return Promise.resolve();
  }

  private tick(): void {
    const now = this.now();
    for (const { cluster: ClusterName, service: ServiceName, running } of this.options.tasks()) {
      const metric = {
        namespace: "AWS/ECS",
        name: "MemoryUtilization",
        dimensions: { ClusterName, ServiceName },
      };
      // The minute that has just passed.
      this.store.put(now - minute / 2, metric, Array<number>(running).fill(0));
    }
    this.board.tick(now);
  }

  /** Modelled seconds. */
  private now = (): number => (Date.now() - this.began) / this.options.second;
}

/** Whether anything would be judged. */
export const hasAlarms = (deployment: Deployment): boolean => {
  const { metric, composite } = readAlarms(deployment);
  return metric.length + composite.length > 0;
};
