/**
 * Versions that are broken on purpose: whatever runs of them fails its health check, and a server of this machine answers 500 in
 * its place. The code is not touched, so mending takes effect at once.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Instance } from "../cloud-map";
import type { ServiceView } from "../ecs/views";
import type { Artifact, Launch, Probe, RunningTask, TaskRunner } from "./runner";

const says = "this version was broken on purpose, from the console: mend it there, or roll out another";

export class Breakable implements TaskRunner {
  private readonly broken = new WeakSet<Artifact>();
  /** What runs, by the task's id. */
  private readonly artifacts = new Map<string, Artifact>();
  private failing: Promise<{ server: Server; port: number }> | undefined;
  /** Where it answers; undefined until it does. */
  private port: number | undefined;

  constructor(private readonly runner: TaskRunner) {}

  get kind(): TaskRunner["kind"] {
    return this.runner.kind;
  }

  get host(): string | undefined {
    return this.runner.host;
  }

  check(services: readonly ServiceView[]): void {
    this.runner.check?.(services);
  }

  prepare(service: ServiceView): Promise<Artifact> {
    return this.runner.prepare(service);
  }

  async start(launch: Launch): Promise<RunningTask> {
    const { artifact, taskId } = launch;
    const running = await this.runner.start(launch);
    // What runs before the application is none of the version's answers.
    if (launch.container) return running;
    this.artifacts.set(taskId, artifact);
    void running.exited.then(() => this.artifacts.delete(taskId));
    const probe = running.probe.bind(running);
    running.probe = async (timeout, container) => {
      const seen = await probe(timeout, container);
      return this.broken.has(artifact) ? failed(seen) : seen;
    };
    return running;
  }

  async close(): Promise<void> {
    const { server } = (await this.failing) ?? {};
    server?.closeAllConnections();
    server?.close();
    await this.runner.close();
  }

  isBroken(artifact: Artifact): boolean {
    return this.broken.has(artifact);
  }

  /** From now on its tasks fail. */
  async break(artifact: Artifact): Promise<void> {
    this.broken.add(artifact);
    this.failing ??= answering500();
    this.port = (await this.failing).port;
  }

  mend(artifact: Artifact): void {
    this.broken.delete(artifact);
  }

  /** Where requests to an instance go. */
  reach(instance: Instance): Instance {
    const artifact = this.artifacts.get(instance.id);
    if (this.port === undefined || artifact === undefined || !this.broken.has(artifact)) return instance;
    return { ...instance, address: "127.0.0.1", port: this.port };
  }
}

const failed = (probe: Probe): Probe => ({
  ...probe,
  healthy: false,
  code: 1,
  output: says,
  hopeless: true,
});

async function answering500(): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(500, { "content-type": "application/json" });
    response.end(JSON.stringify({ message: says }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  server.unref();
  return { server, port: (server.address() as AddressInfo).port };
}
