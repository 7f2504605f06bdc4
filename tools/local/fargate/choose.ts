/** What runs tasks on this machine: containers where an engine answers, else processes. */
import { resolve } from "node:path";
import { ContainerRunner } from "./containers";
import { findEngine, type Engine } from "./engine";
import type { MetadataServer } from "./metadata";
import { ProcessRunner } from "./processes";
import type { TaskRunner } from "./runner";

export interface RunnerSettings {
  /** The folder that recorded build contexts are relative to. */
  project: string;
  region: string;
  metadata: MetadataServer;
  progress: (message: string) => void;
}

/** What runs tasks: containers of this engine, or processes where there is none. */
export async function makeRunner(engine: Engine | undefined, settings: RunnerSettings): Promise<TaskRunner> {
  if (!engine) return new ProcessRunner({ ...settings, state: resolve(settings.project, ".local") });
  const containers = new ContainerRunner({ ...settings, engine });
  await containers.sweep();
  return containers;
}

/** No engine answers, and one is asked for. */
export class NoEngine extends Error {}

/**
 * The engine that answers; undefined where none does.
 *
 * @throws NoEngine when there has to be one
 */
export async function findEngineOr(
  required: boolean,
  say: (line: string) => void,
): Promise<Engine | undefined> {
  try {
    return await findEngine();
  } catch (error) {
    const { message } = error as Error;
    if (required) throw new NoEngine(`--tasks containers: ${message}. Start one, or use --tasks processes.`);
    say(`No containers: ${message}.`);
    return undefined;
  }
}
