/** The ECS services of a deployment with their task definitions, as ECS would read them. */
// @ts-nocheck

import { ofType, type Deployment, type Resource } from "../../../simulate/deployment";
import { list, number, object, properties, referred, text, texts } from "../recorded";
import type { Registry } from "../cloud-map/registries";

export interface HealthCheck {
  command: string[];
  interval: number;
  timeout: number;
  retries: number;
  startPeriod: number;
}

/** The build that an image reference stands for, from the Docker image resource with that digest. */
export interface Build {
  context: string;
  dockerfile: string | undefined;
  platform: string | undefined;
}

export interface ContainerView {
  name: string;
  image: string;
  build: Build | undefined;
  ports: number[];
  command: string[] | undefined;
  entryPoint: string[] | undefined;
  environment: Record<string, string>;
  secrets: string[];
  healthCheck: HealthCheck | undefined;
  readonlyRoot: boolean;
  user: string | undefined;
  init: boolean;
  dropped: string[];
  mounts: string[];
  stopTimeout: number;
}

export interface TaskView {
  arn: string;
  family: string;
  revision: number;
  cpu: number | undefined;
  memory: number | undefined;
  /** The container that is registered, or else the first essential one. */
  container: ContainerView;
}

export interface ServiceView {
  urn: string;
  name: string;
  cluster: string;
  desiredCount: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  circuitBreaker: { enable: boolean; rollback: boolean };
  subnets: { id: string; zone: string }[];
  securityGroups: string[];
  registration: { arn: string; port: number } | undefined;
  task: TaskView | undefined;
  problems: string[];
  notModelled: string[];
}

/** Reads one ECS service; what is missing for its tasks to start or to be found is listed in `problems`. */
export function readService(
  deployment: Deployment,
  resource: Resource,
  registries: Map<string, Registry>,
): ServiceView {
  const { inputs } = resource;
  const problems: string[] = [];
  const notModelled: string[] = [];
  const network = object(inputs.networkConfiguration);
  const registration = object(inputs.serviceRegistries);
  const arn = text(registration.registryArn);
  const registry = arn === undefined ? undefined : registries.get(arn);
  const containerName = text(registration.containerName);
  if (arn === undefined) problems.push("its tasks register in no Cloud Map service, so nothing finds them");
  else if (!registry) problems.push("its tasks register in a Cloud Map service that does not exist");

  const definition = referred(deployment, "aws:ecs/taskDefinition:TaskDefinition", inputs.taskDefinition);
  if (!definition) problems.push("its task definition does not exist, so no task starts");
  const cluster = referred(deployment, "aws:ecs/cluster:Cluster", inputs.cluster);
  if (!cluster) problems.push("its cluster does not exist, so no task starts");
  const task =
    definition && cluster
      ? readTask(deployment, definition, containerName, problems, notModelled)
      : undefined;

  const port = number(registration.containerPort) ?? number(registration.port);
  if (task && containerName !== undefined && task.container.name !== containerName) {
    problems.push(`its registration names the container \`${containerName}\`, which its task does not have`);
  } else if (task && port !== undefined && !task.container.ports.includes(port)) {
    problems.push(`it registers port ${port}, which the container does not map`);
  }
  const breaker = object(inputs.deploymentCircuitBreaker);
  return {
    urn: resource.urn,
    name:
      text(inputs.name) ?? registry?.dnsName?.split(".")[0] ?? text(resource.outputs.name) ?? resource.name,
    cluster: (cluster && text(cluster.outputs.arn)) ?? text(inputs.cluster) ?? "",
    // 0 is the default of the API (design.md "Image and task facts").
    desiredCount: number(inputs.desiredCount) ?? 0,
    minimumHealthyPercent: number(inputs.deploymentMinimumHealthyPercent) ?? 100,
    maximumPercent: number(inputs.deploymentMaximumPercent) ?? 200,
    circuitBreaker: { enable: breaker.enable === true, rollback: breaker.rollback === true },
    subnets: texts(network.subnets).map((id) => {
      const subnet = referred(deployment, "aws:ec2/subnet:Subnet", id);
      return { id, zone: (subnet && text(properties(subnet).availabilityZone)) ?? `${deployment.region}a` };
    }),
    securityGroups: texts(network.securityGroups),
    registration: registry && port !== undefined ? { arn: registry.arn, port } : undefined,
    task,
    problems,
    notModelled,
  };
}

