/** Packages of Node services, by `npm ci`: one folder for each content of a lock file, kept for later. */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { run } from "./python";

/**
 * Installs what a package-lock.json names, and returns the folder that has it as `node_modules`. What is developed with is left
 * out, and scripts of packages do not run: here no container holds them.
 *
 * @param lock the lock file, relative to the context
 * @param files the files of the context; the manifests of a workspace's packages are among them
 */
export async function nodePackages(
  { context, lock, files }: { context: string; lock: string; files: Iterable<string> },
  folder: string,
  progress: (message: string) => void,
): Promise<string> {
  const root = posix.dirname(lock);
  const manifests = [...new Set(files)]
    .filter((file) => posix.basename(file) === "package.json")
    .filter((file) => root === "." || file.startsWith(`${root}/`))
    .sort();
  const hash = createHash("sha256").update(process.version);
  for (const file of [lock, ...manifests])
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(context, file)))
      .update("\0");
  const home = join(folder, hash.digest("hex").slice(0, 16));
  const complete = join(home, ".complete");
  if (existsSync(complete)) return home;
  progress("installing what package-lock.json names by npm ci (once per change of it) …");
  rmSync(home, { recursive: true, force: true });
  for (const file of [lock, ...manifests]) {
    const target = join(home, posix.relative(root, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(context, file), target);
  }
  const args = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", args, "install what package-lock.json names", { cwd: home, env: withoutNpm(process.env) });
  writeFileSync(complete, "");
  return home;
}

/** Without what `npm start` told: it is about this project. */
const withoutNpm = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(npm_|NODE_ENV$|INIT_CWD$)/i.test(name)),
  );
