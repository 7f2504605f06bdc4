/** What `npm start` prints. Colours only on a terminal, which picocolors finds out. */
import colors from "picocolors";
import { visible, visibleInColor } from "../../rules/visible";
import type { StackEvents } from "../local/stack";
import type { Topology } from "../local/topology";

const shortId = (id: string): string => id.slice(0, 8);

/** Prints one line, out of the way of an unfinished one. */
export type Print = (line: string) => void;

/** The running commentary. */
export function commentary(print: Print): StackEvents {
  const note = (line: string) => print(colors.dim(visible(line)));
  return {
    progress: note,
    trouble: (message) => print(colors.yellow(visible(message))),
    accessLog: (line) => print(`${colors.cyan("api")}  ${visible(line)}`),
    output: (service, task, line) =>
      // A service may write in colours; what else it may tell a terminal is not for this one.
      print(`${colors.magenta(`${service.name}/${shortId(task.id)}`)}  ${visibleInColor(line)}`),
    taskChanged: (service, task) => {
      const health = task.state === "RUNNING" && task.health !== "UNKNOWN" ? `, ${task.health}` : "";
      const why = task.state === "STOPPING" || task.state === "STOPPED" ? `: ${task.reason ?? ""}` : "";
      note(`${service.name}/${shortId(task.id)}  ${task.state}${health}${why}`);
    },
    rolloutChanged: (service, rollout) => {
      if (rollout.state === "COMPLETED") note(`${service.name}: deployment ${rollout.number} is complete`);
      if (rollout.state !== "FAILED") return;
      const why = rollout.lastFailure ?? "";
      print(
        colors.red(
          visible(
            `${service.name}: deployment ${rollout.number} failed: ${rollout.failures} tasks ended, ${why}`,
          ),
        ),
      );
    },
  };
}

/** A token for trying a route. */
export interface TokenFile {
  file: string;
  authorizer: string;
  scopes: readonly string[];
  /** A route that asks for it. */
  path: string;
}

export interface Addresses {
  port: number;
  dnsPort: number;
  tokens: readonly TokenFile[];
}

/** The lines that say where to look. */
export function summary(topology: Topology, { port, dnsPort, tokens }: Addresses): string[] {
  const stage = topology.stages.find(({ name }) => name === "$default") ?? topology.stages[0];
  const prefix = !stage || stage.name === "$default" ? "" : `${stage.name}/`;
  const url = `http://localhost:${port}/${prefix}`;
  const names = [...topology.registries.values()].flatMap(({ dnsName }) => dnsName ?? []);
  return [
    "",
    `  ${colors.bold(url)}`,
    "",
    `  curl ${url}`,
    ...tokens.map(({ file, authorizer, scopes, path }) => {
      const command = `  curl -H "Authorization: Bearer $(cat ${file})" ${url}${path.slice(1)}`;
      return `${command} ${colors.dim(`# ${authorizer}, ${scopes.length > 0 ? scopes.join(" ") : "no scope"}`)}`;
    }),
    ...names.map((name) => `  dig @127.0.0.1 -p ${dnsPort} SRV ${name}`),
    "",
    colors.dim(
      "  Modelled: routes, stage, integration, VPC link, security groups, Cloud Map, ECS tasks and rollouts.",
    ),
    colors.dim(
      "  Guessed: what AWS does not document (docs/local-stack.md lists it). Not modelled: IAM, endpoint policies, TLS.",
    ),
    colors.dim("  Edit the code and it rolls to a new deployment. Ctrl-C stops everything."),
    "",
  ];
}
