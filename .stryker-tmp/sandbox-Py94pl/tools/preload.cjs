/**
 * What makes a command start fast, loaded before it by `node -r ./tools/preload.cjs`. Without it (`-r
 * ts-node/register/transpile-only`) every command does the same, more slowly; the tests run so, as Pulumi does.
 *
 * Each part leaves out work whose result is known or not wanted. docs/bench-plan.md says what each is worth.
 */
// @ts-nocheck

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");

const root = path.resolve(__dirname, "..");
/** Below node_modules, so that whatever is kept goes with the packages that made it. */
const cache = path.join(root, "node_modules", ".cache", "flask-app-fargate");

compileOnce();
// Pulumi needs the first two to turn functions into Lambda code, the third for programs of before 2022; it loads them for all.
defer("@pulumi/pulumi", "typescript", "@npmcli/arborist");
defer("@pulumi/awsx", "./classic");
// Left to itself V8 lets the heap grow to several times what is in use: a plan of 250 services takes 700 MB instead of 500,
// and a fifth less time.
v8.setFlagsFromString("--heap-growing-percent=35");
// Machine code of modules, where Node can keep it: from 22.1.
Module.enableCompileCache?.(path.join(cache, "v8"));

/** Compiles each TypeScript file as ts-node does, by ts-node, and keeps the result until the file or a compiler changes. */
function compileOnce() {
  const compilers = [
    "node_modules/ts-node/package.json",
    "node_modules/typescript/package.json",
    "tsconfig.json",
  ];
  const made = compilers.map((file) => fs.readFileSync(path.join(root, file), "utf8")).join("\n");
  let compiler;
  Module._extensions[".ts"] = (module, file) => {
    const source = fs.readFileSync(file, "utf8");
    const key = createHash("sha256").update(`${made}\n${file}\n${source}`).digest("hex");
    let code = recall(file, key);
    if (code === undefined) {
      compiler ??= require("ts-node").create({ transpileOnly: true, cwd: root });
      code = compiler.compile(source, file);
      if (file.startsWith(root + path.sep)) keep(file, key, code);
    }
    module._compile(code, file);
  };
  // Lines of stack traces, as ts-node has them.
  Module.createRequire(require.resolve("ts-node"))("@cspotcode/source-map-support").install({
    environment: "node",
    retrieveFile: (file) => (file.endsWith(".ts") ? (recall(file) ?? "") : ""),
  });
}

/** One entry for each file of this project, the key on its first line. */
const entryOf = (file) => path.join(cache, `${path.relative(root, file).replaceAll(/[\\/]/g, "+")}.js`);

function recall(file, key) {
  let entry;
  try {
    entry = fs.readFileSync(entryOf(file), "utf8");
  } catch {
    return undefined;
  }
  const end = entry.indexOf("\n");
  return key === undefined || entry.slice(0, end) === key ? entry.slice(end + 1) : undefined;
}

/** Renamed into place: another command may read at the same time. Where nothing can be written, nothing is kept. */
function keep(file, key, code) {
  const draft = `${entryOf(file)}.${process.pid}`;
  try {
    fs.mkdirSync(cache, { recursive: true });
    fs.writeFileSync(draft, `${key}\n${code}`);
    fs.renameSync(draft, entryOf(file));
  } catch {
    fs.rmSync(draft, { force: true });
  }
}

/** Lets a package have what it requires when it first uses it, instead of when it starts. */
function defer(owner, ...requests) {
  const within = path.join(root, "node_modules", owner, path.sep);
  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    const real = () => load.call(this, request, parent, ...rest);
    if (!requests.includes(request) || !parent?.filename?.startsWith(within)) return real();
    // What does not say __esModule is copied property by property, which would be a use.
    return new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : real()[name]) });
  };
}
