/**
 * How much of a wrong program the tests would notice: Stryker changes the program in one place at a time and runs the tests
 * of that part. `npm run test:mutants` does so to all of it, `npm run test:mutants -- rules/routes.ts config.ts:20-60` to
 * what is named. Not part of `npm test`: the whole takes hours.
 *
 * - A file with a test of its own is held to that alone; of rules/ with what is computed when it is loaded, which takes a
 *   new process for each mutant (`MUTANTS_STATIC=0` leaves it out).
 * - Any other is held to the tests of its part: the root's file and folder of one name. A simulation loads it anew, so that
 *   its tables are reached as well.
 *
 * The texts of config/ are left alone as well: they are what a user reads, and most mutants of them would be half a sentence.
 * What survived stands in bin/mutants/.
 */
import { Stryker } from "@stryker-mutator/core";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** Parts that other tests ask as well as those of their name. */
const asked = {
  config: [
    "tests/share.test.ts",
    "tests/look-ups.test.ts",
    "tests/api/existing.test.ts",
    "tests/network.test.ts",
  ],
  index: ["tests/program.test.ts"],
  network: ["tests/look-ups.test.ts"],
  service: ["tests/share.test.ts"],
};

const filesOf = (folder) =>
  readdirSync(folder, { recursive: folder !== "." })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.posix.join(folder, name));
const folders = ["rules", "config", "network", "service", "api", "cluster", "monitoring", "."];

/** Kinds of mutants to leave out, for a quicker look: https://stryker-mutator.io/docs/mutation-testing-elements/supported-mutators */
const without = process.env.MUTANTS_WITHOUT?.split(" ");
const named = process.argv.slice(2);
/** One run of Stryker for the files that are held to the same tests. */
const groups = new Map();
for (const file of named.length > 0 ? named : folders.flatMap(filesOf)) {
  const module = file.replace(/\.ts(:.*)?$/, "");
  const [room] = module.split("/");
  const part = existsSync(`tests/${module}.test.ts`) ? module : room;
  const group = groups.get(part) ?? { part, room, files: [] };
  group.files.push(file);
  groups.set(part, group);
}

const score = new Map();
for (const { part, room, files } of groups.values()) {
  const results = await new Stryker({
    testRunner: "mocha",
    plugins: ["@stryker-mutator/mocha-runner"],
    mochaOptions: {
      "no-config": true,
      "no-package": true,
      require: ["ts-node/register/transpile-only", "./tests/support/unhandled.js"],
      spec: [`tests/${part}.test.ts`, `tests/${part}/*.test.ts`, ...(asked[part] ?? [])],
    },
    mutate: files,
    mutator: { excludedMutations: without ?? (room === "config" ? ["StringLiteral"] : []) },
    coverageAnalysis: "perTest",
    // What runs while a module is loaded, and never again, costs a new process for each mutant.
    ignoreStatic: room !== "rules" || process.env.MUTANTS_STATIC === "0",
    concurrency: Number(process.env.MUTANTS_CONCURRENCY ?? 2),
    timeoutMS: 20_000,
    reporters: ["clear-text", "json", "progress-append-only"],
    jsonReporter: {
      fileName: `bin/mutants/${part.replace("/", "-")}.json`,
    },
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    tempDirName: "bin/mutants/sandbox",
    // What the commands keep there is large, and holds links that cannot be copied.
    ignorePatterns: [".local", "app/.venv"],
    allowEmpty: true,
    warnings: { slow: false },
  }).runMutationTest();
  const counts = score.get(room) ?? { noticed: 0, survived: 0, ignored: 0 };
  for (const { status } of results) {
    if (status === "Killed" || status === "Timeout") counts.noticed++;
    else if (status === "Survived" || status === "NoCoverage") counts.survived++;
    else counts.ignored++;
  }
  score.set(room, counts);
}

for (const [room, { noticed, survived, ignored }] of score) {
  const percent = Math.floor((100 * noticed) / Math.max(1, noticed + survived));
  console.log(`${room}: ${percent} % noticed (${noticed} of ${noticed + survived}; ${ignored} left out)`);
}
