/** The program's share of `pulumi preview`: what Pulumi's language host runs, beside an engine that answers at once. */
import * as path from "node:path";
import { runInProcess } from "../../../simulate/process";
import { readProject, RuntimeOptions, toConfig } from "../../../simulate/stack";
import type { Cost } from "./cost";
import { configurationOf, type System } from "./system";

/** How the program is loaded: by Pulumi's own defaults, which check its types, or by what Pulumi.yaml says. */
export const loadings = {
  checked: (): RuntimeOptions => ({}),
  shipped: (): RuntimeOptions => readProject().runtime.options,
};

/** Of the program's own process, from its start to its end. */
export async function previewCost(system: System, loading: keyof typeof loadings): Promise<Cost> {
  const options = loadings[loading]();
  const nodeargs = `${options.nodeargs ?? ""} -r "${path.join(__dirname, "usage.cjs")}"`;
  const { exitCode, diagnostics, printed } = await runInProcess({
    stack: "dev",
    config: toConfig(configurationOf(system)),
    preview: true,
    runtime: { ...options, nodeargs },
    // 250 services with their types checked, on a busy machine.
    deadline: 900_000,
  });
  if (exitCode !== 0) throw new Error(`The preview ended with ${exitCode}: ${JSON.stringify(diagnostics)}`);
  return JSON.parse(printed) as Cost;
}
