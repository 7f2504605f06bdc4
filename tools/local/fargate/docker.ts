/** What the runner asks of a single container of the engine. */
import type Docker from "dockerode";
import { Writable } from "node:stream";
import { LastOutput, shownWords, tooLate, unchecked, wordsOf } from "./probes";
import type { Exit, Probe } from "./runner";

/** Resolves when the container has ended or is gone. */
export async function waitFor(container: Docker.Container): Promise<Exit> {
  try {
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { code: StatusCode, reason: `it ended with code ${StatusCode}` };
  } catch {
    return { code: undefined, reason: "it was removed" };
  }
}

/** Runs a health check command in the container, once. */
export async function probe(container: Docker.Container, command: string[], timeout: number): Promise<Probe> {
  const words = wordsOf(command);
  if (words === undefined) return unchecked;
  const outcome = await execute(container, words, timeout).catch((error: unknown) => ({
    code: undefined,
    output: engineSays(error),
  }));
  return { ...outcome, healthy: outcome.code === 0, command: shownWords(words) };
}

/** Runs a command in the container for what it prints, the last of it. */
export async function execute(
  container: Docker.Container,
  words: string[],
  timeout: number,
  longest?: number,
): Promise<{ code: number | undefined; output: string }> {
  const exec = await container.exec({ Cmd: words, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const printed = new LastOutput(longest);
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      printed.add(chunk);
      done();
    },
  });
  (container as unknown as { modem: Docker["modem"] }).modem.demuxStream(stream, sink, sink);
  const ended = new Promise<boolean>((resolve) => {
    stream
      .on("end", () => resolve(true))
      .on("error", () => resolve(false))
      .on("close", () => resolve(true));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), timeout)));
  const inTime = await Promise.race([ended, late]);
  clearTimeout(timer);
  stream.destroy();
  if (!inTime) return { code: undefined, output: tooLate(timeout, printed.text) };
  return { code: (await exec.inspect()).ExitCode ?? undefined, output: printed.text };
}

/** The engine's own words, without what only it can use: the call, its status, ids of containers. */
export const engineSays = (error: unknown): string =>
  (error as Error).message
    .replace(/^\(HTTP code \d+\) [\w ]+ - /, "")
    .replace(
      /^(?:preparing container [0-9a-f]{64} for attach: |(?:runc|crun|OCI runtime)(?: runtime| create failed| error)?: )+/,
      "",
    )
    .replace(/: OCI runtime attempted to invoke a command that was not found\s*$/, "")
    .trim();

/** 404: gone already. 409: being removed, or not running. Podman answers 500 for a volume that is removed by two at once. */
export function ignoreGone(error: unknown): void {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  const gone = statusCode === 404 || statusCode === 409 || /no such volume/.test(message ?? "");
  if (!gone) throw error;
}
