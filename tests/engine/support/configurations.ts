import type { Thing } from "../../../simulate/thing";

/**
 * Configurations that updates lead between. Within a family each differs from the first by one decision, and all of them
 * together have every key of the schema (tests/engine/configurations.test.ts). What a family cannot leave is chosen once.
 */

export type Configuration = Record<string, unknown>;

export interface Family {
  /** What its stack is called. */
  stack: string;
  /** What they have in common. */
  name: string;
  base: Configuration;
  /** By the decision in which each differs from the base. */
  decisions: Readonly<Record<string, Configuration>>;
  /** Decisions that are different in kind, for a round that is to be short. Left out: all. */
  representative?: readonly string[];
  /** Decisions from which AWS or Pulumi lets only the way back. */
  alone?: readonly string[];
  /** What takes a decision back, where it is not the base: docs/migrate.md. */
  back?: Readonly<Record<string, Configuration>>;
  /** What others have in the account. */
  foreign?: readonly Thing[];
  /** A stack of this program that has to be there. */
  beside?: { stack: string; config: Configuration };
}

const region = { "aws:region": "eu-west-2" };
/** Destroyed, a stack is to leave nothing that would have to be deleted by hand. */
const registry = { forceDelete: true };
const app = { build: "./app" };
const echo = { build: "./examples/echo", port: 8080, routes: ["GET /echo"] };
const all = { key: "ANY /{proxy+}" };

