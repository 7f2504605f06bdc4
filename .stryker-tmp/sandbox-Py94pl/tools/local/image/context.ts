/** A build context as Docker sees it: without what .dockerignore leaves out. */
// @ts-nocheck

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore from "@balena/dockerignore";
import type { Build } from "../ecs/services";

/** Where a build's Dockerfile is: as Docker takes it, relative to where the program runs, or inside the context. */
export function locate(build: Build, project: string): { context: string; dockerfile: string } {
  const context = resolve(project, build.context);
  const dockerfile =
    build.dockerfile === undefined ? join(context, "Dockerfile") : resolve(project, build.dockerfile);
  return { context, dockerfile };
}

/** Tells whether a path (absolute) belongs to the context. Read again on each call: .dockerignore may be edited too. */
export function contextFilter(context: string): (path: string) => boolean {
  let rules = "";
  try {
    rules = readFileSync(join(context, ".dockerignore"), "utf8");
  } catch {
    // A context without one has nothing ignored.
  }
  const ignored = ignore({ ignorecase: false }).add(rules);
  return (path) => {
    const inside = relative(context, path);
    return inside === "" || (!inside.startsWith("..") && !ignored.ignores(inside.split(sep).join("/")));
  };
}

/** The files of the context, relative to it and sorted. Links count as what they point to. */
export function contextFiles(context: string): string[] {
  const belongs = contextFilter(context);
  const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return readdirSync(context, { recursive: true, encoding: "utf8" })
    .filter((file) => belongs(join(context, file)) && isFile(join(context, file)))
    .sort();
}

/** Copies the context's files and returns the hash of their names and contents. */
export function copyContext(context: string, destination: string): string {
  const hash = createHash("sha256");
  mkdirSync(destination, { recursive: true });
  for (const file of contextFiles(context)) {
    const target = join(destination, file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(context, file), target);
    hash.update(`${file}\0`).update(readFileSync(target)).update("\0");
  }
  return `sha256:${hash.digest("hex")}`;
}
