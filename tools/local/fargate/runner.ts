/** What the scheduler needs from whatever runs tasks: containers, processes, or a test's fake. */
import type { ContainerView, ServiceView } from "../ecs/views";
import type { Versions } from "../image/versions";

/** The code of one deployment, ready to start tasks from: an image, or a copy of the build context. */
export interface Artifact {
  /** The image's digest, or the hash of the copied context: two artifacts with the same digest are the same code. */
  digest: string;
  /** What the application is started with, unless its definition says otherwise. */
  command?: readonly string[];
  /** Of a process that runs by another version of its language than its image has. */
  versions?: Versions | undefined;
  /** Removes what it holds. Called once, when no task can start from it any more. */
  dispose(): Promise<void>;
}

export interface Exit {
  /** Undefined when it could not be learnt. */
  code: number | undefined;
  reason: string;
}

/** What a container's health check did, once. */
export interface Probe {
  healthy: boolean;
  /** As it was run. */
  command: string;
  /** Undefined where it did not end in time, or did not start. */
  code: number | undefined;
  /** The last that it printed, or why it did not start. */
  output: string;
  /** Whether no time mends it. */
  hopeless?: boolean;
}

/** Where something of a task accepts connections. */
export interface Listener {
  port: number;
  /** Whether only the task itself gets there. */
  loopback: boolean;
}

export type StopSignal = "SIGTERM" | "SIGKILL";

export interface RunningTask {
  /** Where the gateway reaches it from this machine. */
  address: string;
  port: number;
  /** When nothing of it runs any more. */
  exited: Promise<Exit>;
  /** When the first essential container has ended, and the others are being stopped; left out where there is one container. */
  ending?: Promise<Exit>;
  /** Runs a container's health check command once; of the task's own, unless another is named. */
  probe(timeoutMilliseconds: number, container?: string): Promise<Probe>;
  /** Where it listens; undefined where that cannot be found out. */
  listeners?(): Promise<Listener[] | undefined>;
  /** SIGTERM goes to one container after the other, in ECS's order; SIGKILL to all at once. */
  signal(signal: StopSignal): Promise<void>;
  /** Removes what is left of it. */
  remove(): Promise<void>;
}

export interface Launch {
  taskId: string;
  service: ServiceView;
  /** Instead of the one that serves: another of the same image. */
  container?: ContainerView;
  artifact: Artifact;
  zone: string;
  /** What the task printed, line by line. */
  output: (line: string) => void;
  /** Aborted when the task is told to stop while it starts. */
  signal?: AbortSignal;
}

export interface TaskRunner {
  readonly kind: "containers" | "processes";
  /** The address by which tasks reach this machine; left out, 127.0.0.1. */
  readonly host?: string;
  /**
   * Looks at the services before anything is built or started.
   *
   * @throws Error that says which of them cannot run here, and why
   */
  check?(services: readonly ServiceView[]): void;
  /** Builds what tasks of the service start from, out of the build context as it is now. */
  prepare(service: ServiceView): Promise<Artifact>;
  start(launch: Launch): Promise<RunningTask>;
  /** Ends everything it started, without waiting for anything to drain. */
  close(): Promise<void>;
}

/** Does all as a runner does, but starts tasks in another way. */
export const withStart = (runner: TaskRunner, start: TaskRunner["start"]): TaskRunner => ({
  kind: runner.kind,
  ...(runner.host !== undefined && { host: runner.host }),
  ...(runner.check && { check: (services: readonly ServiceView[]) => runner.check?.(services) }),
  prepare: (service) => runner.prepare(service),
  start,
  close: () => runner.close(),
});
