import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { ConfigurationError } from "../config/problems";
import { Deployment } from "../simulate/deployment";
import { Run, runInProcess } from "../simulate/process";
import { simulate } from "../simulate/program";
import { projectFolder, readStack, toConfig } from "../simulate/stack";

const inPackage = createRequire(__filename);
const versionOf = (name: string): string =>
  (inPackage(`@pulumi/${name}/package.json`) as { version: string }).version;

/** Parent, type and name of each resource. */
const simulated = ({ resources }: Deployment): string[] =>
  resources
    // What awsx makes, it registers itself; the program's process knows nothing of it.
    .filter(({ urn }) => !urn.includes("awsx:ec2:Vpc$"))
    .map(({ type, name, parent }) => `${resources.find(({ urn }) => urn === parent)?.name} > ${type} ${name}`)
    .sort();
const registered = ({ registrations }: Run): string[] =>
  registrations
    .map(({ request }) => {
      const parent = registrations.find(({ urn }) => urn === request.getParent());
      return `${parent?.request.getName()} > ${request.getType()} ${request.getName()}`;
    })
    .sort();

const tokens = (run: Run): string[] => run.invokes.map((invoke) => invoke.getTok()).sort();

/** `urn::id` of the stack's one provider. */
function providerOf({ registrations }: Run): string {
  const [provider, ...others] = registrations.filter(
    ({ request }) => request.getType() === "pulumi:providers:aws",
  );
  assert.deepEqual(others, []);
  return `${provider?.urn}::${provider?.id}`;
}

