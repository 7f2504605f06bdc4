import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Authorizers } from "./authorizers";
import { ServedApi } from "./served";
import { Cluster } from "../cluster";
import { httpApi } from "../rules/quotas";
import { prefixParameters, requestIdParameters, requestParameters } from "../rules/rewrite";
import { canonicalRoute, parseRouteKey, Route } from "../rules/routes";
import { RouteConfig } from "../config/schema-api";

export interface RoutesArgs {
  apiId: pulumi.Input<string>;
  linkId: pulumi.Input<string>;
  /** Whether the stage is the first part of the path, and would reach the services with it. */
  namedStage: boolean;
  /** What the API's address has before a route's path; empty for none. */
  base: string;
  /** Where this stack's routes begin in an API that it shares; empty where they begin with the API's. */
  prefix: string;
  /** The routes that each configured one is served by. */
  served: Pick<ServedApi, "routes">;
  /** Who may use the routes that do not say so. */
  auth: string;
  authorizers: Authorizers;
  /** Where the services are discovered. */
  cluster: Cluster;
  /** A plain map: its routes decide which resources exist. */
  services: Readonly<Record<string, { routes: readonly RouteConfig[] }>>;
  /** What runs each service: a route leads to it only once it does. */
  running: Readonly<Record<string, { service: pulumi.Resource }>>;
  /** Id of an API that somebody else owns: names the routes to import from it. */
  existingId?: string | undefined;
}

/** A route with what a stage has to know of it. */
export interface Routed {
  route: aws.apigatewayv2.Route;
  key: string;
  throttle: RouteConfig["throttle"];
  /** All that a deployment keeps of it: what it and its integration are made of. */
  snapshot: readonly object[];
}

/** An integration, with what it is made of. */
interface Integrated {
  integration: aws.apigatewayv2.Integration;
  args: aws.apigatewayv2.IntegrationArgs;
}

/** What a route comes after. */
interface Succession {
  aliases?: pulumi.Alias[];
  after?: pulumi.Resource[];
}

/** The routes of one API, and the integrations by which they lead to the services. */
export class Routes {
  readonly all: readonly Routed[];

  constructor(
    private readonly name: string,
    private readonly args: RoutesArgs,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    this.all = Object.entries(args.services).flatMap(([service, { routes }]) =>
      this.createRoutes(service, routes),
    );
  }

  private createRoutes(service: string, routes: readonly RouteConfig[]): Routed[] {
    const { apiId, authorizers, running, existingId } = this.args;
    const integrations = this.createIntegrations(service, routes);
    const served = this.args.served.routes.filter((route) => route.service === service);
    return routes.flatMap(({ key: configured, throttle, auth, scopes, adopt, integration: other }, i) => {
      const integrated = integrations[i]!;
      const create = (route: Route, { aliases = [], after = [] }: Succession = {}): Routed => {
        const { key } = route;
        const args = {
          apiId,
          routeKey: key,
          target: pulumi.interpolate`integrations/${other ?? integrated.integration.id}`,
          ...authorizers.of(auth ?? this.args.auth, scopes),
        };
        const made = new aws.apigatewayv2.Route(this.nameOf(route), args, {
          ...this.opts,
          aliases,
          // A route that moves to a new service must not arrive before its tasks.
          dependsOn: [...(running[service] ? [running[service].service] : []), ...after],
          ...(adopt !== undefined && { import: `${existingId}/${adopt}` }),
          // What leads to others is theirs: a destroy leaves it, and so does an import that is repeated, which replaces
          // the route by itself. https://github.com/pulumi/pulumi/issues/14836
          retainOnDelete: other !== undefined,
        });
        return { route: made, key, throttle, snapshot: [args, integrated.args] };
      };
      const [first, ...rest] = served[i]!.served;
      if (first === undefined) return [];
      const others = rest.map((route) => create(route));
      return [create(first, this.succeed(configured, first, others)), ...others];
    });
  }

  /**
   * A deployed ANY becomes the first of the routes that it is served by, once the others are there: so no request misses it,
   * and a snapshot taken in the same update does not have it any more.
   */
  private succeed(configured: string, first: Route, others: readonly Routed[]): Succession {
    const { route } = parseRouteKey(configured) as { route: Route };
    if (route.method !== "ANY" || first.method === "ANY") return {};
    return { aliases: [{ name: this.nameOf(route) }], after: others.map(({ route: made }) => made) };
  }

  /** By what AWS holds unique, not by its service: a route that moves between services is updated and not made twice. */
  private nameOf(route: Route): string {
    return `${this.name}-${canonicalRoute(route)}`;
  }

  /** One for each route; mappings sit on the integration, so routes share one only where they map alike. */
  private createIntegrations(service: string, routes: readonly RouteConfig[]): Integrated[] {
    const { namedStage, base, prefix } = this.args;
    const mappings = routes.map(({ key, rewrite }) => {
      const { route } = parseRouteKey(key) as { route: Route };
      const own = requestParameters(route, rewrite, namedStage);
      // A stripped prefix begins with the stack's already.
      const before = rewrite?.stripPrefix === undefined ? `${base}${prefix}` : base;
      const all = { ...own, ...prefixParameters(rewrite, before), ...requestIdParameters(rewrite) };
      const plain = JSON.stringify(own) === JSON.stringify(requestParameters(route, undefined, namedStage));
      return { all, id: JSON.stringify(all), own: JSON.stringify(own), plain };
    });
    const made = new Map<string, Integrated>();
    for (const { all, id, own, plain } of mappings) {
      if (made.has(id)) continue;
      // Of several that differ in the prefix alone, one keeps the name that they had together, whatever the routes' order.
      const first = mappings.every((other) => other.own !== own || other.id >= id);
      const suffix = !first ? `-${digest(id)}` : plain ? "" : `-${digest(own)}`;
      made.set(id, this.createIntegration(service, suffix, all));
    }
    return mappings.map(({ id }) => made.get(id)!);
  }

  private createIntegration(service: string, suffix: string, parameters: Record<string, string>): Integrated {
    const { apiId, linkId, cluster, running } = this.args;
    const args = {
      apiId,
      integrationType: "HTTP_PROXY",
      connectionType: "VPC_LINK",
      connectionId: linkId,
      integrationMethod: "ANY",
      integrationUri: cluster.discoveryArn(service),
      payloadFormatVersion: "1.0",
      timeoutMilliseconds: httpApi.timeoutMilliseconds,
      requestParameters: parameters,
    };
    const integration = new aws.apigatewayv2.Integration(`${this.name}-${service}${suffix}`, args, {
      ...this.opts,
      // One that is pointed at another Cloud Map service must not arrive before the tasks there.
      dependsOn: running[service]?.service,
    });
    return { integration, args };
  }
}

/** Tells mappings apart in names. */
const digest = (mapping: string): string => createHash("sha256").update(mapping).digest("hex").slice(0, 8);
