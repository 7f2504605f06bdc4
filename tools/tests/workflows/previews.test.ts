import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { desks } from "./desk";

describe("scripts of the workflows that show what a change does", () => {
  const desk = desks();

  describe("touched-stacks", () => {
    const stacks = Object.fromEntries(
      ["dev", "prod", "pr", "pr-7", "preprod"].map((name) => [`Pulumi.${name}.yaml`, ""]),
    );
    const touched = (...files: string[]): string =>
      desk(stacks)
        .run("touched-stacks", [], { input: files.join("\n") })
        .out.trim()
        .split("\n")
        .join(" ");

    for (const file of [
      "index.ts",
      "rules/zones.ts",
      "config/schema.ts",
      "network/firewall.ts",
      "cluster/namespace.ts",
      "service/jobs/job.ts",
      "service/companion/Dockerfile",
      "api/stage.ts",
      "monitoring/api.ts",
      "tsconfig.pulumi.json",
      "app/Dockerfile",
      "examples/echo/server.py",
      "Pulumi.yaml",
      "package-lock.json",
    ])
      it(`${file} changes all, but for the environments of pull requests`, () =>
        assert.equal(touched("README.md", file), "dev preprod prod"));

    it("every folder of the program changes all", () => {
      const root = path.resolve(__dirname, "../../..");
      const parts = fs.readdirSync(root).filter((name) => fs.existsSync(path.join(root, `${name}.ts`)));
      assert.ok(parts.length >= 6, parts.join(", "));
      for (const part of parts) assert.equal(touched(`${part}/x.ts`), "dev preprod prod", part);
    });

    it("a stack's file changes that stack alone", () =>
      assert.equal(touched("Pulumi.prod.yaml", "docs/x.md", "Pulumi.pr.yaml"), "prod"));

    it("anything else changes none", () =>
      assert.equal(touched("README.md", "tools/plan/tree.ts", "Pulumi.gone.yaml", "bootstrap/index.ts"), ""));
  });

  describe("preview-comment", () => {
    const plan =
      "### shop $4: 2 resources\n\n> **Warning:** one task\n\n| a | b |\n| --- | --- |\n| c | d |\n\nabout 35 USD\n";
    const npm = (planned: string, cost: string): string =>
      `if [ "$3" = plan ]; then ${planned}; else ${cost}; fi`;
    const print = (text: string): string => `printf '%b' "${text.replaceAll("\n", "\\n")}"`;

    it("says of each stack what it is made of and what it costs", () => {
      const project = desk();
      project.command(
        "npm",
        npm(print(plan.replace("$4", "$6")), print("### $6 in London: 37 USD\n\nits lines\n")),
      );
      assert.deepEqual(project.run("preview-comment", ["dev", "prod"]), {
        status: 0,
        out: [
          "## Resources and cost",
          "",
          "What the program describes, without asking AWS. What changes against the deployed stack is in Pulumi's own preview.",
          ...["dev", "prod"].flatMap((stack) => [
            "",
            `### shop ${stack}: 2 resources`,
            "",
            "> **Warning:** one task",
            "",
            "about 35 USD",
            "",
            "<details>",
            "<summary>37 USD with traffic</summary>",
            "",
            "its lines",
            "",
            "</details>",
            "",
            "<details>",
            "<summary>Resources</summary>",
            "",
            "| a | b |",
            "| --- | --- |",
            "| c | d |",
            "",
            "",
            "</details>",
          ]),
          "",
        ].join("\n"),
      });
      assert.deepEqual(project.calls, [
        "npm run --silent plan -- --stack dev --markdown",
        "npm run --silent cost -- --stack dev --markdown",
        "npm run --silent plan -- --stack prod --markdown",
        "npm run --silent cost -- --stack prod --markdown",
      ]);
    });

    describe("beside another commit", () => {
      const beside = (compared: string): { status: number | null; out: string; calls: string[] } => {
        const project = desk();
        const against = `if [ "$8" = --against ]; then ${compared}; else ${print(plan)}; fi`;
        project.command("npm", npm(against, print("### dev in London: 37 USD\n")));
        const { status, out } = project.run("preview-comment", ["dev"], { env: { AGAINST: "HEAD^1" } });
        return { status, out, calls: project.calls };
      };

      it("says what changes, before what there is", () => {
        const { status, out, calls } = beside(print("### dev against HEAD^1: 1 to update\n\n- a door\n"));
        assert.equal(status, 0);
        assert.match(
          out,
          /\nabout 35 USD\n\n\*\*dev against HEAD\^1: 1 to update\*\*\n\n- a door\n\n<details>/,
        );
        assert.ok(calls.includes("npm run --silent plan -- --stack dev --markdown --against HEAD^1"));
      });

      it("that cannot be compared shows why, and does not fail for it", () => {
        const { status, out } = beside("echo 'HEAD^1 is older' >&2; exit 1");
        assert.equal(status, 0);
        assert.match(out, /\n```text\nHEAD\^1 is older\n```\n/);
      });

      it("of which more changes than a comment holds shows the counts", () => {
        const { out } = beside(`${print("### dev against HEAD^1: 900 to create\n")}; seq 1 20000`);
        assert.match(out, /\n\*\*dev against HEAD\^1: 900 to create\*\* Too much for a comment\.\n/);
      });
    });

    it("shows a stack's problem, goes on with the others, and fails", () => {
      const project = desk();
      const broken = 'if [ "$6" = dev ]; then echo "services.flask.cpu: got 3" >&2; exit 1; fi';
      project.command("npm", npm(`${broken}; ${print(plan)}`, "exit 1"));
      const { status, out } = project.run("preview-comment", ["dev", "prod"]);
      assert.equal(status, 1);
      assert.match(out, /### dev\n\n```text\nservices\.flask\.cpu: got 3\n```\n\n### shop/);
      assert.match(out, /```text\nnpm run cost failed for stack prod\.\n```\n\n<details>/);
    });

    it("shows a problem whole whose text would close the fence", () => {
      const project = desk();
      project.command("npm", `printf '%s' 'services.\`\`\`\`.cpu: got 3' >&2; exit 1`);
      assert.match(
        project.run("preview-comment", ["dev"]).out,
        /\n`````text\nservices\.````\.cpu: got 3\n`````\n/,
      );
    });

    it("stays within what a comment may be", () => {
      const project = desk();
      project.command(
        "npm",
        npm(`${print("### many\n")}; seq 1 20000`, print("### many in London: 37 USD\n")),
      );
      const { out } = project.run("preview-comment", ["dev"]);
      assert.match(
        out,
        /<\/details>\n\nToo many resources for a comment: `npm run plan -- --stack dev` lists them\.\n$/,
      );
    });

    it("says so when no stack changes", () =>
      assert.deepEqual(desk().run("preview-comment"), {
        status: 0,
        out: "## Resources and cost\n\nThis pull request changes no stack.\n",
      }));
  });

  describe("pulumi-report", () => {
    it("shows what Pulumi would do, with its summary first", () => {
      const project = desk();
      project.command("npx", String.raw`printf 'diff\n\nResources:\n    ~ 1 to update\n    40 unchanged\n'`);
      assert.deepEqual(project.run("pulumi-report", ["preview", "dev"]), {
        status: 0,
        out: [
          "",
          "### dev",
          "",
          "Resources:",
          "    ~ 1 to update",
          "    40 unchanged",
          "",
          "<details>",
          "<summary>Preview</summary>",
          "",
          "~~~diff",
          "diff",
          "",
          "Resources:",
          "    ~ 1 to update",
          "    40 unchanged",
          "",
          "~~~",
          "",
          "</details>",
          "",
        ].join("\n"),
      });
      assert.deepEqual(project.calls, [
        "npx pulumi preview --refresh=false --stack dev --diff --suppress-progress --non-interactive --color never",
      ]);
    });

    it("says of a stack that was never deployed that it is new, and that is no drift", () => {
      const project = desk();
      project.command("npx", "exit 6");
      assert.deepEqual(project.run("pulumi-report", ["preview", "dev"]), {
        status: 0,
        out: "\n### dev\n\nThere is no such stack yet: all of it would be created.\n",
      });
      assert.deepEqual(project.run("pulumi-report", ["drift", "dev"]), { status: 0, out: "" });
    });

    it("fails with the log when a stack cannot be looked at, and looks at the others all the same", () => {
      const project = desk();
      project.command("npx", 'case "$* " in *" dev "*) echo AccessDenied >&2; exit 4;; esac');
      project.command("npm", ":");
      for (const mode of ["preview", "drift"]) {
        const { status, out } = project.run("pulumi-report", [mode, "dev", "prod"]);
        assert.equal(status, 1);
        assert.match(out, /^\n### dev\n\nThe stack could not be looked at\.\n[^]*AccessDenied/);
        assert.equal(out.includes("### prod"), mode === "preview");
      }
    });

    it("looks for drift in a checked copy of the state, without the stacks that it refers to", () => {
      const project = desk();
      project.command(
        "npx",
        'echo "$PULUMI_BACKEND_URL"; echo "$PULUMI_BACKEND_URL" >>"$(dirname "$0")/../backends"',
      );
      project.command("npm", ":");
      const env = { PULUMI_BACKEND_URL: "s3://states" };
      assert.deepEqual(project.run("pulumi-report", ["drift", "dev", "prod"], { env }), {
        status: 0,
        out: "",
      });
      const [own, copy] = project.read("backends").split("\n") as [string, string];
      assert.equal(own, "s3://states");
      assert.match(copy, /^file:\/\/\/./);
      const folder = copy.slice("file://".length);
      assert.deepEqual(project.calls.slice(0, 3), [
        "npx pulumi stack export --stack dev",
        `npm run --silent state:check -- --stack dev --copy ${folder} --drift`,
        "npx pulumi refresh --preview-only --expect-no-changes --exclude **pulumi:pulumi:StackReference::* --stack dev --diff --suppress-progress --non-interactive --color never",
      ]);
      assert.equal(project.calls[3], "npx pulumi stack export --stack prod");
      assert.ok(!fs.existsSync(folder));
    });

    it("looks at no state that is refused, and says why", () => {
      const project = desk();
      project.command("npx", ":");
      project.command("npm", 'echo "1 problem in the state of dev:" >&2; exit 1');
      const { status, out } = project.run("pulumi-report", ["drift", "dev"]);
      assert.equal(status, 1);
      assert.match(
        out,
        /^\n### dev\n\nThe stack could not be looked at\.\n[^]*1 problem in the state of dev:/,
      );
      assert.deepEqual(
        project.calls.filter((call) => call.includes("refresh")),
        [],
      );
    });

    it("is silent without drift, and reports it", () => {
      const project = desk();
      project.command("npm", ":");
      project.command("npx", ":");
      assert.deepEqual(project.run("pulumi-report", ["drift", "dev", "prod"]), { status: 0, out: "" });
      project.command("npx", 'case "$*" in *refresh*) echo "- desiredCount: 2"; exit 7;; esac');
      const drifted = project.run("pulumi-report", ["drift", "dev"]);
      assert.equal(drifted.status, 0);
      assert.match(
        drifted.out,
        /^\n### dev\n\nAWS no longer has what the stack's state says\.\n[^]*desiredCount/,
      );
    });

    it("keeps the end of a long log, all stacks together within a comment", () => {
      const project = desk();
      project.command("npx", "seq 1 50000");
      const { out } = project.run("pulumi-report", ["preview", "dev", "prod"]);
      assert.ok(out.length < 65_536, `${out.length}`);
      assert.equal(out.match(/\n50000\n/g)?.length, 2);
    });
  });
});
