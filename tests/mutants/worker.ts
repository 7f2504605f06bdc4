/**
 * Loads what the tests need once, and then runs them again and again, on one wrong program after the other. Between two runs
 * the project's own modules are forgotten, so that what they compute when they are loaded is computed anew.
 */
import { readFileSync } from "node:fs";
import Module from "node:module";
import path from "node:path";
import { REGISTER_INSTANCE } from "ts-node";
import type { Answer, Question } from "./run";

const root = path.resolve(__dirname, "../..");
const compiler = process[REGISTER_INSTANCE]!;
// The simulation would remember what it compiled.
Reflect.deleteProperty(process, REGISTER_INSTANCE);

/** Files that differ from those on disk. */
let changed: Readonly<Record<string, string>> = {};
const compiled = new Map<string, string>();
let compiledNow = new Map<string, string>();
(Module as unknown as { _extensions: Record<string, unknown> })._extensions[".ts"] = (
  module: { _compile: (code: string, file: string) => void },
  file: string,
) => {
  const source = changed[path.relative(root, file)];
  const known = source === undefined ? compiled : compiledNow;
  const result = known.get(file) ?? compiler.compile(source ?? readFileSync(file, "utf8"), file);
  known.set(file, result);
  module._compile(result, file);
};

function forget(): void {
  for (const file of Object.keys(require.cache))
    if (file.startsWith(root) && !file.includes(`${path.sep}node_modules${path.sep}`) && file !== __filename)
      delete require.cache[file];
}

interface Test {
  name: string;
  run: () => unknown;
}

/** The tests of a file, in mocha's words as far as they are used here. */
function load(file: string): Test[] {
  const tests: Test[] = [];
  const titles: string[] = [];
  const context = { timeout: () => undefined };
  const describe = (title: string, body: () => void): void => {
    titles.push(title);
    body.call(context);
    titles.pop();
  };
  const it = (title: string, body: () => unknown): void =>
    void tests.push({ name: [file, ...titles, title].join(" > "), run: () => body.call(context) });
  Object.assign(globalThis, { describe, it });
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- anew for each mutant
  require(path.join(root, file));
  return tests;
}

let fail: (reason: unknown) => void = () => undefined;
process.on("uncaughtException", (error) => fail(error));
process.on("unhandledRejection", (error) => fail(error));

const say = (answer: Answer): void => void process.send!(answer);

async function passes({ run }: Test): Promise<boolean> {
  try {
    await new Promise((resolve, reject) => {
      fail = reject;
      Promise.resolve().then(run).then(resolve, reject);
    });
    return true;
  } catch {
    return false;
  }
}

/** Which units each test reaches, and how long it takes. */
async function count(files: readonly string[]): Promise<void> {
  for (const file of files) {
    forget();
    const units = new Set<string>();
    Object.assign(globalThis, { __reached: (unit: string) => units.add(unit) });
    const tests = load(file);
    const loaded = [...units];

    for (const test of tests) {
      say({ start: test.name });
      units.clear();
      const before = process.cpuUsage();
      const passed = await passes(test);
      const { user, system } = process.cpuUsage(before);
      say({
        test: test.name,
        passed,
        units: [...new Set([...loaded, ...units])],
        milliseconds: (user + system) / 1000,
      });
    }
  }
}

/** Runs the tests in this order, until one fails. */
async function check(names: readonly string[]): Promise<string | undefined> {
  forget();
  const files = new Map<string, Test[]>();
  for (const name of names) {
    say({ start: name });
    const file = name.split(" > ")[0]!;
    try {
      if (!files.has(file)) files.set(file, load(file));
    } catch {
      return name;
    }
    const test = files.get(file)!.find((candidate) => candidate.name === name);
    if (!test || !(await passes(test))) return name;
  }
  return undefined;
}

process.on("message", (question: Question) => {
  changed = question.changed;
  compiledNow = new Map();
  if ("files" in question) void count(question.files).then(() => say({ done: null }));
  else void check(question.tests).then((noticed) => say({ done: noticed ?? null }));
});
process.on("disconnect", () => process.exit());
