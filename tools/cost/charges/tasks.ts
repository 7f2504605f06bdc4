import { freeStorageGib as freeStorage } from "../../../rules/fargate";
import { taskBounds } from "../../../simulate/bounds";
import { Deployment, ofType, Resource } from "../../../simulate/deployment";
import { Charge, compute, count, Factor, fixed } from "./charge";
import { Traffic } from "./traffic";

/** What hours are called in which a service that sleeps has tasks. */
export const awakeHours = "h awake";

/** Tasks of all services together. */
export function tasksIn(deployment: Deployment): { fewest: number; most: number } {
  const all = ofType(deployment, "aws:ecs/service:Service").map((service) => taskBounds(deployment, service));
  const sum = (of: "fewest" | "most"): number => all.reduce((total, tasks) => total + tasks[of], 0);
  return { fewest: sum("fewest"), most: sum("most") };
}

/** The task definition that a service runs; undefined when it is not of this stack. */
const taskDefinitionOf = (deployment: Deployment, { inputs }: Resource): Resource | undefined =>
  ofType(deployment, "aws:ecs/taskDefinition:TaskDefinition").find(
    ({ outputs }) => outputs.arn === inputs.taskDefinition,
  );

/** vCPU, memory, storage and public addresses of a service's tasks. */
export function serviceCharges(
  deployment: Deployment,
  service: Resource,
  { hours, awake }: Traffic,
): (Charge | string)[] {
  const bounds = taskBounds(deployment, service);
  const tasks = bounds.sleeps ? bounds.most : bounds.fewest;
  const definition = taskDefinitionOf(deployment, service)?.inputs;
  if (!definition) return ["its task definition is not of this stack"];
  const { cpuArchitecture } = (definition.runtimePlatform ?? {}) as { cpuArchitecture?: string };
  const { sizeInGib = freeStorage } = (definition.ephemeralStorage ?? {}) as { sizeInGib?: number };
  const arch = cpuArchitecture === "ARM64" ? "arm" : "x86";
  const vcpu: Factor = [Number(definition.cpu) / 1024, "vCPU"];
  const memory: Factor = [Number(definition.memory) / 1024, "GB"];
  const running: Factor = bounds.sleeps ? [Math.min(awake, hours), awakeHours] : [hours, "h"];
  const { assignPublicIp } = (service.inputs.networkConfiguration ?? {}) as { assignPublicIp?: boolean };
  const { onDemand, spot } = split(
    tasks,
    service.inputs.capacityProviderStrategies as Strategy[] | undefined,
  );
  return [
    compute("vCPU", `fargate.${arch}.vcpu`, count(onDemand, "task"), vcpu, running),
    compute("memory", `fargate.${arch}.memory`, count(onDemand, "task"), memory, running),
    compute("vCPU on Spot", `fargate.spot.${arch}.vcpu`, count(spot, "task"), vcpu, running),
    compute("memory on Spot", `fargate.spot.${arch}.memory`, count(spot, "task"), memory, running),
    compute("storage", "fargate.storage", count(tasks, "task"), [sizeInGib - freeStorage, "GB"], running),
    // It goes with the network's egress and not with the size of the tasks, so it stands with what it replaces.
    fixed("public IPv4 addresses of tasks", "ipv4.hour", count(assignPublicIp ? tasks : 0, "task"), running),
  ];
}

interface Strategy {
  capacityProvider: string;
  base?: number;
  weight?: number;
}

/** Tasks on demand and on Spot, on average: first each base, which the program keeps on demand, then the rest by weight. */
function split(tasks: number, strategies: Strategy[] = []): { onDemand: number; spot: number } {
  const based = strategies.map(({ base = 0 }) => base).reduce((sum, base) => sum + base, 0);
  const weighed = strategies.map(({ weight = 0 }) => weight).reduce((sum, weight) => sum + weight, 0);
  const weight = strategies.find(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT")?.weight ?? 0;
  const spot = weighed === 0 ? 0 : (Math.max(0, tasks - based) * weight) / weighed;
  return { onDemand: tasks - spot, spot };
}
