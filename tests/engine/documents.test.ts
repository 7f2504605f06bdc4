import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { pulumi } from "../support/documents";
import { pulumiCli } from "./support/cli";

describe("what the documents say of Pulumi's command line", () => {
  const cli = pulumiCli();
  for (const [subcommand, flags] of Object.entries(pulumi)) {
    it(`pulumi ${[subcommand, ...flags].join(" ")}`, () => {
      const { status, stdout } = spawnSync(cli, [...subcommand.split(" "), "--help"], {
        encoding: "utf8",
        env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      });
      assert.equal(status, 0);
      // Of a subcommand that it does not know it shows the help of the command above.
      const words = subcommand.split(" ");
      const last = words.pop()!;
      const names = /^Aliases:\n +(.*)$/m.exec(stdout)?.[1]?.split(", ") ?? [last];
      assert.ok(names.includes(last), stdout);
      const usage = ["pulumi", ...words, names[0]].join(" ");
      assert.match(stdout, new RegExp(`^ +${usage}(?: |$)`, "m"));
      for (const flag of flags) assert.match(stdout, new RegExp(`^.* ${flag}(?:[ =[]|$)`, "m"), flag);
    });
  }
});
