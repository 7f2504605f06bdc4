import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { main, type World } from "../../commands/state-check";
import { projectFolder } from "../../../simulate/stack";
import { expectations, provider, resource, state, urn } from "../state/states";

const lock = JSON.parse(fs.readFileSync(path.join(projectFolder, "package-lock.json"), "utf8")) as {
  packages: Record<string, { version: string }>;
};
const locked = (name: string): string => lock.packages[`node_modules/@pulumi/${name}`]!.version;
const env = { PULUMI_SECRETS_PROVIDER: expectations.secretsProvider };

async function run(
  args: string[],
  input: unknown,
  world: Partial<World> = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const code = await main(
    args,
    { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } },
    { input: () => (typeof input === "string" ? input : JSON.stringify(input)), env, ...world },
  );
  return { code, out, err };
}

const good = { code: 0, out: "", err: "" };
const advice = [
  "Nothing has been run. Fix: find out who wrote this state, and put the last good one back with `pulumi stack import` (the",
  "bucket keeps every version). Where this is meant, it takes a change on main: of tools/state/known.ts, of the stack's file, or",
  "of package-lock.json.",
  "",
];

describe("npm run state:check", () => {
  it("is silent about what main makes", async () =>
    assert.deepEqual(await run(["--stack", "pr-7"], state()), good));

  it("names all the problems, and what to do", async () => {
    const hooked = resource("aws:ecs/cluster:Cluster", { resourceHooks: { "before-delete": ["run"] } });
    const { code, out, err } = await run(["--stack", "pr-7"], state([provider("pulumi-nodejs"), hooked]));
    assert.deepEqual({ code, out }, { code: 1, out: "" });
    assert.deepEqual(err.split("\n"), [
      "2 problems in the state of pr-7:",
      `  "${urn("pulumi:providers:pulumi-nodejs", "default")}": type is "pulumi:providers:pulumi-nodejs". Allowed is a provider of aws, awsx, docker or pulumi.`,
      `  "${urn("fargate-app:cluster:Cluster$aws:ecs/cluster:Cluster", "flask")}": the field "resourceHooks" is {"before-delete":["run"]}. Allowed is none: it is not known here, or makes the engine run what stands in it.`,
      ...advice,
    ]);
  });

  it("takes the versions from the lock file", async () => {
    for (const name of ["aws", "awsx", "docker"]) {
      const [major] = locked(name).split(".");
      assert.deepEqual(
        await run(["--stack", "pr-7"], state([provider(name, { version: locked(name) })])),
        good,
      );
      const { code, err } = await run(
        ["--stack", "pr-7"],
        state([provider(name, { version: `${major}.999.0` })]),
      );
      assert.equal(code, 1);
      assert.ok(err.includes(`Allowed is ${locked(name)} as in package-lock.json`), err);
    }
  });

  it("refuses what is protected only where it is to be destroyed", async () => {
    const protectedOne = state([resource("aws:ecs/cluster:Cluster", { protect: true })]);
    assert.deepEqual(await run(["--stack", "pr-7"], protectedOne), good);
    const { code, err } = await run(["--stack", "pr-7", "--destroy"], protectedOne);
    assert.equal(code, 1);
    assert.match(err, /^1 problem in the state of pr-7:\n.*protect is true/);
  });

  it("expects the secrets that the environment names, or the Cloud's and a passphrase's", async () => {
    const without = state([], {
      secrets_providers: { type: "service", state: { url: "https://pulumi.example.com" } },
    });
    const cloud = (url?: string): Partial<World> => ({
      env: { PULUMI_SECRETS_PROVIDER: "", PULUMI_BACKEND_URL: url },
    });
    assert.equal((await run(["--stack", "pr-7"], state(), cloud())).code, 1);
    assert.equal((await run(["--stack", "pr-7"], without)).code, 1);
    assert.equal((await run(["--stack", "pr-7"], without, cloud("s3://bucket"))).code, 1);
    assert.deepEqual(await run(["--stack", "pr-7"], without, cloud("https://pulumi.example.com")), good);
  });

  it("trusts nothing that readers read differently, and no other stack's state", async () => {
    assert.deepEqual(await run(["--stack", "pr-7"], '{"version": 3, "version": 4}'), {
      code: 1,
      out: "",
      err: 'The state of pr-7 is no JSON that can be trusted. It has the key "version" twice in one object.\n',
    });
    assert.match(
      (await run(["--stack", "pr-7"], "")).err,
      /^The state of pr-7 is no JSON that can be trusted\. /,
    );
    assert.match(
      (await run(["--stack", "dev"], state())).err,
      /Allowed is urn:pulumi:dev::flask-app-fargate::/,
    );
  });

  for (const stack of ["../x", "octocat/shop/dev", "", "-x"])
    it(`refuses the name ${JSON.stringify(stack)}`, async () =>
      assert.deepEqual(await run([`--stack=${stack}`], state()), {
        code: 1,
        out: "",
        err: `--stack is \`${stack}\`. Wanted is a stack's name: letters, digits and -_., without an organization.\n`,
      }));

  describe("with --copy", () => {
    let folder = "";
    beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "state-"))));
    afterEach(() => fs.rmSync(folder, { recursive: true }));
    const file = (): string => path.join(folder, "copy/.pulumi/stacks/flask-app-fargate/pr-7.json");
    const copy = (): string[] => ["--stack", "pr-7", "--copy", path.join(folder, "copy")];

    it("writes what was checked, as a backend of Pulumi's", async () => {
      assert.deepEqual(await run(copy(), state()), good);
      assert.equal(fs.readFileSync(path.join(folder, "copy/.pulumi/meta.yaml"), "utf8"), "version: 1\n");
      const { version, features, deployment } = state();
      assert.deepEqual(JSON.parse(fs.readFileSync(file(), "utf8")), {
        version,
        features,
        checkpoint: { stack: "organization/flask-app-fargate/pr-7", latest: deployment },
      });
      assert.equal(fs.statSync(file()).mode & 0o077, 0);
    });

    it("with --drift has a refresh pass over the number of tasks that scaling or sleep sets, and over nothing else", async () => {
      const service = (name: string): object =>
        resource("aws:ecs/service:Service", {
          urn: urn("aws:ecs/service:Service", name),
          id: `arn:aws:ecs:eu-west-2:000000000000:service/flask-app-fargate-pr-7/${name}`,
          inputs: { name, desiredCount: 1 },
        });
      const target = resource("aws:appautoscaling/target:Target", {
        inputs: { resourceId: "service/flask-app-fargate-pr-7/web", minCapacity: 0, maxCapacity: 1 },
      });
      const given = state([service("web"), service("other-web"), target]);
      const written = async (...args: string[]): Promise<object[]> => {
        assert.deepEqual(await run([...copy(), ...args], given), good);
        const { checkpoint } = JSON.parse(fs.readFileSync(file(), "utf8")) as {
          checkpoint: { latest: { resources: object[] } };
        };
        return checkpoint.latest.resources.slice(-3);
      };
      assert.deepEqual(await written(), [service("web"), service("other-web"), target]);
      assert.deepEqual(await written("--drift"), [
        { ...service("web"), ignoreChanges: ["desiredCount"] },
        service("other-web"),
        target,
      ]);
    });

    it("writes nothing that was refused", async () => {
      assert.equal((await run(copy(), state([provider("pulumi-nodejs")]))).code, 1);
      assert.deepEqual(fs.readdirSync(folder), []);
    });
  });

  it("runs from a pipe", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["-r", "./tools/preload.cjs", "tools/commands/state-check.ts", "--stack", "pr-7"],
      {
        cwd: projectFolder,
        input: JSON.stringify(state()),
        encoding: "utf8",
        env: { ...process.env, ...env },
      },
    );
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
  });
});
