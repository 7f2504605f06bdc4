/** How one service calls another inside the VPC: what both are called there, and who has to be there first. */

/** What of a service decides whom it calls. */
export interface Caller {
  reach: readonly { service: string }[];
}

type Services = Readonly<Record<string, Caller>>;

/** The environment variable that tells a caller where a service is. */
export const urlVariable = (service: string): string => `${service.toUpperCase().replaceAll("-", "_")}_URL`;

/**
 * What a service is called that others reach. Another name than without, because the record types of a Cloud Map service are
 * fixed and ECS gives a service one registry: the new one stands beside the old one until nobody needs that any more. The port
 * is part of it for the same reason: callers follow a change of port while tasks still listen on the old one.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRegistry.html
 */
export const reachedName = (service: string, port: number): string => `${service}-${port}`;

/** Those that others reach. */
export const reachedServices = (services: Readonly<Record<string, Partial<Caller>>>): ReadonlySet<string> =>
  new Set(Object.values(services).flatMap(({ reach = [] }) => reach.map(({ service }) => service)));

/** Those that reach a service. */
export const callersOf = (service: string, services: Readonly<Record<string, Partial<Caller>>>): string[] =>
  Object.keys(services).filter((name) =>
    services[name]!.reach?.some((reached) => reached.service === service && name !== service),
  );

/** Each service after those that it calls; in a circle the one that is met first comes last. */
export function callOrder(services: Services): string[] {
  const order = new Set<string>();
  const begun = new Set<string>();
  const visit = (name: string): void => {
    if (begun.has(name)) return;
    begun.add(name);
    for (const { service } of services[name]!.reach) visit(service);
    order.add(name);
  };
  Object.keys(services).forEach(visit);
  return [...order];
}
