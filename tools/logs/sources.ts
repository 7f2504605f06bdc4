/** Which log groups of a stack are read. */
import type { System, SystemService } from "../aws/system";
import type { LogSource } from "./line";

export interface Wanted {
  /** As the configuration calls it; all where it is left out. */
  service: string | undefined;
  /** Id of the one request. */
  request: string | undefined;
}

export function sourcesOf(system: System, { service, request }: Wanted): LogSource[] {
  const own = system.services.filter(({ name }) => service === undefined || name === service);
  const routes = new Map(system.services.flatMap(({ name, routes: keys }) => keys.map((key) => [key, name])));
  const applications = own.flatMap(({ name, logGroup }: SystemService): LogSource[] =>
    logGroup === undefined
      ? []
      : [
          {
            ...{ group: logGroup, kind: "application", service: name, routes },
            pattern: request === undefined ? undefined : `"${request}"`,
          },
        ],
  );
  const { accessLog } = system;
  if (accessLog === undefined) return applications;
  const pattern = request === undefined ? undefined : `{ $.requestId = "${request}" }`;
  return [...applications, { ...{ group: accessLog, kind: "access", service: undefined, routes, pattern } }];
}

/**
 * Ids as API Gateway makes them, which is what a filter pattern takes between quotes as well.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export const isRequestId = (id: string): boolean => /^[\w=+/-]{4,128}$/.test(id);
