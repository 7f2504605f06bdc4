// @ts-nocheck
import * as fs from "node:fs";
import * as path from "node:path";
import type { Fields } from "./json";

/**
 * Makes a backend of Pulumi's out of a folder, with one stack in it: what acts there acts on just this state, whoever writes
 * the stack's own meanwhile. Written from the parsed state, so that Pulumi reads what was checked.
 * https://github.com/pulumi/pulumi/tree/v3.248.0/pkg/backend/diy
 *
 * @param state answer of `pulumi stack export`
 */
export function writeBackend(folder: string, project: string, stack: string, state: Fields): void {
  const { version, features, deployment } = state;
  const checkpoint = { stack: `organization/${project}/${stack}`, latest: deployment };
  const stacks = path.join(folder, ".pulumi", "stacks", project);
  fs.mkdirSync(stacks, { recursive: true });
  fs.writeFileSync(path.join(folder, ".pulumi", "meta.yaml"), "version: 1\n");
  fs.writeFileSync(
    path.join(stacks, `${stack}.json`),
    JSON.stringify({ version, features, checkpoint }, undefined, 4),
    { mode: 0o600 },
  );
}
