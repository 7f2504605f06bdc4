import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { projectFolder } from "../../../simulate/stack";
import { readLine, readOptions, UsageError } from "../../commands/options";

const options = {
  stack: { type: "string", default: "dev" },
  "kb-in": { type: "string" },
  json: { type: "boolean", default: false },
  tokens: { type: "boolean", default: false },
} as const;

/** What npm makes of `npm run plan`, with these of its settings. */
const npm = (settings: Record<string, string> = {}, script = "plan"): Record<string, string> => ({
  npm_lifecycle_event: script,
  npm_config_cache: "/home/me/.npm",
  npm_config_yes: "",
  ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`npm_config_${name}`, value])),
});

const refusal = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.message;
  }
  return "accepted";
};

describe("options of a command", () => {
  describe("that npm took for itself", () => {
    const cases: [typed: string, argv: string[], settings: Record<string, string>, fix: string][] = [
      ["--stack=prod", [], { stack: "prod" }, "-- --stack prod"],
      ["--stack prod", ["prod"], { stack: "true" }, "-- --stack prod"],
      ["--stack", [], { stack: "true" }, "-- --stack <value>"],
      ["--kb-in=3 --tokens", [], { kb_in: "3", tokens: "true" }, "-- --kb-in 3 --tokens"],
      ["--tokens --stack prod", ["prod"], { tokens: "true", stack: "true" }, "-- --stack prod --tokens"],
      // npm passes both words on, and not which belongs to which.
      [
        "--kb-in 3 --stack prod",
        ["3", "prod"],
        { kb_in: "true", stack: "true" },
        "-- --stack <value> --kb-in <value>",
      ],
      ["--stack=prod -- --tokens", ["--tokens"], { stack: "prod" }, "-- --stack prod --tokens"],
      ["--stack='my stack'", [], { stack: "my stack" }, '-- --stack "my stack"'],
    ];
    for (const [typed, argv, settings, fix] of cases) {
      it(`npm run plan ${typed}`, () => {
        const message = refusal(() => readOptions(options, argv, npm(settings)));
        assert.match(message, /^npm took --[\w-]+( and --[\w-]+)* for itself, and did not pass (it|them) on/);
        assert.ok(message.endsWith(`Fix: npm run plan ${fix}`), message);
      });
    }

    it("npm start says npm start", () => {
      assert.match(
        refusal(() => readOptions(options, [], npm({ stack: "prod" }, "start"))),
        /Fix: npm start -- --stack prod$/,
      );
    });

    it("of a command that takes words, the words stay", () => {
      assert.match(
        refusal(() => readLine(options, ["migrate"], npm({ stack: "prod" }, "job"))),
        /Fix: npm run job -- --stack prod migrate$/,
      );
      // migrate --stack prod, or --stack migrate prod.
      assert.match(
        refusal(() => readLine(options, ["migrate", "prod"], npm({ stack: "true" }, "job"))),
        /Fix: npm run job -- --stack <value>$/,
      );
    });

    it("says how to get by a setting that is meant for npm", () => {
      assert.match(
        refusal(() => readOptions(options, [], npm({ json: "true" }))),
        /Fix: npm run plan -- --json \(if it is a setting of npm in a \.npmrc or the environment: npm run plan --no-json\)$/,
      );
    });

    for (const [what, argv, environment] of [
      ["what is given to the command too", ["--json"], npm({ json: "true" })],
      ["what is given with =", ["--stack=prod"], npm({ stack: "dev" })],
      ["what is off", [], npm({ json: "", tokens: "false" })],
      ["variables where npm runs no script", ["--stack", "dev"], { npm_config_tokens: "true" }],
      ["npm's own settings", [], npm({ loglevel: "silent" })],
    ] satisfies [string, string[], Record<string, string>][]) {
      it(`takes ${what}`, () =>
        assert.equal(
          refusal(() => readOptions(options, argv, environment)),
          "accepted",
        ));
    }

    it("is refused for every option of every value, and never where npm passed it on", () => {
      const names = Object.keys(options) as (keyof typeof options)[];
      fc.assert(
        fc.property(fc.constantFrom(...names), fc.stringMatching(/^[\w./-]*\w$/), (name, value) => {
          fc.pre(!["null", "undefined", "false"].includes(value));
          const word = options[name].type === "boolean" ? "true" : value;
          const settings = npm({ [name.replace("-", "_")]: word });
          assert.match(
            refusal(() => readOptions(options, [], settings)),
            new RegExp(`^npm took --${name} `),
          );
          const passed = options[name].type === "boolean" ? [`--${name}`] : [`--${name}=${value}`];
          assert.equal(
            refusal(() => readOptions(options, passed, settings)),
            "accepted",
          );
        }),
      );
    });

    for (const [typed, fix] of [
      [["plan", "--stack=prod"], "npm run plan -- --stack prod"],
      [["plan", "--stack", "prod"], "npm run plan -- --stack prod"],
      [["cost", "--requests=5M"], "npm run cost -- --requests 5M"],
    ] as const) {
      it(`by npm itself: npm run ${typed.join(" ")}`, () => {
        const { status, stderr } = spawnSync("npm", ["run", "--silent", ...typed], {
          cwd: projectFolder,
          encoding: "utf8",
          // As from a shell, not from the script that runs the tests.
          env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"))),
          shell: process.platform === "win32",
        });
        assert.equal(status, 1);
        assert.ok(stderr.includes(`Fix: ${fix}\n`), stderr);
      }).timeout(120_000);
    }
  });

  describe("words that are none", () => {
    it("a single one is taken for the stack that was meant", () => {
      assert.equal(
        refusal(() => readOptions(options, ["prod", "--json"], npm())),
        "Unexpected argument 'prod': this command takes options only. " +
          "Fix, if a stack is meant: npm run plan -- --stack prod --json.",
      );
    });

    for (const argv of [
      ["a", "b"],
      ["prod", "--stack", "dev"],
    ]) {
      it(`${argv.join(" ")}: the options are named`, () => {
        assert.equal(
          refusal(() => readOptions(options, argv, npm())),
          `Unexpected argument '${argv[0]}': this command takes options only. ` +
            "Known options: --stack, --kb-in, --json, --tokens.",
        );
      });
    }

    const table: [argv: string[], meant: string][] = [
      [["--stak", "prod"], " Did you mean --stack?"],
      [["--kbin", "3"], " Did you mean --kb-in?"],
      [["--token"], " Did you mean --tokens?"],
      [["--region", "eu-west-1"], ""],
      [["--x"], ""],
    ];
    for (const [argv, meant] of table) {
      it(`${argv.join(" ")}: the nearest option is named`, () => {
        assert.equal(
          refusal(() => readOptions(options, argv, npm())),
          `Unknown option '${argv[0]}'. Known options: --stack, --kb-in, --json, --tokens.${meant}`,
        );
      });
    }
  });
});
