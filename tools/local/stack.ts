/** The whole local stack of one deployment: Cloud Map and its DNS, ECS, the HTTP API, and a watch on the sources. */
import { Account } from "./aws-view/account";
import { History } from "./aws-view/history";
import { Mishaps } from "./faults/mishaps";
import { ofType, type Deployment } from "../../simulate/deployment";
import type { AlarmState } from "../cloudwatch/evaluate";
import { CloudWatch, hasAlarms } from "./cloudwatch";
import { locate } from "./image/context";
import { serveCalls } from "./calls";
import { serveDns, type DnsServer } from "./cloud-map/dns";
import { serveGateway, type Gateway, type GatewayOptions, type Outcome } from "./gateway";
import { serveMetadata, type MetadataServer } from "./fargate/metadata";
import { CloudMap, type RegistrySettings } from "./cloud-map";
import { Breakable } from "./fargate/breakable";
import type { TaskRunner } from "./fargate/runner";
import { Cuts } from "./firewall/cut";
import type { Rollout } from "./ecs/rollout";
import type { SchedulerSettings } from "./ecs/scheduler";
import { alarmSecondsHere, Sleeper } from "./ecs/sleep";
import type { ServiceView } from "./ecs/views";
import type { Task } from "./ecs/task";
import { Ecs } from "./ecs";
import { readTopology, type Topology } from "./topology";
import { watchContext, type Watcher } from "./image/watch";

export interface StackEvents {
  /** Steps that take a while. */
  progress(message: string): void;
  /**
   * Something failed, and why.
   *
   * @param about that it was a request, of whose end `served` tells as well
   */
  trouble(message: string, about?: "request"): void;
  accessLog(line: string): void;
  /** How a request ended, and at which task. */
  served?(outcome: Outcome): void;
  output(service: ServiceView, task: Task, line: string): void;
  taskChanged(service: ServiceView, task: Task): void;
  rolloutChanged(service: ServiceView, rollout: Rollout): void;
  /** An alarm of CloudWatch came to another state. */
  alarmChanged?(name: string, state: AlarmState): void;
  /** Something was found out about a task: why it does not become healthy, or what AWS would not forgive. */
  explained?(service: ServiceView, task: Task, message: string): void;
}

/** Tells two. */
export function toBoth(first: StackEvents, second: StackEvents | undefined): StackEvents {
  if (!second) return first;
  return {
    progress: (...args) => [first, second].forEach((events) => events.progress(...args)),
    trouble: (...args) => [first, second].forEach((events) => events.trouble(...args)),
    accessLog: (...args) => [first, second].forEach((events) => events.accessLog(...args)),
    served: (...args) => [first, second].forEach((events) => events.served?.(...args)),
    output: (...args) => [first, second].forEach((events) => events.output(...args)),
    taskChanged: (...args) => [first, second].forEach((events) => events.taskChanged(...args)),
    rolloutChanged: (...args) => [first, second].forEach((events) => events.rolloutChanged(...args)),
    alarmChanged: (...args) => [first, second].forEach((events) => events.alarmChanged?.(...args)),
    explained: (...args) => [first, second].forEach((events) => events.explained?.(...args)),
  };
}

export interface StackOptions {
  deployment: Deployment;
  /** The folder that recorded build contexts are relative to. */
  project: string;
  events: StackEvents;
  /** Makes what runs the tasks; the metadata server is there before it. */
  runner: (metadata: MetadataServer) => Promise<TaskRunner>;
  /** Where the metadata endpoint listens, and what leads calls to other services; containers need 0.0.0.0. */
  metadataAddress?: string;
  port?: number;
  dnsPort?: number;
  watch?: boolean;
  /** Finds the keys of an issuer of tokens; left out, the issuer is asked. */
  keys?: GatewayOptions["keys"];
  /** Told how to end what has been started so far, before anything is. */
  closable?: (close: () => Promise<void>) => void;
  /**
   * Milliseconds of one second of ECS and Cloud Map: of a task definition's times, the cache and the lag. The runner has to be
   * told as well, for the tasks' own drain. The gateway's timeouts and what programs take to start stay real.
   */
  second?: number;
  registry?: Partial<RegistrySettings>;
  scheduler?: Partial<SchedulerSettings>;
  /** Seconds until an alarm has seen a request: of services that sleep. */
  alarmSeconds?: number;
}

