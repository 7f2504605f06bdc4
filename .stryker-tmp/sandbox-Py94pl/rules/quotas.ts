/** Quotas that a configuration can exceed before AWS is asked. Each with its source. */
// @ts-nocheck


/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const httpApi = {
  routes: 300,
  integrations: 300,
  authorizers: 10,
  /** Hard limit of an integration's answer, in milliseconds. */
  timeoutMilliseconds: 30_000,
  payloadBytes: 10 * 1024 * 1024,
  /** Request line and headers together. */
  headerBytes: 10_240,
} as const;

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
export const rulesPerSecurityGroup = 60;

/** https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html */
export const instancesPerDiscoveryService = 1000;
