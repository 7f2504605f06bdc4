import { createColors, isColorSupported } from "picocolors";
import { simulate, SimulateOptions } from "../../simulate/program";
import { readStack } from "../../simulate/stack";
import { estimate } from "../cost/estimate";
import { prices } from "../cost/pricing";
import { costLine, plannedCost, readSaved } from "../cost/report/saved";
import { beforeTraffic } from "../cost/charges/traffic";
import { changesSomething, compare } from "../against/compare";
import { toDeployed } from "../against/deployed";
import { renderComparison, renderComparisonMarkdown } from "../against/text";
import { versionOf } from "../against/versions";
import { advice } from "../plan/advice";
import { wrapLines } from "../plan/columns";
import { renderCriticalPath } from "../plan/critical-path-text";
import { renderJson, unknownMarker } from "../plan/json";
import { renderMarkdown } from "../plan/markdown";
import { renderText } from "../plan/text";
import { hidden } from "../plan/values";
import { Io, runCommand, widthOf } from "./command";
import { refuseTogether, UsageError } from "./options";

const help = `Lists the resources of a stack as the program describes them, without AWS and without state.

Usage: npm run plan -- [options]

  --stack <name>  stack to list, from its Pulumi.<name>.yaml (default: dev)
  --json          for programs: resources with their inputs, references and dependencies, the critical path, warnings,
                  outputs and cost; "${unknownMarker}" stands for what only AWS can tell and "${hidden}" for secrets
  --markdown      for a comment on a pull request
  --critical-path instead of the resources, the chain of them that a first deployment waits for longest
  --against <git ref or file>
                  what changes from that version to this one: a branch, a tag, a commit, or a file that --json wrote. Both
                  versions of the program run here; neither AWS nor the state is asked. With --json or --markdown too
  --detailed-exitcode
                  with --against: exit code 2 when something changes
  --help          this text

Exit code: 0, or 1 when the configuration has a problem; 2 by --detailed-exitcode.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  "critical-path": { type: "boolean", default: false },
  against: { type: "string" },
  "detailed-exitcode": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/**
 * Runs the command.
 *
 * @param options stand in for the stack's file, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, options: SimulateOptions = {}): Promise<number> =>
  runCommand({ flags, help }, argv, io, async (values) => {
    const { stack, json, markdown, against, "critical-path": path, "detailed-exitcode": detailed } = values;
    const line = `npm run plan -- --stack ${stack}`;
    refuseTogether(line, { json, markdown, "critical-path": path });
    if (path && against !== undefined)
      throw new UsageError(
        `--critical-path is of one version, and --against compares two. Fix, for the one: ${line} --critical-path; for the ` +
          `other: ${line} --against ${against}.`,
      );
    if (detailed && against === undefined)
      throw new UsageError(
        `--detailed-exitcode says whether something changes, and not since when. Fix: ${line} --against origin/main ` +
          "--detailed-exitcode.",
      );
    const config = options.config ?? readStack(stack);
    const planned = await simulate({ ...options, stack, config, preview: true });
    const colors = createColors(io.stdout.isTTY === true && isColorSupported);
    const width = widthOf(io);
    if (path) {
      io.stdout.write(renderCriticalPath(planned, colors, width));
      return 0;
    }
    const updated = await simulate({ ...options, stack, config });
    const deployment = { ...planned, warnings: [...planned.warnings, ...advice(updated)] };
    const cost = plannedCost(estimate(updated, prices, beforeTraffic), prices, readSaved(stack));
    if (against !== undefined) {
      const before = await versionOf(against, stack, (line) => io.stderr.write(`${line}\n`));
      const { warnings } = deployment;
      const after = { name: "this version", resources: toDeployed(updated), cost, warnings };
      const comparison = compare(before, after);
      const title = `${deployment.project} ${stack}`;
      io.stdout.write(
        json
          ? `${JSON.stringify(comparison, null, 2)}\n`
          : markdown
            ? renderComparisonMarkdown(title, comparison)
            : renderComparison(title, comparison, colors, width),
      );
      return detailed && changesSomething(comparison) ? 2 : 0;
    }
    io.stdout.write(
      json
        ? renderJson(deployment, cost, toDeployed(updated))
        : markdown
          ? `${renderMarkdown(deployment)}\n${costLine(cost)}\n`
          : `${renderText(deployment, colors, width)}\n${wrapLines(costLine(cost), width)}\n`,
    );
    return 0;
  });

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
