/** A build context as Docker sees it: without what .dockerignore leaves out. */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore from "@balena/dockerignore";
import type { Build } from "../ecs/views";

/** Where a build's Dockerfile is: as Docker takes it, relative to where the program runs, or inside the context. */
export function locate(build: Build, project: string): { context: string; dockerfile: string } {
  const context = resolve(project, build.context);
  const dockerfile =
    build.dockerfile === undefined ? join(context, "Dockerfile") : resolve(project, build.dockerfile);
  return { context, dockerfile };
}

/** Tells whether a path (absolute) belongs to the context. Read again on each call: .dockerignore may be edited too. */
export function contextFilter(context: string, dockerfile?: string): (path: string) => boolean {
  // One beside the Dockerfile goes before that of the context: https://docs.docker.com/build/concepts/context/#filename-and-location
  const files = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    join(context, ".dockerignore"),
  ];
  const file = files.find((candidate) => existsSync(candidate));
  const rules = file === undefined ? "" : readFileSync(file, "utf8");
  const ignored = ignore({ ignorecase: false }).add(rules);
  return (path) => {
    const inside = relative(context, path);
    return inside === "" || (!inside.startsWith("..") && !ignored.ignores(inside.split(sep).join("/")));
  };
}

/** The files of the context, relative to it and sorted. Links count as what they point to. */
export function contextFiles(context: string, dockerfile?: string): string[] {
  const belongs = contextFilter(context, dockerfile);
  const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return readdirSync(context, { recursive: true, encoding: "utf8" })
    .filter((file) => belongs(join(context, file)) && isFile(join(context, file)))
    .sort();
}

/** Copies the context's files and returns the hash of their names and contents. */
export function copyContext(context: string, destination: string, dockerfile?: string): string {
  const hash = createHash("sha256");
  mkdirSync(destination, { recursive: true });
  for (const file of contextFiles(context, dockerfile)) {
    const target = join(destination, file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(context, file), target);
    hash.update(`${file}\0`).update(readFileSync(target)).update("\0");
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Copies files of the context to where they are in an image, and returns the hash of their places and contents. */
export function copyFiles(context: string, files: ReadonlyMap<string, string>, root: string): string {
  const hash = createHash("sha256");
  mkdirSync(root, { recursive: true });
  for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(context, file), target);
    hash.update(`${path}\0`).update(readFileSync(target)).update("\0");
  }
  return hash.digest("hex");
}
