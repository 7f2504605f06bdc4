import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { commandsOf, documents, examplesOf, read } from "../../../tests/support/documents";
import { run } from "../../../tests/support/stack";
import { projectFolder, toConfig } from "../../../simulate/stack";
import { main as cost } from "../../commands/cost";
import { main as diagram } from "../../commands/diagram";
import type { Report } from "../../cost/report";
import { readTopology } from "../../local/topology";
import { plan } from "./run-plan";

const { scripts } = JSON.parse(fs.readFileSync(path.join(projectFolder, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
/** The file that a script runs, of those with a command line of our own. */
const fileOf = (script: string): string | undefined => / (tools\/\S+\.ts)$/.exec(scripts[script] ?? "")?.[1];

describe("what the documents say of our command lines", function () {
  this.timeout(60_000);
  const asked = new Map<string, { at: string[]; args: Set<string> }>();
  for (const { at, words } of documents.flatMap((file) => commandsOf(file))) {
    if (words[0] !== "npm") continue;
    const [subcommand = "", script = ""] = words.slice(1).filter((word) => word !== "--silent");
    const name = subcommand === "run" ? script : subcommand;
    if (fileOf(name) === undefined) continue;
    const found = asked.get(name) ?? { at: [], args: new Set<string>() };
    found.at.push(at);
    for (const word of words.includes("--") ? words.slice(words.indexOf("--") + 1) : []) {
      if (word.startsWith("--")) found.args.add(word.split("=")[0]!);
    }
    asked.set(name, found);
  }

  it("names every command of ours somewhere", () => {
    const ours = Object.keys(scripts).filter((script) => fileOf(script) !== undefined);
    assert.deepEqual([...asked.keys()].sort(), ours.sort());
  });

  // npm hands its own settings to what it runs.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_")),
  );
  for (const [name, { at, args }] of asked) {
    it(`npm ${name}: ${[...args].join(" ")} are in its help (${at.length} places)`, () => {
      const file = fileOf(name)!;
      const line = ["-r", "./tools/preload.cjs", file, "--help"];
      const { status, stdout } = spawnSync(process.execPath, line, {
        cwd: projectFolder,
        encoding: "utf8",
        env,
      });
      assert.equal(status, 0);
      for (const flag of args) {
        assert.match(
          stdout,
          new RegExp(`(?:^|[\\s[(])${flag}(?:[\\s\\]),.:]|$)`, "m"),
          `${flag}: ${at.join(", ")}`,
        );
      }
    });
  }
});

describe("README's examples", function () {
  this.timeout(120_000);
  const silent = { stdout: { write: () => true }, stderr: { write: () => true } };
  for (const { at, config } of examplesOf("README.md")) {
    it(`${at} is planned, priced, drawn and read by the local stack`, async () => {
      const { code, stderr } = await plan(["--stack", "example"], { config: toConfig(config) });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.equal(await cost(["--stack", "example"], silent, { config: toConfig(config) }), 0);
      const deployment = await run(config, { stack: "example" });
      assert.equal(await diagram(["--mermaid"], silent, deployment), 0);
      const { routes, problems } = readTopology(deployment);
      assert.deepEqual(problems, []);
      assert.ok(routes.length >= 2);
    });
  }
});

describe("docs/when-not-to-use-this.md", () => {
  const text = read("docs/when-not-to-use-this.md");
  async function priced(stack: string): Promise<Report> {
    let json = "";
    const io = { stdout: { write: (piece: string) => (json += piece) }, stderr: { write: () => true } };
    assert.equal(await cost(["--stack", stack, "--json"], io), 0);
    return JSON.parse(json) as Report;
  }
  const has = (words: string): void => assert.ok(text.includes(words), words);

  it("has the numbers of npm run cost", async () => {
    const { comparison } = await priced("prod");
    const rows = [
      ...text.matchAll(/^\| ([^|]+?) +\| +(\d+) +\| +(\d+) +\| +(\d+) +\| +at least (\d+) +\|$/gm),
    ];
    assert.equal(rows.length, 3);
    for (const [, name, ...numbers] of rows) {
      const { totals } = comparison.rows.find((row) => row.name === name)!;
      const real = [totals.cloudMap, totals.alb, totals.express, totals.gateway].map(({ usd }) =>
        String(Math.round(usd)),
      );
      assert.deepEqual(numbers, real, name);
    }
    const { totals } = comparison.rows[0]!;
    has(`about ${Math.round(totals.gateway.usd - totals.cloudMap.usd)} USD a month more than this program`);
    const { alb, express } = comparison.breakEven;
    has(`at ${(alb! / 1e6).toFixed(1)} million requests a month`);
    has(`from ${(express! / 1e6).toFixed(2)} million requests a month on`);
  });

  it("and of the stacks that it names, as README has them", async () => {
    const [dev, cheap] = [await priced("dev"), await priced("cheap")].map(({ estimate }) =>
      Math.round(estimate.totals.total),
    );
    has(`\`dev\` is ${dev} USD a month, \`cheap\` ${cheap}.`);
    assert.ok(read("README.md").includes(`about ${dev} USD a month`));
  });
});
