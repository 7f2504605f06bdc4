/** A local stack of the real program, whose tasks are servers in this process: everything but the application is the real thing. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Deployment } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import type { Artifact, Exit, Launch, Probe, RunningTask, TaskRunner } from "../../local/fargate/runner";
import { type LocalStack, startStack } from "../../local/stack";
import { probed } from "./fargate/probe";

/** Of everything that can break something: a domain, a deployment by hand, tokens, a secret, a companion, two services. */
export const config = {
  "aws:region": "eu-west-2",
  api: {
    domain: { name: "shop.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ", only: false },
    autoDeploy: false,
    authorizers: { users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["shop"] } },
  },
  services: {
    web: {
      build: "./examples/echo",
      port: 8080,
      companion: true,
      desiredCount: 2,
      secrets: {
        KEY: "arn:aws:secretsmanager:eu-west-2:000000000000:secret:key-AbCdEf",
        NAME: "arn:aws:ssm:eu-west-2:000000000000:parameter/sick/name",
      },
      routes: ["ANY /", { key: "GET /orders", auth: "users" }],
    },
    reports: { build: "./app", port: 80, routes: ["GET /reports"] },
  },
};

let recorded: Promise<Deployment> | undefined;

/** What the program records of it, once. */
export const record = (): Promise<Deployment> =>
  (recorded ??= simulate({ stack: "sick", config: toConfig(config) }));

class ServedTasks implements TaskRunner {
  readonly kind = "processes";
  private readonly tasks = new Set<() => void>();

  prepare(): Promise<Artifact> {
    return Promise.resolve({ digest: "sha256:1", dispose: () => Promise.resolve() });
  }

  async start(launch: Launch): Promise<RunningTask> {
    let end: (exit: Exit) => void = () => undefined;
    const exited = new Promise<Exit>((resolve) => (end = resolve));
    // What runs before the application does its work and ends.
    if (launch.container !== undefined) {
      end({ code: 0, reason: "it ended with code 0" });
      return { address: "", port: 0, exited, probe: well, signal: nothing, remove: nothing };
    }
    const server = createServer((request, response) =>
      request.resume().on("end", () => response.end("served")),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    launch.output("listening");
    const stop = (): void => {
      server.close();
      server.closeAllConnections();
      this.tasks.delete(stop);
      end({ code: 143, reason: "it ended by SIGTERM" });
    };
    this.tasks.add(stop);
    return {
      address: "127.0.0.1",
      port: (server.address() as AddressInfo).port,
      exited,
      probe: well,
      signal: () => Promise.resolve(stop()),
      remove: nothing,
    };
  }

  close(): Promise<void> {
    for (const stop of [...this.tasks]) stop();
    return Promise.resolve();
  }
}

const well = (): Promise<Probe> => Promise.resolve(probed(true));
const nothing = (): Promise<void> => Promise.resolve();

/** Serves it; a second of ECS takes five milliseconds. */
export async function serve(deployment: Deployment): Promise<LocalStack> {
  const ignore = (): void => undefined;
  const stack = await startStack({
    deployment,
    project: "",
    watch: false,
    second: 5,
    runner: () => Promise.resolve(new ServedTasks()),
    scheduler: { eagerness: 0.5, backoff: () => 1 },
    keys: () => Promise.reject(new Error("no issuer here")),
    events: {
      progress: ignore,
      trouble: ignore,
      accessLog: ignore,
      output: ignore,
      taskChanged: ignore,
      rolloutChanged: ignore,
    },
  });
  await stack.deployed;
  return stack;
}
