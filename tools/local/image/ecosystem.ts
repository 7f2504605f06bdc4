/** Whether what an image runs can run on this machine without it: only what is interpreted comes with its sources. */
import { posix } from "node:path";
import type { ImageConfig } from "./dockerfile";

export type Ecosystem = "Python" | "Node";

const programs: readonly [Ecosystem, RegExp][] = [
  ["Python", /^(python(\d(\.\d+)?)?|gunicorn|uvicorn|hypercorn|granian|waitress-serve|flask|fastapi)$/],
  ["Node", /^(node|nodejs|npm|npx)$/],
];
const bases: readonly [Ecosystem, RegExp][] = [
  ["Python", /^python/],
  ["Node", /^node(js)?/],
];

/** What one has installed in its image by, which is not read here. */
const otherLocks: readonly [Ecosystem, string[], string][] = [
  ["Node", ["yarn.lock", "pnpm-lock.yaml", "bun.lock"], "package-lock.json"],
  ["Python", ["Pipfile.lock"], "requirements.txt or pyproject.toml"],
];

/** By the program that it starts, or else by its base's name. */
export function ecosystemOf(
  { base }: Pick<ImageConfig, "base">,
  words: readonly string[],
): Ecosystem | undefined {
  const [first = "", flag, script = ""] = words;
  const inShell = /^(ba|da|a)?sh$/.test(posix.basename(first)) && flag === "-c";
  const program = posix.basename(inShell ? (/^\s*(?:exec\s+)?(\S+)/.exec(script)?.[1] ?? "") : first);
  const name = posix.basename(base.split("@")[0]!).split(":")[0]!;
  return (programs.find(([, known]) => known.test(program)) ??
    bases.find(([, known]) => known.test(name)))?.[0];
}

/** Why the application's container cannot be a process of this machine; undefined where it can. */
export function whyNoProcess(config: ImageConfig, words: readonly string[]): string | undefined {
  if (words.length === 0) return "neither its Dockerfile nor its configuration has a command";
  const ecosystem = ecosystemOf(config, words);
  if (ecosystem === undefined) {
    return `it is built on ${config.base || "nothing"} and starts ${words[0]}, and processes know Python and Node alone`;
  }
  const script = words.slice(1).find((word) => !word.startsWith("-"));
  if (script !== undefined && /^[^\s]+\.([cm]?js|py)$/.test(script)) {
    const path = posix.resolve(config.workingDirectory, script);
    if (!config.files.has(path))
      return `it starts ${script}, which no COPY of its Dockerfile brings, and what RUN makes is not made here`;
  }
  const names = [...config.copied].map((file) => posix.basename(file));
  for (const [whose, locks, instead] of otherLocks) {
    const lock = locks.find((name) => names.includes(name));
    const readable = instead.split(" or ").some((name) => names.includes(name));
    if (whose === ecosystem && lock !== undefined && !readable)
      return `its packages are those of ${lock}, and processes install from ${instead} alone`;
  }
  return undefined;
}

/** The file of that name that the image is made with: the one nearest to its Dockerfile, or else to the context's root. */
export function lockOf(config: ImageConfig, name: string, dockerfile: string): string | undefined {
  const distance = (file: string): number => {
    const folder = posix.dirname(file);
    return folder === posix.dirname(dockerfile) ? -1 : folder === "." ? 0 : folder.split("/").length;
  };
  return [...config.copied]
    .filter((file) => posix.basename(file) === name)
    .sort((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1))[0];
}
