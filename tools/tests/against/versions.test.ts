import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "../../../simulate/stack";
import { plan as run, Result } from "../commands/run-plan";

const plan = (...argv: string[]): Promise<Result> => run(argv);

describe("plan --against", () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "against-"));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const saved = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };

  it("compares with what --json wrote, and its exit code tells of a change only when asked", async () => {
    const { stdout: json } = await plan("--json");
    const same = saved("same.json", json);
    const unchanged = await plan("--against", same, "--detailed-exitcode");
    assert.equal(unchanged.code, 0, unchanged.stderr);
    assert.match(
      unchanged.stdout,
      /^flask-app-fargate dev against same\.json\nNothing changes; \d+ unchanged\n/,
    );

    const other = JSON.parse(json) as { deployed: { type: string; inputs: Record<string, unknown> }[] };
    other.deployed.find(({ type }) => type === "aws:ecs/service:Service")!.inputs.desiredCount = 7;
    const file = saved("other.json", JSON.stringify(other));
    const changed = await plan("--against", file, "--detailed-exitcode");
    assert.equal(changed.code, 2, changed.stderr);
    assert.match(changed.stdout, /~ flask {2}ecs\.Service {2}desiredCount 7 → 1\n/);
    assert.equal((await plan("--against", file)).code, 0);
    const { groups } = JSON.parse((await plan("--against", file, "--json")).stdout) as {
      groups: { component: string; lines: { op: string; name: string }[] }[];
    };
    assert.deepEqual(
      groups.map(({ component, lines }) => [component, lines.map(({ op, name }) => `${op} ${name}`)]),
      [["flask", ["update flask"]]],
    );
  });

  it("runs the other version's own program, from git", async function () {
    this.timeout(120_000);
    const head = execFileSync("git", ["rev-parse", "HEAD"], { cwd: projectFolder, encoding: "utf8" });
    const { code, stdout, stderr } = await plan("--against", "HEAD", "--markdown");
    assert.equal(code, 0, stderr);
    assert.ok(
      stdout.startsWith(`### flask-app-fargate dev against HEAD (${head.slice(0, 7)}): `),
      stdout.split("\n")[0],
    );
    assert.ok(
      fs.existsSync(path.join(projectFolder, ".local/against", head.slice(0, 12), "Pulumi.dev.yaml")),
    );
  });

  for (const [what, argument, expected] of [
    [
      "is neither a file nor a commit",
      () => "no-such-branch",
      /--against is `no-such-branch`.*git fetch origin/,
    ],
    ["looks like an option of git", () => "--upload-pack=x", /neither a file nor a commit|argument/],
    ["is no JSON", () => saved("text.json", "a plan"), /^text\.json is no JSON\. Fix: /],
    [
      "is older than this command",
      () => saved("old.json", '{"stack":"dev"}'),
      /^old\.json .*older than plan --against/,
    ],
    [
      "is another stack's",
      () => saved("prod.json", '{"stack":"prod","deployed":[]}'),
      /^prod\.json is of the stack prod\. Fix: --stack prod\.\n$/,
    ],
  ] as const) {
    it(`says so when the other version ${what}`, async () => {
      const { code, stdout, stderr } = await plan(`--against=${argument()}`);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, expected);
    });
  }

  it("refuses options that mean nothing together", async () => {
    assert.match(
      (await plan("--detailed-exitcode")).stderr,
      /--detailed-exitcode says whether something changes, and not since when\. Fix: npm run plan -- --stack dev --against/,
    );
    assert.match(
      (await plan("--critical-path", "--against", "HEAD")).stderr,
      /--critical-path is of one version, and --against compares two\. Fix, for the one: .*; for the other: /,
    );
  });
});