describe("entry", function () {
  // Each run loads the program anew.
  this.timeout(120_000);

  describe("pulumi up", () => {
    let run: Run;
    let expected: Deployment;

    before(async () => {
      expected = await simulate({ stack: "dev" });
      run = await runInProcess({ stack: "dev", config: readStack("dev") });
    });

    it("loads the program, and ends well", () => {
      assert.deepEqual(run.diagnostics, []);
      assert.equal(run.printed, "");
      assert.equal(run.exitCode, 0);
    });

    it("registers what the simulation does, and puts out the same", () => {
      assert.deepEqual(registered(run), simulated(expected));
      assert.deepEqual(run.outputs, expected.outputs);
    });

    it("asks AWS what the simulation does, of the stack's provider", () => {
      assert.deepEqual(tokens(run), expected.invocations.map(({ token }) => token).sort());
      assert.deepEqual([...new Set(run.invokes.map((invoke) => invoke.getProvider()))], [providerOf(run)]);
    });

    it("hands the provider to awsx, whose resources would go elsewhere without it", () => {
      const vpc = run.registrations.find(({ request }) => request.getType() === "awsx:ec2:Vpc");
      assert.equal(vpc?.request.getRemote(), true);
      assert.deepEqual(vpc?.request.getProvidersMap().toObject(), [["aws", providerOf(run)]]);
    });

    it("wants of each plugin the one version that is installed", () => {
      const wanted = new Set([
        ...run.registrations
          .filter(({ request }) => request.getCustom() || request.getRemote())
          .map(({ request }) => {
            const type = request.getType().replace("pulumi:providers:", "");
            return `${type.split(":")[0]} ${request.getVersion()}`;
          }),
        ...run.invokes.map((invoke) => `${invoke.getTok().split(":")[0]} ${invoke.getVersion()}`),
      ]);
      assert.deepEqual(
        [...wanted].sort(),
        ["aws", "awsx", "docker"].map((name) => `${name} ${versionOf(name)}`),
      );
    });
  });

  it("pulumi preview of a new stack registers the same, though no id is known", async () => {
    const expected = await simulate({ stack: "dev", preview: true });
    const run = await runInProcess({ stack: "dev", config: readStack("dev"), preview: true });
    assert.deepEqual(run.diagnostics, []);
    assert.equal(run.printed, "");
    assert.equal(run.exitCode, 0);
    assert.deepEqual(registered(run), simulated(expected));
    assert.deepEqual(tokens(run), expected.invocations.map(({ token }) => token).sort());
    assert.deepEqual([...new Set(run.invokes.map((invoke) => invoke.getProvider()))], [providerOf(run)]);
  });

  it("a wrong configuration fails before any resource, with every problem and no stack trace", async () => {
    const config = toConfig({
      "aws:region": "eu-west-2",
      network: { egress: "vpn", zonez: 2 },
      services: { flask: { build: "./app", cpu: 300 } },
    });
    const error = await simulate({ stack: "dev", config }).then(
      () => assert.fail("the configuration was accepted"),
      (reason: unknown) => reason as ConfigurationError,
    );
    const run = await runInProcess({ stack: "dev", config });

    assert.equal(error.problems.length, 3, error.message);
    // No more than the message: a stack trace would be a part of it, or printed.
    assert.deepEqual(run.diagnostics, [{ error: true, message: error.message }]);
    assert.equal(run.printed, "");
    // Anything but 32 makes the CLI add that the program "exited with a non-zero exit code".
    assert.equal(run.exitCode, 32);
    assert.deepEqual(
      run.registrations.map(({ request }) => request.getType()),
      ["pulumi:pulumi:Stack"],
    );
    assert.deepEqual(run.invokes, []);
  });

  it("a look-up that finds nothing ends it in preview, with every key and no stack trace", async () => {
    const nothing = (): never => {
      throw new Error("couldn't find resource");
    };
    const config = toConfig({
      "aws:region": "eu-west-2",
      network: {
        egress: "nat",
        existing: { vpcId: "vpc-0", subnetIds: ["subnet-0a"] },
        reach: [{ to: "pl-0a", port: 443 }],
      },
      api: { existingId: "a1b2c3" },
      cluster: { namespace: "corp.internal" },
    });
    const invokes = {
      "aws:ec2/getVpc:getVpc": nothing,
      "aws:ec2/getSubnet:getSubnet": nothing,
      "aws:ec2/getManagedPrefixList:getManagedPrefixList": nothing,
      "aws:apigatewayv2/getApi:getApi": nothing,
      "aws:servicediscovery/getDnsNamespace:getDnsNamespace": nothing,
    };
    const run = await runInProcess({ stack: "dev", config, preview: true, invokes });
    assert.equal(run.diagnostics.length, 1, JSON.stringify(run.diagnostics));
    const lines = run.diagnostics[0]!.message.split("\n");
    assert.deepEqual(
      lines
        .map((line) => line.replace(/: got (\S+), and AWS answered: .*couldn't find resource\. .*/, " $1"))
        .sort(),
      [
        "api.existingId a1b2c3",
        "cluster.namespace corp.internal",
        "network.existing.subnetIds subnet-0a",
        "network.existing.vpcId vpc-0",
        "network.reach.0.to pl-0a",
      ],
    );
    assert.equal(run.printed, "");
    assert.equal(run.exitCode, 32);
    assert.deepEqual(
      run.registrations.map(({ request }) => request.getType()),
      ["pulumi:pulumi:Stack", "pulumi:providers:aws"],
    );
  });

  describe("a program with a type error", () => {
    // A copy as somebody has it who deleted the tools.
    const left = ["node_modules", ".git", ".local", ".venv", "tools", "tests", "docs"];
    const options = { stack: "dev", config: readStack("dev"), preview: true };
    let folder = "";

    before(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), "entry-"));
      fs.cpSync(projectFolder, folder, {
        recursive: true,
        // The project itself may lie in a folder of any name.
        filter: (source) => source === projectFolder || !left.includes(path.basename(source)),
      });
      // The packages are this project's: the copy must not take them for old, and install them anew.
      fs.utimesSync(path.join(folder, "package-lock.json"), 0, 0);
      fs.symlinkSync(path.join(projectFolder, "node_modules"), path.join(folder, "node_modules"));
      fs.appendFileSync(
        path.join(folder, "index.ts"),
        "\nconst wrong: number = `ran`;\nconsole.log(wrong);\n",
      );
    });
    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    it("is loaded all the same, because Pulumi.yaml leaves the type check out, and nothing is written", async () => {
      const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
      const run = await runInProcess({ ...options, folder });
      assert.deepEqual(run.diagnostics, []);
      assert.equal(run.exitCode, 0);
      assert.equal(run.printed, "ran\n");
      assert.deepEqual(fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort(), files);
    });

    it("would be refused by the same run with the options of a project that says nothing", async () => {
      const run = await runInProcess({ ...options, folder, runtime: {} });
      assert.match(run.diagnostics.map(({ message }) => message).join("\n"), /index\.ts.*error TS2322/);
      assert.equal(run.exitCode, 32);
    });

    it("is refused by npm run typecheck", () => {
      const { status, stdout } = spawnSync("npm", ["run", "typecheck"], { cwd: folder, encoding: "utf8" });
      assert.match(stdout, /^index\.ts\(\d+,\d+\): error TS2322/m);
      assert.notEqual(status, 0);
    });
  });
});
