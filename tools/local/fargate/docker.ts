/** What the runner asks of a single container of the engine. */
import type Docker from "dockerode";
import type { Exit } from "./runner";

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
export async function probe(
  container: Docker.Container,
  command: string[],
  timeout: number,
): Promise<boolean> {
  const [kind, ...rest] = command;
  if (kind === "NONE" || kind === undefined) return true;
  const words = kind === "CMD-SHELL" ? ["/bin/sh", "-c", ...rest] : kind === "CMD" ? rest : command;
  const exec = await container.exec({ Cmd: words, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const ended = new Promise<boolean>((resolve) => {
    stream
      .on("end", () => resolve(true))
      .on("error", () => resolve(false))
      .on("close", () => resolve(true));
    stream.resume();
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), timeout)));
  const inTime = await Promise.race([ended, late]);
  clearTimeout(timer);
  stream.destroy();
  return inTime && (await exec.inspect()).ExitCode === 0;
}

/** 404: gone already. 409: being removed, or not running. Podman answers 500 for a volume that is removed by two at once. */
export function ignoreGone(error: unknown): void {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  const gone = statusCode === 404 || statusCode === 409 || /no such volume/.test(message ?? "");
  if (!gone) throw error;
}
