/** Stages of an API: names, throttles and access logs. */
// @ts-nocheck

import type { Resource } from "../../../simulate/deployment";
import { number, object, text } from "../recorded";

export interface Throttle {
  rate: number | undefined;
  burst: number | undefined;
}

export interface StageView {
  name: string;
  accessLogFormat: string | undefined;
  throttle: Throttle;
  routeThrottles: Map<string, Throttle>;
}

/** A stage of an API that is somebody else's: of what its owner configured nothing is known here. */
export const foreignStage: StageView = {
  name: "$default",
  accessLogFormat: undefined,
  throttle: { rate: undefined, burst: undefined },
  routeThrottles: new Map(),
};

/** Reads one stage; throttles that are not set are undefined. */
export function readStage(resource: Resource): StageView {
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
  };
}
