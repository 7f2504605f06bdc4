import assert from "node:assert/strict";
import { toConfig } from "../../../simulate/stack";
import { main as cost } from "../../commands/cost";
import { main as plan } from "../../commands/plan";

/** Everything that a plan can hold, with names that are long. */
const config = toConfig({
  "aws:region": "eu-west-2",
  api: {
    domain: {
      name: "api.of-a-rather-long-name.example.com",
      hostedZoneId: "Z0123456789ABCDEFGHIJ",
      only: true,
    },
    authorizers: {
      users: { type: "jwt", issuer: "https://accounts.example.com", audience: ["web"] },
      check: { type: "lambda", functionArn: "arn:aws:lambda:eu-west-2:111122223333:function:check" },
    },
  },
  jobs: { nightly: { service: "a-service-of-a-long-name", command: ["x"], schedule: "cron(0 3 * * ? *)" } },
  services: {
    "a-service-of-a-long-name": {
      build: "./app",
      scaling: { min: 2, max: 6 },
      routes: [
        { key: "GET /with/a/rather/long/path/{proxy+}", auth: "check" },
        { key: "ANY /", auth: "users" },
      ],
    },
  },
});

type Command = typeof plan | typeof cost;
async function shown(command: Command, columns: number | undefined, ...argv: string[]): Promise<string> {
  let text = "";
  const stdout = { write: (part: string) => (text += part), isTTY: columns !== undefined, columns };
  const code = await command(argv, { stdout, stderr: process.stderr }, { config });
  assert.equal(code, 0);
  // eslint-disable-next-line no-control-regex -- colours
  return text.replace(/\u001b\[\d+m/g, "");
}
/** What is left without blanks and branches, in any order. */
const letters = (text: string): string => [...text.replace(/[│├└─·\s]/g, "")].sort().join("");

describe("at the width of the terminal", () => {
  for (const [name, command, argv] of [
    ["plan", plan, []],
    ["plan --critical-path", plan, ["--critical-path"]],
    ["cost", cost, []],
  ] satisfies [string, Command, string[]][]) {
    describe(name, () => {
      for (const columns of [60, 80, 120]) {
        it(`of ${columns}, no line is longer`, async () => {
          const text = await shown(command, columns, ...argv);
          for (const line of text.split("\n")) assert.ok(line.length <= columns, `${line.length}: ${line}`);
        });
      }

      it("where there is no terminal, nothing is folded", async () => {
        const text = await shown(command, undefined, ...argv);
        assert.ok(text.split("\n").some((line) => line.length > 120));
        assert.equal(await shown(command, 1000, ...argv), text);
      });
    });
  }

  it("a folded plan says the same", async () => {
    const [wide, narrow] = [await shown(plan, undefined), await shown(plan, 100)];
    assert.equal(letters(narrow), letters(wide));
  });

  it("what others' types hold is words, not JSON", async () => {
    const text = await shown(plan, undefined);
    assert.doesNotMatch(text, /\{"|ECSServiceAverage\w+ at|TLS_1_2/);
    for (const words of [
      "JSON Web Tokens · issuer https://accounts.example.com · for web",
      "a Lambda function decides · calls check",
      "api.of-a-rather-long-name.example.com · TLS 1.2 or newer · certificate → ",
      "keeps average CPU at 60 % · out after 60 s · in after 300 s",
      "2 to 6 tasks",
      "apigateway.amazonaws.com may call check",
    ]) {
      assert.ok(text.includes(words), words);
    }
    assert.match(text, /^ {2}Total +\d+$/m);
  });
});
