/**
 * Why a task does not become healthy, and what mends it: from how its health check failed, where it listens, how it ended and
 * what it printed. Each row is a mistake that people make, not a fact of AWS.
 */
import { posix } from "node:path";
import type { Exit, Listener, Probe } from "../fargate/runner";
import type { Versions } from "../image/versions";

export interface Symptoms {
  service: string;
  /** Processes have a port of their own each, which PORT tells. */
  kind: "containers" | "processes";
  /** The port that requests go to, as PORT tells it. */
  port: number;
  /** What the configuration says; the same but for processes. */
  configuredPort: number;
  /** Of the application; undefined for the image's own. */
  user: string | undefined;
  readonlyRoot: boolean;
  /** What it is started with, as far as that is known. */
  command: readonly string[];
  /** Of a process that runs by another version of its language than its image has. */
  versions?: Versions | undefined;
  /** Whether the companion asks for the health. */
  companion: boolean;
  /** How it ended by itself. */
  exit?: Exit | undefined;
  /** The health check's last failure. */
  probe?: Probe | undefined;
  /** Undefined where it cannot be found out. */
  listeners?: readonly Listener[] | undefined;
  /** The last lines that it printed. */
  tail: readonly string[];
}

export interface Finding {
  /** What is wrong, and the fix. */
  says: string;
  /** No time mends it. */
  hopeless: boolean;
}

const commandMissing =
  /executable file (?:`[^`]*` )?not found|command not found|: not found$|\bENOENT\b|no such file or directory/im;
const moduleMissing =
  /(?:ModuleNotFoundError: )?No module named .+|ImportError: .+|(?:Error: )?Cannot find (?:module|package) .+|ERR_MODULE_NOT_FOUND|Could not import module .+|can't open file .+No such file.*|Error: No such command .+/;
const wrongArchitecture = /exec format error|Exec format error/;
const denied = /Permission denied|permission denied|EACCES|Operation not permitted|EPERM/;
const inUse = /address already in use|EADDRINUSE|Address in use/i;
const readOnly = /Read-only file system|read-only file system|EROFS/;

/** Everything that can be told, the most telling first. */
export function diagnose(symptoms: Symptoms): Finding[] {
  const all = [
    ...ofTheEnd(symptoms),
    ...ofTheCheck(symptoms),
    ...ofListening(symptoms),
    ...ofAPortInUse(symptoms),
  ];
  // What can never be is found at once, before there was time for anything else.
  const hopeless = all.filter((finding) => finding.hopeless);
  const found = hopeless.length > 0 ? hopeless : all;
  return found.filter(({ says }, i) => found.findIndex((other) => other.says === says) === i);
}

function ofTheEnd(symptoms: Symptoms): Finding[] {
  const { exit, tail, service, user, readonlyRoot, port, configuredPort } = symptoms;
  if (!exit) return [];
  const printed = tail.join("\n");
  const said = `${exit.reason}\n${printed}`;
  const module = moduleMissing.exec(printed);
  if (module) {
    const says = `\`${module[0].trim()}\`: the image lacks it. Fix: add it to what the Dockerfile installs or copies, or correct the name.`;
    return [{ says: `${says}${ofVersions(symptoms)}`, hopeless: true }];
  }
  const slip = slipIn(printed);
  if (slip !== undefined) {
    const says = `\`${slip.what}\`${slip.where}: it can never start so. Fix: correct it.`;
    return [{ says: `${says}${ofVersions(symptoms)}`, hopeless: true }];
  }
  if (wrongArchitecture.test(said)) {
    const says = `The image is for another processor than this task's. Fix: build it for the service's \`architecture\`.`;
    return [{ says, hopeless: true }];
  }
  if (readOnly.test(said) && readonlyRoot) {
    const folder = folderIn(lineWith(readOnly, said));
    const says =
      `It writes${folder === undefined ? "" : ` to ${folder}`}, and its root file system is read-only but for /tmp. ` +
      `Fix: \`writable: [${folder ?? "/folder"}]\` below services.${service}, or let it write to /tmp.`;
    return [{ says, hopeless: true }];
  }
  if (denied.test(said))
    return [
      { says: notAllowed(lineWith(denied, said), { service, user, port, configuredPort }), hopeless: true },
    ];
  if (
    exit.code === 127 ||
    (exit.code === undefined && commandMissing.test(exit.reason)) ||
    /executable file not found/.test(exit.reason)
  ) {
    const says = `What it is started with is not in the image. Fix: correct CMD in the Dockerfile, or \`command\` below services.${service}.`;
    return [{ says, hopeless: true }];
  }
  if (exit.code === 0) {
    const says =
      "It ended without an error, and a task lives as long as its first process. " +
      "Fix: run the server in the foreground, as the last command of CMD.";
    return [{ says, hopeless: false }];
  }
  return [];
}

