/**
 * One measurement of this project, in a process of its own. It leaves by file descriptor 3, so that what is printed is the
 * command's own.
 *
 *   node -r ./tools/preload.cjs tools/bench/plan/ours.ts <file with the system as JSON> plan|warm
 *
 * `plan` is npm run plan with the system's configuration instead of a stack's file; `warm` the simulation alone, once
 * everything is loaded and compiled.
 */
// @ts-nocheck

import * as fs from "node:fs";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { main } from "../../commands/plan";
import { countOf, treeOf } from "../../plan/tree";
import { configurationOf, type System } from "./system";

async function measure(file: string, what: string): Promise<object> {
  const config = toConfig(configurationOf(JSON.parse(fs.readFileSync(file, "utf8")) as System));
  if (what === "plan") {
    const code = await main([], process, { config });
    if (code !== 0) throw new Error("The plan was refused.");
    return {};
  }
  const deployment = await simulate({ config, preview: true });
  const began = performance.now();
  await simulate({ config, preview: true });
  const milliseconds = performance.now() - began;
  return { milliseconds, resources: treeOf(deployment).reduce((sum, node) => sum + countOf(node), 0) };
}

const [file = "", what = ""] = process.argv.slice(2);
void measure(file, what).then((measured) => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const processor = (userCPUTime + systemCPUTime) / 1000;
  fs.writeSync(3, JSON.stringify({ ...measured, memory: maxRSS, processor }));
});
