import assert from "node:assert/strict";
import * as fs from "node:fs";
import { desks } from "./desk";

describe("scripts of the workflows that keep house", () => {
  const desk = desks();

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

  describe("checked-state", () => {
    it("checks what Pulumi exports, and keeps nothing of it", () => {
      const project = desk();
      project.command("npx", 'echo "the state"');
      project.command("npm", 'cat >"$(dirname "$0")/../checked"; ls "$8" >"$(dirname "$0")/../folder"');
      assert.deepEqual(project.run("checked-state", ["dev"]), { status: 0, out: "" });
      const [exported, checked] = project.calls as [string, string];
      assert.equal(exported, "npx pulumi stack export --stack dev");
      const [, folder] = /^npm run --silent state:check -- --stack dev --copy (\/\S+)$/.exec(checked)!;
      assert.equal(project.read("checked"), "the state\n");
      assert.equal(project.read("folder"), "exported.json\n");
      assert.ok(!fs.existsSync(folder!));
    });

    it("checks nothing that is not there, with Pulumi's exit code", () => {
      const project = desk();
      project.command("npx", "exit 6");
      assert.equal(project.run("checked-state", ["dev"]).status, 6);
      assert.deepEqual(project.calls, ["npx pulumi stack export --stack dev"]);
    });

    it("fails where the state is refused", () => {
      const project = desk();
      project.command("npx", ":");
      project.command("npm", "exit 1");
      assert.equal(project.run("checked-state", ["dev"]).status, 1);
    });
  });

  describe("destroy", () => {
    const remote = { PULUMI_BACKEND_URL: "s3://states" };
    /** `second` is what the stack's own state says when it is asked again. */
    const destroyed = (
      destroy: string,
      { check = ":", second = "echo before" } = {},
    ): { status: number | null; err: string; calls: string[] } => {
      const project = desk();
      project.command("npm", check);
      project.command(
        "npx",
        `base=$(dirname "$0")/..
        where=copy; [ "$PULUMI_BACKEND_URL" != s3://states ] || where=own
        echo "$where $*" >>"$base/acts"
        case "$where $*" in
        "copy pulumi destroy"*) ${destroy} ;;
        "copy pulumi stack export"*) echo left ;;
        "own pulumi stack export"*) if [ -e "$base/once" ]; then ${second}; else touch "$base/once"; echo before; fi ;;
        "own pulumi stack import"*) cp "$7" "$base/imported" ;;
        esac`,
      );
      const { status, err } = project.attempt("destroy", ["pr-7"], { env: remote });
      return { status, err, calls: project.read("acts").trim().split("\n") };
    };
    const checked = "own pulumi stack export --stack pr-7";
    const act = "copy pulumi destroy --stack pr-7 --yes --non-interactive --refresh=false";

    it("acts on a checked copy, and then takes the stack away", () =>
      assert.deepEqual(destroyed(":"), {
        status: 0,
        err: "",
        calls: [checked, act, checked, "own pulumi stack rm --stack pr-7 --yes --force"],
      }));

    it("does nothing to a state that is refused", () =>
      assert.deepEqual(destroyed(":", { check: "exit 1" }), { status: 1, err: "", calls: [checked] }));

    it("has the check refuse what is protected, for the copy that it acts on", () => {
      const project = desk();
      project.command("npm", "exit 1");
      project.command("npx", ":");
      assert.equal(project.run("destroy", ["pr-7"]).status, 1);
      assert.match(
        project.calls[1]!,
        /^npm run --silent state:check -- --stack pr-7 --copy \/\S+ --destroy$/,
      );
    });

    it("carries back what is left after a failure, with Pulumi's exit code", () => {
      const { status, err, calls } = destroyed("exit 255");
      assert.deepEqual({ status, err }, { status: 255, err: "" });
      assert.deepEqual(calls.slice(0, 4), [checked, act, checked, "copy pulumi stack export --stack pr-7"]);
      assert.match(calls[4]!, /^own pulumi stack import --stack pr-7 --file \/\S+\/left\.json$/);
    });

    for (const [how, destroy] of [
      ["destroyed", ":"],
      ["half destroyed", "exit 255"],
    ] as const)
      it(`keeps what somebody wrote while it was ${how}, and fails`, () =>
        assert.deepEqual(destroyed(destroy, { second: "echo after" }), {
          status: 1,
          err: "Somebody wrote the state of pr-7 meanwhile. It is kept, and says more than there is: run this once more.\n",
          calls: [checked, act, checked],
        }));

    for (const args of [["prod", "--skip-preview"], ["-f", "prod"], ["prod", "-yf"], []])
      it(`refuses ${args.join(" ") || "no stack"}`, () => {
        const project = desk();
        assert.deepEqual(project.attempt("destroy", args), {
          status: 2,
          out: "",
          err: "destroy takes the name of a stack, and no options: without its preview a protected stack is half deleted.\n",
        });
        assert.deepEqual(project.calls, []);
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
      check = ":",
    ): { status: number | null; calls: string[] } => {
      const project = desk();
      project.command("npm", check);
      project.command(
        "npx",
        `case "$*" in *"stack ls"*) ${listed(...names)}\n;; *destroy*) ${destroy};; esac`,
      );
      project.command("gh", `case "$*" in */pulls/*) ${wanted};; esac`);
      const { status } = project.run("pr-cleanup");
      const told = /^npx pulumi (destroy|stack rm)|^gh api .*(POST|PATCH)/;
      return { status, calls: project.calls.filter((call) => told.test(call)).map(withoutFile) };
    };
    const withoutFile = (call: string): string => call.replace(/ --field body=@.*/, "");
    const destroyed = (number: number): string[] => [
      `npx pulumi destroy --stack pr-${number} --yes --non-interactive --refresh=false`,
      `npx pulumi stack rm --stack pr-${number} --yes --force`,
      `gh api --silent --method POST repos/octocat/shop/issues/${number}/comments`,
    ];

    it("destroys what no pull request wants any more, and says so there", () => {
      const answers = 'case "$*" in */pulls/8*) echo true;; *) echo false;; esac';
      assert.deepEqual(cleaned(["dev", "pr-7", "pr-8", "octocat/pr-19", "pr-x", "prod"], answers), {
        status: 0,
        calls: [...destroyed(7), ...destroyed(19)],
      });
    });

    it("destroys nothing by a state that is refused, goes on, and fails", () => {
      const check = 'case "$*" in *pr-7*) exit 1;; esac';
      assert.deepEqual(cleaned(["pr-7", "pr-8"], "echo false", ":", check), {
        status: 1,
        calls: destroyed(8),
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
