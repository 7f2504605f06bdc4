/** Amazon ECS: it starts and stops tasks, and says in Cloud Map which are healthy. Tasks do neither. */
import type { Drawing } from "./drawing";
import { everyTask, serviceId } from "./tasks";

export function addScheduler({ deployment, topology, nodes, edges, ownerOf }: Drawing): void {
  const tasks = everyTask(topology);
  if (tasks.length === 0) return;
  const cluster = deployment.resources.find(({ type }) => type === "aws:ecs/cluster:Cluster");
  nodes.push({
    id: "scheduler",
    kind: "scheduler",
    title: "Amazon ECS",
    lines: ["starts, watches, stops tasks"],
    owner: ownerOf(cluster?.urn),
    group: "region",
  });
  edges.push(
    ...tasks.map((view) => ({ kind: "control" as const, from: "scheduler", to: serviceId(view), label: "" })),
  );
  const registered = topology.services.filter(
    ({ registration }) =>
      registration !== undefined && topology.registries.get(registration.arn)?.dnsName !== undefined,
  );
  if (registered.length === 0) return;
  const all = registered.length === topology.services.length;
  const whose = all ? "" : ` of ${registered.map(({ name }) => name).join(", ")}`;
  edges.push({ kind: "discovery", from: "scheduler", to: "registry", label: `registers tasks${whose}` });
}
