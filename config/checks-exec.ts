import { agentFolders } from "../rules/exec";
import { volumeOf } from "../rules/fargate";
import { agentVolumePrefix } from "../service/exec";
import { Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";
import { hasExec } from "./schema-exec";

const within = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);

/** What of `exec` takes more than one field to judge; see checks-service.ts. */
export function checkExec(
  service: Partial<Pick<ServiceConfig, "exec" | "writable" | "volumes">>,
  at: string,
  { protect }: { protect: boolean },
  problems: Problem[],
): void {
  const { exec, writable = [], volumes = {} } = service;
  if (!hasExec(service)) return;
  if (protect && exec === true) {
    problems.push({
      path: `${at}.exec`,
      got: exec,
      allowed:
        "in a stack with protect: false, or {protected: true}, which says that root may enter its containers",
      fix: `write exec: { protected: true }, or take it out`,
    });
  }
  writable.forEach((folder, i) => {
    const named = volumeOf(folder).startsWith(agentVolumePrefix);
    if (!named && !agentFolders.includes(folder)) return;
    problems.push({
      path: `${at}.writable.${i}`,
      got: folder,
      allowed: named
        ? `with exec no folder whose volume is called ${agentVolumePrefix}…: those are of the agent of ECS Exec`
        : "with exec none of the folders of its agent, which it can write to anyway",
      fix: named ? "rename it" : "take it out",
    });
  });
  for (const [name, { path }] of Object.entries(volumes)) {
    const taken = agentFolders.find((folder) => within(path, folder) || within(folder, path));
    if (taken === undefined) continue;
    problems.push({
      path: `${at}.volumes.${name}.path`,
      got: new Said(`${path}, where the agent of ECS Exec has ${taken}`),
      allowed: `with exec a folder apart from ${agentFolders.join(", ")}`,
      fix: "use for example /data",
    });
  }
}
