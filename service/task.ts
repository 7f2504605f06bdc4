import { hasCompanion, healthCommand, healthPath } from "../config/companion";
import { companionMemory, droppedCapabilities, volumeOf } from "../rules/fargate";
import { companionStopTimeout, drainedStopTimeout, stopTimeout } from "../rules/rollout";
import { ServiceConfig } from "../config/schema";
import { hasInit } from "../config/schema-exec";
import { companionContainer, withSidecars } from "./sidecars";
import { volumeMounts } from "./volumes";

/**
 * From a service's configuration to what Amazon ECS is told. Pure: what only AWS knows comes in as plain values.
 */

/** The writable places: what is outside them is read-only, unless the configuration says otherwise. */
export const volumes = ({ writable }: ServiceConfig): { name: string; folder: string }[] =>
  ["/tmp", ...writable].map((folder) => ({ name: volumeOf(folder), folder }));

export interface ContainerContext {
  /** The service's name, and the container's. */
  name: string;
  region: string;
  image: string;
  logGroup: string;
  /** The companion's image, where the service has one. */
  companion?: string | undefined;
  /** Where the services are that this one reaches, by the variables that tell it. */
  urls?: Readonly<Record<string, string>>;
}

/**
 * The container definitions of a service's task definition.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function containerDefinitions(config: ServiceConfig, context: ContainerContext): object[] {
  const { name, image, companion } = context;
  const { interval, timeout, retries, startPeriod } = config.healthCheck;
  const drains = companion === undefined;
  const environment = {
    ...config.environment,
    ...context.urls,
    DRAIN_SECONDS: String(drains ? config.drainSeconds : 0),
    HEALTH_PATH: healthPath(config),
    PORT: String(config.port),
    SERVICE_NAME: name,
  };
  const secrets = sorted(config.secrets).map(([key, valueFrom]) => ({ name: key, valueFrom }));
  const { nofile } = config.ulimits;
  const application = {
    name,
    image,
    ...(config.imageCredentials !== undefined && {
      repositoryCredentials: { credentialsParameter: config.imageCredentials },
    }),
    essential: drains,
    ...(config.command && { command: config.command }),
    ...(config.entryPoint && { entryPoint: config.entryPoint }),
    user: config.user,
    readonlyRootFilesystem: config.readOnlyRoot,
    linuxParameters: {
      // AWS answers with the empty list, and a definition that differs from the answer is replaced at every update.
      capabilities: { add: [], drop: droppedCapabilities },
      ...(hasInit(config) && { initProcessEnabled: true }),
    },
    ...(nofile !== undefined && { ulimits: [{ name: "nofile", softLimit: nofile, hardLimit: nofile }] }),
    ...(drains && { portMappings: portMappings(config) }),
    environment: asList(environment),
    ...(secrets.length > 0 && { secrets }),
    mountPoints: [...volumes(config).map((volume) => mount(volume)), ...volumeMounts(config)],
    ...(drains
      ? {
          healthCheck: { command: healthCommand(config), interval, timeout, retries, startPeriod },
          stopTimeout: stopTimeout(config.drainSeconds),
        }
      : {
          dependsOn: [foldersOpened],
          stopTimeout: drainedStopTimeout,
        }),
    logConfiguration: logConfiguration(context, name),
  };
  const definitions = withSidecars(config, application);
  return companion === undefined ? definitions : [...definitions, ...companions(config, context, companion)];
}

/** Name of the container that is registered in Cloud Map: the one that ECS knows the health of. */
export const checkedContainer = (config: ServiceConfig, name: string): string =>
  hasCompanion(config) ? companionContainer : name;

const folderContainer = "companion-folders";

/**
 * What stands beside an application that knows nothing of ECS. "If any essential containers in the task are reporting as
 * UNHEALTHY or UNKNOWN, the task status also reports as UNHEALTHY or UNKNOWN", and UNKNOWN is one without a health check
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html): so the companion is the only essential
 * one, and ends with the application. It depends on the application and so is stopped before it.
 */
function companions(config: ServiceConfig, context: ContainerContext, image: string): object[] {
  const { interval, timeout, retries, startPeriod } = config.healthCheck;
  const script = "/companion/companion.sh";
  const environment = {
    APPLICATION: context.name,
    DRAIN_SECONDS: String(config.drainSeconds),
    HEALTH_PATH: healthPath(config),
    PORT: String(config.port),
  };
  return [
    opensFolders(config, context, image),
    {
      ...common(image),
      name: companionContainer,
      essential: true,
      user: "10001",
      // The containers of a task share one address: this is where the application listens.
      portMappings: portMappings(config),
      environment: asList(environment),
      dependsOn: [{ containerName: context.name, condition: "START" }],
      healthCheck: { command: ["CMD", script, "ask"], interval, timeout, retries, startPeriod },
      stopTimeout: companionStopTimeout(config.drainSeconds),
      logConfiguration: logConfiguration(context, companionContainer),
    },
  ];
}

/** What has to be done before the application starts: its folders are opened to its user. */
export const opensFolders = (config: ServiceConfig, context: ContainerContext, image: string): object => ({
  ...common(image),
  name: folderContainer,
  essential: false,
  command: ["open"],
  // AWS gives an empty volume to root, 0755, unless the image has a VOLUME there:
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
  user: "0",
  mountPoints: volumes(config).map((volume) => mount(volume, `/writable/${volume.name}`)),
  logConfiguration: logConfiguration(context, folderContainer),
});

/** That they are open. */
export const foldersOpened = { containerName: folderContainer, condition: "SUCCESS" };

/** Both containers of the companion. */
const common = (image: string): object => ({
  image,
  memory: companionMemory,
  readonlyRootFilesystem: true,
  linuxParameters: { capabilities: { add: [], drop: droppedCapabilities } },
});

const portMappings = ({ port }: ServiceConfig): object[] => [
  { containerPort: port, hostPort: port, protocol: "tcp" },
];

const mount = ({ name, folder }: { name: string; folder: string }, containerPath = folder): object => ({
  sourceVolume: name,
  containerPath,
  readOnly: false,
});

const logConfiguration = ({ logGroup, region }: ContainerContext, prefix: string): object => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": logGroup,
    "awslogs-region": region,
    "awslogs-stream-prefix": prefix,
    // A log endpoint that does not answer must not stop the application.
    mode: "non-blocking",
    "max-buffer-size": "4m",
  },
});

const asList = (values: Readonly<Record<string, string>>): object[] =>
  sorted(values).map(([name, value]) => ({ name, value }));

// ECS keeps the order, so one that varied would be a new task definition and a deployment.
const sorted = (values: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
