/**
 * What service/companion/companion.sh does, for tasks that run as processes: the shell and the tools of busybox are not on every machine.
 * tools/tests/local/fargate/companion.test.ts holds both against the same table.
 */
import { request } from "node:http";
import { normalize } from "node:path";
import type { ContainerView } from "../ecs/views";
import type { RunningContainer } from "./containers-of-task";
import type { Exit, StopSignal } from "./runner";

export interface CompanionOptions {
  /** Where the application listens on this machine. */
  port: number;
  /** When the application's container has ended; undefined before it is started. */
  application: Promise<unknown> | undefined;
  /** Milliseconds of one second of the definition's times. */
  second: number;
  output: (line: string) => void;
}

/** The companion asks once a second whether the application's container still runs. */
const noticeSeconds = 1;

export function startCompanion(view: ContainerView, options: CompanionOptions): RunningContainer {
  const { port, application, second, output } = options;
  const { APPLICATION: name = "", DRAIN_SECONDS: drain = "0", HEALTH_PATH: path = "/" } = view.environment;
  let end: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => (end = resolve));
  const exit = (code: number) => end({ code, reason: `it ended with code ${code}` });
  let draining = false;
  if (view.command?.[0] === "open") exit(0);
  else {
    void application?.then(() =>
      setTimeout(() => {
        if (draining) return;
        output(`companion: ${name} has ended, and the task ends with it`);
        exit(1);
      }, noticeSeconds * second),
    );
  }
  return {
    exited,
    probe: async (timeout) => {
      const { healthy, says } = await ask(port, path, timeout);
      return { healthy, command: `GET ${path} on PORT`, code: healthy ? 0 : 1, output: says };
    },
    signal: (signal: StopSignal) => {
      if (signal === "SIGKILL") end({ code: 137, reason: "it ended by SIGKILL" });
      else if (!draining) {
        draining = true;
        output(`companion: told to stop; ${name} serves on for ${drain} s`);
        setTimeout(() => exit(0), Number(drain) * second);
      }
      return Promise.resolve();
    },
  };
}

/** Whether GET is answered with a status below 500, and what the script says where it is not. Redirects are not followed. */
export function ask(
  port: number,
  path: string,
  timeout: number,
): Promise<{ healthy: boolean; says: string }> {
  return new Promise((resolve) => {
    const refuse = (why: string) => resolve({ healthy: false, says: why });
    // As the script has them.
    const headers = { "user-agent": "companion", accept: "*/*", connection: "close" };
    const asked = request({ host: "127.0.0.1", port, path, agent: false, timeout, headers }, (response) => {
      const { statusCode = 500, httpVersion } = response;
      if (statusCode < 500) resolve({ healthy: true, says: "" });
      else refuse(`GET ${path} is answered with HTTP/${httpVersion} ${statusCode}`);
      response.destroy();
    });
    asked.on("timeout", () => {
      refuse(`GET ${path} is not answered within ${timeout / 1000} s`);
      asked.destroy();
    });
    asked.on("error", ({ code }: NodeJS.ErrnoException) =>
      refuse(
        code === "ECONNREFUSED"
          ? "connection refused"
          : code?.startsWith("HPE_")
            ? `GET ${path} is answered, but not by HTTP/1`
            : `GET ${path} is not answered`,
      ),
    );
    asked.on("close", () => refuse(`GET ${path} is not answered`));
    asked.end();
  });
}

/** Whether a container is what service/companion/ is built to: the only one from there. */
export const isCompanion = ({ build }: ContainerView): boolean =>
  build !== undefined && normalize(build.context) === normalize("service/companion");
