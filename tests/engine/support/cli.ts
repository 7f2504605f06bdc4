import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "../../../simulate/stack";

/** A module of its own, which holds nothing but the version of the CLI and the hashes of what it is built from. */
const moduleFolder = path.join(projectFolder, "tests/engine/cli");
const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/**
 * The Pulumi CLI: the one that is installed, or one that Go builds from its module, once, which takes minutes.
 *
 * @throws Error where there is neither a CLI nor Go
 */
export function pulumiCli(): string {
  return installed() ?? built();
}

/**
 * Where the npm package `pulumi` keeps what it downloaded, which is what users run, or on the path. Not that package itself, which npm puts on the
 * path of its scripts: it would download.
 */
function installed(): string | undefined {
  const folders = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && !folder.includes("node_modules"));
  const launcher = createRequire(__filename)("pulumi/package.json") as { version: string };
  const home = process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");
  return [path.join(home, "versions", launcher.version, "bin"), ...folders]
    .map((folder) => path.join(folder, "pulumi"))
    .find((file) => fs.existsSync(file));
}

function built(): string {
  const modules = ["go.mod", "go.sum"].map((file) => fs.readFileSync(path.join(moduleFolder, file), "utf8"));
  const digest = createHash("sha256").update(modules.join("\n")).digest("hex").slice(0, 12);
  const folder = path.join(projectFolder, ".local", "engine");
  const file = path.join(folder, `pulumi-${digest}`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(folder, { recursive: true });
  const version = /pulumi\/pkg\/v3 (v[\d.]+)/.exec(modules[0]!)![1];
  const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  process.stderr.write(`Building the Pulumi CLI ${version}, once: this takes some minutes.\n`);
  // Under another name until it is whole: two runs may build at once.
  const partial = `${file}.${process.pid}`;
  try {
    execFileSync("go", ["build", "-trimpath", "-ldflags", flags, "-o", partial, command], {
      cwd: moduleFolder,
      stdio: "inherit",
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(
      "There is neither a Pulumi CLI nor Go to build one with. Install one of them: https://www.pulumi.com/docs/install/",
    );
  }
  fs.renameSync(partial, file);
  return file;
}
