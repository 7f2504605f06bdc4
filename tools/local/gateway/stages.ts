/** Stages of an API: names, throttles and access logs. */
import type { Deployment, Resource } from "../../../simulate/deployment";
import { number, object, referred, text } from "../recorded";

export interface Throttle {
  rate: number | undefined;
  burst: number | undefined;
}

export interface StageView {
  name: string;
  accessLogFormat: string | undefined;
  throttle: Throttle;
  routeThrottles: Map<string, Throttle>;
  /** Keys of the routes that its deployment has; undefined where it deploys by itself. */
  deployed: ReadonlySet<string> | undefined;
}

/** A stage of an API that is somebody else's: of what its owner configured nothing is known here. */
export const foreignStage: StageView = {
  name: "$default",
  accessLogFormat: undefined,
  throttle: { rate: undefined, burst: undefined },
  routeThrottles: new Map(),
  deployed: undefined,
};

/** Reads one stage; throttles that are not set are undefined. */
export function readStage(deployment: Deployment, resource: Resource): StageView {
  const { inputs } = resource;
  const throttle = (settings: unknown): Throttle => ({
    rate: number(object(settings).throttlingRateLimit),
    burst: number(object(settings).throttlingBurstLimit),
  });
  const routeSettings = Array.isArray(inputs.routeSettings) ? (inputs.routeSettings as unknown[]) : [];
  return {
    name: text(inputs.name) ?? resource.name,
    accessLogFormat: text(object(inputs.accessLogSettings).format),
    throttle: throttle(inputs.defaultRouteSettings),
    routeThrottles: new Map(
      routeSettings.flatMap((settings) => {
        const key = text(object(settings).routeKey);
        return key === undefined ? [] : [[key, throttle(settings)] as const];
      }),
    ),
    deployed: inputs.autoDeploy === true ? undefined : deployedRoutes(deployment, inputs.deploymentId),
  };
}

/** A deployment is a snapshot, and its triggers are what it was taken of; undefined where they do not tell. */
function deployedRoutes(deployment: Deployment, id: unknown): ReadonlySet<string> | undefined {
  const found = referred(deployment, "aws:apigatewayv2/deployment:Deployment", id);
  const routes = text(object(found?.inputs.triggers).routes);
  if (routes === undefined) return undefined;
  const keys = (JSON.parse(routes) as unknown[]).flat().map((each) => text(object(each).routeKey));
  return new Set(keys.filter((key) => key !== undefined));
}
