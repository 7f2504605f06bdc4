import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as prettier from "prettier";
import { sections, serviceSchema, values } from "../../../config/schema";
import { jobSchema } from "../../../config/schema-jobs";
import { projectFolder, readProject } from "../../../simulate/stack";
import { main } from "../../commands/reference";
import { renderReference, replaceReference } from "../../plan/reference";

describe("npm run reference", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "reference-"));
    file = path.join(folder, "configuration.md");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const written = { stdout: "", stderr: "" };
    const io = {
      stdout: { write: (text: string) => (written.stdout += text) },
      stderr: { write: (text: string) => (written.stderr += text) },
    };
    return { code: await main(argv, io, file), ...written };
  }

  const before = "# Title\n\n<!-- configuration:begin -->\n\nold\n\n<!-- configuration:end -->\n\nAfter.\n";
  const stale =
    "The configuration tables of configuration.md are not what config/schema.ts says. Fix: npm run reference.\n";

  it("writes the table between the markers, and then finds nothing to do", async () => {
    fs.writeFileSync(file, before);
    assert.deepEqual(await run("--check"), { code: 1, stdout: "", stderr: stale });
    assert.equal(fs.readFileSync(file, "utf8"), before);

    assert.deepEqual(await run(), {
      code: 0,
      stdout: "configuration.md: configuration tables written.\n",
      stderr: "",
    });
    const written = fs.readFileSync(file, "utf8");
    assert.ok(
      written.startsWith("# Title\n\n<!-- configuration:begin -->\n\n## `services.<name>`\n\n| Key | "),
    );
    assert.ok(written.endsWith(" |\n\n<!-- configuration:end -->\n\nAfter.\n"));

    assert.deepEqual(await run("--check"), { code: 0, stdout: "", stderr: "" });
    assert.deepEqual(await run(), {
      code: 0,
      stdout: "configuration.md: the configuration tables are up to date.\n",
      stderr: "",
    });
    assert.equal(fs.readFileSync(file, "utf8"), written);
  });

  it("is stale as soon as one character of the table differs, and not when the rest does", async () => {
    fs.writeFileSync(file, before);
    await run();
    const written = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, written.replace("| 1–65535", "| 1–65536"));
    assert.deepEqual(await run("--check"), { code: 1, stdout: "", stderr: stale });
    fs.writeFileSync(file, written.replace("After.", "Another text."));
    assert.equal((await run("--check")).code, 0);
  });

  it("is compact in docs/configuration.md, and `npm run format` leaves it so", async () => {
    const real = path.join(projectFolder, "docs/configuration.md");
    fs.copyFileSync(real, file);
    assert.deepEqual(await run("--check"), { code: 0, stdout: "", stderr: "" });
    const text = fs.readFileSync(real, "utf8");
    assert.doesNotMatch(text, /^\|.*[^|\s] {2,}\|/m);
    const style = await prettier.resolveConfig(real);
    assert.ok(await prettier.check(text, { ...style, parser: "markdown" }));
  });

  it("refuses a document without markers, or with them the wrong way round", async () => {
    const message =
      "configuration.md has no <!-- configuration:begin --> followed by <!-- configuration:end -->: " +
      "the configuration tables go between them.\n";
    for (const text of ["# Title\n", "<!-- configuration:end -->\n<!-- configuration:begin -->\n"]) {
      fs.writeFileSync(file, text);
      assert.deepEqual(await run(), { code: 1, stdout: "", stderr: message });
      assert.equal(fs.readFileSync(file, "utf8"), text);
    }
  });

  it("refuses to write a document that does not exist, and flags it does not know", async () => {
    assert.deepEqual(await run(), { code: 1, stdout: "", stderr: "There is no configuration.md.\n" });
    assert.deepEqual(await run("--chek"), {
      code: 1,
      stdout: "",
      stderr: "Unknown option '--chek'. Known options: --check, --help. Did you mean --check?\n",
    });
    assert.equal((await run("--help")).code, 0);
  });
});

