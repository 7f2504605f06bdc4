/** Watches what decides which resources there are: the stack's files, and the program. */
import { watch } from "chokidar";
import { existsSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** How long a burst of edits must be over before anything is read. */
const quietMilliseconds = 300;

export interface ProgramWatcher {
  ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls back after each burst of edits.
 *
 * @param project the folder of Pulumi.yaml
 * @param stacks the stacks whose files count
 * @param edited told the files, relative to the project
 */
export function watchProgram(
  project: string,
  stacks: readonly string[],
  edited: (files: string[]) => void,
): ProgramWatcher {
  const files = ["Pulumi.yaml", ...stacks.map((stack) => `Pulumi.${stack}.yaml`)];
  const watcher = watch([...files.map((file) => join(project, file)), ...partsOf(project)], {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !/\.(ts|yaml)$/.test(path),
  });
  let timer: NodeJS.Timeout | undefined;
  const changed = new Set<string>();
  watcher.on("all", (event, path) => {
    if (!/^(add|change|unlink)$/.test(event)) return;
    changed.add(relative(project, path).split(sep).join("/"));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const all = [...changed].sort();
      changed.clear();
      edited(all);
    }, quietMilliseconds);
  });
  return {
    ready: new Promise((resolve, reject) => {
      watcher.once("ready", resolve);
      watcher.once("error", reject);
    }),
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

/** A part of the program is a file beside Pulumi.yaml, and the folder of the same name; `rules` is what they know of AWS. */
function partsOf(project: string): string[] {
  const parts = readdirSync(project).filter((name) => name.endsWith(".ts"));
  const folders = [...parts.map((name) => name.replace(/\.ts$/, "")), "rules"];
  return [...parts, ...folders].map((name) => join(project, name)).filter((path) => existsSync(path));
}

/** What the running process has loaded for itself, and cannot load again. */
export const needsNewProcess = (files: readonly string[]): string[] =>
  files.filter((file) => file.startsWith("rules/"));
