/**
 * What keeps an image that is built here from working on AWS, as far as its Dockerfile says it: before anybody builds, deploys and
 * waits. A process of this machine has none of these limits, so there it is the only way to know.
 */
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { commandPort } from "../fargate/inside";
import { listensOnLoopback, othersToo } from "../ecs/symptoms";
import type { ServiceView, TaskView } from "../ecs/views";
import { unbuildable } from "./buildable";
import { locate } from "./context";
import type { ImageConfig } from "./dockerfile";
import { readBuild, startedWith } from "./read";

/** One sentence each, with the fix, about the application of a service. */
export function foreseen({ name, registration, task }: ServiceView, project: string): string[] {
  if (!task) return [];
  const config = configOf(task, project);
  const port = registration?.port ?? 0;
  return [
    ...(config && task.container.build
      ? unbuildable(task.container.build, project).map((why) => `${name} cannot be built: ${why}.`)
      : []),
    ...ofPrivilegedPort(name, port, task, config),
    ...(config ? [...ofUser(name, task, config), ...ofHealth(name, task, config)] : []),
    ...(config && registration ? ofPort(name, port, startedWith(task.container, config)) : []),
    ...(config && registration ? ofHost(name, task, config) : []),
    ...(config ? ofDrain(name, task, startedWith(task.container, config)) : []),
    ...(config && registration ? ofIdling(name, task, config) : []),
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

function ofHost(name: string, { container }: TaskView, config: ImageConfig): string[] {
  const words = startedWith(container, config);
  if (!listensOnLoopback(words, { ...config.environment, ...container.environment })) return [];
  return [
    `${name} is started so that it listens on 127.0.0.1 alone. Its health check gets there and the VPC link does not: on AWS every ` +
      `request is answered 503. Let it listen on 0.0.0.0${othersToo(words)}.`,
  ];
}

/** Servers that stop listening as soon as they are sent SIGTERM, whatever the application does. */
const hasty = /^(?:python3? -m )?(uvicorn|hypercorn|daphne|waitress-serve|granian|fastapi run|flask run)\b/;

function ofDrain(name: string, { checked, container }: TaskView, words: readonly string[]): string[] {
  const server = hasty.exec(lineOf(words))?.[1];
  const drain = Number(container.environment.DRAIN_SECONDS ?? 0);
  if (server === undefined || checked !== container || drain === 0) return [];
  return [
    `${name} can lose requests. ${server} ends as soon as it is sent SIGTERM, while the gateway still sends some to it. Set ` +
      "companion: true, which holds SIGTERM back.",
  ];
}

/** A command as one would type it: what a shell is given, and a program without its folder. */
function lineOf([first = "", ...others]: readonly string[]): string {
  const inShell = /^(ba|da|a)?sh$/.test(posix.basename(first)) && others[0] === "-c";
  return inShell
    ? (others[1] ?? "").replace(/^\s*(exec\s+)?/, "")
    : [posix.basename(first), ...others].join(" ");
}

interface Idling {
  server: RegExp;
  name: string;
  option: string;
  /** What tells it otherwise, or may. */
  unless: RegExp;
}

/**
 * Servers that close a connection after 2 to 5 seconds without a request unless they are told, by their own documentation: sooner
 * than the gateway may use it again. Workers of gunicorn's kind `sync` close each at once, and say so.
 */
const idlings: readonly Idling[] = [
  {
    server: /^(?:python3? -m )?uvicorn\b/,
    name: "uvicorn",
    option: "--timeout-keep-alive 75",
    unless: /--timeout-keep-alive\b/,
  },
  {
    server: /^(?:python3? -m )?hypercorn\b/,
    name: "hypercorn",
    option: "--keep-alive 75",
    unless: /--keep-alive\b|(?:-c|--config)\b/,
  },
  {
    server: /^(?:python3? -m )?gunicorn\b(?=.*(?:--threads|-k|--worker-class)\b)/,
    name: "gunicorn",
    option: "--keep-alive 75",
    unless: /--keep-alive\b|(?:-c|--config)\b/,
  },
];

function ofIdling(name: string, { container }: TaskView, config: ImageConfig): string[] {
  const line = lineOf(startedWith(container, config));
  const told = { ...config.environment, ...container.environment };
  const found = idlings.find(({ server, unless }) => server.test(line) && !unless.test(line));
  if (!found || Object.keys(told).some((key) => /^(UVICORN_TIMEOUT_KEEP_ALIVE|GUNICORN_CMD_ARGS)$/.test(key)))
    return [];
  return [
    `${name} can lose requests, though rarely. ${found.name} closes a connection after a few seconds without a request, and the ` +
      `gateway may send one into it just then. Start it with ${found.option}.`,
  ];
}