export interface LocalStack {
  topology: Topology;
  registry: CloudMap;
  ecs: Ecs;
  /** Versions that are broken on purpose. */
  broken: Breakable;
  /** Rules of security groups that are taken away. */
  cuts: Cuts;
  /** What AWS would have of it. */
  account: Account;
  port: number;
  dnsPort: number;
  /** Resolves to the first rollouts, when all have ended. */
  deployed: Promise<(Rollout | undefined)[]>;
  /** Leaves no process and no container. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts everything. When a part cannot start, what was started is ended and the error thrown. */
export async function startStack(options: StackOptions): Promise<LocalStack> {
  const { deployment, second = 1000 } = options;
  const mishaps = new Mishaps();
  const history = new History(mishaps.endingOf);
  const events = history.hear(options.events);
  const topology = readTopology(deployment);
  const registry = new CloudMap(topology.registries, { second, ...options.registry });
  const parts: { close(): Promise<void> }[] = [];
  const close = async () => {
    // Requests end first, then what could start tasks, then the tasks.
    for (const part of parts.splice(0)) await part.close();
  };
  options.closable?.(close);
  let runner: Breakable | undefined;
  const sleepers = new Map<string, Sleeper>();
  let cloudWatch: CloudWatch | undefined;
  try {
    const gateway: Gateway = await serveGateway({
      topology,
      discover: (arn) => registry.discover(arn).map((instance) => runner?.reach(instance) ?? instance),
      log: (line) => events.accessLog(line),
      served: (outcome) => {
        for (const sleeper of sleepers.values()) sleeper.asked(outcome.route);
        cloudWatch?.served(outcome);
        events.served?.(outcome);
      },
      explain: (message) => events.trouble(message, "request"),
      port: options.port ?? 0,
      keys: options.keys,
    });
    parts.push(gateway);
    const dns: DnsServer = await serveDns(registry, options.dnsPort ?? 0);
    const metadata = await serveMetadata(options.metadataAddress ?? "127.0.0.1");
    parts.push(dns, metadata);
    const broken = (runner = new Breakable(history.watch(mishaps.over(await options.runner(metadata)))));
    const calls = await serveCalls(topology.calls, {
      ...{ registry, second },
      listenOn: options.metadataAddress ?? "127.0.0.1",
      host: broken.host ?? "127.0.0.1",
      reach: (instance) => broken.reach(instance),
      explain: (message) => events.trouble(message),
    });
    parts.push(calls);
    broken.check(topology.services);
    const rolling: StackEvents = {
      ...events,
      rolloutChanged: (service, rollout) => {
        sleepers.get(service.urn)?.deployed();
        events.rolloutChanged(service, rollout);
      },
    };
    const ecs = new Ecs(topology.services, broken, registry, rolling, { second, ...options.scheduler });
    parts.splice(1, 0, ecs);
    const { alarmSeconds = alarmSecondsHere } = options;
    for (const { urn, name, sleep } of topology.services) {
      const scheduler = ecs.schedulers.get(urn);
      if (!sleep || !scheduler) continue;
      const say = (message: string) => events.progress(`${name}: ${message}`);
      const sleeper = new Sleeper(sleep, scheduler, { second, alarmSeconds }, say);
      sleepers.set(urn, sleeper);
      parts.splice(1, 0, { close: () => Promise.resolve(sleeper.close()) });
    }

    const running = topology.services.filter((service) => service.task);
    const deployed = Promise.all(running.map((service) => ecs.deploy(service)));
    // Whoever awaits it hears of a failure; nobody has to.
    deployed.catch(() => undefined);
    if (options.watch !== false) {
      for (const watcher of watchAll(running, options.project, ecs, events)) {
        parts.splice(1, 0, watcher);
        await watcher.ready;
      }
    }
    const cuts = new Cuts(deployment, topology);
    if (hasAlarms(deployment))
      parts.splice(1, 0, (cloudWatch = watchAlarms({ ...options, events }, ecs, topology, second)));
    const account = new Account({
      ...{ deployment, topology, registry, ecs, history, mishaps, cuts, cloudWatch },
    });
    const model = { topology, registry, ecs, account, broken, cuts };
    return { ...model, port: gateway.port, dnsPort: dns.port, deployed, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Alarms that fire are told, and take back the deployments that they watch. */
function watchAlarms(
  { deployment, events }: StackOptions,
  ecs: Ecs,
  topology: Topology,
  second: number,
): CloudWatch {
  const clusters = new Map(
    ofType(deployment, "aws:ecs/cluster:Cluster").map(({ outputs }) => [outputs.arn, String(outputs.name)]),
  );
  return new CloudWatch({
    ...{ deployment, second },
    tasks: () =>
      topology.services.map(({ urn, name, cluster }) => ({
        ...{ service: name, cluster: clusters.get(cluster) ?? cluster },
        running: [...(ecs.schedulers.get(urn)?.tasks ?? [])].filter(({ state }) => state === "RUNNING")
          .length,
      })),
    changed: ({ name, actions }, state) => {
      // What sets numbers of tasks goes off every day; a service that sleeps says so itself.
      if (!actions.some((action) => action.includes(":scalingPolicy:"))) events.alarmChanged?.(name, state);
      if (state !== "ALARM") return;
      for (const service of topology.services)
        if (service.alarms.names.includes(name)) ecs.schedulers.get(service.urn)?.alarmed(name);
    },
  });
}

function watchAll(services: ServiceView[], project: string, ecs: Ecs, events: StackEvents): Watcher[] {
  const contexts = new Map<string, ServiceView[]>();
  for (const service of services) {
    const build = service.task?.container.build;
    if (!build) continue;
    const { context, dockerfile } = locate(build, project);
    const key = JSON.stringify([context, dockerfile]);
    contexts.set(key, [...(contexts.get(key) ?? []), service]);
  }
  return [...contexts].map(([key, users]) => {
    const [context, dockerfile] = JSON.parse(key) as [string, string];
    return watchContext(
      context,
      () => {
        for (const service of users) {
          events.progress(`${service.name}: the code changed, rolling to a new deployment …`);
          ecs
            .deploy(service)
            .catch((error: Error) => events.trouble(`${error.message}\nThe old version keeps running.`));
        }
      },
      dockerfile,
    );
  });
}
