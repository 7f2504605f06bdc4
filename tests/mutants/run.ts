/**
 * How much of a wrong program the tests would notice: the program is changed in one place at a time (a mutant), and the tests
 * that reach this place run until one fails, those that noticed most first. `npm run test:mutants` does so to all of it,
 * `npm run test:mutants -- config.ts network` to the files and folders that are named. Not part of `npm test`: the whole
 * takes hours. MUTANTS_MOST=20 takes twenty of each file at most, evenly spread; MUTANTS_SECONDS is what a mutant's tests may take in sum.
 *
 * Which mutants live stands in bin/mutants/, a file for each of the program's.
 */
import { ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { counted, Mutation, mutationsOf } from "./mutations";

export type Question = { changed: Record<string, string> } & ({ files: string[] } | { tests: string[] });
export type Answer = Reached | { start: string } | { done: string | null };
interface Reached {
  test: string;
  passed: boolean;
  units: string[];
  milliseconds: number;
}

const root = path.resolve(__dirname, "../..");
const most = Number(process.env.MUTANTS_MOST ?? Infinity);
const seconds = Number(process.env.MUTANTS_SECONDS ?? 20);
const rooms = ["rules", "config", "network", "service", "api", "cluster", "monitoring"];
/** Tests of the documents and of commands, and those that start processes: slow, and about other things. */
const others = /tests\/(documents|entry|fuzz|imports|links|setup)\.test\.ts$/;

const kept = path.join(root, "bin/mutants/reached.json");
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const list = (folder: string, ending: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => path.posix.join(folder, name))
    .sort();
const isFolder = (name: string): boolean => statSync(path.join(root, name)).isDirectory();
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

const named = process.argv.slice(2);
const targets = (named.length > 0 ? named : [...rooms, "."]).flatMap((name) =>
  isFolder(name) ? list(name, ".ts") : name,
);
const tests = ["tests", ...rooms.map((room) => `tests/${room}`)]
  .filter((folder) => existsSync(path.join(root, folder)))
  .flatMap((folder) => list(folder, ".test.ts"))
  .filter((file) => !others.test(file))
  // Nothing but the rules is asked by the rules' own tests.
  .filter(
    (file) => !file.startsWith("tests/rules/") || targets.some((target) => target.startsWith("rules/")),
  );

/** A worker is replaced when it hangs, and now and then, as what is loaded often leaves something behind. */
let worker: ChildProcess | undefined;
let asked = 0;
async function ask(
  question: Question,
  patience: number,
  hear: (answer: Answer) => void,
): Promise<string | null> {
  if (asked++ % 300 === 0) worker?.kill("SIGKILL");
  if (!worker || worker.killed || worker.exitCode !== null)
    worker = fork(path.join(__dirname, "worker.ts"), {
      cwd: root,
      execArgv: ["-r", "ts-node/register/transpile-only"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
  const current = worker;
  return new Promise((resolve) => {
    let late: NodeJS.Timeout;
    const end = (result: string | null): void => {
      clearTimeout(late);
      current.removeAllListeners();
      resolve(result);
    };
    const wait = (): void => {
      clearTimeout(late);
      late = setTimeout(() => (current.kill("SIGKILL"), end("too late")), patience);
    };
    current.on("exit", () => end("the process ended"));
    current.on("message", (answer: Answer) => {
      wait();
      hear(answer);
      if ("done" in answer) end(answer.done);
    });
    wait();
    current.send(question);
  });
}

/** The tests that reach each unit, and their time. What is known of a file of tests is kept until it or the program changes. */
async function reach(): Promise<{ reaching: Map<string, string[]>; time: Map<string, number> }> {
  const program = [...rooms, "."].flatMap((folder) => list(folder, ".ts"));
  const changed = Object.fromEntries(program.map((file) => [file, counted(file, read(file))]));
  const version = (file: string): string => hash(JSON.stringify([changed, read(file)]));
  const known = (existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {}) as Record<
    string,
    { version: string; tests: Reached[] }
  >;
  for (const file of tests) {
    if (known[file]?.version === version(file)) continue;
    const found: Reached[] = [];
    const failed = await ask(
      { changed, files: [file] },
      300_000,
      (answer) => "test" in answer && found.push(answer),
    );
    if (failed) throw new Error(`${file} did not run: ${failed}.`);
    known[file] = { version: version(file), tests: found };
    writeFileSync(kept, JSON.stringify(known));
  }
  const reaching = new Map<string, string[]>();
  const time = new Map<string, number>();
  for (const { test, passed, units, milliseconds } of tests.flatMap((file) => known[file]!.tests)) {
    if (!passed) console.log(`Left out, as it fails without a mutant: ${test}`);
    else {
      time.set(test, milliseconds);
      for (const unit of units) reaching.set(unit, [...(reaching.get(unit) ?? []), test]);
    }
  }
  return { reaching, time };
}

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[a-z]{3,}/g));

/** How much a place of the program and a test speak of the same: the words they share, each the more the fewer tests have it. */
function comparer(names: readonly string[]): (place: string, test: string) => number {
  const words = new Map(names.map((name) => [name, wordsOf(sourceOf(name))]));
  const users = new Map<string, number>();
  for (const word of [...words.values()].flatMap((set) => [...set]))
    users.set(word, (users.get(word) ?? 0) + 1);
  return (place, test) =>
    [...wordsOf(place)].reduce(
      (sum, word) => sum + (words.get(test)!.has(word) ? 1 / users.get(word)! : 0),
      0,
    );
}

/** A test's title and what follows it, up to the next test. */
function sourceOf(test: string): string {
  const [file = "", ...titles] = test.split(" > ");
  const text = read(file);
  const at = text.indexOf(titles.pop()!);
  if (at < 0) return text;
  const end = text.slice(at).search(/\n\s*(it|describe)\(/);
  return text.slice(at, end < 0 ? undefined : at + end);
}

async function main(): Promise<void> {
  mkdirSync(path.join(root, "bin/mutants"), { recursive: true });
  const { reaching, time } = await reach();
  const likeness = comparer([...time.keys()]);
  const sums = new Map<string, { noticed: number; measured: number; all: number }>();
  for (const file of targets) {
    const text = read(file);
    const all = mutationsOf(file, text);
    const chosen =
      all.length <= most
        ? all
        : Array.from({ length: most }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / most)]!);
    const living: (Mutation & { reached: number })[] = [];
    const kills = new Map<string, number>();
    const part = file.replace(/(\/.*)?\.ts$/, "");
    // tests/config/sizes.test.ts is about config/checks-sizes.ts.
    const { dir, name } = path.posix.parse(file);
    const isOwn = (test: string): boolean => {
      const from = path.posix.parse(test.split(" > ")[0]!);
      return from.dir === path.posix.join("tests", dir) && name.includes(from.name.replace(".test", ""));
    };
    for (const mutation of chosen) {
      const candidates = reaching.get(`${file}:${mutation.unit}`) ?? [];
      const around = text.slice(
        text.lastIndexOf("\n", mutation.start),
        text.indexOf("\n", mutation.end) + 1 || undefined,
      );
      // What noticed before comes first, then what speaks of the same.
      const places = new Map(
        candidates.map((test) => {
          const alike = likeness(around, test) + (isOwn(test) ? 0.5 : 0);
          return [test, -1000 * (kills.get(test) ?? 0) - alike / (time.get(test)! + 50)] as const;
        }),
      );
      let left = 1000 * seconds;
      const asked = [...places.keys()]
        .sort((a, b) => places.get(a)! - places.get(b)!)
        .filter((test) => {
          const fits = time.get(test)! <= left;
          if (fits) left -= time.get(test)!;
          return fits;
        });
      const { start, end, text: by } = mutation;
      const changed = { [file]: text.slice(0, start) + by + text.slice(end) };
      let last = "";
      const noticed =
        asked.length > 0 &&
        (await ask(
          { changed, tests: asked },
          40_000,
          (answer) => "start" in answer && (last = answer.start),
        ));
      if (noticed) kills.set(last, (kills.get(last) ?? 0) + 1);
      else living.push({ ...mutation, reached: asked.length });
    }
    const sum = sums.get(part) ?? { noticed: 0, measured: 0, all: 0 };
    sums.set(part, sum);
    sum.all += all.length;
    sum.measured += chosen.length;
    sum.noticed += chosen.length - living.length;
    console.log(
      `${new Date().toISOString().slice(11, 19)} ${line(file, { noticed: chosen.length - living.length, measured: chosen.length, all: all.length })}`,
    );
    writeFileSync(
      path.join(root, "bin/mutants", `${file.replaceAll("/", "-")}.txt`),
      living.map((mutant) => describe(text, mutant)).join(""),
    );
  }
  sums.forEach((sum, part) => console.log(line(part, sum)));
  worker?.kill();
}

const line = (
  what: string,
  { noticed, measured, all }: { noticed: number; measured: number; all: number },
): string =>
  `${what}: ${Math.floor((100 * noticed) / Math.max(1, measured))} % noticed (${noticed} of ${measured}${measured < all ? `, a sample of ${all}` : ""})`;

/** Line, tests, and what stands there instead of what. */
function describe(text: string, { start, end, text: by, reached }: Mutation & { reached: number }): string {
  const number = text.slice(0, start).split("\n").length;
  const from = text.lastIndexOf("\n", start) + 1;
  const to = text.indexOf("\n", end);
  return `${number} (${reached} tests): ${text.slice(from, start).trimStart()}⟦${text.slice(start, end)}⟧→⟦${by}⟧${text.slice(end, to)}\n`;
}

void main();