describe("the configuration tables", () => {
  const lines = renderReference().split("\n");
  /** Keys in the table below a heading. */
  const keys = (section: string): string[] => {
    const from = lines.indexOf(`## \`${section}\``) + 4;
    const to = lines.findIndex((line, i) => i >= from && line === "");
    return lines.slice(from, to).map((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? line);
  };

  it("has a row for every key, in the order of the schema", () => {
    assert.deepEqual(
      lines.filter((line) => line.startsWith("#")),
      [
        "services.<name>",
        "services.<name>.routes[]",
        "services.<name>.reach[]",
        "services.<name>.sidecars.<name>",
        "services.<name>.volumes.<name>",
        "jobs.<name>",
        "jobs.<name>.sidecars.<name>",
        "jobs.<name>.volumes.<name>",
        "network",
        "network.existing",
        "network.reach[]",
        "cluster",
        "api",
        "registry",
        "iam",
        "share",
        "alarms",
        "dashboard, protect, tags",
      ].map((name) => `## \`${name}\``),
    );
    const top = (names: string[]): string[] => names.filter((name) => !name.includes("."));
    assert.deepEqual(top(keys("services.<name>")), Object.keys(serviceSchema.shape));
    for (const [name, schema] of Object.entries(sections))
      assert.deepEqual(top(keys(name)), Object.keys(schema.shape));
    assert.deepEqual(keys("services.<name>.routes[]"), [
      "key",
      "auth",
      "scopes",
      "throttle",
      "throttle.rate",
      "throttle.burst",
      "rewrite",
      "rewrite.stripPrefix",
      "rewrite.path",
      "rewrite.headers",
      "rewrite.query",
      "adopt",
      "integration",
    ]);
    assert.deepEqual(top(keys("jobs.<name>")), Object.keys(jobSchema.shape));
    assert.deepEqual(
      keys("jobs.<name>").filter((key) => key.startsWith("schedule.")),
      ["expression", "timezone", "enabled", "retries", "maximumAgeSeconds"].map((key) => `schedule.${key}`),
    );
    assert.deepEqual(keys("network.existing"), [
      "vpcId",
      "subnetIds",
      "routeTableIds",
      "endpoints",
      "create",
      "endpointSecurityGroupId",
    ]);
    assert.deepEqual(keys("api"), [
      "existingId",
      "stage",
      "autoDeploy",
      "auth",
      "authorizers",
      "domain",
      "domain.name",
      "domain.only",
      "domain.hostedZoneId",
      "domain.certificateArn",
      "domain.ownershipVerificationCertificateArn",
      "domain.truststoreUri",
      "domain.truststoreVersion",
      "cors",
      "cors.allowOrigins",
      "cors.allowMethods",
      "cors.allowHeaders",
      "cors.exposeHeaders",
      "cors.allowCredentials",
      "cors.maxAge",
      "throttle",
      "throttle.rate",
      "throttle.burst",
      "detailedMetrics",
      "accessLogs",
      "accessLogs.retentionDays",
    ]);
    assert.deepEqual(keys("dashboard, protect, tags"), Object.keys(values));
  });

  it("says of each key what it means, what is allowed, and its default", () => {
    for (const line of [
      "| `port` | Port the container listens on; it is told by `PORT`. | 1–65535 | `80` |",
      "| `healthCheck.timeout` | Seconds a check may take. | 2–60 | `3` |",
      "| `vpcId` | The VPC. It must have DNS support enabled, and for interface endpoints DNS hostnames. | vpc-… | required |",
      "| `existing` | A VPC to adopt instead of making one. | an object |  |",
      "| `tags` | Tags on every resource, beside Project, Stack, ManagedBy and Name. | name (1–128) → text (0–256) of letters, digits, blanks and _ . : / = + - @; neither begins with aws: | `{}` |",
    ]) {
      assert.ok(lines.includes(line), line);
    }
    for (const line of lines.filter((text) => text.startsWith("| `"))) {
      // Every cell but the default; a bar in a cell would add one.
      assert.match(line, /^\| `[^`|]+` \| [^|]+ \| [^|]+ \| [^|]*\|$/);
    }
  });

  it("covers what Pulumi.yaml declares: services, the sections, and single values", () => {
    assert.deepEqual(Object.keys(readProject().config ?? {}), [
      "services",
      // Where nobody writes it, nothing is watched: a default would be somebody's.
      ...Object.keys(sections).filter((key) => key !== "alarms"),
      ...Object.keys(values),
    ]);
  });

  it("goes between the markers, whatever was there", () => {
    const file = "a\n<!-- configuration:begin --><!-- configuration:end -->\nb";
    assert.equal(
      replaceReference(file, "table\n"),
      "a\n<!-- configuration:begin -->\n\ntable\n\n<!-- configuration:end -->\nb",
    );
    assert.equal(replaceReference("nothing", "table\n"), undefined);
  });
});
