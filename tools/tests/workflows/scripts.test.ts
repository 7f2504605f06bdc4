import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * The workflows' scripts, in a folder of their own with stand-ins for gh, npm and npx: each notes its arguments and does what
 * the test says, as shell.
 */
class Desk {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "scripts-"));

  constructor(files: Record<string, string> = {}) {
    const scripts = path.join(this.folder, ".github", "scripts");
    fs.cpSync(path.resolve(__dirname, "../../../.github/scripts"), scripts, { recursive: true });
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(this.folder, name), text);
    fs.mkdirSync(path.join(this.folder, "bin"));
  }

  /** @param body shell; the arguments are `$*` */
  command(name: string, body: string): void {
    const text = `#!/bin/bash\necho "${name} $*" >>"${this.folder}/calls"\n${body}\n`;
    fs.writeFileSync(path.join(this.folder, "bin", name), text, { mode: 0o755 });
  }

  run(
    script: string,
    args: string[] = [],
    { input = "", env = {} }: { input?: string; env?: Record<string, string> } = {},
  ): { status: number | null; out: string } {
    const { status, stdout, stderr } = spawnSync(path.join(this.folder, ".github/scripts", script), args, {
      input,
      encoding: "utf8",
      env: {
        PATH: `${path.join(this.folder, "bin")}:${process.env.PATH}`,
        GITHUB_REPOSITORY: "octocat/shop",
        ...env,
      },
    });
    assert.equal(stderr, "");
    return { status, out: stdout };
  }

  get calls(): string[] {
    const file = path.join(this.folder, "calls");
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
  }

  read(file: string): string {
    return fs.readFileSync(path.join(this.folder, file), "utf8");
  }
}

