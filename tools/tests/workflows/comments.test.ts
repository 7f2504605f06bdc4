import assert from "node:assert/strict";
import { desks } from "./desk";

describe("scripts of the workflows that comment", () => {
  const desk = desks();

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

  describe("fork-comment", () => {
    const asked = ["99", "octofork", "b $(x)", "abc"];
    /** GitHub with these open pull requests and artifacts; what a download leaves, as shell in its folder. */
    const github = (
      pulls: string,
      artifacts: string,
      leaves = "echo hello >comment.md",
    ): ReturnType<typeof desk> => {
      const project = desk();
      project.command(
        "gh",
        `case "$*" in
          *actions/runs*) printf '${artifacts}';;
          *"/pulls "*) printf '${pulls}';;
          "run download"*) mkdir -p "\${!#}" && cd "\${!#}" && ${leaves};;
          *--jq*) ;;
          *) all="$*"; cat "\${all##*@}" >"$(dirname "$0")/../body";;
        esac`,
      );
      return project;
    };

    it("writes what the run left on the pull request that GitHub names, and says whose it is", () => {
      const project = github(String.raw`7\n`, String.raw`comment-7\n`);
      assert.deepEqual(project.run("fork-comment", asked), { status: 0, out: "" });
      assert.equal(
        project.read("body"),
        "<!-- flask-app-fargate:resources -->\n> The code of this fork wrote the following. Read its changes before you believe it.\n\nhello\n",
      );
      assert.equal(
        project.calls[0],
        "gh api --method GET repos/octocat/shop/pulls --raw-field state=open --raw-field head=octofork:b $(x) --jq .[] | select(.head.sha == env.COMMIT) | .number",
      );
      assert.match(project.calls[2]!, /^gh run download 99 --repo octocat\/shop --name comment-7 --dir /);
    });

    it("of two pull requests of one branch takes the one whose run it is", () => {
      const project = github(String.raw`7\n8\n`, String.raw`comment-8\n`);
      assert.equal(project.run("fork-comment", asked).status, 0);
      assert.match(project.calls.at(-1)!, /--method POST repos\/octocat\/shop\/issues\/8\/comments/);
      assert.equal(project.calls.filter((call) => call.startsWith("gh run download")).length, 1);
    });

    for (const [why, pulls, artifacts] of [
      ["that a later push has overtaken", "", String.raw`comment-7\n`],
      ["that left nothing", String.raw`7\n`, ""],
      ["that names a pull request of somebody else", String.raw`7\n`, String.raw`comment-70\ncomment-1\n`],
    ] as const)
      it(`writes nothing for a run ${why}, and says so`, () => {
        const project = github(pulls, artifacts);
        assert.deepEqual(project.run("fork-comment", asked), {
          status: 0,
          out: "Run 99 left nothing for a pull request that is open at abc.\n",
        });
        assert.equal(project.calls.length, 2);
      });

    it("refers to the run where it is more than GitHub takes", () => {
      const project = github(String.raw`7\n`, String.raw`comment-7\n`, "seq 1 20000 >comment.md");
      assert.equal(project.run("fork-comment", asked).status, 0);
      assert.match(
        project.read("body"),
        /\n\nIt is too much for a comment: \[the run\]\(.*\/actions\/runs\/99\) has it\.\n$/,
      );
    });

    for (const [what, leaves] of [
      ["a link", "ln -s /etc/hostname comment.md"],
      ["a folder", "mkdir comment.md"],
      ["something else", "touch other.md"],
    ] as const)
      it(`writes nothing and fails where it left ${what}`, () => {
        const project = github(String.raw`7\n`, String.raw`comment-7\n`, leaves);
        const { status, err } = project.attempt("fork-comment", asked);
        assert.equal(status, 1);
        assert.equal(err, "Run 99 left no comment.md for pull request 7.\n");
        assert.equal(project.calls.length, 3);
      });
  });
});
