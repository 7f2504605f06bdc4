/** What runs the program for {@link WarmProgram}: as automation/server.ts of the SDK does, once for each message. */
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import { forgetProgram, runIndex } from "../../../simulate/program";
import type { ProgramRun } from "../../../simulate/launch";

/** What a run of the SDK keeps to itself; it leaves it out of its types. */
const { withLocalStorage } = state as unknown as {
  withLocalStorage: <T>(run: () => Promise<T>) => Promise<T>;
};
const { grpcClientOptions } = settings as unknown as { grpcClientOptions: Record<string, unknown> };
// Engines come and go, and a later one may listen where one was that is gone. gRPC would remember that it did not answer.
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

/** That the engine has been told why: sdk/nodejs/cmd/run/run.ts. */
const bail = 32;

/** Ends the run, whose engine is gone. */
let abandon: (() => void) | undefined;

process.on("message", (run: ProgramRun | "abandoned") => {
  if (run === "abandoned") abandon?.();
  else void withLocalStorage(() => program(run)).then((code) => process.send!(code));
});

async function program(run: ProgramRun): Promise<number> {
  const { project, stack, parallel, engine, monitor, preview, organization } = run;
  pulumi.runtime.resetOptions(project, stack, parallel, engine, monitor, preview, organization);
  pulumi.runtime.setAllConfig({ ...run.config }, [...run.secretKeys]);
  process.chdir(run.folder);
  forgetProgram();
  const failures = new Set<unknown>();
  const told: Promise<void>[] = [];
  const abandoned = new Promise<void>((resolve) => (abandon = resolve));
  const fail = (error: unknown): void => {
    if (failures.has(error)) return;
    failures.add(error);
    told.push(report(error).catch(() => undefined));
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  try {
    const done = pulumi.runtime.runInPulumiStack(async () => {
      const exported: unknown = runIndex();
      return typeof exported === "function" ? await (exported as () => unknown)() : exported;
    });
    if (await Promise.race([done.then(() => false), abandoned.then(() => true)])) await silence(failures);
    else await pulumi.runtime.disconnect();
  } catch (error) {
    fail(error);
  }
  // A failed program rejects more promises than the one that was awaited; none is to count as the next run's. And the engine is
  // to have heard of each, unless it is gone.
  if (failures.size > 0) await sleep(50);
  await Promise.race([Promise.all(told), abandoned, sleep(2_000)]);
  process.off("uncaughtException", fail);
  process.off("unhandledRejection", fail);
  return failures.size > 0 || pulumi.log.hasErrors() ? bail : 0;
}

/** Waits until a program whose engine is gone has failed at all that it still asks it for: that is no failure of the next run. */
async function silence(failures: ReadonlySet<unknown>): Promise<void> {
  for (let heard = -1; heard !== failures.size; await sleep(100)) heard = failures.size;
}

function report(error: unknown): Promise<void> {
  if (pulumi.RunError.isInstance(error)) return pulumi.log.error(error.message);
  if (pulumi.ResourceError.isInstance(error)) return pulumi.log.error(error.message);
  return pulumi.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