/** Of the code that a language refuses to read: no restart mends it. */
function slipIn(printed: string): { what: string; where: string } | undefined {
  // What is read while it runs is data: JSON.parse and eval know no file.
  if (/\bat JSON\.parse\b/.test(printed)) return undefined;
  const what = /^\s*((?:SyntaxError|IndentationError|TabError): .+)/m.exec(printed)?.[1]?.trim();
  if (what === undefined) return undefined;
  const python = [...printed.matchAll(/File "([^"<>]+)", line (\d+)/g)].at(-1);
  const node = /^(?:file:\/\/)?(\/\S+\.[cm]?[jt]s):(\d+)$/m.exec(printed);
  const [, file, line] = python ?? node ?? [];
  return file === undefined ? undefined : { what, where: ` in ${posix.basename(file)}, line ${line}` };
}

const ofVersions = ({ versions }: Symptoms): string =>
  versions === undefined
    ? ""
    : ` Its image has ${versions.image}, and as a process it runs by ${versions.here}: --tasks containers runs it by the image's.`;

function notAllowed(
  line: string,
  { service, user, port, configuredPort }: Pick<Symptoms, "service" | "user" | "port" | "configuredPort">,
): string {
  const who = user === undefined ? "the image's own user" : `user ${user}`;
  const binds = /\bbind\b|\blisten|:\d+\b.*denied|denied.*:\d+\b|address/i.test(line);
  if (binds && Math.min(port, configuredPort) < 1024) {
    return (
      `Only root may listen on port ${configuredPort}, and it runs as ${who}. ` +
      `Fix: \`port: 8080\` below services.${service}, and let it listen on PORT.`
    );
  }
  const path = pathIn(line);
  return (
    `It runs as ${who}, whatever its image says, and may not use${path === undefined ? " what is root's" : ` ${path}`}. ` +
    `Fix: give it to that user in the Dockerfile (\`COPY --chown=10001:10001\`, \`RUN chown\`), or name the image's user: ` +
    `\`user: "…"\` below services.${service}.`
  );
}

/** What the program asks where the configuration names no command and there is no companion. */
const imagesOwn = "python3 -m healthcheck";

function ofTheCheck({ probe, service, companion }: Symptoms): Finding[] {
  if (!probe || probe.healthy) return [];
  const { command, code, output } = probe;
  if (probe.hopeless === true) return [{ says: `${output}.`.replace(/^./, upper), hopeless: true }];
  const program = command.split(/\s+/)[0] ?? "";
  const missing =
    code === 126 || code === 127 || (code !== 0 && /executable file (?:`[^`]*` )?not found/.test(output));
  if (missing || (code === undefined && /\bENOENT\b/.test(output))) {
    const says =
      `The image has no \`${program}\`, so its health check can never succeed. Fix: check with what the image has, as with ` +
      `\`python3 -c\` or \`node -e\`, install it in the Dockerfile, or leave healthCheck.command of services.${service} out: then the companion asks.`;
    return [
      { says: denied.test(output) && code === 126 ? denialOf(program, service) : says, hopeless: true },
    ];
  }
  const module = moduleMissing.exec(output);
  if (module && command === imagesOwn) {
    const says =
      `The health check is the one of images that have a module \`healthcheck\`, as services.${service} names no other. ` +
      `Fix: \`companion: true\` there, so that a second container asks, or healthCheck.command with what the image has.`;
    return [{ says, hopeless: true }];
  }
  if (module) {
    const says = `The health check fails in itself: \`${module[0].trim()}\`. Fix: correct healthCheck.command of services.${service}.`;
    return [{ says, hopeless: true }];
  }
  const status = /(?:status|HTTP\/\d(?:\.\d)?|HTTP Error|returned error:)\D{0,3}([45]\d\d)\b/i.exec(
    output,
  )?.[1];
  if (status !== undefined) {
    const fix = companion
      ? `Below 500 is healthy. Fix: mend what it answers so, or name a path that answers: \`healthCheck: { path: /healthz }\` below services.${service}.`
      : status.startsWith("4")
        ? `Fix: name a path that answers: healthCheck.path of services.${service}.`
        : "Its own output says why.";
    return [{ says: `It listens, and answers its health check with ${status}. ${fix}`, hopeless: false }];
  }
  return [];
}

const upper = (letter: string): string => letter.toUpperCase();

const denialOf = (program: string, service: string): string =>
  `The task's user may not run \`${program}\`. Fix: make it executable in the Dockerfile, or correct healthCheck.command of services.${service}.`;

/** What no health check shows, as it asks from inside. */
export function ofListening(symptoms: Symptoms): Finding[] {
  const { listeners, port, configuredPort, kind, service, exit } = symptoms;
  if (!listeners || exit) return [];
  const own = listeners.filter((each) => each.port === port);
  if (own.length > 0) return own.every(({ loopback }) => loopback) ? ofLoopback(symptoms) : [];
  const others = [...new Set(listeners.map((each) => each.port))].sort((a, b) => a - b);
  const nothing = `Nothing listens on PORT=${port}`;
  if (others.length === 0)
    return [
      { says: `${nothing}, or on any other port. Fix: let it listen on PORT, at 0.0.0.0.`, hopeless: false },
    ];
  const there = `${nothing}; it listens on ${others.join(" and ")}.`;
  if (kind === "containers")
    return [
      {
        says: `${there} Fix: let it listen on PORT, or write \`port: ${others[0]}\` below services.${service}.`,
        hopeless: false,
      },
    ];
  const named = others.find((other) => other !== configuredPort && namesPort(symptoms.command, other));
  if (named !== undefined)
    return [
      {
        says: `${there} Fix: write \`port: ${named}\` below services.${service}, or read PORT.`,
        hopeless: false,
      },
    ];
  const fixed = others.includes(configuredPort)
    ? "As a process each task has a port of its own, which PORT tells. Fix: read PORT, or run it in a container: --tasks containers."
    : `Fix: read PORT, or write \`port: ${others[0]}\` below services.${service} and run it in a container: --tasks containers.`;
  return [{ says: `${there} ${fixed}`, hopeless: false }];
}

