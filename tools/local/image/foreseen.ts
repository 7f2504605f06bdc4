/**
 * What keeps an image that is built here from working on AWS, as far as its Dockerfile says it: before anybody builds, deploys and
 * waits. A process of this machine has none of these limits, so there it is the only way to know.
 */
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { commandPort } from "../fargate/inside";
import type { ServiceView, TaskView } from "../ecs/views";
import { locate } from "./context";
import type { ImageConfig } from "./dockerfile";
import { readBuild, startedWith } from "./read";

/** One sentence each, with the fix, about the application of a service. */
export function foreseen({ name, registration, task }: ServiceView, project: string): string[] {
  if (!task) return [];
  const config = configOf(task, project);
  const port = registration?.port ?? 0;
  return [
    ...ofPrivilegedPort(name, port, task, config),
    ...(config ? [...ofUser(name, task, config), ...ofHealth(name, task, config)] : []),
    ...(config && registration ? ofPort(name, port, startedWith(task.container, config)) : []),
    ...(config ? ofDrain(name, task, startedWith(task.container, config)) : []),
  ];
}

/** Undefined for what is not built here, and where the build itself will say what is wrong. */
function configOf({ container: { build } }: TaskView, project: string): ImageConfig | undefined {
  if (!build || !existsSync(locate(build, project).dockerfile)) return undefined;
  try {
    return readBuild(build, project).config;
  } catch {
    return undefined;
  }
}

const isRoot = (user: string | undefined): boolean => user === undefined || /^(0|root)(:|$)/.test(user);

/** Fargate keeps the kernel's default, by which ports below 1024 are root's. */
function ofPrivilegedPort(
  name: string,
  port: number,
  { container: { user } }: TaskView,
  config: ImageConfig | undefined,
): string[] {
  const capable = /cap_net_bind_service|security\.capability/i;
  if (port === 0 || port >= 1024 || isRoot(user) || config?.runs.some((run) => capable.test(run))) return [];
  return [
    `${name} listens on port ${port} as user ${user}: ports below 1024 are root's, and it never becomes healthy unless its ` +
      'program has the file capability cap_net_bind_service. Set port to one above that the image listens on, or user to "0".',
  ];
}

function ofUser(
  name: string,
  { container: { user, readonlyRoot } }: TaskView,
  config: ImageConfig,
): string[] {
  if (isRoot(user) || !isRoot(config.user) || config.base === "scratch") return [];
  const writes = readonlyRoot ? ", and may write to /tmp alone" : "";
  return [
    `${name} runs as user ${user} on AWS${writes}, and its Dockerfile is root's: what it does as root fails there. Write ` +
      `\`USER ${user}\` at the end of its Dockerfile, and try it with --tasks containers.`,
  ];
}

/** What the program asks where the configuration names no command and there is no companion. */
const imagesOwn = /^python3 -m healthcheck$/;

function ofHealth(name: string, { checked, container }: TaskView, config: ImageConfig): string[] {
  const words =
    checked.healthCheck?.command
      .slice(1)
      .join(" ")
      .replace(/^exec /, "") ?? "";
  const has = [...config.files.keys()].some(
    (path) => posix.basename(path) === "healthcheck.py" || path.endsWith("/healthcheck/__main__.py"),
  );
  if (checked !== container || has || !imagesOwn.test(words)) return [];
  return [
    `${name} has the health check \`python3 -m healthcheck\`, and its Dockerfile copies no such module: unless its base brings one, it ` +
      "never becomes healthy. Set companion: true, so that a second container asks, or healthCheck.command to what the image has.",
  ];
}

function ofPort(name: string, port: number, words: readonly string[]): string[] {
  const own = commandPort(words);
  if (own === undefined || own === port) return [];
  return [
    `${name} is started on port ${own}, and requests and health checks go to ${port}: it never becomes healthy. Set port: ${own}.`,
  ];
}

/** Servers that stop listening as soon as they are sent SIGTERM, whatever the application does. */
const hasty = /^(?:python3? -m )?(uvicorn|hypercorn|daphne|waitress-serve|granian|fastapi run|flask run)\b/;

function ofDrain(name: string, { checked, container }: TaskView, words: readonly string[]): string[] {
  const [first = "", ...others] = words;
  const inShell = /^(ba|da|a)?sh$/.test(posix.basename(first)) && others[0] === "-c";
  const line = inShell
    ? (others[1] ?? "").replace(/^\s*(exec\s+)?/, "")
    : [posix.basename(first), ...others].join(" ");
  const server = hasty.exec(line)?.[1];
  const drain = Number(container.environment.DRAIN_SECONDS ?? 0);
  if (server === undefined || checked !== container || drain === 0) return [];
  return [
    `${name} can lose requests. ${server} ends as soon as it is sent SIGTERM, while the gateway still sends some to it. Set ` +
      "companion: true, which holds SIGTERM back.",
  ];
}
