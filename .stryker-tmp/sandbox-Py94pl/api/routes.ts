// @ts-nocheck
import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Authorizers } from "./authorizers";
import { Cluster } from "../cluster";
import { httpApi } from "../rules/quotas";
import { requestParameters } from "../rules/rewrite";
import { canonicalRoute, parseRouteKey, Route } from "../rules/routes";
import { RouteConfig } from "../config/schema-api";

export interface RoutesArgs {
  apiId: pulumi.Input<string>;
  linkId: pulumi.Input<string>;
  /** Whether the stage is the first part of the path, and would reach the services with it. */
  namedStage: boolean;
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
    const { apiId, namedStage, authorizers, running, existingId } = this.args;
    // Mappings sit on the integration, so routes share one only where they map alike.
    const integrations = new Map<string, Integrated>();
    return routes.map(({ key, rewrite, throttle, auth, scopes, adopt, integration: other }) => {
      const { route: parsed } = parseRouteKey(key) as { route: Route };
      const parameters = requestParameters(parsed, rewrite, namedStage);
      const mapping = JSON.stringify(parameters);
      const plain = JSON.stringify(requestParameters(parsed, undefined, namedStage));
      const integrated =
        integrations.get(mapping) ??
        this.createIntegration(service, mapping === plain ? "" : `-${digest(mapping)}`, parameters);
      integrations.set(mapping, integrated);
      const args = {
        apiId,
        routeKey: key,
        target: pulumi.interpolate`integrations/${other ?? integrated.integration.id}`,
        ...authorizers.of(auth ?? this.args.auth, scopes),
      };
      const route = new aws.apigatewayv2.Route(
        // Named by what AWS holds unique, not by its service: a route that moves between services is updated in place
        // instead of being made a second time.
        `${this.name}-${canonicalRoute(parsed)}`,
        args,
        {
          ...this.opts,
          // A route that moves to a new service must not arrive before its tasks.
          dependsOn: running[service]?.service,
          ...(adopt !== undefined && { import: `${existingId}/${adopt}` }),
          // What leads to others is theirs: a destroy leaves it, and so does an import that is repeated, which replaces the
          // route by itself. https://github.com/pulumi/pulumi/issues/14836
          retainOnDelete: other !== undefined,
        },
      );
      return { route, key, throttle, snapshot: [args, integrated.args] };
    });
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