function readTask(
  deployment: Deployment,
  definition: Resource,
  registered: string | undefined,
  problems: string[],
  notModelled: string[],
): TaskView | undefined {
  const values = properties(definition);
  const containers = parseContainers(values.containerDefinitions);
  const chosen =
    containers.find((container) => text(container.name) === registered) ??
    containers.find((container) => container.essential !== false);
  if (!chosen) {
    problems.push("its task definition has no container");
    return undefined;
  }
  const others = containers
    .filter((container) => container !== chosen)
    .map((container) => text(container.name));
  if (others.length > 0) notModelled.push(`the containers ${others.join(", ")} are not started`);
  const container = readContainer(deployment, chosen);
  if (container.secrets.length > 0) {
    notModelled.push(`the secrets ${container.secrets.join(", ")} have the value "local-secret"`);
  }
  const volumes = list(values.volumes).map((volume) => text(object(volume).name));
  for (const mount of list(chosen.mountPoints).map(object)) {
    if (!volumes.includes(text(mount.sourceVolume))) {
      problems.push(`it mounts the volume \`${String(mount.sourceVolume)}\`, which its task does not have`);
    }
  }
  return {
    arn: text(values.arn) ?? definition.urn,
    family: text(values.family) ?? definition.name,
    revision: number(values.revision) ?? 1,
    cpu: number(values.cpu),
    memory: number(values.memory),
    container,
  };
}

function parseContainers(definitions: unknown): Record<string, unknown>[] {
  try {
    const parsed: unknown = typeof definitions === "string" ? JSON.parse(definitions) : definitions;
    return list(parsed).map(object);
  } catch {
    return [];
  }
}

function readContainer(deployment: Deployment, container: Record<string, unknown>): ContainerView {
  const image = text(container.image) ?? "";
  const built = ofType(deployment, "docker:index/image:Image").find(
    (candidate) => image !== "" && candidate.outputs.repoDigest === image,
  );
  const build = object(built?.inputs.build);
  const context = text(build.context);
  const linux = object(container.linuxParameters);
  const check = object(container.healthCheck);
  const command = texts(check.command);
  return {
    name: text(container.name) ?? "",
    image,
    build:
      context === undefined
        ? undefined
        : { context, dockerfile: text(build.dockerfile), platform: text(build.platform) },
    ports: list(container.portMappings).flatMap((mapping) => number(object(mapping).containerPort) ?? []),
    command: Array.isArray(container.command) ? texts(container.command) : undefined,
    entryPoint: Array.isArray(container.entryPoint) ? texts(container.entryPoint) : undefined,
    environment: Object.fromEntries(
      list(container.environment).flatMap((entry) => {
        const { name, value } = object(entry);
        return typeof name === "string" ? [[name, typeof value === "string" ? value : ""] as const] : [];
      }),
    ),
    secrets: list(container.secrets).flatMap((secret) => text(object(secret).name) ?? []),
    healthCheck:
      command.length === 0
        ? undefined
        : {
            command,
            // The defaults of ECS: API_HealthCheck of the ECS API reference [H].
            interval: number(check.interval) ?? 30,
            timeout: number(check.timeout) ?? 5,
            retries: number(check.retries) ?? 3,
            startPeriod: number(check.startPeriod) ?? 0,
          },
    readonlyRoot: container.readonlyRootFilesystem === true,
    user: text(container.user),
    init: linux.initProcessEnabled === true,
    dropped: texts(object(linux.capabilities).drop),
    mounts: list(container.mountPoints).flatMap((mount) => text(object(mount).containerPath) ?? []),
    // 30 s unless the definition says otherwise, 120 s at most (aws-facts §4, [H]).
    stopTimeout: Math.min(number(container.stopTimeout) ?? 30, 120),
  };
}
