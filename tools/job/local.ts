/** Runs a job on this machine, from the resources that the program records, as `npm start` runs tasks. */
import { withReferences } from "../../simulate/deployment";
import { simulate, type SimulateOptions } from "../../simulate/program";
import { projectFolder } from "../../simulate/stack";
import { UsageError } from "../commands/options";
import { findEngineOr, makeRunner, NoEngine } from "../local/fargate/choose";
import { serveMetadata } from "../local/fargate/metadata";
import type { RunningTask } from "../local/fargate/runner";
import type { ContainerView } from "../local/ecs/views";
import { runBefore } from "../local/ecs/before";
import { readJobs, type JobView } from "../local/ecs/jobs";

export interface LocalOptions extends SimulateOptions {
  stack: string;
  tasks: "containers" | "processes" | undefined;
}

export interface Screen {
  output: (line: string) => void;
  say: (line: string) => void;
  /** Told how to end the job, once it runs. */
  stoppable: (stop: () => void) => void;
}

/**
 * Runs a job of a stack and waits for it.
 *
 * @returns its exit code; 1 where a signal ended it
 * @throws UsageError for a job that there is not
 */
export async function runLocally(
  name: string,
  { tasks, ...options }: LocalOptions,
  { output, say, stoppable }: Screen,
): Promise<number> {
  const own = await simulate(options);
  const jobs = readJobs({ ...own, resources: withReferences(own) });
  const job = jobs.find((each) => each.name === name);
  if (!job)
    throw new UsageError(
      unknownJob(
        name,
        jobs.map((each) => each.name),
        options.stack,
      ),
    );
  if (job.problems.length > 0) throw new UsageError(`job ${name}: ${job.problems.join("; ")}.`);
  for (const note of job.notModelled) say(`Not modelled: ${note}`);

  const engine =
    tasks === "processes"
      ? undefined
      : await findEngineOr(tasks === "containers", say).catch((error: unknown) => {
          throw error instanceof NoEngine ? new UsageError(error.message) : error;
        });
  const metadata = await serveMetadata(engine ? "0.0.0.0" : "127.0.0.1");
  const runner = await makeRunner(engine, {
    project: projectFolder,
    region: own.region,
    metadata,
    progress: say,
  });
  try {
    try {
      runner.check?.([job]);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    return await once(job, runner, { output, say, stoppable });
  } finally {
    await runner.close();
    await metadata.close();
  }
}

async function once(
  job: JobView,
  runner: Awaited<ReturnType<typeof makeRunner>>,
  { output, say, stoppable }: Screen,
): Promise<number> {
  const artifact = await runner.prepare(job);
  try {
    const zone = job.subnets[0]?.zone ?? "";
    const taskId = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join("");
    const { container, containers, before } = job.task!;
    const early = new AbortController();
    let running: RunningTask | undefined;
    stoppable(() => {
      say("Stopping it …");
      early.abort();
      if (!running) return;
      void running.signal("SIGTERM");
      const seconds = containers.reduce((sum, { stopTimeout }) => sum + stopTimeout, 0);
      setTimeout(() => void running!.signal("SIGKILL"), seconds * 1000).unref();
    });
    const launch = { taskId, service: job, artifact, zone, output, signal: early.signal };
    try {
      const first = (view: ContainerView): Promise<RunningTask> =>
        runner.start({ ...launch, container: view, output: (line) => output(`${view.name}: ${line}`) });
      await runBefore(before, first, { waiting: container.name, second: 1000, signal: early.signal });
      running = await runner.start(launch);
    } catch (error) {
      say(`${job.name}: ${(error as Error).message}`);
      return 1;
    }
    const { code, reason } = await running.exited;
    say(`${job.name}: ${reason.replace(new RegExp(`^${job.name}: `), "")}`);
    await running.remove();
    return code ?? 1;
  } finally {
    await artifact.dispose();
  }
}

/** What to say of a job that there is not. */
export const unknownJob = (name: string, known: readonly string[], stack: string): string =>
  known.length === 0
    ? `The stack ${stack} has no jobs. Fix: write ${name} below jobs: in Pulumi.${stack}.yaml, and deploy it.`
    : `The stack ${stack} has no job ${name}. Allowed: ${known.join(", ")}.`;
