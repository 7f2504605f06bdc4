/** Watches build contexts; files that .dockerignore leaves out do not count. */
import { watch } from "chokidar";
import { stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { contextFilter } from "./context";

export interface Watcher {
  ready: Promise<void>;
  close(): Promise<void>;
}

/** How long a burst of edits (an editor's save, a checkout) must be over before anything is built. */
const quietMilliseconds = 300;

/** Calls back after each burst of edits in a context. */
export function watchContext(context: string, edited: () => void, dockerfile?: string): Watcher {
  let belongs = contextFilter(context, dockerfile);
  let timer: NodeJS.Timeout | undefined;
  // Left out by name, as a pattern that brings files back keeps the folders above them: these are large.
  const heavy = [".venv", "node_modules", ".git"].map((name) => join(context, name));
  const watcher = watch(context, {
    ignoreInitial: true,
    ignored: (path, stats) =>
      heavy.some((folder) => path === folder || path.startsWith(folder + sep)) ||
      (stats?.isFile() === true && !belongs(path) && !path.endsWith(".dockerignore")),
  });
  watcher.on("all", (_, path) => {
    if (path.endsWith(".dockerignore")) belongs = contextFilter(context, dockerfile);
    else if (!belongs(path)) return;
    clearTimeout(timer);
    timer = setTimeout(edited, quietMilliseconds);
  });
  return {
    ready: new Promise((resolve, reject) => {
      // chokidar is silent about a folder that does not exist.
      stat(context).catch(reject);
      watcher.once("ready", resolve);
      watcher.once("error", reject);
    }),
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
