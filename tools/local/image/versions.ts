/** Whether a process runs by another version of its language than its image: what one has, the other may lack. */
import { posix } from "node:path";
import type { Ecosystem } from "./ecosystem";

/** Which version of what an image has, and which one its processes run by here, as `Python 3.13` and `Python 3.11`. */
export interface Versions {
  image: string;
  here: string;
}

/** The version in the tag of the language's own image: `3.13` of python:3.13-slim, `22` of node:22-alpine. */
export function versionOf(base: string, ecosystem: Ecosystem): string | undefined {
  const [reference = ""] = base.split("@");
  const [name, tag = ""] = posix.basename(reference).split(":");
  if (name !== { Python: "python", Node: "node" }[ecosystem]) return undefined;
  return (ecosystem === "Python" ? /^3\.\d+/ : /^\d+/).exec(tag)?.[0];
}

/** Undefined where they are the same, as far as the image says. */
export function differing(base: string, ecosystem: Ecosystem, here: string): Versions | undefined {
  const image = versionOf(base, ecosystem);
  return image === undefined || here === image || here.startsWith(`${image}.`)
    ? undefined
    : { image: `${ecosystem} ${image}`, here: `${ecosystem} ${here}` };
}
