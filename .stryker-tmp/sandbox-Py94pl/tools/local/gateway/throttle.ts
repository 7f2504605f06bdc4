/**
 * Throttling by token bucket: `rate` tokens per second up to `burst`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html, [H]). The stage's default is
 * applied to each route on its own [M]; the account's limits, 10,000/s and a burst of 5,000, are not modelled.
 */
// @ts-nocheck

import type { StageView, Throttle } from "./stages";

interface Bucket {
  tokens: number;
  at: number;
}

export class Throttles {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Takes a token for one request of a route; false means 429. */
  take(stage: StageView, routeKey: string): boolean {
    const settings: Throttle = { ...stage.throttle, ...stage.routeThrottles.get(routeKey) };
    // AWS needs both; one alone or neither leaves the route unthrottled here [L].
    if (settings.rate === undefined || settings.burst === undefined) return true;
    const name = `${stage.name} ${routeKey}`;
    const now = this.now();
    const bucket = this.buckets.get(name) ?? { tokens: settings.burst, at: now };
    bucket.tokens = Math.min(settings.burst, bucket.tokens + ((now - bucket.at) / 1000) * settings.rate);
    bucket.at = now;
    this.buckets.set(name, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
