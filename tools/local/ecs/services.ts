/** The ECS services of a deployment with their task definitions, as ECS would read them. */
import { scalingOf } from "../../../simulate/bounds";
import { ofType, type Deployment, type Resource } from "../../../simulate/deployment";
import { bakeSeconds } from "../../cloudwatch/baking";
import { list, number, object, properties, referred, text, texts } from "../recorded";
import type { Registry } from "../cloud-map/registries";
import { readSleep } from "./sleep";
import {
  defaultStartTimeout,
  type Before,
  type ContainerView,
  type ServiceView,
  type TaskView,
} from "./views";

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
  if (task && containerName !== undefined && task.checked.name !== containerName) {
    problems.push(`its registration names the container \`${containerName}\`, which its task does not have`);
  } else if (task && port !== undefined && !task.checked.ports.includes(port)) {
    problems.push(`it registers port ${port}, which the container does not map`);
  }
  const breaker = object(inputs.deploymentCircuitBreaker);
  const exec = inputs.enableExecuteCommand === true;
  if (exec)
    notModelled.push(
      "the agent of ECS Exec, its rights and the log of sessions: npm run exec -- --local enters by the engine",
    );
  const tracked = scaledBy(deployment, resource);
  if (tracked.length > 0)
    notModelled.push(`its scaling by ${tracked.join(", ")}: as many tasks run as a new service begins with`);
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
    alarms: deploymentAlarms(deployment, object(inputs.alarms)),
    subnets: subnetViews(deployment, texts(network.subnets)),
    securityGroups: texts(network.securityGroups),
    registration: registry && port !== undefined ? { arn: registry.arn, port } : undefined,
    exec,
    sleep: readSleep(deployment, resource),
    task,
    problems,
    notModelled,
  };
}

/** What changes the number of a service's tasks on AWS and not here. */
function scaledBy(deployment: Deployment, service: Resource): string[] {
  const target = scalingOf(deployment, service)?.inputs.resourceId;
  const has = (type: string, where: (inputs: Record<string, unknown>) => boolean): boolean =>
    ofType(deployment, type).some(({ inputs }) => inputs.resourceId === target && where(inputs));
  return [
    ...(has(policyType, ({ policyType: kind }) => kind === "TargetTrackingScaling") ? ["load"] : []),
    ...(has("aws:appautoscaling/scheduledAction:ScheduledAction", () => true) ? ["the clock"] : []),
  ];
}
const policyType = "aws:appautoscaling/policy:Policy";

function deploymentAlarms(
  deployment: Deployment,
  { enable, rollback, alarmNames }: Record<string, unknown>,
): ServiceView["alarms"] {
  const names = enable === true ? texts(alarmNames) : [];
  return { names, rollback: rollback === true, bakeSeconds: bakeSeconds(deployment, names) };
}

/** Subnets with their zones; one that is not recorded counts as in the first. */
export const subnetViews = (deployment: Deployment, ids: readonly string[]): ServiceView["subnets"] =>
  ids.map((id) => {
    const subnet = referred(deployment, "aws:ec2/subnet:Subnet", id);
    return { id, zone: (subnet && text(properties(subnet).availabilityZone)) ?? `${deployment.region}a` };
  });

/** Reads a task definition; undefined, with the problem, where nothing can start from it. */
export function readTask(
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
  const fileSystems = fileSystemsOf(values);
  const views = containers.map((container) => readContainer(deployment, container, fileSystems));
  const checked = views[containers.indexOf(chosen)]!;
  // The companion names the application that it stands beside; whatever else is waited for is a sidecar.
  const beside = checked.dependsOn.find(
    (each) => each.condition === "START" && each.container === checked.environment.APPLICATION,
  )?.container;
  const container = views.find(({ name }) => name === beside) ?? checked;
  const before = readBefore(deployment, containers[views.indexOf(container)]!, containers, fileSystems);
  const secrets = views.flatMap((view) => view.secrets);
  if (secrets.length > 0) notModelled.push(`the secrets ${secrets.join(", ")} have the value "local-secret"`);
  if (containers.some(({ repositoryCredentials }) => repositoryCredentials !== undefined)) {
    notModelled.push("the registry's credentials are not read: the engine pulls as it is logged in");
  }
  if (number(object(values.ephemeralStorage).sizeInGib) !== undefined) {
    notModelled.push("the size of its ephemeral storage");
  }
  const names = views.map(({ name }) => name);
  for (const { name, dependsOn } of views) {
    const absent = dependsOn.find((dependency) => !names.includes(dependency.container));
    if (absent)
      problems.push(`its container ${name} waits for \`${absent.container}\`, which its task does not have`);
  }
  if (fileSystems.size > 0) {
    notModelled.push(
      `the file systems ${[...fileSystems.values()].join(", ")}: folders in .local/volumes stand in, without the access points' ` +
        "users and rights",
    );
  }
  const volumes = list(values.volumes).map((volume) => text(object(volume).name));
  for (const { volume } of views.flatMap(({ mounts }) => mounts)) {
    if (!volumes.includes(volume))
      problems.push(`it mounts the volume \`${volume}\`, which its task does not have`);
  }
  return {
    arn: text(values.arn) ?? definition.urn,
    family: text(values.family) ?? definition.name,
    revision: number(values.revision) ?? 1,
    cpu: number(values.cpu),
    memory: number(values.memory),
    checked,
    container,
    containers: views.filter(({ name }) => !before.some((each) => each.container.name === name)),
    before,
  };
}

