import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../cluster";
import { ServiceConfig } from "../config/schema";
import { callOrder, reachedServices, urlVariable } from "../rules/reach";

type Services = Readonly<Record<string, Pick<ServiceConfig, "reach" | "port">>>;

/** A service as another one calls it. */
export interface Callee {
  name: string;
  port: number;
  /** The environment variable that tells the caller where it is, and what that says. */
  variable: string;
  url: string;
  /** Id of its tasks' security group. */
  groupId: pulumi.Output<string>;
  /** What runs it, where that can be waited for: in a circle somebody has to be first. */
  running: pulumi.Resource | undefined;
}

/** Ports of the services that others call. */
export const reachedPorts = (services: Services): ReadonlyMap<string, number> =>
  new Map([...reachedServices(services)].map((name) => [name, services[name]!.port]));

/** Who calls whom inside the VPC. Circles are allowed: rules name groups, and groups name nobody. */
export class Calls {
  private readonly groups: ReadonlyMap<string, ReturnType<typeof pulumi.deferredOutput<string>>>;

  constructor(
    private readonly services: Services,
    private readonly cluster: Pick<Cluster, "domainOf">,
  ) {
    const reached = [...reachedServices(services)];
    this.groups = new Map(reached.map((name) => [name, pulumi.deferredOutput<string>()]));
  }

  /** Makes each service after those that it calls, and returns them as they are configured. */
  inOrder<T extends { groupId: pulumi.Output<string>; service: pulumi.Resource }>(
    make: (name: string, callees: readonly Callee[]) => T,
  ): Record<string, T> {
    const made = new Map<string, T>();
    for (const name of callOrder(this.services)) {
      const callees = this.services[name]!.reach.map(({ service }) => {
        if (!made.has(service)) void pulumi.log.warn(circle(name, service));
        return this.callee(service, made.get(service)?.service);
      });
      const one = make(name, callees);
      made.set(name, one);
      this.groups.get(name)?.[1](one.groupId);
    }
    return Object.fromEntries(Object.keys(this.services).map((name) => [name, made.get(name)!]));
  }

  private callee(name: string, running: pulumi.Resource | undefined): Callee {
    const { port } = this.services[name]!;
    return {
      name,
      port,
      variable: urlVariable(name),
      url: `http://${this.cluster.domainOf(name)}:${port}`,
      groupId: this.groups.get(name)![0],
      running,
    };
  }
}

const circle = (caller: string, callee: string): string =>
  `services.${caller}.reach: ${callee} reaches ${caller} as well, itself or by others, so ${caller} cannot wait for it: when ${callee} ` +
  `is new, or changes its port, calls fail until it runs. Fix: let ${caller} try again, or let one of them call the other by the API.`;
