/** What the scheduler needs from whatever runs tasks: containers, processes, or a test's fake. */
// @ts-nocheck

import type { ServiceView } from "../ecs/services";

/** The code of one deployment, ready to start tasks from: an image, or a copy of the build context. */
export interface Artifact {
  /** The image's digest, or the hash of the copied context: two artifacts with the same digest are the same code. */
  digest: string;
  /** Removes what it holds. Called once, when no task can start from it any more. */
  dispose(): Promise<void>;
}

export interface Exit {
  /** Undefined when it could not be learnt. */
  code: number | undefined;
  reason: string;
}

export type StopSignal = "SIGTERM" | "SIGKILL";

export interface RunningTask {
  /** Where the gateway reaches it from this machine. */
  address: string;
  port: number;
  exited: Promise<Exit>;
  /** Runs the container's health check command once. */
  probe(timeoutMilliseconds: number): Promise<boolean>;
  signal(signal: StopSignal): Promise<void>;
  /** Removes what is left of it. */
  remove(): Promise<void>;
}

export interface Launch {
  taskId: string;
  service: ServiceView;
  artifact: Artifact;
  zone: string;
  /** What the task printed, line by line. */
  output: (line: string) => void;
}

export interface TaskRunner {
  readonly kind: "containers" | "processes";
  /** Builds what tasks of the service start from, out of the build context as it is now. */
  prepare(service: ServiceView): Promise<Artifact>;
  start(launch: Launch): Promise<RunningTask>;
  /** Ends everything it started, without waiting for anything to drain. */
  close(): Promise<void>;
}
