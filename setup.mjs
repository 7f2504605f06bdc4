// Makes a fresh clone ready, with nothing but Node: installs the npm packages when they are missing or older than the lock file.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const modified = (file) => (existsSync(root + file) ? statSync(root + file).mtimeMs : 0);
const needed = Number(/\d+/.exec(JSON.parse(readFileSync(root + "package.json", "utf8")).engines.node)[0]);

if (Number(/\d+/.exec(process.version)[0]) < needed) {
  stop(
    `Node ${needed} or later is needed, and \`node\` is ${process.version} (${process.execPath}). ` +
      "Install it from https://nodejs.org/, or choose it with nvm, fnm or asdf.",
  );
}

// npm writes this file at the end of a successful install, so an interrupted one is repeated.
if (modified("node_modules/.package-lock.json") < modified("package-lock.json")) {
  try {
    accessSync(existsSync(root + "node_modules") ? root + "node_modules" : root, constants.W_OK);
  } catch {
    stop(
      `The npm packages are missing or older than package-lock.json, and ${root} cannot be written to. ` +
        "Make it writable, or clone into a folder of your own.",
    );
  }
  console.error("Installing the npm packages (once; about half a minute) …");
  const npm = spawnSync("npm", ["ci", "--no-progress", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, "pipe"],
    shell: process.platform === "win32",
  });
  const said = String(npm.stderr ?? "");
  process.stderr.write(said);
  if (npm.error !== undefined) {
    stop(`\`npm\` does not start: ${npm.error.message}. It comes with Node; put it on the PATH.`);
  }
  if (npm.status !== 0) stop(`The npm packages are not installed. ${wayOut(said)}`, npm.status ?? 1);
}

function stop(message, code = 1) {
  console.error(message);
  process.exit(code);
}

function wayOut(said) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(said)) {
    return "The registry does not answer: connect this machine, or tell npm your proxy or mirror (npm config set proxy, registry).";
  }
  if (/EROFS|EACCES|EPERM/.test(said))
    return `npm may not write to ${root} or to its cache (npm config get cache).`;
  if (/ENOSPC/.test(said)) return "The disk is full.";
  if (/EUSAGE|lock file/.test(said)) {
    return "package.json and package-lock.json do not fit together: take both from one commit, or run npm install.";
  }
  return "What npm said stands above; `npm ci` tries again.";
}
