/** Quotas that a configuration can exceed before AWS is asked. Each with its source. */

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const httpApi = {
  routes: 300,
  integrations: 300,
  authorizers: 10,
  audiencesPerAuthorizer: 50,
  scopesPerRoute: 10,
  /** Hard limit of an integration's answer, in milliseconds. */
  timeoutMilliseconds: 30_000,
  payloadBytes: 10 * 1024 * 1024,
  /** Of its access log; the page says 3 KB, AWS's own model of the API 1024 characters (AccessLogSettings in apigatewayv2). */
  logFormatCharacters: 1024,
  /** Request line and headers together. */
  headerBytes: 10_240,
} as const;

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
export const rulesPerSecurityGroup = 60;

/** https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html */
export const instancesPerDiscoveryService = 1000;

/** Characters of all inline policies of one role, without blanks. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const inlinePolicyCharacters = 10_240;

/** Characters of a VPC endpoint's policy, with blanks. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html */
export const endpointPolicyCharacters = 20_480;

/** Bytes of a task definition. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
export const taskDefinitionBytes = 65_536;

/** Of a task definition, those that end included; cannot be raised: the same page. */
export const containersPerTask = 10;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html (name) */
export const volumeNameCharacters = 255;

/** Cannot be raised. https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-quotas.html */
export const scheduledActionsPerTarget = 200;

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html */
export const scheduleGroupCharacters = 64;
