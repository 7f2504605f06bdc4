/**
 * Where tasks as processes have their copy of the code. Never inside this project, nor below any other folder with packages:
 * Node looks for a package in the node_modules of every folder above, so one that the image lacks would be found there.
 */
import { existsSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const prefix = "flask-app-fargate-";

/** The folder above (or at) a path that has packages; undefined if there is none. */
export function packagesAbove(path: string): string | undefined {
  if (basename(path) !== "node_modules" && existsSync(join(path, "node_modules"))) return path;
  return dirname(path) === path ? undefined : packagesAbove(dirname(path));
}

/**
 * Makes a folder that only this user can read, named after this process.
 *
 * @param places where it may be; the first without packages above it is taken
 * @throws when there are packages above each
 */
export function makeCopiesFolder(places: readonly string[] = [tmpdir(), "/var/tmp", homedir()]): string {
  // Node resolves links before it looks.
  const usable = places.filter((place) => existsSync(place)).map((place) => realpathSync(place));
  const place = usable.find((candidate) => packagesAbove(candidate) === undefined);
  if (place === undefined) {
    const found = usable.map((candidate) => join(packagesAbove(candidate) ?? "", "node_modules"));
    throw new Error(
      `The tasks cannot run as processes: a Node service would find packages there that its image does not have: ` +
        `${[...new Set(found)].join(", ")}. Set TMPDIR to a folder without node_modules above it, or start a Docker engine.`,
    );
  }
  return mkdtempSync(join(place, `${prefix}${process.pid}-`));
}

/** Removes the folders of this user's processes that are gone. */
export function sweepCopies(places: readonly string[] = [tmpdir(), "/var/tmp", homedir()]): void {
  for (const place of new Set(places)) {
    for (const name of existsSync(place) ? readdirSync(place) : []) {
      const [, pid] = new RegExp(`^${prefix}(\\d+)-\\w{6}$`).exec(name) ?? [];
      const folder = join(place, name);
      if (pid !== undefined && isMine(folder) && !isAlive(Number(pid))) {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
}

/** Not a link, and not another user's: the place may be everybody's. */
function isMine(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.();
}

/** Whether a process runs, be it somebody else's. */
export function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