/** What a container waits for that has to end; a dependency on a start or on health is on a container beside it. */
function readBefore(
  deployment: Deployment,
  chosen: Record<string, unknown>,
  containers: readonly Record<string, unknown>[],
  fileSystems: ReadonlyMap<string, string>,
): Before[] {
  return list(chosen.dependsOn)
    .map(object)
    .flatMap(({ containerName, condition }): Before[] => {
      const found = containers.find(({ name }) => name === containerName);
      if (!found || (condition !== "SUCCESS" && condition !== "COMPLETE")) return [];
      const startTimeout = number(found.startTimeout) ?? defaultStartTimeout;
      return [{ container: readContainer(deployment, found, fileSystems), condition, startTimeout }];
    });
}

function parseContainers(definitions: unknown): Record<string, unknown>[] {
  try {
    const parsed: unknown = typeof definitions === "string" ? JSON.parse(definitions) : definitions;
    return list(parsed).map(object);
  } catch {
    return [];
  }
}

/** The file systems among a task's volumes, by the name of the volume: file system and access point. */
const fileSystemsOf = (definition: Record<string, unknown>): Map<string, string> =>
  new Map(
    list(definition.volumes)
      .map(object)
      .flatMap(({ name, efsVolumeConfiguration }) => {
        const { fileSystemId, authorizationConfig } = object(efsVolumeConfiguration);
        const id = text(fileSystemId);
        const point = text(object(authorizationConfig).accessPointId);
        return typeof name !== "string" || id === undefined
          ? []
          : [[name, point === undefined ? id : `${id}-${point}`] as const];
      }),
  );

function readContainer(
  deployment: Deployment,
  container: Record<string, unknown>,
  fileSystems: ReadonlyMap<string, string>,
): ContainerView {
  const mounts = list(container.mountPoints).map(object);
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
        : {
            context,
            dockerfile: text(build.dockerfile),
            platform: text(build.platform),
            target: text(build.target),
            args: Object.fromEntries(
              Object.entries(object(build.args)).map(([key, value]) => [key, String(value)]),
            ),
            cacheFrom: texts(object(build.cacheFrom).images),
          },
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
    mounts: mounts
      .filter(({ sourceVolume }) => !fileSystems.has(String(sourceVolume)))
      .map((mount) => ({ volume: String(mount.sourceVolume), path: text(mount.containerPath) ?? "" })),
    folders: mounts.flatMap(({ sourceVolume, containerPath, readOnly }) => {
      const fileSystem = fileSystems.get(text(sourceVolume) ?? "");
      const path = text(containerPath);
      return fileSystem === undefined || path === undefined
        ? []
        : [{ fileSystem, path, readOnly: readOnly === true }];
    }),
    startTimeout: number(container.startTimeout),
    // The default of the API: API_ContainerDefinition of the ECS API reference [H].
    essential: container.essential !== false,
    dependsOn: list(container.dependsOn)
      .map(object)
      .map((each) => ({
        container: text(each.containerName) ?? "",
        condition: text(each.condition) ?? "START",
      })),
    nofile: number(
      list(container.ulimits)
        .map(object)
        .find(({ name }) => name === "nofile")?.softLimit,
    ),
    // 30 s unless the definition says otherwise, 120 s at most (aws-facts §4, [H]).
    stopTimeout: Math.min(number(container.stopTimeout) ?? 30, 120),
  };
}
