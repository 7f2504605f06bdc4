import { ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import type { Ended, ProgramRun } from "../../../simulate/launch";

/** Runs of one process: it forgets the program between them, and what it does not forget is not to grow. */
const most = 100;
/** Milliseconds in which a program whose engine is gone ends. */
const patience = 5_000;

/**
 * Runs the program again and again in one process that has Pulumi loaded, which takes a fraction of a process of its own. It
 * is run as the Automation API runs an inline program, the SDK's other entry point beside cmd/run.
 */
class WarmProgram {
  private idle: { child: ChildProcess; runs: number } | undefined;
  private readonly running = new Set<{ child: ChildProcess }>();

  async run(run: ProgramRun): Promise<Ended> {
    const { child, runs } = this.idle?.child.connected ? this.idle : { child: start(), runs: 0 };
    this.idle = undefined;
    const running = { child };
    this.running.add(running);
    let printed = "";
    const hear = (text: string): void => void (printed += text);
    child.stdout!.on("data", hear);
    child.stderr!.on("data", hear);
    const deadline = setTimeout(() => child.kill("SIGKILL"), run.timeout);
    child.send(run);
    const gone = new AbortController();
    const { signal } = gone;
    const ended = await Promise.race([
      once(child, "message", { signal }).then(([code]) => ({ code: code as number, signal: null })),
      once(child, "close", { signal }).then(([code, by]) => ({
        code: code as number | null,
        signal: by as string | null,
      })),
    ]);
    gone.abort();
    clearTimeout(deadline);
    child.stdout!.off("data", hear);
    child.stderr!.off("data", hear);
    this.running.delete(running);
    if (child.exitCode !== null || child.signalCode !== null) return { ...ended, printed };
    if (runs + 1 >= most || this.idle) child.kill("SIGKILL");
    else this.idle = { child, runs: runs + 1 };
    return { ...ended, printed };
  }

  /** Of an engine that is gone: what the program still waits for never comes. */
  abandon(): void {
    for (const run of this.running) {
      if (run.child.connected) run.child.send("abandoned");
      setTimeout(() => this.running.has(run) && run.child.kill("SIGKILL"), patience).unref();
    }
  }

  stop(): void {
    for (const { child } of this.running) child.kill("SIGKILL");
    this.idle?.child.kill("SIGKILL");
    this.idle = undefined;
  }
}

/** One for all engines of this process, until Mocha has run all of its tests. */
export const warmProgram = new WarmProgram();
after(() => warmProgram.stop());

function start(): ChildProcess {
  const child = fork(path.join(__dirname, "warm-process.ts"), {
    execArgv: ["-r", "ts-node/register/transpile-only"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // As for a process of its own: neither this shell's proxy nor its PULUMI_* is to be tested.
    env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
  });
  child.stdout!.setEncoding("utf8");
  child.stderr!.setEncoding("utf8");
  return child;
}
