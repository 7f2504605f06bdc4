/** What AWS would have of a local stack that runs: its wiring, which may be changed by hand as on AWS, and what happened. */
import { ofType, type Deployment, type Resource } from "../../../simulate/deployment";
import type { CloudMap } from "../cloud-map";
import type { CloudWatch } from "../cloudwatch";
import type { Ecs } from "../ecs";
import type { ServiceView } from "../ecs/views";
import type { Mishaps } from "../faults/mishaps";
import type { Cuts } from "../firewall/cut";
import { readTopology, type Topology } from "../topology";
import type { History } from "./history";

export interface AccountParts {
  /** What the program recorded. */
  deployment: Deployment;
  topology: Topology;
  registry: CloudMap;
  ecs: Ecs;
  history: History;
  mishaps: Mishaps;
  /** Left out where the program records no alarms. */
  cloudWatch?: CloudWatch | undefined;
  /** Rules that the console took away. */
  cuts: Cuts;
}

export class Account {
  /** What the program recorded: what should be there. */
  readonly recorded: Deployment;
  readonly topology: Topology;
  readonly registry: CloudMap;
  readonly ecs: Ecs;
  readonly history: History;
  readonly mishaps: Mishaps;
  readonly cloudWatch: CloudWatch | undefined;
  /**
   * Of what no resource of the program stands for, what is not there or not reachable: an image by its reference, a secret by
   * its ARN, an issuer of tokens by its address.
   */
  readonly missing = new Set<string>();
  /** Messages of ECS about a service (by URN), the newest first. */
  readonly events = new Map<string, { at: Date; message: string }[]>();
  private readonly cuts: Cuts;
  private current: Deployment;

  constructor({ deployment, ...parts }: AccountParts) {
    this.recorded = this.current = deployment;
    this.topology = parts.topology;
    this.registry = parts.registry;
    this.ecs = parts.ecs;
    this.history = parts.history;
    this.mishaps = parts.mishaps;
    this.cloudWatch = parts.cloudWatch;
    this.cuts = parts.cuts;
  }

  /** What is there now. */
  get deployment(): Deployment {
    return this.cuts.left;
  }

  get services(): readonly ServiceView[] {
    return this.topology.services;
  }

  /** Changes the wiring, as somebody does by hand: the API follows at once. Tasks that run go on. */
  rewire(change: (deployment: Deployment) => Deployment): void {
    this.current = change(this.current);
    const { api, stages, routes, problems } = readTopology(this.current);
    Object.assign(this.topology, { api, stages, routes, problems });
    this.cuts.follow(this.current);
  }

  ofType = (type: string): Resource[] => ofType(this.deployment, type);
}

/** The deployment without some of its resources. */
export const without = (deployment: Deployment, which: (resource: Resource) => boolean): Deployment => ({
  ...deployment,
  resources: deployment.resources.filter((resource) => !which(resource)),
});

/** The deployment with other properties of some of its resources. */
export const changed = (
  deployment: Deployment,
  which: (resource: Resource) => boolean,
  properties: (resource: Resource) => Record<string, unknown>,
): Deployment => ({
  ...deployment,
  resources: deployment.resources.map((resource) => {
    if (!which(resource)) return resource;
    const own = properties(resource);
    return { ...resource, inputs: { ...resource.inputs, ...own }, outputs: { ...resource.outputs, ...own } };
  }),
});