const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:hub-AbCdEf";
const parameter = "arn:aws:ssm:eu-west-2:000000000000:parameter/token";
const ecr = "000000000000.dkr.ecr.eu-west-2.amazonaws.com";
const sendsMessages = [
  { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-2:000000000000:orders"] },
];
const volumes = {
  data: {
    fileSystemId: "fs-0a1b2c3d",
    accessPointId: "fsap-0a1b2c3d",
    securityGroupId: "sg-0a1b2c3d",
    path: "/data",
    readOnly: true,
  },
};
const collector = {
  image: `${ecr}/otel:1`,
  command: ["--config=/etc/otel.yaml"],
  environment: { LEVEL: "info" },
  secrets: { TOKEN: secret },
  healthCheck: {
    command: ["CMD", "/healthcheck"],
    interval: 10,
    timeout: 4,
    retries: 2,
    startPeriod: 10,
  },
  dependsOn: { setup: "SUCCESS" },
  essential: true,
  memory: 128,
  user: "10001",
  readOnlyRoot: true,
  startTimeout: 60,
  stopTimeout: 30,
};
const setup = { image: `${ecr}/setup:1` };
const sidecars = { sidecars: { collector, setup }, dependsOn: { collector: "HEALTHY" } };
const jwt = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
const lambda = {
  type: "lambda",
  functionArn: "arn:aws:lambda:eu-west-2:000000000000:function:keys",
  identitySources: ["$request.header.x-key"],
  cacheSeconds: 60,
  simpleResponses: false,
};
const hostedZoneId = "Z0123456789ABCDEFGHIJ";
const certificate = (name: string): string => `arn:aws:acm:eu-west-2:000000000000:certificate/${name}`;

/** A stack of its own, with one service; `sections` beside it. */
const flask = (service: object = {}, sections: Configuration = {}): Configuration => ({
  ...region,
  registry,
  services: { flask: { ...app, ...service } },
  ...sections,
});
const both = (sections: Configuration = {}): Configuration => ({
  ...flask({}, sections),
  services: { flask: app, echo },
});

/** Decisions about a service and its tasks. */
const ofService: Readonly<Record<string, Configuration>> = {
  "two tasks": flask({ desiredCount: 2 }),
  "more memory": flask({ cpu: 512, memory: 1024 }),
  "another processor": flask({ architecture: "ARM64" }),
  "another port": flask({ port: 8000 }),
  "an environment": flask({ environment: { MODE: "fast" } }),
  secrets: flask({ secrets: { TOKEN: secret, LEVEL: parameter } }),
  permissions: flask({ permissions: sendsMessages }),
  scaling: flask({ scaling: { min: 2, max: 4, targetCpu: 50, targetMemory: 70 } }),
  "scaling by the clock": flask({
    scaling: {
      min: 2,
      max: 4,
      schedule: [
        { expression: "cron(0 7 ? * MON-FRI *)", timezone: "Europe/London", min: 4, max: 8 },
        { expression: "cron(0 20 ? * MON-FRI *)", timezone: "Europe/London" },
      ],
    },
  }),
  "scaling by requests": flask({ scaling: { min: 2, max: 4, targetRequestsPerTask: 600 } }),
  "tasks counted by Container Insights": {
    cluster: { containerInsights: true },
    ...flask({ scaling: { min: 2, max: 4, targetRequestsPerTask: 600, countTasksBy: "containerInsights" } }),
  },
  "sleeps while nobody asks": flask({ sleep: { after: "1h" } }),
  Spot: flask({ spot: 50 }),
  "another check": flask({
    healthCheck: {
      command: ["CMD", "/healthcheck"],
      path: "/up",
      interval: 30,
      timeout: 4,
      retries: 2,
      startPeriod: 60,
    },
  }),
  "a migration before": flask({ before: { command: ["migrate"], timeout: 60 } }),
  "a shorter drain": flask({ drainSeconds: 20 }),
  "a sidecar": flask(sidecars),
  "a file system": flask({ volumes }),
  "a shell": flask({ exec: true }),
  "a shell, said twice": flask({ exec: { protected: true } }),
  "an older log": flask({ logRetentionDays: 90 }),
  "another build": flask({
    build: {
      context: "./examples/echo",
      dockerfile: "Dockerfile",
      target: "final",
      args: { VERSION: "2" },
      cacheFrom: [`${ecr}/cache:1`],
    },
  }),
  "an image that is there": flask({
    build: undefined,
    image: `${ecr}/web:1`,
    companion: true,
    port: 8080,
    entryPoint: ["/web"],
    command: ["serve"],
    user: "101:101",
    readOnlyRoot: false,
    writable: ["/var/cache/web"],
    initProcess: true,
    ephemeralStorage: 30,
    ulimits: { nofile: 4096 },
  }),
  "an image from elsewhere": flask(
    {
      build: undefined,
      image: "docker.io/acme/web:1",
      imageCredentials: secret,
      port: 8080,
      sidecars: { proxy: { image: "docker.io/acme/proxy:1", imageCredentials: secret } },
    },
    { network: { egress: "nat", natGateways: "onePerZone" } },
  ),
  "two services": both(),
  "a service that calls another": {
    ...flask(),
    services: { flask: { ...app, reach: [{ service: "echo" }] }, echo },
  },
};

const { startPeriod, ...check } = collector.healthCheck;
/** Decisions about jobs. */
const ofJobs: Readonly<Record<string, Configuration>> = {
  "a job of the service": flask(
    {},
    {
      jobs: {
        migrate: {
          service: "flask",
          command: ["migrate"],
          cpu: 512,
          memory: 1024,
          environment: { MODE: "once" },
          secrets: { TOKEN: secret },
          permissions: sendsMessages,
          schedule: {
            expression: "cron(0 3 * * ? *)",
            timezone: "Europe/London",
            enabled: false,
            retries: 1,
            maximumAgeSeconds: 600,
          },
          logRetentionDays: 7,
        },
      },
    },
  ),
  "a job from elsewhere": flask(
    {},
    {
      network: { egress: "nat" },
      jobs: {
        report: {
          ...{ image: "docker.io/acme/report:1", imageCredentials: secret },
          sidecars: { proxy: { image: "docker.io/acme/proxy:1", imageCredentials: secret } },
        },
      },
    },
  ),
  "a job of its own": flask(
    {},
    {
      jobs: {
        report: {
          image: `${ecr}/report:1`,
          architecture: "ARM64",
          entryPoint: ["/report"],
          command: ["daily"],
          user: "101",
          readOnlyRoot: true,
          writable: ["/var/cache/report"],
          initProcess: true,
          ephemeralStorage: 40,
          ulimits: { nofile: 2048 },
          sidecars: { collector: { ...collector, healthCheck: { ...check, startPeriod } }, setup },
          dependsOn: { collector: "START" },
          volumes,
        },
      },
    },
  ),
};

/** Decisions about the API. */
const ofApi: Readonly<Record<string, Configuration>> = {
  tokens: flask(
    { routes: [{ ...all, auth: "users", scopes: ["read"] }, "ANY /"] },
    { api: { authorizers: { users: jwt }, auth: "users" } },
  ),
  "a function that decides": flask({}, { api: { authorizers: { users: lambda }, auth: "users" } }),
  "requests signed": flask({}, { api: { auth: "iam" } }),
  "a rewrite and a limit": flask({
    routes: [
      "ANY /",
      {
        key: "ANY /shop/{proxy+}",
        rewrite: { stripPrefix: "/shop", headers: { "x-shop": "$context.domainName" } },
      },
      {
        key: "GET /orders/{id}",
        throttle: { rate: 5, burst: 10 },
        rewrite: { path: "/o/$request.path.id", query: { source: "api" } },
      },
    ],
  }),
  pages: flask(
    {},
    {
      api: {
        cors: {
          allowOrigins: ["https://example.com"],
          allowMethods: ["GET"],
          allowHeaders: ["authorization"],
          exposeHeaders: ["x-id"],
          allowCredentials: true,
          maxAge: 60,
        },
      },
    },
  ),
  "a stage": flask({}, { api: { stage: "v1" } }),
  "explicit deployments": flask({}, { api: { autoDeploy: false } }),
  "a domain": flask({}, { api: { domain: { name: "api.example.com", hostedZoneId, only: true } } }),
  "a domain for known clients": flask(
    {},
    {
      api: {
        domain: {
          name: "api.example.com",
          certificateArn: certificate("imported"),
          ownershipVerificationCertificateArn: certificate("public"),
          truststoreUri: "s3://bucket/clients.pem",
          truststoreVersion: "1",
        },
      },
    },
  ),
  "a limit": flask({}, { api: { throttle: { rate: 100, burst: 50 } } }),
  "metrics of each route": flask({}, { api: { detailedMetrics: true } }),
  "an older access log": flask({}, { api: { accessLogs: { retentionDays: 90 } } }),
};

const topic = "arn:aws:sns:eu-west-2:111122223333:oncall";
/** Decisions about who is told, and what is rolled back. */
const ofAlarms: Readonly<Record<string, Configuration>> = {
  alarms: flask({}, { alarms: { notify: topic } }),
  "alarms by mail": flask({}, { alarms: { notify: [topic, "oncall@example.com"] } }),
  "alarms that roll back": flask({}, { alarms: { notify: topic, rollback: true } }),
  "alarms that roll back by route": flask(
    {},
    { api: { detailedMetrics: true }, alarms: { notify: topic, rollback: true } },
  ),
  "a dashboard": flask({}, { dashboard: true }),
  "a dashboard with alarms": flask({}, { dashboard: true, alarms: { notify: topic } }),
  "other thresholds": flask(
    {},
    {
      alarms: {
        notify: topic,
        errorPercent: 1,
        minimumErrors: 10,
        latencyMilliseconds: 500,
        cpuPercent: 70,
        memoryPercent: 80,
        restarts: 5,
      },
    },
  ),
};

/** Decisions about the network, and about all of it. */
const ofPlatform: Readonly<Record<string, Configuration>> = {
  "another namespace": flask({}, { cluster: { namespace: "corp.internal" } }),
  "a boundary": flask({}, { iam: { permissionsBoundary: "arn:aws:iam::000000000000:policy/boundary" } }),
  "a NAT gateway": flask({}, { network: { egress: "nat" } }),
  "public addresses": flask({}, { network: { egress: "public" } }),
  "another range": flask({}, { network: { cidr: "10.1.0.0/16" } }),
  "a third zone": flask({}, { network: { zones: 3 } }),
  "endpoints in two zones": flask({}, { network: { endpointZones: 2 } }),
  "a database": flask({}, { network: { reach: [{ to: "10.9.0.0/24", port: 5432 }] } }),
  "a closed default group": flask({}, { network: { closeDefaultGroup: true } }),
  tags: flask({}, { tags: { Owner: "shop" } }),
  "repositories that stay": flask({}, { registry: { forceDelete: false } }),
  protection: flask({}, { protect: true }),
};

const others = {
  vpcId: "vpc-0a1b2c3d",
  subnetIds: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
  routeTableIds: ["rtb-0a1b2c3d"],
  endpoints: ["ecr.api", "ecr.dkr", "logs", "s3"],
  endpointSecurityGroupId: "sg-0a1b2c3e",
};
const existing = (part: object): Configuration => ({ network: { existing: { ...others, ...part } } });

const api = { existingId: "a1b2c3d4e5" };
const foreignApi = (id: string, resource: string, type: string, inputs: Thing["inputs"]): Thing => ({
  type: `aws:apigatewayv2/${type}`,
  resource,
  id,
  inputs: { apiId: api.existingId, ...inputs },
  outputs: {},
});
const orders = "GET /orders/{id}";
const theirs = { authorizers: { theirs: { type: "existing", id: "auth0r", kind: "jwt" } } };
const behind = (...routes: object[]): Configuration =>
  flask(
    { routes: ["ANY /_next/{proxy+}", ...routes] },
    { api: { ...api, ...(routes.length > 0 && theirs) } },
  );

const shared = (prefix: string, service: object = {}): Configuration => ({
  ...flask(service),
  share: { stack: "dev", prefix },
});

export const families: readonly Family[] = [
  {
    stack: "dev",
    name: "everything of its own",
    base: flask(),
    decisions: { ...ofService, ...ofJobs, ...ofApi, ...ofAlarms, ...ofPlatform },
    representative: [
      ...["more memory", "another port", "scaling", "a sidecar", "an image that is there", "two services"],
      ...["a job of the service", "tokens", "a function that decides", "a rewrite and a limit"],
      ...["a stage", "explicit deployments", "a domain", "another namespace", "a NAT gateway"],
      ...["public addresses", "another range", "a third zone", "tags"],
      ...["alarms by mail", "alarms that roll back", "a dashboard"],
    ],
    // What is protected, and images, nothing may delete on the way to something else.
    alone: ["protection", "repositories that stay"],
    foreign: [
      {
        type: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        resource: "corp",
        id: "ns-local-corp.internal",
        inputs: { name: "corp.internal" },
        outputs: {},
      },
    ],
  },
  {
    stack: "dev",
    name: "somebody else's network",
    base: flask({}, existing({})),
    decisions: {
      "one endpoint of its own": flask(
        {},
        existing({ endpoints: ["ecr.api", "ecr.dkr", "s3"], create: ["logs"] }),
      ),
      "a subnet less": flask({}, existing({ subnetIds: others.subnetIds.slice(0, 1) })),
    },
  },
  {
    stack: "dev",
    name: "behind somebody else's API",
    base: behind({ key: orders, auth: "theirs", adopt: "r0ut3id", integration: "0ldint" }),
    decisions: {
      "the route left alone": behind(),
      "the route cut over": behind({ key: orders, auth: "theirs" }),
    },
    // To adopt it a second time would import it and delete it.
    back: { "the route cut over": behind({ key: orders, auth: "theirs", integration: "0ldint" }) },
    foreign: [
      foreignApi("0ldint", "theirs", "integration:Integration", { integrationType: "HTTP_PROXY" }),
      foreignApi("auth0r", "theirs", "authorizer:Authorizer", { authorizerType: "JWT" }),
      foreignApi("r0ut3id", "theirs", "route:Route", {
        routeKey: orders,
        target: "integrations/0ldint",
        authorizationType: "JWT",
        authorizerId: "auth0r",
      }),
    ],
  },
  {
    stack: "pr",
    name: "in another stack's network, behind its API",
    base: shared("/pr"),
    decisions: {
      "another prefix": shared("/pr-2"),
      "two tasks": shared("/pr", { desiredCount: 2 }),
    },
    beside: { stack: "dev", config: flask() },
  },
];

/** Every configuration, with its name. */
export const configurations: readonly (readonly [name: string, config: Configuration, family: Family])[] =
  families.flatMap((family) => [
    [`${family.name}, at first`, family.base, family] as const,
    ...Object.entries(family.decisions).map(
      ([name, config]) => [`${family.name}, ${name}`, config, family] as const,
    ),
  ]);
