/**
 * Rules of security groups that are taken away while the stack runs, and put back: what is blocked is read again from the
 * deployment without them. AWS may let connections that are open go on for a while; here each request is judged anew [L].
 */
import { ofType, type Deployment, type Resource } from "../../../simulate/deployment";
import type { ServiceView } from "../ecs/views";
import { linkSide, permits, taskSide } from "../firewall";
import { readTopology, type Topology } from "../topology";

export class Cuts {
  /** Rules that are taken away, by the service's URN. */
  private readonly cut = new Map<string, readonly Resource[]>();

  /** @param topology is kept up to date: what its routes and calls say of being blocked */
  constructor(
    private deployment: Deployment,
    private readonly topology: Topology,
  ) {}

  /** Names of the rules that are taken away from a service. */
  of(service: ServiceView): string[] {
    return (this.cut.get(service.urn) ?? []).map(({ name }) => name);
  }

  /** Takes away the rules that admit the VPC link to a service's tasks. */
  open(service: ServiceView): void {
    const port = service.registration?.port;
    if (port === undefined) return;
    const admitting = ofType(this.deployment, "aws:apigatewayv2/vpcLink:VpcLink").flatMap((link) =>
      permits(this.deployment, "Ingress", taskSide(service), linkSide(link), port),
    );
    this.cut.set(service.urn, [...new Set(admitting)]);
    this.readAgain();
  }

  /** Puts them back. */
  mend(service: ServiceView): void {
    this.cut.delete(service.urn);
    this.readAgain();
  }

  /** Takes another wiring for the one that rules are taken away from. */
  follow(deployment: Deployment): void {
    this.deployment = deployment;
    this.readAgain();
  }

  /** The wiring as it is without the rules that are taken away. */
  get left(): Deployment {
    const gone = new Set([...this.cut.values()].flat().map(({ urn }) => urn));
    const resources = this.deployment.resources.filter(({ urn }) => !gone.has(urn));
    return { ...this.deployment, resources };
  }

  private readAgain(): void {
    const { routes, calls } = readTopology(this.left);
    for (const view of this.topology.routes) {
      const now = routes.find(({ route }) => route.key === view.route.key);
      view.blocked.clear();
      for (const [urn, reason] of now?.blocked ?? []) view.blocked.set(urn, reason);
    }
    for (const call of this.topology.calls) {
      call.blocked = calls.find(
        ({ caller, variable }) => caller.urn === call.caller.urn && variable === call.variable,
      )?.blocked;
    }
  }
}
