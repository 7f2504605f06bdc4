/** `npm run state:check`: whether main may act on a state that others can write. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder, readProject, readStack, stackNames } from "../../simulate/stack";
import { checkState } from "../state/check";
import { writeBackend } from "../state/copy";
import { withoutTaskCounts } from "../state/counts";
import { type Fields, readJson } from "../state/json";
import { type Plugin, plugins } from "../state/known";
import { type Io, runCommand } from "./command";
import { UsageError } from "./options";

const help = `Checks the state of a stack, as \`pulumi stack export\` answers it, before something acts on it: \`pulumi destroy\`,
\`refresh\` and \`up\` run the providers that a state names, and a dynamic provider's code is in the state itself.

Usage: npx pulumi stack export --stack dev | npm run --silent state:check -- --stack dev [options]

  --stack <name>    whose state it is
  --destroy         also refuses what is protected: a destroy would fail at it, half-way without its preview
  --copy <folder>   writes what was checked as a backend of Pulumi's: PULUMI_BACKEND_URL=file://<folder>
  --drift           in the copy, has a refresh pass over the number of tasks where scaling or sleep sets it
  --help            this text

Allowed is what this program makes (tools/state/known.ts), by the providers of package-lock.json, with the configuration of
this checkout: Pulumi.<stack>.yaml, for pr-<number> Pulumi.pr.yaml. Secrets are those of the stack file's secretsprovider or
of the variable PULUMI_SECRETS_PROVIDER.

Exit code: 1 if there is something else in it, else 0.
`;

const flags = {
  stack: { type: "string" },
  destroy: { type: "boolean", default: false },
  copy: { type: "string" },
  drift: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const advice = `Nothing has been run. Fix: find out who wrote this state, and put the last good one back with \`pulumi stack import\` (the
bucket keeps every version). Where this is meant, it takes a change on main: of tools/state/known.ts, of the stack's file, or
of package-lock.json.`;

/** What is outside this process. */
export interface World {
  input: () => string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the command.
 *
 * @param world stands in for standard input and the environment, for tests
 * @returns the exit code
 */
export const main = (
  argv: string[],
  io: Io,
  { input = () => fs.readFileSync(0, "utf8"), env = process.env }: Partial<World> = {},
): Promise<number> =>
  runCommand({ flags, help }, argv, io, ({ stack, destroy, copy, drift }) => {
    // It becomes a file's name.
    if (stack === undefined || !/^\w[\w.-]*$/.test(stack)) {
      throw new UsageError(
        `--stack is \`${stack ?? ""}\`. Wanted is a stack's name: letters, digits and -_., without an organization.`,
      );
    }
    const text = input();
    let state;
    try {
      state = readJson(text);
    } catch (error) {
      throw new UsageError(
        `The state of ${stack} is no JSON that can be trusted. ${(error as Error).message}`,
      );
    }
    const project = readProject().name;
    const file = stackFile(stack);
    const problems = checkState(state, {
      project,
      stack,
      destroy,
      versions: lockedVersions(),
      config: file === undefined ? {} : readStack(file),
      secretsProvider: secretsProviderOf(stack) ?? (env.PULUMI_SECRETS_PROVIDER || undefined),
      cloudUrl: env.PULUMI_BACKEND_URL?.startsWith("https://")
        ? env.PULUMI_BACKEND_URL
        : "https://api.pulumi.com",
    });
    if (problems.length > 0) {
      const count = `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
      throw new UsageError(
        [`${count} in the state of ${stack}:`, ...problems.map((problem) => `  ${problem}`), advice].join(
          "\n",
        ),
      );
    }
    if (copy !== undefined)
      writeBackend(copy, project, stack, drift ? withoutTaskCounts(state as Fields) : (state as Fields));
  });

/** A pull request's stack has the template's configuration: its own file is not on main. */
function stackFile(stack: string): string | undefined {
  const name = /^pr-\d+$/.test(stack) ? "pr" : stack;
  return stackNames().includes(name) ? name : undefined;
}

function secretsProviderOf(stack: string): string | undefined {
  const file = path.join(projectFolder, `Pulumi.${stack}.yaml`);
  if (!fs.existsSync(file)) return undefined;
  return (parse(fs.readFileSync(file, "utf8")) as { secretsprovider?: string } | null)?.secretsprovider;
}

function lockedVersions(): Record<Plugin, string> {
  const { packages } = JSON.parse(fs.readFileSync(path.join(projectFolder, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string }>;
  };
  return Object.fromEntries(
    plugins.map((name) => [name, packages[`node_modules/@pulumi/${name}`]!.version]),
  ) as Record<Plugin, string>;
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
