import { hasCompanion } from "../config/companion";
import { ServiceConfig } from "../config/schema";
import { Condition, ends, stopSeconds, waitsFor, Waiting } from "../rules/containers";
import { droppedCapabilities, ecrRepositoryArn } from "../rules/fargate";
import { companionStopTimeout, drainedStopTimeout, stopTimeout } from "../rules/rollout";

/** What runs beside the application in every task of a service. Pure, as task.ts. */

type Sidecars = Pick<ServiceConfig, "sidecars" | "dependsOn">;
type Dependencies = Waiting["dependsOn"];

const asDependencies = (written: ServiceConfig["dependsOn"]): Dependencies =>
  sorted(written).map(([container, condition]) => ({ container, condition }));

/**
 * What the application's container waits for: what the configuration says, and the start of every other sidecar that does
 * not wait for the application. Started first it is stopped last, and a collector hears of the drain as well.
 *
 * @param name of the service, and of its container
 */
export function applicationWaitsFor({ sidecars, dependsOn }: Sidecars, name: string): Dependencies {
  const waiting = Object.entries(sidecars).map(([sidecar, own]) => ({
    name: sidecar,
    dependsOn: asDependencies(own.dependsOn),
  }));
  const before = waiting.filter((sidecar) => !waitsFor(waiting, sidecar.name, name));
  const starts = Object.fromEntries(before.map((sidecar) => [sidecar.name, "START" as const]));
  return asDependencies({ ...starts, ...dependsOn });
}

/** Name of the companion's container, which asks and holds SIGTERM back (task.ts). */
export const companionContainer = "companion";

/**
 * What a container waits for when it waits for the application's: the companion has its health.
 *
 * @param name of the service, and of its container
 */
const waitedFor = (
  { container, condition }: { container: string; condition: Condition },
  name: string,
  companion: boolean,
): string => (companion && container === name && condition === "HEALTHY" ? companionContainer : container);

/** What of a service decides in which order its containers stop, and how long that takes. */
export type Stopping = Sidecars &
  Pick<ServiceConfig, "drainSeconds" | "companion" | "image"> & {
    healthCheck: Partial<ServiceConfig["healthCheck"]>;
  };

/** The containers that run together in a task, in the order of their dependencies. What has to end first is not among them. */
export function containersOf(config: Stopping, name: string): (Waiting & { stopTimeout: number })[] {
  const { drainSeconds } = config;
  const companion = hasCompanion(config);
  return [
    {
      name,
      stopTimeout: companion ? drainedStopTimeout : stopTimeout(drainSeconds),
      dependsOn: applicationWaitsFor(config, name),
    },
    ...sorted(config.sidecars).map(([sidecar, own]) => ({
      name: sidecar,
      stopTimeout: own.stopTimeout,
      dependsOn: asDependencies(own.dependsOn).map((each) => ({
        ...each,
        container: waitedFor(each, name, companion),
      })),
    })),
    ...(companion
      ? [
          {
            name: companionContainer,
            stopTimeout: companionStopTimeout(drainSeconds),
            dependsOn: [{ container: name, condition: "START" as const }],
          },
        ]
      : []),
  ];
}

/** The longest that a task of this service takes to stop, in seconds. */
export const taskStopSeconds = (config: Stopping, name: string): number =>
  stopSeconds(containersOf(config, name));

/** Seconds that sidecars add to the start of a task, where others wait for more than theirs. */
export function addedStartSeconds(config: Stopping, name: string): number {
  const containers = containersOf(config, name);
  return Object.entries(config.sidecars).reduce((sum, [sidecar, { healthCheck, startTimeout = 180 }]) => {
    const conditions = containers.flatMap(({ dependsOn }) =>
      dependsOn.filter(({ container }) => container === sidecar).map(({ condition }) => condition),
    );
    if (conditions.some(ends)) return sum + startTimeout;
    if (!healthCheck || !conditions.includes("HEALTHY")) return sum;
    const { interval, retries, startPeriod } = healthCheck;
    return sum + Math.min(startTimeout, startPeriod + interval * retries);
  }, 0);
}

