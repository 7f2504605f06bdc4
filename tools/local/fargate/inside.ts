/** What is said for the inside of a container, in terms of this machine: paths of its file system, addresses and ports. */
import { join } from "node:path";
import type { Files } from "../image/copied";

/** The files of an image that were copied here. */
export interface Copy {
  /** The folder that stands for the image's root. */
  root: string;
  files: Files;
}

/** A path of the image, or several with colons between, as paths of the copy where that has something there. */
export function here(value: string, { root, files }: Copy): string {
  const has = (path: string): boolean =>
    path !== "/" &&
    (files.has(path) || [...files.keys()].some((file) => file.startsWith(path.replace(/\/*$/, "/"))));
  return value
    .split(":")
    .map((path) => (path.startsWith("/") && has(path) ? join(root, path) : path))
    .join(":");
}

const portOption = /^(-p|-b|--(?:http-)?port|--bind|--listen)$/;

/** The port that a command names for the service; undefined where it names none, or a variable. */
export function commandPort(words: readonly string[]): number | undefined {
  const [first = "", flag, script] = words;
  if (script !== undefined && flag === "-c" && /(^|\/)(ba|da|a)?sh$/.test(first))
    return commandPort(script.trim().split(/\s+/));
  const found = words.flatMap((word, i) => {
    const [, option = words[i - 1] ?? "", value = word] = /^(--[a-z-]+)=(.+)$/.exec(word) ?? [];
    const port = /^(?:.*:)?(\d+)$/.exec(value)?.[1];
    const isAddress = /^(0\.0\.0\.0|\[::\]|127\.0\.0\.1|localhost)?:\d+$/.test(word);
    return port !== undefined && (portOption.test(option) || isAddress) ? [Number(port)] : [];
  });
  return found[0];
}

/**
 * The words of a command, so that what they say of the service's port holds for the one that the task has here, and nobody
 * but this machine can connect: all tasks share its address, and other machines may reach it.
 */
export function hereWords(words: readonly string[], port: { container: number; local: number }): string[] {
  const [first = "", flag, script] = words;
  if (script !== undefined && flag === "-c" && /(^|\/)(ba|da|a)?sh$/.test(first)) {
    const parts = script.split(/(\s+)/);
    const spoken = hereWords(
      parts.filter((_, i) => i % 2 === 0),
      port,
    );
    return [
      first,
      flag,
      parts.map((part, i) => (i % 2 === 0 ? spoken[i / 2]! : part)).join(""),
      ...words.slice(3),
    ];
  }
  const { container, local } = port;
  const everywhere = /(?<![\d.])0\.0\.0\.0(?![\d.])|\[::\]/g;
  const atHost = new RegExp(`(127\\.0\\.0\\.1|localhost):${container}(?!\\d)`, "g");
  return words.map((word, i) => {
    if (word === String(container) && portOption.test(words[i - 1] ?? "")) return String(local);
    if (word === `:${container}`) return `127.0.0.1:${local}`;
    return word
      .replace(everywhere, "127.0.0.1")
      .replace(atHost, `$1:${local}`)
      .replace(new RegExp(`^(--(?:http-)?port=)${container}$`), `$1${local}`)
      .replace(new RegExp(`^(--bind=):${container}$`), `$1127.0.0.1:${local}`);
  });
}
