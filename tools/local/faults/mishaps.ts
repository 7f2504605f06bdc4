/**
 * What befalls the tasks of a service on this machine as it does on AWS: they cannot start, they end, they are sick, or they
 * answer with errors. It stands between ECS and whatever runs the tasks.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ending } from "../aws-view/history";
import { type Exit, type Launch, type RunningTask, type TaskRunner, withStart } from "../fargate/runner";

export type Mishap =
  /** No container of a task starts. */
  | { kind: "not started"; reason: string }
  /** It starts, prints, and ends by itself. */
  | {
      kind: "ends";
      container?: string;
      code: number;
      reason?: string;
      prints?: readonly string[];
      /** Digest of the artifact whose tasks it befalls; left out, all of the service's. */
      only?: string;
    }
  /** Nobody has room for it: it waits. */
  | { kind: "not placed" }
  /** Its health check fails. */
  | { kind: "sick"; prints?: readonly string[] }
  /** It is healthy, and answers every request with this. */
  | { kind: "answers"; status: number; prints: readonly string[] };

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-maintenance.html */
const retired = "ECS is performing maintenance on the underlying infrastructure hosting the task.";

interface Live {
  launch: Launch;
  /** Whether a mishap made it another than it should be. */
  changed: boolean;
  /** Ends it, with what AWS says of it. */
  end: (ending: Ending) => void;
}

export class Mishaps {
  private readonly of = new Map<string, Mishap>();
  private readonly endings = new Map<string, Ending>();
  private readonly live = new Set<Live>();
  private readonly unplaced = new Set<{ service: string; go: (value?: unknown) => void }>();

  /** How AWS words the end of a task that something befell. */
  endingOf = (taskId: string): Ending | undefined => this.endings.get(taskId);

  /** From now on it befalls every task of a service (by URN); nothing ends it. */
  befall(service: string, mishap: Mishap | undefined): void {
    if (mishap === undefined) this.of.delete(service);
    else this.of.set(service, mishap);
  }

  /** Ends the tasks of a service that run, as maintenance of Fargate does; ECS starts others. */
  retire(service: string): void {
    for (const { launch, end } of [...this.live])
      if (launch.service.urn === service)
        end({ stopCode: "ServiceSchedulerInitiated", stoppedReason: retired });
  }

  /** Ends the tasks of a service that a mishap that is over had changed. */
  renew(service: string): void {
    for (const live of [...this.live])
      if (live.launch.service.urn === service && live.changed)
        live.end({ stopCode: "ServiceSchedulerInitiated", stoppedReason: retired });
    for (const waiting of [...this.unplaced]) if (waiting.service === service) waiting.go();
  }

  /** Waits until there is room for it, or it is told to stop. */
  private placed({ service: { urn }, signal }: Launch): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { service: urn, go: resolve };
      signal?.addEventListener("abort", () => {
        this.unplaced.delete(waiting);
        reject(new Error("it was stopped"));
      });
      this.unplaced.add(waiting);
    }).then(() => undefined);
  }

  over(runner: TaskRunner): TaskRunner {
    return withStart(runner, async (launch) => {
      const mishap = (): Mishap | undefined => {
        const found = this.of.get(launch.service.urn);
        const elsewhere =
          found?.kind === "ends" && (found.only ?? launch.artifact.digest) !== launch.artifact.digest;
        return elsewhere ? undefined : found;
      };
      const now = mishap();
      if (now?.kind === "not started") {
        this.endings.set(launch.taskId, { stopCode: "TaskFailedToStart", stoppedReason: now.reason });
        throw new Error(now.reason);
      }
      if (now?.kind === "not placed") await this.placed(launch);
      const running = await runner.start(launch);
      // What runs before the application ends by itself.
      return launch.container === undefined ? this.between(launch, running, mishap) : running;
    });
  }

  private async between(
    launch: Launch,
    running: RunningTask,
    mishap: () => Mishap | undefined,
  ): Promise<RunningTask> {
    let end: (exit: Exit) => void = () => undefined;
    const befallen = new Promise<Exit>((resolve) => (end = resolve));
    const gone = running.exited;
    const live: Live = {
      launch,
      changed: mishap() !== undefined,
      end: (ending) => {
        this.endings.set(launch.taskId, ending);
        this.live.delete(live);
        const reason = ending.reason ?? ending.stoppedReason;
        void running
          .signal("SIGKILL")
          .catch(() => undefined)
          .then(() => end({ code: ending.exitCode, reason }));
      },
    };
    this.live.add(live);
    void gone.then(() => this.live.delete(live));
    const first = mishap();
    const says = (lines: readonly string[] | undefined): void =>
      lines?.forEach((line) => launch.output(line));
    if (first?.kind === "ends") {
      const { container = launch.service.task?.container.name ?? "", code, reason, prints } = first;
      says(prints);
      live.end({
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        ...{ container, exitCode: code, ...(reason !== undefined && { reason }) },
      });
    }
    if (first?.kind === "sick") says(first.prints);
    const substitute = first?.kind === "answers" ? await answering(first, launch) : undefined;
    const exited = Promise.race([befallen, gone]).finally(() => substitute?.close());
    return {
      address: substitute?.address ?? running.address,
      port: substitute?.port ?? running.port,
      exited,
      ...(running.ending && { ending: Promise.race([befallen, running.ending]) }),
      ...(running.listeners && { listeners: () => running.listeners!() }),
      probe: async (timeout, container) => {
        const probe = await running.probe(timeout, container);
        return mishap()?.kind === "sick"
          ? { ...probe, healthy: false, code: 1, output: "the health check failed" }
          : probe;
      },
      signal: (signal) => running.signal(signal),
      remove: () => running.remove(),
    };
  }
}

/** An application that answers everything with one status, and prints why, in the place of the real one. */
async function answering(
  { status, prints }: Extract<Mishap, { kind: "answers" }>,
  { output }: Launch,
): Promise<{ address: string; port: number; close: () => void }> {
  const server = createServer((request, response) => {
    prints.forEach((line) => output(line));
    request.resume().on("end", () => response.writeHead(status).end("Internal Server Error"));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { address: "127.0.0.1", port: (server.address() as AddressInfo).port, close };
}