/** Its only writable place; shared with no other container, as the application's files are none of its business. */
const temporaryVolumeOf = (sidecar: string): string => `sidecar-${sidecar}-tmp`;

/** Names of the volumes that the task has for its sidecars. */
export const sidecarVolumes = ({ sidecars }: Pick<ServiceConfig, "sidecars">): string[] =>
  Object.keys(sidecars).sort().map(temporaryVolumeOf);

/** What the application's container has of the definition, for the others to have the same. */
interface Application extends Record<string, unknown> {
  name: string;
  logConfiguration: object;
  dependsOn?: readonly object[];
}

/** The definition of the application's container with those of the sidecars; itself alone where there are none. */
export function withSidecars(config: ServiceConfig, application: Application): object[] {
  const waits = applicationWaitsFor(config, application.name);
  return [
    {
      ...application,
      ...(waits.length > 0 && { dependsOn: [...(application.dependsOn ?? []), ...definitionOf(waits)] }),
    },
    ...sorted(config.sidecars).map(([name, sidecar]) => {
      const secrets = sorted(sidecar.secrets).map(([key, valueFrom]) => ({ name: key, valueFrom }));
      const waits = asDependencies(sidecar.dependsOn).map((each) => ({
        ...each,
        container: waitedFor(each, application.name, hasCompanion(config)),
      }));
      const dependsOn = definitionOf(waits);
      return {
        name,
        image: sidecar.image,
        ...(sidecar.imageCredentials !== undefined && {
          repositoryCredentials: { credentialsParameter: sidecar.imageCredentials },
        }),
        essential: sidecar.essential,
        ...(sidecar.command && { command: sidecar.command }),
        ...(sidecar.user !== undefined && { user: sidecar.user }),
        ...(sidecar.memory !== undefined && { memory: sidecar.memory }),
        readonlyRootFilesystem: sidecar.readOnlyRoot,
        linuxParameters: { capabilities: { add: [], drop: droppedCapabilities } },
        environment: sorted(sidecar.environment).map(([key, value]) => ({ name: key, value })),
        ...(secrets.length > 0 && { secrets }),
        mountPoints: [{ sourceVolume: temporaryVolumeOf(name), containerPath: "/tmp", readOnly: false }],
        ...(sidecar.healthCheck && { healthCheck: sidecar.healthCheck }),
        ...(dependsOn.length > 0 && { dependsOn }),
        ...(sidecar.startTimeout !== undefined && { startTimeout: sidecar.startTimeout }),
        stopTimeout: sidecar.stopTimeout,
        logConfiguration: application.logConfiguration,
      };
    }),
  ];
}

const definitionOf = (dependencies: Dependencies): object[] =>
  dependencies.map(({ container, condition }) => ({ containerName: container, condition }));

/** ARNs of the secrets that Amazon ECS reads for the sidecars: to pull them, and to start them. */
export const sidecarSecrets = ({ sidecars }: Pick<ServiceConfig, "sidecars">): string[] =>
  Object.values(sidecars).flatMap(({ secrets, imageCredentials }) => [
    ...Object.values(secrets),
    ...(imageCredentials === undefined ? [] : [imageCredentials]),
  ]);

/** ARNs of the repositories in ECR that sidecars are pulled from, each once. */
export function sidecarRepositories(
  { sidecars }: Pick<ServiceConfig, "sidecars">,
  where: { partition: string },
): string[] {
  const repositories = Object.values(sidecars).flatMap(({ image }) => ecrRepositoryArn(where, image) ?? []);
  return [...new Set(repositories)].sort();
}

// ECS keeps the order, so one that varied would be a new task definition and a deployment.
function sorted<T>(values: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
