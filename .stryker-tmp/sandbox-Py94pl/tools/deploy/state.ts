/**
 * What a stack's state says should run. The state and not the stack's outputs: when an update fails, the outputs stay those
 * of the last good one (https://github.com/pulumi/pulumi/pull/15754). A service that was rolled back would then seem to run
 * just what it should.
 */
// @ts-nocheck

import type { Expected } from "./judge";

/** A service as the second look finds it. */
export interface Target extends Expected {
  /** Name or ARN. */
  cluster: string;
  logGroup: string | undefined;
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
}

/**
 * Reads the answer of `pulumi stack export`.
 *
 * @throws Error when it is not one
 */
export function readState(json: string): State {
  const { deployment } = JSON.parse(json) as { deployment?: { resources?: Recorded[] } | null };
  if (deployment === undefined || deployment === null)
    throw new Error("The state of the stack has no deployment.");
  const resources = (deployment.resources ?? []).filter((resource) => resource.delete !== true);
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const sibling = (type: string, of: Recorded) => ofType(type).find(({ parent }) => parent === of.parent);

  const [cluster] = ofType("aws:ecs/cluster:Cluster");
  const services = ofType("aws:ecs/taskDefinition:TaskDefinition").flatMap((definition): Target[] => {
    const taskDefinition = text(definition, "arn");
    const service = sibling("aws:ecs/service:Service", definition);
    const home = text(service, "cluster") ?? text(cluster, "arn");
    if (taskDefinition === undefined || home === undefined) return [];
    const name = text(service, "name") ?? definition.urn.split("::").at(-1)!;
    const logGroup = text(sibling("aws:cloudwatch/logGroup:LogGroup", definition), "name");
    return [{ service: name, cluster: home, taskDefinition, logGroup }];
  });
  // The state is in the order of registration, which varies.
  services.sort((a, b) => (a.service < b.service ? -1 : 1));
  return {
    services,
    apiDeployments: ofType("aws:apigatewayv2/deployment:Deployment").map(({ urn }) => urn),
    url: text(ofType("pulumi:pulumi:Stack")[0], "url"),
  };
}

/** A property that is text; what AWS answered goes before what the program asked for. */
function text(resource: Recorded | undefined, property: string): string | undefined {
  const value = resource?.outputs?.[property] ?? resource?.inputs?.[property];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The Region that an ARN names. */
export const regionOf = (arn: string): string => arn.split(":")[3]!;
