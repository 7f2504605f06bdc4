/** The system under the bench: the program's recorded deployment on the local stack, with the real gunicorn and Flask app. */
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { assumedCacheSeconds, discoveryLagSeconds } from "../../rules/rollout";
import type { Deployment } from "../../simulate/deployment";
import { simulate } from "../../simulate/program";
import { toConfig } from "../../simulate/stack";
import { copyContext } from "../local/image/context";
import type { Outcome } from "../local/gateway";
import { ProcessRunner } from "../local/fargate/processes";
import type { ServiceScheduler } from "../local/ecs/scheduler";
import { caches } from "../local/like-aws";
import { startStack, type LocalStack } from "../local/stack";
import { running } from "./edits";
import { Load } from "./load";
import { classify, type Classified } from "./outcomes";

const project = resolve(__dirname, "../..");

export interface SystemOptions {
  deployment: Deployment;
  /** Milliseconds of one modelled second. */
  second: number;
  cacheSeconds: number;
  lagSeconds: number;
  /** Requests per second. */
  rate: number;
  progress: (message: string) => void;
  /** How the application is started; left out, as in its image: by gunicorn, with its drain. */
  command?: string[] | undefined;
}

/** A server that ends at once on SIGTERM. */
export const plain = ["python3", "plain.py"];

export const assumptions = { cacheSeconds: assumedCacheSeconds, lagSeconds: discoveryLagSeconds };

/** What the program records for so many tasks of the Flask service, everything else by default. */
export function recordDeployment(tasks = 2, more: { companion?: boolean } = {}): Promise<Deployment> {
  const services = { flask: { build: "./app", desiredCount: tasks, ...more } };
  return simulate({ stack: "bench", config: toConfig({ "aws:region": "eu-west-2", services }) });
}

export class System {
  /** When SIGKILL took a task, by its id. */
  readonly killed = new Map<string, number>();
  readonly load: Load;
  private readonly failed = new Map<string, Outcome>();
  private version = 0;
  private closed = false;

  private constructor(
    private readonly options: SystemOptions,
    private readonly context: string,
    private readonly remove: () => void,
    private readonly stack: LocalStack,
    private readonly scheduler: ServiceScheduler,
  ) {
    this.load = new Load({ port: stack.port, rate: options.rate, second: options.second });
  }

  /** Starts it, waits until its tasks are discoverable, and starts the load. */
  static async start(options: SystemOptions): Promise<System> {
    const { second, progress } = options;
    const context = mkdtempSync(join(tmpdir(), "bench-rollout-"));
    const remove = () => {
      rmSync(context, { recursive: true, force: true });
      process.removeListener("exit", remove);
    };
    process.once("exit", remove);
    copyContext(join(project, "app"), context);
    for (const file of ["bench_app.py", "plain.py"])
      copyFileSync(join(__dirname, "app", file), join(context, file));
    // As an image of it would have them.
    appendFileSync(join(context, "Dockerfile"), "\nCOPY . .\n");
    const { command = ["python3", "-m", "gunicorn", "bench_app:create_app()"] } = options;
    const deployment = running(context, command)(options.deployment);
    let ended: (outcome: Outcome) => void = () => undefined;
    const stack = await startStack({
      deployment,
      project,
      second,
      watch: false,
      registry: {
        discoveryCacheSeconds: options.cacheSeconds,
        discoveryCaches: caches,
        healthLagSeconds: options.lagSeconds,
      },
      // As ECS times it: the pace of a rollout is what is measured.
      scheduler: { eagerness: Infinity },
      runner: (metadata) =>
        Promise.resolve(
          new ProcessRunner({
            project,
            state: join(project, ".local"),
            region: deployment.region,
            metadata,
            second,
            progress,
          }),
        ),
      events: {
        progress,
        trouble: () => undefined,
        accessLog: () => undefined,
        served: (outcome) => ended(outcome),
        output: () => undefined,
        taskChanged: () => undefined,
        rolloutChanged: () => undefined,
      },
    });
    const scheduler = [...stack.ecs.schedulers.values()][0];
    try {
      if (!scheduler) throw new Error("The program recorded no service that could run.");
      const [rollout] = await stack.deployed;
      if (rollout?.state !== "COMPLETED") {
        throw new Error(`The service did not start: ${rollout?.lastFailure ?? "unknown"}.`);
      }
      await until(() => discoverable(stack, scheduler).length === scheduler.service.desiredCount);
    } catch (error) {
      await stack.close();
      remove();
      throw error;
    }
    const system = new System(options, context, remove, stack, scheduler);
    ended = (outcome) => {
      if (outcome.status !== 200) system.failed.set(outcome.requestId, outcome);
    };
    return system;
  }

  /** Rolls to a new version. Resolves to whether it came through, and to the modelled seconds it took. */
  async roll(broken = false): Promise<{ completed: boolean; seconds: number }> {
    const began = performance.now();
    this.version += 1;
    writeFileSync(join(this.context, "VERSION"), String(this.version));
    const flag = join(this.context, "BROKEN");
    if (broken) writeFileSync(flag, "");
    else rmSync(flag, { force: true });
    const rollout = await this.stack.ecs.deploy(this.scheduler.service);
    // A failed one ends when the version before it is back.
    await this.until(() => this.scheduler.primary?.state === "COMPLETED");
    const seconds = (performance.now() - began) / this.options.second;
    return { completed: rollout?.state === "COMPLETED", seconds };
  }

  /** SIGKILL, as when a host is lost: nobody is told, nothing is finished. */
  async kill(): Promise<void> {
    const task = [...this.scheduler.tasks].find(({ healthy }) => healthy);
    if (!task?.running) throw new Error("There is no task to kill.");
    this.killed.set(task.id, Date.now());
    await task.running.signal("SIGKILL");
    await this.until(() => !this.scheduler.tasks.has(task));
  }

  scale(count: number): void {
    this.scheduler.setDesired(count);
  }

  /** Waits until so many tasks, and no other, run and are discoverable, and every older answer has left the caches. */
  async settle(count: number): Promise<void> {
    await this.until(
      () => this.scheduler.tasks.size === count && discoverable(this.stack, this.scheduler).length === count,
    );
    await this.wait(this.options.cacheSeconds);
  }

  /** Waits modelled seconds. */
  wait(seconds: number): Promise<void> {
    return new Promise((done) => setTimeout(done, seconds * this.options.second));
  }

  private until(condition: () => boolean): Promise<void> {
    return until(condition, () => this.closed);
  }

  /** How many failures there are so far, whatever their cause. */
  get failures(): number {
    return this.load.failures.length;
  }

  /** To be read after {@link close}, when every request has ended. */
  classified(): Classified[] {
    return this.load.failures.map((failure) =>
      classify(failure, this.failed.get(failure.requestId ?? ""), this.killed),
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.load.stop();
    await this.stack.close();
    this.remove();
  }
}

const discoverable = (stack: LocalStack, { service }: ServiceScheduler) =>
  service.registration ? stack.registry.healthy(service.registration.arn) : [];

/** Waits for a state, at most two minutes of real time. */
async function until(condition: () => boolean, closed = () => false): Promise<void> {
  const end = performance.now() + 120_000;
  while (!condition()) {
    if (closed()) throw new Error("the system was closed");
    if (performance.now() > end) throw new Error(`this never held: ${condition.toString()}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
