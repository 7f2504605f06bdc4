import assert from "node:assert/strict";
import { main, type World } from "../../commands/status";
import type { Status } from "../../status/report";
import { exported } from "../deploy/exported";
import { awsOf, denied, healthy, now, system } from "../status/recorded";

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

async function status(argv: string[], world: Partial<World> = {}): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  return { code: await main(argv, io, { now: () => now, ...world }), ...written };
}

const pulumi = (state: string, config: object = {}, code = 0): World["pulumi"] => ({
  run: () => assert.fail("nothing is deployed"),
  ask: ([word]) =>
    Promise.resolve(word === "stack" ? { code, answer: state } : { code: 0, answer: JSON.stringify(config) }),
});

describe("npm run status", () => {
  it("asks AWS in the stack's Region, with its profile", async () => {
    const asked: unknown[] = [];
    const { code, stdout } = await status(["--stack", "prod"], {
      pulumi: pulumi(exported({}), { "aws:profile": { value: "shop" } }),
      aws: (region, profile) => {
        asked.push([region, profile]);
        return awsOf(healthy).aws;
      },
    });
    assert.equal(code, 0);
    assert.deepEqual(asked, [["eu-west-2", "shop"]]);
    assert.match(
      stdout,
      /^\nprod {2}eu-west-2 {2}26 Nov 17:30 UTC\nhttps:\/\/abc\.execute-api\S+\n\nflask {2}2 of 2 tasks\n/,
    );
  });

  it("--json: the report alone on standard output", async () => {
    const local = () => Promise.resolve({ system, aws: awsOf(healthy).aws });
    const { code, stdout, stderr } = await status(["--local", "--json"], { local });
    const report = JSON.parse(stdout) as Status;
    assert.deepEqual([code, stderr, report.stack, report.services.length], [0, "", "prod", 1]);
  });

  it("ends with 1 where something could not be seen, and shows the rest", async () => {
    const recorded = {
      ...healthy,
      "cloudwatch describe-alarms": denied("cloudwatch:DescribeAlarms", "DescribeAlarms"),
    };
    const local = () => Promise.resolve({ system, aws: awsOf(recorded).aws });
    const { code, stdout } = await status(["--local"], { local });
    assert.equal(code, 1);
    assert.match(stdout, /Fix: allow cloudwatch:DescribeAlarms\./);
  });

  const empty = JSON.stringify({ version: 3, deployment: {} });
  for (const [argv, world, message] of [
    [["--stack=-x y"], {}, "--stack is `-x y`. Allowed are letters, digits and -_./\n"],
    [["prod"], {}, /Unexpected argument 'prod'.*-- --stack prod/],
    [
      ["--stack", "prod"],
      { pulumi: pulumi("", {}, 255) },
      "The state of the stack prod is not readable: see above.\n",
    ],
    [
      ["--stack", "prod"],
      { pulumi: pulumi(empty) },
      /^The stack prod has nothing at AWS yet\. Fix: npm run deploy -- --stack prod\n$/,
    ],
    [["--stack", "nowhere", "--local"], {}, /^No npm start of the stack nowhere runs here/],
  ] as const)
    it(`${argv.join(" ")}: ${String(message).slice(0, 50)}`, async () => {
      const { code, stdout, stderr } = await status([...argv], world);
      assert.deepEqual([code, stdout], [1, ""]);
      if (typeof message === "string") assert.equal(stderr, message);
      else assert.match(stderr, message);
    });
});
