/** What a stack has, as commands ask AWS about it: from Pulumi's state, or from what a running `npm start` recorded. */
import { readState, type Target } from "../deploy/state";
import { object, text } from "../local/recorded";

/** A resource as a state and a recorded deployment have it. */
export interface Resource {
  urn: string;
  type: string;
  id?: string | undefined;
  parent?: string | undefined;
  inputs?: Record<string, unknown> | undefined;
  outputs?: Record<string, unknown> | undefined;
  /** Replaced; only waits for its deletion. */
  delete?: boolean;
}

export interface NamedService extends Target {
  /** As the configuration calls it. */
  name: string;
  /** ARN of its Cloud Map service. */
  registry: string | undefined;
}

export interface SystemService extends NamedService {
  /** Keys of the routes that lead to it. */
  routes: string[];
}

export interface System {
  stack: string;
  region: string;
  /** Where the API answers. */
  url: string | undefined;
  services: SystemService[];
  /** Log group of the API's access log; undefined where the API is another stack's. */
  accessLog: string | undefined;
  /** Names of its alarms. */
  alarms: string[];
}

/** The resources of a type that are there, as they were asked for and as AWS answered. */
export const ofTypeIn =
  (resources: readonly Resource[]) =>
  (type: string): { id: string; of: Record<string, unknown> }[] =>
    resources
      .filter((each) => each.type === type && each.delete !== true)
      .map(({ id = "", inputs, outputs }) => ({ id, of: { ...inputs, ...outputs } }));

export const servicesOf = (resources: readonly Resource[]): NamedService[] =>
  readState(JSON.stringify({ deployment: { resources } })).services.map((target) => ({
    ...target,
    ...{ name: target.logPrefix ?? target.service, registry: target.registry },
  }));

/** Id of the integration that a route leads to. */
export const integrationOf = (route: Record<string, unknown>): string | undefined =>
  text(route.target)?.replace(/^integrations\//, "");

/** @param url where it is known better than the resources tell it */
export function systemOf(
  stack: string,
  region: string,
  resources: readonly Resource[],
  url: string | undefined,
): System {
  const ofType = ofTypeIn(resources);
  const registries = new Map(
    ofType("aws:apigatewayv2/integration:Integration").map(({ id, of }) => [id, text(of.integrationUri)]),
  );
  const routes = ofType("aws:apigatewayv2/route:Route").map(({ of }) => ({
    key: text(of.routeKey) ?? "",
    registry: registries.get(integrationOf(of) ?? ""),
  }));
  const [stage] = ofType("aws:apigatewayv2/stage:Stage");
  const destination = text(object(stage?.of.accessLogSettings).destinationArn);
  const named = (type: string, key: string): string[] =>
    ofType(type).flatMap(({ of }) => text(of[key]) ?? []);
  return {
    ...{ stack, region, url: url ?? text(ofType("pulumi:pulumi:Stack")[0]?.of.url) },
    services: servicesOf(resources).map((service): SystemService => {
      const { registry } = service;
      const keys = routes.filter((route) => registry !== undefined && route.registry === registry);
      return { ...service, routes: keys.map(({ key }) => key) };
    }),
    accessLog: destination?.replace(/^.*:log-group:/, "").replace(/:\*$/, ""),
    alarms: [
      ...named("aws:cloudwatch/metricAlarm:MetricAlarm", "name"),
      ...named("aws:cloudwatch/compositeAlarm:CompositeAlarm", "alarmName"),
    ].sort(),
  };
}
