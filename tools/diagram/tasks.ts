/** The services and jobs: who may call them, and what runs in them. */
import { taskBounds } from "../../simulate/bounds";
import { blockedPath } from "../local/firewall";
import { referred } from "../local/recorded";
import type { JobView } from "../local/ecs/jobs";
import type { ServiceView } from "../local/ecs/views";
import type { Topology } from "../local/topology";
import { linksOf } from "./front";
import { groupNames, guardOfTasks, sharedGroups } from "./guard";
import type { DiagramNode } from "./elements";
import type { Drawing } from "./drawing";

export const serviceId = (view: ServiceView): string =>
  `${"schedule" in view ? "job" : "service"}-${view.name}`;

/** Services and jobs: what both reach is drawn alike. */
export const everyTask = ({ services, jobs }: Topology): ServiceView[] => [...services, ...jobs];

export function addServices(drawing: Drawing): void {
  const { topology, nodes, edges } = drawing;
  addTasksGroup(drawing);
  for (const service of topology.services) {
    nodes.push(serviceNode(drawing, service));
    const { registration } = service;
    if (!registration) continue;
    edges.push(...requests(drawing, service, registration.port));
  }
  edges.push(...calls(drawing));
  // Nobody calls them and nothing finds them.
  nodes.push(...topology.jobs.map((job) => jobNode(drawing, job)));
}

/** The link reaches a service if a route leads there by it, and the rules on both sides let it. */
function requests({ deployment, topology }: Drawing, service: ServiceView, port: number): Drawing["edges"] {
  const routes = topology.routes.filter(
    ({ integration }) => integration?.registry === service.registration?.arn,
  );
  const integrations = routes.map(({ integration }) =>
    referred(deployment, "aws:apigatewayv2/integration:Integration", integration?.id),
  );
  return linksOf(deployment).flatMap((link, index) =>
    integrations.some((found) => referred(deployment, link.type, found?.inputs.connectionId) === link) &&
    blockedPath(deployment, link, service) === undefined
      ? [{ kind: "request" as const, from: `link-${index}`, to: serviceId(service), label: `TCP ${port}` }]
      : [],
  );
}

/** Who calls whom by name, where the rules on both sides let it. */
const calls = ({ topology }: Drawing): Drawing["edges"] =>
  topology.calls
    .flatMap(({ caller, callee, port, blocked }) =>
      callee === undefined || blocked !== undefined
        ? []
        : [
            {
              kind: "call" as const,
              from: serviceId(caller),
              to: serviceId(callee),
              label: `TCP ${port}`,
            },
          ],
    )
    .sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));

function serviceNode({ deployment, topology, ownerOf }: Drawing, service: ServiceView): DiagramNode {
  const recorded = deployment.resources.find(({ urn }) => urn === service.urn);
  const bounds = recorded && taskBounds(deployment, recorded);
  const tasks = bounds?.scaled
    ? `${bounds.fewest}–${bounds.most} tasks`
    : `${service.desiredCount} ${service.desiredCount === 1 ? "task" : "tasks"}`;
  return {
    id: serviceId(service),
    kind: "service",
    title: service.name,
    lines: [
      `${tasks} on Fargate`,
      ...(bounds?.sleeps ? ["none while nobody asks"] : []),
      ...sizeOf(service),
      ...inside(service),
      ...(service.exec ? ["ECS Exec"] : []),
    ],
    guard: guardOfTasks(deployment, topology, service),
    owner: ownerOf(service.urn),
    group: service.securityGroups.length > 0 ? "tasks" : "subnets",
  };
}

const sizeOf = ({ task }: ServiceView): string[] =>
  task?.cpu !== undefined && task.memory !== undefined
    ? [`${task.cpu / 1024} vCPU, ${task.memory / 1024} GB`]
    : [];

/** What its tasks have besides the one container: what runs first, what runs beside, what is mounted. */
function inside({ task }: ServiceView): string[] {
  if (!task) return [];
  const { container, containers, before } = task;
  const named = (what: string, all: readonly { name: string }[]): string[] =>
    all.length > 0 ? [`${what}: ${all.map(({ name }) => name).join(", ")}`] : [];
  return [
    ...named(
      "first",
      // What opens the folders belongs to the companion.
      before.map((each) => each.container).filter(({ command }) => command?.join(" ") !== "open"),
    ),
    ...named(
      "beside",
      containers.filter((one) => one !== container),
    ),
    ...container.folders.map(({ fileSystem, path }) => `${path}: ${fileSystem.replace(/-fsap-.*$/, "")}`),
  ];
}

const jobNode = ({ deployment, topology, ownerOf }: Drawing, job: JobView): DiagramNode => ({
  id: serviceId(job),
  kind: "service",
  title: `${job.name}, a job`,
  lines: [job.schedule ?? "by hand", ...sizeOf(job), ...inside(job)],
  guard: guardOfTasks(deployment, topology, job),
  owner: ownerOf(job.urn),
  group: job.securityGroups.length > 0 ? "tasks" : "subnets",
});

/** The security group that all tasks share: it says what they may reach. */
function addTasksGroup({ deployment, topology, groups, ownerOf }: Drawing): void {
  if (topology.services.length === 0) return;
  const shared = sharedGroups(topology);
  const [first] = shared.flatMap(
    (id) => referred(deployment, "aws:ec2/securityGroup:SecurityGroup", id) ?? [],
  );
  groups.push({
    id: "tasks",
    kind: "security group",
    title: "Tasks",
    chips: groupNames(deployment, shared),
    owner: ownerOf(first?.urn),
    parent: "subnets",
  });
}
