/**
 * Calls from one service to another by a name of the private DNS zone. Tasks on this machine cannot ask that zone, so they are told
 * an address here instead, and each connection to it goes to a task as the zone would name one.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Deployment } from "../../simulate/deployment";
import type { CloudMap, Instance } from "./cloud-map";
import type { Registry } from "./cloud-map/registries";
import type { ServiceView } from "./ecs/views";
import { missingRule, taskSide } from "./firewall";

/** An address that a service's tasks are told, of another service's tasks. */
export interface CallView {
  caller: ServiceView;
  /** The variable that tells it. */
  variable: string;
  /** The other service; undefined where nobody registers under the name. */
  callee: ServiceView | undefined;
  registry: Registry;
  port: number;
  /** Why nothing arrives, if it does not. */
  blocked: string | undefined;
}

/** MULTIVALUE answers with up to eight records (Cloud Map DnsConfig, RoutingPolicy, [H]). */
const mostRecords = 8;

const origin = /^http:\/\/([a-z0-9.-]+)(?::(\d+))?(?=[/?#]|$)/i;

/** Every variable of a service that names something in a private zone of the deployment; what cannot work goes to `problems`. */
export function readCalls(
  deployment: Deployment,
  services: readonly ServiceView[],
  registries: ReadonlyMap<string, Registry>,
  problems: string[],
): CallView[] {
  const all = [...registries.values()].filter(({ dnsName }) => dnsName !== undefined);
  const zones = new Set(all.map(({ dnsName }) => dnsName!.slice(dnsName!.indexOf(".")).toLowerCase()));
  return services.flatMap((caller) =>
    Object.entries(caller.task?.container.environment ?? {}).flatMap(([variable, value]): CallView[] => {
      const [, host = "", port = "80"] = origin.exec(value) ?? [];
      const name = host.toLowerCase();
      if (![...zones].some((zone) => name.endsWith(zone))) return [];
      const says = `${caller.name}: ${variable} names ${name}`;
      const registry = all.find(({ dnsName }) => dnsName!.toLowerCase() === name);
      if (!registry) {
        problems.push(`${says}, which there is not`);
        return [];
      }
      if (!registry.a) {
        problems.push(`${says}, which has no A record: ordinary clients find no address`);
        return [];
      }
      const callee = services.find(({ registration }) => registration?.arn === registry.arn);
      const call = { caller, variable, callee, registry, port: Number(port) };
      const blocked = blockedCall(deployment, call);
      if (blocked !== undefined) problems.push(`${says}: ${blocked}`);
      return [{ ...call, blocked }];
    }),
  );
}

function blockedCall(
  deployment: Deployment,
  { caller, callee, port }: Omit<CallView, "blocked">,
): string | undefined {
  if (!callee) return "no service registers there";
  if (callee.registration?.port !== port) {
    return `${callee.name} listens on port ${callee.registration?.port ?? "none"}, not on ${port}`;
  }
  switch (missingRule(deployment, taskSide(caller), taskSide(callee), port)) {
    case "egress":
      return `no egress rule lets its tasks out to ${callee.name} on port ${port}`;
    case "ingress":
      return `no ingress rule admits its tasks to ${callee.name} on port ${port}`;
    case undefined:
      return undefined;
  }
}

export interface CallSettings {
  registry: CloudMap;
  /** Containers cannot reach 127.0.0.1 of this machine. */
  listenOn: string;
  /** How tasks call this machine. */
  host: string;
  /** Milliseconds of one second of a record's time to live. */
  second: number;
  now?: () => number;
  /** Where a connection to an instance goes; left out, to it. */
  reach?: (instance: Instance) => Instance;
  explain: (message: string) => void;
}

/** Listens for every call, and tells the callers where. */
export async function serveCalls(
  calls: readonly CallView[],
  settings: CallSettings,
): Promise<{ close(): Promise<void> }> {
  const open = new Set<Socket>();
  const servers: Server[] = [];
  const close = async () => {
    for (const socket of open) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  try {
    for (const call of calls) {
      const lead = leader(call, settings);
      const server = createServer((socket) => {
        keep(socket, open);
        lead(socket, open);
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, settings.listenOn, resolve);
      });
      servers.push(server);
      tell(call, `http://${settings.host}:${(server.address() as AddressInfo).port}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

/** All containers of a task are told the same. */
function tell({ caller: { task }, variable }: CallView, here: string): void {
  for (const { environment } of [
    ...(task?.containers ?? []),
    ...(task?.before.map(({ container }) => container) ?? []),
  ]) {
    const value = environment[variable];
    if (value !== undefined) environment[variable] = value.replace(origin, here);
  }
}

/** Leads connections to tasks, out of answers that are as old as a resolver may keep them. */
function leader(call: CallView, settings: CallSettings): (socket: Socket, open: Set<Socket>) => void {
  const { caller, callee, registry } = call;
  const { second, explain, now = Date.now, reach = (instance: Instance) => instance } = settings;
  const names = `${caller.name} calls ${callee?.name ?? registry.dnsName}`;
  let answer: { at: Instance[]; until: number } = { at: [], until: 0 };
  const explained = new Set<string>();
  const once = (message: string) => {
    if (explained.has(message)) return;
    explained.add(message);
    explain(message);
  };
  return (socket, open) => {
    // Asked each time: rules may change.
    const { blocked } = call;
    if (blocked !== undefined) {
      // Packets that no rule lets through are dropped: whoever waits, waits.
      once(`${names} and gets no answer: ${blocked}.`);
      return;
    }
    if (answer.until <= now()) {
      const at = settings.registry.healthy(registry.arn).slice(0, mostRecords);
      answer = { at, until: at.length === 0 ? 0 : now() + registry.ttl * second };
    }
    const target = answer.at[Math.floor(Math.random() * answer.at.length)];
    if (!target) {
      once(`${names} while none of its tasks is healthy: the name has no address then.`);
      socket.destroy();
      return;
    }
    const { port, address } = reach(target);
    const task = connect(port, address);
    keep(task, open);
    task.on("close", () => socket.destroy());
    socket.on("close", () => task.destroy());
    socket.pipe(task).pipe(socket);
  };
}

function keep(socket: Socket, open: Set<Socket>): void {
  open.add(socket);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => open.delete(socket));
}
