import assert from "node:assert/strict";
import { main, type World } from "../../commands/recover";

const stackUrn = "urn:pulumi:dev::flask-app-fargate::pulumi:pulumi:Stack::flask-app-fargate-dev";
const type = "aws:ec2/vpc:Vpc";
const urn = `urn:pulumi:dev::flask-app-fargate::${type}::network`;
const defaultTags = JSON.stringify({ tags: { Project: "flask-app-fargate", Stack: "dev" } });
const provider = {
  ...{ urn: "urn:pulumi:dev::flask-app-fargate::pulumi:providers:aws::aws", custom: true, id: "1" },
  ...{ type: "pulumi:providers:aws", inputs: { region: "eu-west-2", defaultTags } },
};
const resources = [{ urn: stackUrn, type: "pulumi:pulumi:Stack" }, provider];
const pending = [{ type: "creating", resource: { urn, type, custom: true, inputs: {}, parent: stackUrn } }];
const locked = "error: could not import deployment: the stack is currently locked by 1 lock(s).";

interface Case {
  operations?: object[];
  /** What AWS lists with the stack's tags. */
  arns?: string[];
  isLocked?: boolean;
  confirm?: World["confirm"];
  aws?: World["aws"];
  refresh?: number;
  /** How `pulumi stack export` ends. */
  exportCode?: number;
  /** What is in hand when the state is read once more. */
  later?: object[];
}

async function recover(
  argv: string[],
  {
    operations = pending,
    arns = ["arn:aws:ec2:eu-west-2:0:vpc/vpc-1"],
    isLocked = false,
    confirm,
    refresh = 0,
    exportCode = 0,
    later = operations,
    ...world
  }: Case = {},
): Promise<{ code: number; stdout: string; stderr: string; calls: string[] }> {
  const written = { stdout: "", stderr: "" };
  const calls: string[] = [];
  let lock = isLocked;
  let reads = 0;
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  const code = await main(argv, io, {
    confirm,
    aws: () => () =>
      Promise.resolve({ ResourceTagMappingList: arns.map((ResourceARN) => ({ ResourceARN, Tags: [] })) }),
    pulumi: {
      run: (args) => {
        calls.push(args.join(" "));
        return Promise.resolve(args[0] === "refresh" ? refresh : 0);
      },
      ask: (args) => {
        const inHand = args[0] === "stack" && (reads += 1) > 1 ? later : operations;
        const exported = { version: 3, deployment: { resources, pending_operations: inHand } };
        if (args[0] === "config") return Promise.resolve({ code: 0, answer: "{}" });
        const told = args[0] === "stack" ? exportCode : 0;
        return Promise.resolve({ code: told, answer: JSON.stringify(exported) });
      },
      hear: (args) => {
        calls.push(args.filter((arg) => !arg.endsWith("state.json")).join(" "));
        if (args[0] === "cancel") lock = false;
        return Promise.resolve(
          lock ? { code: 255, answer: locked } : { code: 0, answer: "Import complete." },
        );
      },
    },
    ...world,
  });
  return { code, ...written, calls };
}

const write = "stack import --stack dev --file";
const read = `refresh --stack dev --yes --skip-preview --target ${urn}`;

