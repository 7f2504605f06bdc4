// @ts-nocheck
// Makes a fresh clone ready, with nothing but Node: installs the npm packages when they are missing or older than the lock file.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const modified = (file) => (existsSync(root + file) ? statSync(root + file).mtimeMs : 0);

// npm writes this file at the end of a successful install, so an interrupted one is repeated.
if (modified("node_modules/.package-lock.json") < modified("package-lock.json")) {
  console.error("Installing the npm packages (once; about half a minute) …");
  const npm = spawnSync("npm", ["ci", "--no-progress", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
}
