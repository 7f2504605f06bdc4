/**
 * What a stack's state says should run. The state and not the stack's outputs: when an update fails, the outputs stay those
 * of the last good one (https://github.com/pulumi/pulumi/pull/15754). A service that was rolled back would then seem to run
 * just what it should.
 */
import type { Expected } from "./judge";

/** A service as the second look finds it. */
export interface Target extends Expected {
  /** Name or ARN. */
  cluster: string;
  logGroup: string | undefined;
  /** First part of the names of log streams, where that is not the service's name in the cluster. */
  logPrefix?: string;
  /** ARN of its Cloud Map service. */
  registry?: string | undefined;
  /** How long Pulumi waits for a deployment of it. */
  timeoutSeconds?: number;
}

export interface State {
  services: Target[];
  /** URNs of the API's explicit deployments; empty with `api.autoDeploy`. */
  apiDeployments: string[];
  /** The stack's `url` output. */
  url: string | undefined;
}

interface Recorded {
  urn: string;
  type: string;
  parent?: string;
  /** The resource was replaced and only waits for its deletion. */
  delete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** Seconds. */
  customTimeouts?: { create?: number; update?: number };
}

/**
 * Reads the answer of `pulumi stack export`.
 *
 * @param underway takes what an update is making for made
 * @throws Error when it is not one
 */
export function readState(json: string, underway = false): State {
  const { deployment } = JSON.parse(json) as {
    deployment?: { resources?: Recorded[]; pending_operations?: { resource: Recorded }[] } | null;
  };
  if (deployment === undefined || deployment === null)
    throw new Error("The state of the stack has no deployment.");
  const pending = underway ? (deployment.pending_operations ?? []).map(({ resource }) => resource) : [];
  const made = deployment.resources ?? [];
  const resources = [
    ...pending.filter(({ urn }) => !made.some((resource) => resource.urn === urn)),
    ...made.filter((resource) => resource.delete !== true),
  ];
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const sibling = (type: string, of: Recorded) => ofType(type).find(({ parent }) => parent === of.parent);

  const [cluster] = ofType("aws:ecs/cluster:Cluster");
  // A job runs when it is asked to: nothing of it is deployed that could be looked at.
  const definitions = ofType("aws:ecs/taskDefinition:TaskDefinition").filter(({ parent }) => !isJob(parent));
  const services = definitions.flatMap((definition): Target[] => {
    const taskDefinition = text(definition, "arn");
    const service = sibling("aws:ecs/service:Service", definition);
    const home = text(service, "cluster") ?? text(cluster, "arn");
    if (taskDefinition === undefined || home === undefined) return [];
    const own = definition.urn.split("::").at(-1)!;
    const name = text(service, "name") ?? own;
    const logGroup = text(sibling("aws:cloudwatch/logGroup:LogGroup", definition), "name");
    const logPrefix = own === name ? {} : { logPrefix: own };
    return [
      {
        ...{ service: name, cluster: home, taskDefinition, logGroup, ...logPrefix },
        ...(service && registration(service)),
      },
    ];
  });
  // The state is in the order of registration, which varies.
  services.sort((a, b) => (a.service < b.service ? -1 : 1));
  return {
    services,
    apiDeployments: ofType("aws:apigatewayv2/deployment:Deployment").map(({ urn }) => urn),
    url: text(ofType("pulumi:pulumi:Stack")[0], "url"),
  };
}

/** What of a service is not in every state. */
function registration(service: Recorded): Pick<Target, "registry" | "timeoutSeconds"> {
  // The provider's schema has one, a mock may have a list.
  const registrations: unknown = service.outputs?.serviceRegistries ?? service.inputs?.serviceRegistries;
  const first: unknown = Array.isArray(registrations) ? registrations[0] : registrations;
  const { registryArn } = (first ?? {}) as { registryArn?: unknown };
  const { create, update } = service.customTimeouts ?? {};
  const timeoutSeconds = service.outputs === undefined ? create : (update ?? create);
  return {
    ...(typeof registryArn === "string" && registryArn !== "" && { registry: registryArn }),
    ...(typeof timeoutSeconds === "number" && timeoutSeconds > 0 && { timeoutSeconds }),
  };
}

const isJob = (parent: string | undefined): boolean => /[:$]fargate-app:jobs:Job::/.test(parent ?? "");

/** A property that is text; what AWS answered goes before what the program asked for. */
function text(resource: Recorded | undefined, property: string): string | undefined {
  const value = resource?.outputs?.[property] ?? resource?.inputs?.[property];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The Region that an ARN names. */
export const regionOf = (arn: string): string => arn.split(":")[3]!;