/** A process that does not heed PORT wants a port that another has: one of this machine, or the task before it. */
function ofAPortInUse({ kind, tail, command, configuredPort, service }: Symptoms): Finding[] {
  const line = kind === "processes" ? tail.find((one) => inUse.test(one)) : undefined;
  if (line === undefined) return [];
  const port = /(?:['"], |:|port )(\d{2,5})\b/i.exec(line)?.[1];
  const other = port !== undefined && Number(port) !== configuredPort;
  const fix =
    other && namesPort(command, port)
      ? `write \`port: ${port}\` below services.${service}, or read PORT.`
      : "read PORT, or run it in a container: --tasks containers.";
  const says = `It wants a port that is in use${port === undefined ? "" : `, ${port}`}. As a process each task has a port of its own, which PORT tells. Fix: ${fix}`;
  return [{ says, hopeless: false }];
}

/** Whether a command line has a port in it, which is changed to the task's own where it is the service's. */
const namesPort = (command: readonly string[], port: string | number): boolean =>
  new RegExp(`(?:^|\\D)${port}(?:\\D|$)`).test(command.join(" "));

/**
 * A process is told to listen on loopback here, so that it is not open to this machine's network: only its command can say
 * that it would do so on AWS.
 */
function ofLoopback({ kind, command, port, configuredPort }: Symptoms): Finding[] {
  if (kind === "processes" && !listensOnLoopback(command)) return [];
  const shown = kind === "processes" ? configuredPort : port;
  const says =
    `It listens on 127.0.0.1:${shown} alone. Its health check gets there and the VPC link does not: on AWS every request is ` +
    `answered 503. Fix: listen on 0.0.0.0${othersToo(command)}.`;
  return [{ says, hopeless: false }];
}

/** Servers that listen on 127.0.0.1 unless they are told otherwise: as programs, not as another's workers. */
const shy = /(?:^|[\s/])(uvicorn|hypercorn|daphne|flask run|fastapi dev|flask --app)(?=\s|$)/;
const told = /(?:^|\s)(?:--host|--bind|-b|-h)[= ]+"?([\w.[\]:]+)/;
/** Variables that tell one of them. */
const toldBy = ["UVICORN_HOST", "FLASK_RUN_HOST"];
const isLoopback = (host: string): boolean => /^(127\.|localhost|\[?::1)/.test(host);

/** Whether a command line, with the variables that it finds, makes a server listen on this machine alone. */
export function listensOnLoopback(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): boolean {
  const line = command.join(" ");
  const host = told.exec(line)?.[1] ?? toldBy.map((name) => environment[name]).find(Boolean);
  return host === undefined ? shy.test(line) : isLoopback(host);
}

/** The option by which the command's server would listen to others, as words to add. */
export function othersToo(command: readonly string[]): string {
  const server = shy.exec(command.join(" "))?.[1];
  if (server === undefined) return "";
  const option = { hypercorn: "--bind 0.0.0.0:8000", daphne: "-b 0.0.0.0" }[server] ?? "--host 0.0.0.0";
  return `, as with \`${option}\``;
}

/** What a task that ended too soon after SIGTERM is told, undefined for one that served on. */
export function ofDraining(drainSeconds: number, servedSeconds: number): string | undefined {
  if (drainSeconds <= 0 || servedSeconds >= drainSeconds * 0.9) return undefined;
  return (
    `It ended ${servedSeconds < 3 ? "at once" : `${Math.round(servedSeconds)} s`} after SIGTERM: on AWS this loses requests, as the gateway ` +
    `still sends some to it. DRAIN_SECONDS is ${drainSeconds}. Fix: serve on for DRAIN_SECONDS and then end, or let the ` +
    "companion hold SIGTERM back: `companion: true`."
  );
}

const lineWith = (pattern: RegExp, text: string): string =>
  text.split("\n").find((line) => pattern.test(line)) ?? "";

const pathIn = (line: string): string | undefined =>
  /['"`](\/[^'"`]+)['"`]|\s(\/[\w./-]+)/.exec(line)?.slice(1).find(Boolean);

/** The folder of what it wrote; for a path without one in it the path. */
function folderIn(line: string): string | undefined {
  const path = pathIn(line);
  if (path === undefined) return undefined;
  return /\.\w+$/.test(path) ? path.slice(0, path.lastIndexOf("/")) || "/" : path;
}