describe("npm run recover", () => {
  it("changes nothing where the state is not readable, and says where the one from before is", async () => {
    const { code, stderr, calls } = await recover(["--yes"], { exportCode: 255 });
    assert.deepEqual([code, calls], [1, []]);
    assert.match(
      stderr,
      /^The state of dev is not readable: .*says EOF, dev\.json\.attrs .*complains of the JSON in it.*dev\.json\.bak beside it, or the bucket's last version/,
    );
  });

  it("of a stack that there is not: it says so, and nothing of its file", async () => {
    const { code, stderr, calls } = await recover(["--yes"], { exportCode: 6 });
    assert.deepEqual([code, calls], [1, []]);
    assert.equal(
      stderr,
      "There is no stack dev in this backend. Fix: npx pulumi stack ls --all shows those that there are.\n",
    );
  });

  it("changes nothing where an update went on while somebody was asked", async () => {
    const { code, stderr, calls } = await recover(["--yes"], { later: [] });
    assert.deepEqual([code, calls], [1, []]);
    assert.match(stderr, /An update went on meanwhile, and nothing was changed\. Fix: wait for its end/);
  });

  it("shows its help", async () => {
    const { code, stdout } = await recover(["--help"]);
    assert.equal(code, 0);
    for (const flag of ["--stack", "--dry-run", "--yes", "--unlock", "--json"])
      assert.ok(stdout.includes(flag), flag);
  });

  it("refuses what it does not know, a stack that is no name, and to ask nobody", async () => {
    assert.match(
      (await recover(["--force"])).stderr,
      /Known options: --stack, --dry-run, --yes, --unlock, --json/,
    );
    assert.match((await recover(["--stack", "a b"])).stderr, /--stack is `a b`\. Allowed are letters/);
    assert.match((await recover([])).stderr, /Nobody can be asked here\. Fix: --dry-run to look, --yes/);
  });

  it("changes nothing with --dry-run, and its exit code says that something is left", async () => {
    const { code, stdout, calls } = await recover(["--dry-run"]);
    assert.deepEqual([code, calls], [1, []]);
    assert.match(stdout, /To adopt: the state takes it\n {2}Vpc network {2}vpc-1/);
    assert.equal((await recover(["--dry-run"], { operations: [], arns: [] })).code, 0);
  });

  it("writes the state and reads what it adopted", async () => {
    const { code, stdout, calls } = await recover(["--yes"]);
    assert.deepEqual([code, calls], [0, [write, read]]);
    assert.match(stdout, /Next: npx pulumi up --stack dev/);
  });

  it("asks for each, and says what stays at AWS alone", async () => {
    const asked: string[] = [];
    const confirm = (question: string) => Promise.resolve(asked.push(question) < 0);
    const { code, stderr, calls } = await recover([], { confirm });
    assert.deepEqual(asked, ["Adopt Vpc network (vpc-1)? No leaves it at AWS alone."]);
    assert.deepEqual([code, calls], [1, [write]]);
    assert.match(stderr, /Left at AWS, and not in the state:\n {2}Vpc network {2}vpc-1/);
  });

  it("leaves a stray with --yes, and deletes it for somebody who says so", async () => {
    const stray = { operations: [], arns: ["arn:aws:ec2:eu-west-2:0:vpc/vpc-9"] };
    const left = await recover(["--yes"], stray);
    assert.deepEqual([left.code, left.calls], [1, [write]]);
    const agreed = await recover([], { ...stray, confirm: () => Promise.resolve(true) });
    assert.equal(agreed.code, 0);
    assert.match(agreed.calls[1]!, /^refresh .*::aws:ec2\/vpc:Vpc::recovered-vpc-9$/);
  });

  it("takes the lock away only when somebody says so", async () => {
    const kept = await recover(["--yes"], { isLocked: true });
    assert.deepEqual([kept.code, kept.calls], [1, [write]]);
    assert.match(
      kept.stderr,
      /The stack is locked, and nothing was changed\. Fix, once nobody deploys it: .*--unlock/,
    );
    const taken = await recover(["--yes", "--unlock"], { isLocked: true });
    assert.deepEqual([taken.code, taken.calls], [0, [write, "cancel --stack dev --yes", write, read]]);
    const asked = await recover([], { isLocked: true, confirm: () => Promise.resolve(true) });
    assert.deepEqual([asked.code, asked.calls], [0, taken.calls]);
  });

  it("writes nothing where AWS did not answer, and says how to decide", async () => {
    const operations = [
      { type: "creating", resource: { ...pending[0]!.resource, type: "aws:s3/bucket:Bucket" } },
    ];
    const { code, stderr, calls } = await recover(["--yes"], { operations, arns: [] });
    assert.deepEqual([code, calls], [1, []]);
    assert.match(
      stderr,
      /Nothing was changed.*\n.*::network: how it is found at AWS is not known here\nFix: /,
    );
    const denied = await recover(["--yes"], { aws: () => () => Promise.reject(new Error("AccessDenied")) });
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /AccessDenied\. Fix: credentials that allow tag:GetResources/);
  });

  it("says so when what it adopted could not be read", async () => {
    const { code, stderr } = await recover(["--yes"], { refresh: 255 });
    assert.equal(code, 1);
    assert.match(stderr, /AWS could not be read\. Fix: see above, and run this again/);
    const { stdout } = await recover(["--yes", "--json"], { refresh: 255 });
    const { ok, steps } = JSON.parse(stdout) as { ok: boolean; steps: { done: boolean }[] };
    assert.deepEqual([ok, steps.map(({ done }) => done)], [false, [true]]);
  });

  it("reports as JSON on standard output alone", async () => {
    const { code, stdout } = await recover(["--yes", "--json"]);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), {
      ...{ ok: true, exitCode: 0, stack: "dev", reread: [], others: {} },
      steps: [
        {
          ...{ what: "adopt", type, name: "network", urn, id: "vpc-1", certain: true, done: true },
          because: "AWS made it, and the state did not learn of it",
        },
      ],
    });
  });
});