describe("scripts of the workflows", () => {
  const desks: Desk[] = [];
  const desk = (files?: Record<string, string>): Desk => {
    const made = new Desk(files);
    desks.push(made);
    return made;
  };
  afterEach(() => desks.splice(0).forEach(({ folder }) => fs.rmSync(folder, { recursive: true })));

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
      "configuration/schema.ts",
      "app/Dockerfile",
      "echo/server.py",
      "Pulumi.yaml",
      "package-lock.json",
    ])
      it(`${file} changes all, but for the environments of pull requests`, () =>
        assert.equal(touched("README.md", file), "dev preprod prod"));

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
          "What the program describes, without asking AWS: a list, not a diff. What would change is in Pulumi's own preview.",
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

    it("shows a stack's problem, goes on with the others, and fails", () => {
      const project = desk();
      const broken = 'if [ "$6" = dev ]; then echo "services.flask.cpu: got 3" >&2; exit 1; fi';
      project.command("npm", npm(`${broken}; ${print(plan)}`, "exit 1"));
      const { status, out } = project.run("preview-comment", ["dev", "prod"]);
      assert.equal(status, 1);
      assert.match(out, /### dev\n\n```text\nservices\.flask\.cpu: got 3\n```\n\n### shop/);
      assert.match(out, /```text\nnpm run cost failed for stack prod\.\n```\n\n<details>/);
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
          "~~~~diff",
          "diff",
          "",
          "Resources:",
          "    ~ 1 to update",
          "    40 unchanged",
          "",
          "~~~~",
          "",
          "</details>",
          "",
        ].join("\n"),
      });
      assert.deepEqual(project.calls, [
        "npx pulumi preview --stack dev --diff --suppress-progress --non-interactive --color never",
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
      project.command("npx", 'case "$*" in *" dev "*) echo AccessDenied; exit 4;; esac');
      for (const mode of ["preview", "drift"]) {
        const { status, out } = project.run("pulumi-report", [mode, "dev", "prod"]);
        assert.equal(status, 1);
        assert.match(out, /^\n### dev\n\nThe stack could not be looked at\.\n[^]*AccessDenied/);
        assert.equal(out.includes("### prod"), mode === "preview");
      }
    });

    it("is silent without drift, and reports it", () => {
      const project = desk();
      project.command("npx", ":");
      assert.deepEqual(project.run("pulumi-report", ["drift", "dev", "prod"]), { status: 0, out: "" });
      assert.equal(
        project.calls[0],
        "npx pulumi refresh --preview-only --expect-no-changes --stack dev --diff --suppress-progress --non-interactive --color never",
      );
      project.command("npx", "echo '- desiredCount: 2'; exit 7");
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

  describe("comment", () => {
    const gh = (found: string): string =>
      `case "$*" in *--jq*) printf '${found}';; *) all="$*"; cat "\${all##*@}" >"$(dirname "$0")/../body";; esac`;

    it("writes one where there is none", () => {
      const project = desk();
      project.command("gh", gh(""));
      assert.equal(project.run("comment", ["7", "resources"], { input: "hello\n" }).status, 0);
      assert.equal(project.read("body"), "<!-- flask-app-fargate:resources -->\nhello\n");
      assert.match(
        project.calls[1]!,
        /^gh api --silent --method POST repos\/octocat\/shop\/issues\/7\/comments --field body=@/,
      );
    });

    it("writes over the first one that is its own", () => {
      const project = desk();
      project.command("gh", gh(String.raw`11\n12\n`));
      assert.equal(project.run("comment", ["7", "resources"], { input: "hello\n" }).status, 0);
      assert.match(
        project.calls[0]!,
        /issues\/7\/comments --jq .*github-actions\[bot\].*startswith\(env\.marker\)/,
      );
      assert.match(
        project.calls[1]!,
        /^gh api --silent --method PATCH repos\/octocat\/shop\/issues\/comments\/11 --field/,
      );
    });
  });

  describe("drift-issue", () => {
    const gh = (open: string): string => `case "$*" in *--jq*) printf '${open}';; esac`;
    const kept = (open: string, report: string): string[] => {
      const project = desk();
      project.command("gh", gh(open));
      assert.equal(project.run("drift-issue", [], { input: report }).status, 0);
      return project.calls.slice(1);
    };

    it("opens one, writes over it while it is open, and closes it", () => {
      const issues = "repos/octocat/shop/issues";
      assert.deepEqual(kept("", "dev\n"), [
        `gh api --silent --method POST ${issues} --raw-field title=Stacks have drifted --raw-field body=dev`,
      ]);
      assert.deepEqual(kept("5", "dev\n"), [
        `gh api --silent --method PATCH ${issues}/5 --raw-field body=dev`,
      ]);
      assert.deepEqual(kept("5", "\n"), [
        `gh api --silent --method PATCH ${issues}/5 --raw-field state=closed`,
      ]);
      assert.deepEqual(kept("", "\n"), []);
    });
  });

  describe("pr-cleanup", () => {
    const listed = (...names: string[]): string =>
      `cat <<'END'\n${JSON.stringify(
        names.map((name) => ({ name, current: false })),
        null,
        2,
      )}\nEND`;
    const cleaned = (
      names: string[],
      wanted: string,
      destroy = ":",
    ): { status: number | null; calls: string[] } => {
      const project = desk({ "Pulumi.pr.yaml": "config: {}\n" });
      project.command(
        "npx",
        `case "$*" in *"stack ls"*) ${listed(...names)}\n;; *destroy*) ${destroy};; esac`,
      );
      project.command("gh", `case "$*" in */pulls/*) ${wanted};; esac`);
      const { status } = project.run("pr-cleanup");
      const told = /^npx pulumi destroy|^gh api .*(POST|PATCH)/;
      return { status, calls: project.calls.filter((call) => told.test(call)).map(withoutFile) };
    };
    const withoutFile = (call: string): string => call.replace(/ --field body=@.*/, "");
    const destroyed = (number: number): string[] => [
      `npx pulumi destroy --stack pr-${number} --yes --remove`,
      `gh api --silent --method POST repos/octocat/shop/issues/${number}/comments`,
    ];

    it("destroys what no pull request wants any more, and says so there", () => {
      const answers = 'case "$*" in */pulls/8*) echo true;; *) echo false;; esac';
      assert.deepEqual(cleaned(["dev", "pr-7", "pr-8", "octocat/pr-19", "pr-x", "prod"], answers), {
        status: 0,
        calls: [...destroyed(7), ...destroyed(19)],
      });
    });

    it("asks whether the pull request is open and has the label", () => {
      const project = desk();
      project.command("npx", listed("pr-7"));
      project.command("gh", "echo true");
      assert.equal(project.run("pr-cleanup").status, 0);
      assert.deepEqual(project.calls.slice(1), [
        'gh api repos/octocat/shop/pulls/7 --jq .state == "open" and any(.labels[]; .name == "environment")',
      ]);
    });

    it("destroys nothing without an answer, and fails", () => {
      assert.deepEqual(cleaned(["pr-7"], "exit 1"), { status: 1, calls: [] });
      assert.deepEqual(cleaned(["pr-7"], "echo null"), { status: 1, calls: [] });
    });

    it("goes on after one that cannot be destroyed, and fails", () => {
      const destroy = 'case "$*" in *pr-7*) exit 255;; esac';
      assert.deepEqual(cleaned(["pr-7", "pr-8"], "echo false", destroy), {
        status: 1,
        calls: [destroyed(7)[0]!, ...destroyed(8)],
      });
    });
  });

  describe("pr-stack", () => {
    const template = { "Pulumi.pr.yaml": "config:\n  aws:region: eu-west-2\n" };
    const provider = "awskms://alias/shop-state?region=eu-west-2";

    it("makes the stack under the key, and says what it shares", () => {
      const project = desk(template);
      // As Pulumi does when it makes a stack.
      project.command(
        "npx",
        `[ "$3" != select ] || printf 'secretsprovider: x\\nencryptedkey: y\\n' >Pulumi.pr-7.yaml`,
      );
      const env = { PULUMI_SECRETS_PROVIDER: provider, PERMISSIONS_BOUNDARY: "arn:aws:iam::0:policy/x" };
      assert.equal(project.run("pr-stack", ["7"], { env }).status, 0);
      assert.deepEqual(project.calls, [
        `npx pulumi stack select --create --secrets-provider ${provider} pr-7`,
        "npx pulumi config set --stack pr-7 --path share.stack dev",
        "npx pulumi config set --stack pr-7 --path share.prefix /pr-7",
        "npx pulumi config set --stack pr-7 --path iam.permissionsBoundary arn:aws:iam::0:policy/x",
      ]);
      assert.equal(
        project.read("Pulumi.pr-7.yaml"),
        "secretsprovider: x\nencryptedkey: y\nconfig:\n  aws:region: eu-west-2\n",
      );
    });

    it("finds it again in a later run, which has no file of it", () => {
      const project = desk(template);
      project.command("npx", ":");
      assert.equal(project.run("pr-stack", ["7"], { env: { PULUMI_SECRETS_PROVIDER: provider } }).status, 0);
      assert.equal(
        project.read("Pulumi.pr-7.yaml"),
        `secretsprovider: ${provider}\nconfig:\n  aws:region: eu-west-2\n`,
      );
    });

    it("leaves secrets to Pulumi Cloud where no key is named", () => {
      const project = desk(template);
      project.command("npx", ":");
      assert.equal(project.run("pr-stack", ["7"]).status, 0);
      assert.equal(project.calls[0], "npx pulumi stack select --create pr-7");
      assert.equal(project.read("Pulumi.pr-7.yaml"), template["Pulumi.pr.yaml"]);
    });
  });
});
