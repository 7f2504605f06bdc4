import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

/** What actionlint and zizmor do not know: who holds which secrets and whom a run keeps waiting. */

interface Step {
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
}
interface Job {
  needs?: string | string[];
  if?: string;
  environment?: string | { name: string };
  concurrency?: { group: string; "cancel-in-progress": boolean };
  steps?: Step[];
  env?: Record<string, string>;
}
interface Workflow {
  on: Record<string, unknown>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
}

const folder = path.resolve(__dirname, "../../../.github");
const read = (file: string): unknown => parse(fs.readFileSync(path.join(folder, file), "utf8"));
const workflows = Object.fromEntries(
  fs.readdirSync(path.join(folder, "workflows")).map((file) => [file, read(`workflows/${file}`) as Workflow]),
);
const secretsOf = (job: Job): string[] => [
  ...new Set([...JSON.stringify(job).matchAll(/secrets\.(\w+)/g)].map(([, name]) => name!)),
];

describe("workflows", () => {
  it("a token that may write is a secret of an environment: no other job names it", () => {
    for (const [file, { jobs }] of Object.entries(workflows))
      for (const [name, job] of Object.entries(jobs))
        for (const secret of secretsOf(job))
          assert.equal(
            secret,
            job.environment === undefined ? "PULUMI_PREVIEW_TOKEN" : "PULUMI_ACCESS_TOKEN",
            `${file} ${name}`,
          );
  });

  it("Dependabot's pull requests, which have no secrets, are previewed without credentials alone", () => {
    const { preview, resources } = workflows["preview.yml"]!.jobs;
    assert.match(preview!.if!, /pull_request\.user\.login != 'dependabot\[bot\]'/);
    assert.equal(resources!.if, undefined);
  });

  it("what comments for a fork runs none of its code, and takes no text of it into a shell", () => {
    const { comment } = workflows["preview-forks.yml"]!.jobs;
    const [checkout, write, ...more] = comment!.steps!;
    assert.deepEqual(more, []);
    assert.deepEqual(checkout!.with, { "persist-credentials": false });
    assert.equal(write!.run, '.github/scripts/fork-comment "$RUN" "$OWNER" "$BRANCH" "$COMMIT"');
    assert.match(comment!.if!, /head_repository\.full_name != github\.repository$/);
    const { resources } = workflows["preview.yml"]!.jobs;
    const upload = resources!.steps!.at(-1)!;
    assert.equal(upload.with!.name, "comment-${{ github.event.pull_request.number }}");
    assert.match(upload.if!, /head\.repo\.full_name != github\.repository/);
  });

  it("a production that waits for approval keeps no deployment of dev waiting", () => {
    const { concurrency, jobs } = workflows["deploy.yml"]!;
    assert.equal(concurrency, undefined);
    assert.deepEqual(
      Object.values(jobs).map((job) => job.concurrency),
      ["deploy-dev", "deploy-production"].map((group) => ({ group, "cancel-in-progress": false })),
    );
  });

  it("an event that asks for no environment takes no place in a pull request's queue", () => {
    const group = workflows["pr-environment.yml"]!.concurrency!.group.replace(/\s+/g, " ");
    const [, condition] =
      /^pr-environment-\$\{\{ \((.*)\) && github\.event\.pull_request\.number \|\| github\.run_id \}\}$/.exec(
        group,
      ) ?? [];
    assert.equal(
      condition,
      "github.event.label.name == 'environment' || (!github.event.label && contains(github.event.pull_request.labels.*.name, 'environment'))",
    );
  });

  it("what destroys runs the default branch's code alone, and restores no cache", () => {
    const { on, jobs } = workflows["pr-cleanup.yml"]!;
    assert.deepEqual(Object.keys(on), ["schedule", "workflow_dispatch"]);
    const [checkout, setUp] = jobs.destroy!.steps!;
    assert.deepEqual(checkout!.with, { "persist-credentials": false });
    assert.equal(setUp!.with!.cache, "false");
    assert.equal(jobs.destroy!.steps![2]!.run, ".github/scripts/pr-cleanup");
    const elsewhere = Object.entries(workflows).filter(([, workflow]) =>
      JSON.stringify(workflow).includes("DESTROY_ROLE_PULL_REQUEST_CLEANUP }}"),
    );
    assert.deepEqual(
      elsewhere.map(([file]) => file),
      ["pr-cleanup.yml"],
    );
  });

  it("what has a role on the default branch restores no cache, and is started by nothing else", () => {
    for (const file of ["deploy.yml", "drift.yml", "pr-cleanup.yml"]) {
      const { on, jobs } = workflows[file]!;
      for (const event of Object.keys(on)) {
        assert.ok(["push", "schedule", "workflow_dispatch"].includes(event), `${file} ${event}`);
      }
      for (const [name, { steps = [] }] of Object.entries(jobs)) {
        const setUps = steps.filter(({ uses }) => uses === "./.github/actions/pulumi");
        for (const step of setUps) assert.equal(step.with!.cache, "false", `${file} ${name}`);
        for (const { uses } of steps)
          assert.doesNotMatch(uses ?? "", /^actions\/(cache|setup-)/, `${file} ${name}`);
      }
    }
    const { steps } = (read("actions/pulumi/action.yml") as { runs: { steps: Step[] } }).runs;
    const caches = steps.filter((step) => /cache/.test(JSON.stringify(step)));
    assert.deepEqual(
      caches.map(({ uses, if: when, with: inputs }) => [uses!.split("@")[0], when ?? inputs!.cache]),
      [
        ["actions/setup-node", "${{ inputs.cache == 'true' && 'npm' || '' }}"],
        ["actions/cache", "inputs.cache == 'true'"],
      ],
    );
  });

  it("main deploys by no state that was not checked just before", () => {
    for (const [job, stack] of [
      ["dev", "dev"],
      ["production", "prod"],
    ] as const) {
      const runs = workflows["deploy.yml"]!.jobs[job]!.steps!.flatMap(({ run }) => run ?? []);
      assert.deepEqual(
        runs.filter((run) => run.includes("npm run --silent deploy")),
        [`.github/scripts/checked-state ${stack}\nnpm run --silent deploy -- --stack ${stack} --yes\n`],
      );
    }
  });

  it("main deploys nothing whose types were not checked, which Pulumi leaves out", () => {
    const { dev, production } = workflows["deploy.yml"]!.jobs;
    assert.equal(dev!.steps!.find(({ run }) => run !== undefined)!.run, "npm run --silent typecheck");
    assert.deepEqual([production!.needs].flat(), ["dev"]);
  });

  it("nothing is destroyed or refreshed but by a checked copy, and never without its preview", () => {
    const scripts = fs.readdirSync(path.join(folder, "scripts"));
    const text = (file: string): string =>
      fs.readFileSync(path.join(folder, file), "utf8").replace(/^ *#.*$/gm, "");
    const all = [
      ...scripts.map((name) => `scripts/${name}`),
      ...Object.keys(workflows).map((name) => `workflows/${name}`),
      "actions/pulumi/action.yml",
    ];
    const having = (pattern: RegExp): string[] => all.filter((file) => pattern.test(text(file)));
    assert.deepEqual(having(/skip-preview|PULUMI_SKIP_PREVIEW/), []);
    assert.deepEqual(having(/(pulumi|in_copy) (destroy|down|dn)\b/), ["scripts/destroy"]);
    assert.match(
      text("scripts/destroy"),
      /^in_copy destroy --stack "\$stack" --yes --non-interactive --refresh=false \|\|/m,
    );
    assert.deepEqual(having(/pulumi refresh\b/), ["scripts/pulumi-report"]);
    assert.match(
      text("scripts/pulumi-report"),
      /PULUMI_BACKEND_URL=file:\/\/\$copy pulumi refresh --preview-only/,
    );
    assert.deepEqual(having(/\bdestroy "/), ["scripts/pr-cleanup"]);
    // Pulumi.yaml has the others refreshed too.
    const looks = all.flatMap((file) => text(file).match(/pulumi (preview|up|watch)\b.*/g) ?? []);
    assert.deepEqual(looks, ["pulumi preview --refresh=false ;;"]);
    const deploying = having(/npm run --silent deploy\b/);
    assert.deepEqual(deploying, ["workflows/deploy.yml", "workflows/pr-environment.yml"]);
  });

  it("Pulumi's command line is fetched before there are credentials", () => {
    const { steps } = (read("actions/pulumi/action.yml") as { runs: { steps: Step[] } }).runs;
    const at = (found: (step: Step) => boolean | undefined): number => steps.findIndex(found);
    const fetched = at(({ run }) => run === "npx pulumi version");
    const credentials = at(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));
    assert.ok(fetched >= 0 && fetched < credentials, `${fetched}, ${credentials}`);
  });
});
