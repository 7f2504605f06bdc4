/** How `npm start` ends. */

/** One Ctrl-C comes twice, from the terminal and from npm, which hands on what it gets. */
export const echoMilliseconds = 1000;

export interface Stopping {
  /** Ends what has been started. */
  close: () => Promise<void>;
  /** Whether somebody asked for the end. */
  requested: boolean;
}

/** The first Ctrl-C (or SIGTERM) stops everything in order, the second one at once. */
export function stopOnSignal(print: (line: string) => void): Stopping {
  const state: Stopping = { close: () => Promise.resolve(), requested: false };
  let first = 0;
  const stop = (signal: NodeJS.Signals, code: number) => {
    process.on(signal, () => {
      if (state.requested && Date.now() - first > echoMilliseconds) process.exit(code);
      if (state.requested) return;
      state.requested = true;
      first = Date.now();
      // Over the `^C` that the terminal shows.
      print(process.stdout.isTTY ? "\rStopping …" : "Stopping …");
      void state.close().finally(() => process.exit(0));
    });
  };
  stop("SIGINT", 130);
  stop("SIGTERM", 143);
  stop("SIGHUP", 129);
  return state;
}

/** Killed, npm takes nobody with it; what it started would go on serving, and nobody would know what to stop. */
export function stopWithoutNpm(print: (line: string) => void): void {
  const { ppid } = process;
  if (process.env.npm_lifecycle_event === undefined) return;
  const stop = () => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    print("npm is gone.");
    process.kill(process.pid, "SIGTERM");
  };
  const timer = setInterval(stop, 500);
  timer.unref();
}

/** Waits, and ends early where the signal says so. */
export function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const timer = setTimeout(end, milliseconds);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done();
    }
    signal.addEventListener("abort", end, { once: true });
  });
}
