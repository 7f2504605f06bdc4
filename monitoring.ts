import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { WatchedApi } from "./api/watched";
import { Cluster } from "./cluster";
import { StackConfig } from "./config";
import { AlarmsConfig } from "./config/schema-alarms";
import { Alarm, AlarmSpec, createAlarm } from "./monitoring/alarm";
import { apiAlarms } from "./monitoring/api";
import { createComposites } from "./monitoring/composites";
import { Notifications } from "./monitoring/notifications";
import { createRestartRule } from "./monitoring/restarts";
import { rollbackAlarms } from "./monitoring/rollback";
import { fewestTasks, ServiceAlarms, serviceAlarms } from "./monitoring/service";

export interface MonitoringArgs extends Pick<
  StackConfig,
  "project" | "stack" | "region" | "partition" | "services"
> {
  /** AWS account id. */
  account: string;
  /** A plain value: it decides which alarms exist. */
  alarms: AlarmsConfig;
  api: WatchedApi;
  cluster: Pick<Cluster, "arn" | "name">;
}

/**
 * What tells people that something is wrong, and rolls back a version that is. The alarms that roll back are there before the
 * services, which name them; all others come once the services run, so that a first deployment is nobody's alarm.
 *
 * Costs: 0.10 USD a month for each metric that an alarm reads, 0.50 USD for a composite alarm.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** ARN of the topic that tells the e-mail addresses; undefined without one. */
  readonly topic: pulumi.Output<string> | undefined;
  /** ARNs of all alarms, the most telling first. */
  readonly alarms: pulumi.Output<string>[] = [];
  /** Names of the rules that count a service's restarts, by its name. */
  readonly restartRules = new Map<string, pulumi.Output<string>>();
  private readonly notifications: Notifications;
  /** The alarms that roll a service back, by its name. */
  private readonly rollback: ReadonlyMap<string, readonly Alarm[]>;

  constructor(
    private readonly name: string,
    private readonly args: MonitoringArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:monitoring:Monitoring", name, {}, opts);
    const { alarms } = args;
    const targets = [alarms.notify].flat();
    if (targets.length === 0) void pulumi.log.warn(nobody);
    this.notifications = new Notifications(name, { ...args, targets }, { parent: this });
    this.topic = this.notifications.topic?.arn;
    this.rollback = this.createRollback();
    this.registerOutputs({ topic: this.topic });
  }

  /** Names of the alarms that roll a service back. */
  rollbackOf(service: string): pulumi.Output<string>[] {
    return (this.rollback.get(service) ?? []).map(({ resource }) => resource.name);
  }

  /** Watches the API, and the services once they run. */
  watch(running: Readonly<Record<string, { service: aws.ecs.Service }>>): void {
    const { name, args } = this;
    const { api, alarms, project, stack, services } = args;
    const ofApi = api.own ? apiAlarms(args, api, alarms) : undefined;
    const ofServices = Object.entries(running).flatMap(([service, { service: made }]) =>
      this.watchService(service, made),
    );
    const judged = [...this.rollback.values()].filter((some) => some.length > 0);
    const rollback = judged.flat();
    // Of one service the API's errors tell, and only when they are enough to wake somebody; by route an API may have guests,
    // whose requests would hide them.
    const outage = [
      ...this.create(ofApi?.errors),
      ...(ofApi && judged.length === 1 && !api.detailedMetrics ? [] : rollback),
      ...ofServices.flatMap(({ running: tasks, restarts }) => this.create(tasks, restarts)),
    ];
    const load = [
      ...this.create(ofApi?.latency),
      ...ofServices.flatMap(({ cpu, memory }) => this.create(cpu, memory)),
    ];
    if (!ofApi && outage.length === 0) void pulumi.log.warn(nothing);
    const { actions } = this.notifications;
    const composites = createComposites(name, { project, stack, outage, load, actions }, { parent: this });
    // Of a link that falls asleep in weeks, nothing else tells. Without a route nobody can ask, and it would never be quiet.
    const routed = Object.keys(services).some((service) => api.keysOf(service).length > 0);
    const idle = ofApi && routed ? [createAlarm(name, ofApi.idle, actions, { parent: this })] : [];
    const single = [...new Set([...outage, ...rollback, ...load, ...idle])].map(({ resource }) => resource);
    this.alarms.push(...[...composites, ...single].map(({ arn }) => arn));
  }

  private watchService(service: string, made: aws.ecs.Service): ServiceAlarms[] {
    const { project, stack, services, cluster, alarms } = this.args;
    const config = services[service]!;
    if (fewestTasks(config) === 0) return [];
    const named = { clusterArn: cluster.arn, serviceName: made.name };
    const rule = createRestartRule(this.name, { project, stack, service, ...named }, { parent: this });
    this.restartRules.set(service, rule.name);
    const watched = { name: service, config, clusterName: cluster.name, serviceName: made.name };
    return [serviceAlarms({ project, stack }, { ...watched, restartRule: rule.name }, alarms)];
  }

  private createRollback(): ReadonlyMap<string, readonly Alarm[]> {
    const { api, alarms, services } = this.args;
    if (!alarms.rollback) return new Map();
    return new Map(
      Object.keys(services).map((service) => [
        service,
        this.create(...rollbackAlarms(this.args, api, service, alarms)),
      ]),
    );
  }

  /** Alarms that tell nobody by themselves: a composite alarm does. */
  private create(...specs: (AlarmSpec | undefined)[]): Alarm[] {
    return specs.flatMap((spec) => (spec ? [createAlarm(this.name, spec, [], { parent: this })] : []));
  }
}

const nothing =
  "alarms: nothing is watched. The API is its owner's to watch, and no service is to have tasks. Fix: give one a desiredCount of 1 " +
  "or more, or take alarms out.";
const nobody =
  "alarms.notify: nobody is told. The alarms can be seen in CloudWatch alone. Fix: name an SNS topic or an e-mail address.";
