/** Which ways requests take: from the routes that are asked about to services, as AWS has them, or else as the state has. */
import { foundIn } from "../../aws/ask";
import type { Integration, Route } from "../../aws/shapes";
import type { Seen, SeenService } from "../seen";

export interface Path {
  key: string;
  /** Undefined where AWS has no such route. */
  route: Route | undefined;
  integrationId: string | undefined;
  integration: Integration | undefined;
  registry: string | undefined;
  link: string | undefined;
  services: readonly SeenService[];
}

export function pathsOf(seen: Seen): Path[] {
  const { expected, focus } = seen;
  return focus.map((key) => {
    const route = foundIn(seen.routes)?.find(({ RouteKey }) => RouteKey === key);
    const wanted = expected.routes.find((each) => each.key === key);
    const integrationId = route?.Target?.replace(/^integrations\//, "") ?? wanted?.integration;
    const integration = foundIn(seen.integrations)?.find(
      ({ IntegrationId }) => IntegrationId === integrationId,
    );
    const known = expected.integrations.find(({ id }) => id === integrationId);
    const registry = integration?.IntegrationUri ?? known?.registry;
    return {
      ...{ key, route, integrationId, integration, registry },
      link: integration?.ConnectionId ?? known?.link,
      services: seen.services.filter((each) => registry !== undefined && registryOf(each) === registry),
    };
  });
}

/** Where a service's tasks register, as ECS has it. */
export const registryOf = ({ service, expected }: SeenService): string | undefined =>
  foundIn(service)?.serviceRegistries?.[0]?.registryArn ?? expected.registry;

/** The port on which requests come. */
export function portOf({ service, expected }: SeenService): number | undefined {
  const registration = foundIn(service)?.serviceRegistries?.[0];
  return registration?.containerPort ?? registration?.port ?? expected.port;
}

export const groupsOf = ({ service, expected }: SeenService): string[] =>
  foundIn(service)?.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? expected.securityGroups;

export const subnetsOf = ({ service, expected }: SeenService): string[] =>
  foundIn(service)?.networkConfiguration?.awsvpcConfiguration?.subnets ?? expected.subnets;

/** Names of the services that a part of the way leads to. */
export const servicesOn = (paths: readonly Path[]): string[] => [
  ...new Set(paths.flatMap(({ services }) => services.map(({ expected }) => expected.name))),
];

/** Makes again what is missing, and puts back what was changed by hand. */
export const again = ({ expected: { stack } }: Pick<Seen, "expected">): string =>
  `npx pulumi up --refresh --stack ${stack}`;

/** Each once, in the order they come. */
export const distinct = <T>(all: readonly T[]): T[] => [...new Set(all)];
