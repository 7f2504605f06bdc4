import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { fieldsOf, type Field } from "../../config/fields";
import { meantBy, unknownKey } from "../../config/near-names";
import { sections, serviceSchema, values } from "../../config/schema";
import { jobSchema } from "../../config/schema-jobs";

/** The keys of every place of the configuration, by its path. */
const places: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ["", ["services", "jobs", ...Object.keys(sections), ...Object.keys(values)]],
  ...[
    ...Object.entries(sections),
    ["services", serviceSchema] as const,
    ["jobs", jobSchema] as const,
  ].flatMap(([name, schema]) => placesIn(name, fieldsOf(schema as z.ZodType))),
]);
function placesIn(path: string, field: Field): [string, readonly string[]][] {
  const own = Object.entries(field.properties ?? {});
  const inner = [field.items, field.additionalProperties, ...(field.oneOf ?? []), ...(field.anyOf ?? [])];
  return [
    ...(own.length > 0 ? [[path, own.map(([key]) => key)] satisfies [string, readonly string[]]] : []),
    ...own.flatMap(([key, value]) => placesIn(`${path}.${key}`, value)),
    ...inner.flatMap((value) => (typeof value === "object" ? placesIn(path, value) : [])),
  ];
}

/**
 * What people write who come from Copilot, Compose, Kubernetes, Terraform, CloudFormation, the CDK or App Runner: word → keys
 * that may be proposed for it, wherever it stands.
 */
const dictionary: Readonly<Record<string, string>> = {
  access: "accessLogs permissions",
  accountId: "",
  acl: "permissions",
  acm: "certificateArn",
  action: "actions",
  addresses: "",
  alb: "",
  alarm: "",
  alarms: "",
  alias: "",
  allow: "",
  annotations: "",
  api: "",
  app: "services",
  apps: "services",
  arch: "architecture",
  arg: "args",
  arguments: "args command",
  arm64: "architecture",
  arn: "",
  assignPublicIp: "egress",
  auth0: "auth",
  authorization: "auth",
  authorizer: "auth authorizers",
  autoscale: "scaling",
  autoscaling: "scaling",
  availabilityZones: "zones",
  az: "zones",
  azs: "zones",
  backend: "",
  backoffLimit: "retries",
  basePath: "prefix",
  branch: "",
  bucket: "",
  buildArgs: "build args",
  cache: "cacheFrom cacheSeconds",
  capacity: "",
  capacityProviders: "spot",
  cert: "certificateArn",
  certificate: "certificateArn",
  cidrBlock: "cidr",
  cloudwatch: "",
  cluster: "",
  cmd: "command",
  concurrency: "",
  cookie: "",
  config: "",
  container: "sidecars",
  containerPort: "port",
  container_port: "port",
  containers: "sidecars services",
  context: "build",
  cooldown: "",
  core: "",
  cores: "cpu",
  count: "desiredCount",
  cpuLimit: "cpu",
  cpuUnits: "cpu",
  cpu_units: "cpu",
  cpus: "cpu",
  cron: "schedule expression",
  cronjob: "jobs",
  cronjobs: "jobs",
  customDomain: "domain",
  daemon: "",
  db: "",
  debug: "",
  database: "",
  default: "",
  deployment: "",
  desired: "desiredCount",
  desired_count: "desiredCount",
  disk: "ephemeralStorage volumes",
  dns: "domain",
  docker: "build dockerfile",
  dockerfile: "build",
  docker_file: "build dockerfile",
  domainName: "domain name",
  domain_name: "domain name",
  domains: "domain",
  drain: "drainSeconds",
  driver: "",
  ecr: "registry image",
  ecs: "cluster",
  efs: "volumes",
  egressMode: "egress",
  elb: "",
  enable: "enabled",
  endpoint: "endpoints",
  entrypoint: "entryPoint",
  entry_point: "entryPoint",
  env: "environment",
  envFile: "environment",
  envVars: "environment",
  env_vars: "environment",
  environmentVariables: "environment",
  envs: "environment",
  environments: "environment",
  ephemeral: "ephemeralStorage",
  exec: "",
  expose: "port",
  fargate: "",
  file: "dockerfile",
  firelens: "",
  folder: "build context",
  fqdn: "domain name",
  framework: "",
  gateway: "api natGateways",
  git: "",
  gpu: "",
  grace: "startPeriod drainSeconds",
  gracePeriod: "startPeriod drainSeconds",
  group: "",
  handler: "",
  header: "headers",
  health: "healthCheck",
  healthCheckPath: "healthCheck path",
  health_check: "healthCheck",
  healthcheck: "healthCheck",
  hook: "",
  host: "name",
  hostname: "domain name",
  hosted_zone: "hostedZoneId",
  hostedZone: "hostedZoneId",
  http: "",
  https: "",
  iamRole: "permissions iam",
  id: "",
  image_tag: "image",
  imageTag: "image",
  imageUri: "image",
  ingress: "",
  init: "initProcess before",
  inline: "",
  instances: "desiredCount",
  instance_count: "desiredCount",
  ip: "",
  jwt: "authorizers",
  keys: "key",
  kind: "type",
  kms: "",
  labels: "tags",
  lambda: "functionArn",
  lb: "",
  level: "",
  lifecycle: "",
  limit: "",
  limits: "ulimits",
  listener: "",
  livenessProbe: "healthCheck",
  loadBalancer: "",
  load_balancer: "",
  location: "",
  log: "accessLogs logRetentionDays",
  logging: "accessLogs logRetentionDays",
  logs: "accessLogs logRetentionDays",
  logRetention: "logRetentionDays retentionDays",
  max: "",
  maxCapacity: "max scaling",
  maxCount: "scaling max",
  mem: "memory",
  memoryLimit: "memory",
  memoryMb: "memory",
  memory_mb: "memory",
  memoryMiB: "memory",
  memoryReservation: "memory",
  metrics: "",
  middleware: "",
  min: "",
  minCapacity: "min scaling",
  minCount: "scaling min",
  mode: "",
  mount: "volumes",
  mounts: "volumes",
  mountPoints: "volumes path",
  name: "",
  nat: "natGateways",
  natGateway: "natGateways",
  network: "",
  networking: "network",
  node: "",
  nodes: "",
  numberOfTasks: "desiredCount",
  oidc: "authorizers",
  options: "",
  origin: "allowOrigins",
  origins: "allowOrigins",
  owner: "",
  parameters: "query",
  password: "",
  path: "key build",
  paths: "routes path",
  pathPrefix: "prefix",
  platform: "architecture",
  policies: "permissions",
  policy: "permissions",
  ports: "port",
  port_number: "port",
  private: "",
  privileged: "",
  probe: "healthCheck",
  profile: "",
  project: "",
  protocol: "",
  provider: "",
  public: "egress",
  publicIp: "egress",
  public_ip: "egress",
  queue: "",
  ram: "memory",
  range: "",
  rateLimit: "throttle",
  readinessProbe: "healthCheck",
  readonly: "readOnly readOnlyRoot",
  read_only: "readOnly readOnlyRoot",
  readonlyRootFilesystem: "readOnlyRoot",
  region: "",
  replica: "desiredCount",
  replicas: "desiredCount",
  repo: "registry image",
  repository: "registry image",
  resource: "resources",
  resources: "",
  restart: "",
  retention: "logRetentionDays retentionDays",
  retry: "retries",
  role: "permissions",
  roleArn: "permissions",
  rollback: "",
  route: "routes key",
  rule: "",
  rules: "",
  run: "",
  runtime: "",
  s3: "",
  scale: "scaling",
  scope: "scopes",
  secret: "secrets",
  securityGroups: "existing securityGroupId",
  service: "services",
  serviceName: "",
  server: "",
  servers: "",
  sg: "",
  shell: "exec",
  size: "",
  sidecar: "sidecars",
  sidecarContainers: "sidecars",
  source: "build",
  spotInstances: "spot",
  ssl: "",
  ssm: "",
  stages: "stage",
  start: "",
  state: "",
  stopTimeout: "drainSeconds",
  storage: "volumes ephemeralStorage",
  subnet: "subnetIds",
  subnets: "subnetIds existing network",
  table: "",
  tag: "tags",
  target_cpu: "targetCpu",
  task: "",
  taskCount: "desiredCount",
  taskRole: "permissions",
  tasks: "desiredCount",
  tcp: "",
  template: "",
  tests: "",
  throttling: "throttle",
  tls: "",
  token: "",
  tty: "",
  ttl: "cacheSeconds",
  tz: "timezone",
  uid: "user",
  ulimit: "ulimits",
  unit: "",
  units: "",
  uri: "",
  url: "path issuer key",
  username: "",
  users: "user",
  var: "environment",
  variables: "environment",
  vars: "environment",
  vcpu: "cpu",
  vcpus: "cpu",
  version: "",
  volume: "volumes",
  vpc: "network existing vpcId",
  vpcId: "existing",
  wait: "",
  waf: "",
  web: "",
  websocket: "",
  workdir: "",
  worker: "",
  workers: "",
  zone: "hostedZoneId zones",
  zoneId: "hostedZoneId",
};

describe("words that people write", () => {
  it("are some two hundred, in every place of the configuration", () => {
    assert.ok(Object.keys(dictionary).length >= 200, `${Object.keys(dictionary).length}`);
    assert.ok(Object.keys(places).length >= 25, Object.keys(places).join(" "));
  });

  it("are never taken for something else", () => {
    const wrong: string[] = [];
    for (const [word, allowed] of Object.entries(dictionary)) {
      for (const [place, keys] of Object.entries(places)) {
        if (keys.includes(word)) continue;
        const meant = meantBy(word, keys);
        const isWord = (key: string): boolean =>
          key.toLowerCase() === word.toLowerCase().replace(/[^a-z0-9]/g, "");
        if (meant !== undefined && !allowed.split(" ").includes(meant) && !isWord(meant)) {
          wrong.push(`${place}.${word} → ${meant}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  const answers: [place: string, word: string, fix: string][] = [
    ["services", "env", "write environment"],
    ["services", "envs", "write environment"],
    ["services", "env_vars", "write environment"],
    ["services", "replicas", "write desiredCount"],
    ["services", "count", "write desiredCount"],
    ["services", "desired_count", "write desiredCount"],
    ["services", "dockerfile", "write build"],
    ["services", "health", "write healthCheck"],
    ["services", "memoryMb", "write memory"],
    ["services", "memory_mb", "write memory"],
    ["services", "cpu_units", "write cpu"],
    ["services", "vcpus", "write cpu"],
    ["services", "imageTag", "write image"],
    ["services", "container_port", "write port"],
    ["services", "prot", "write port"],
    ["services", "vpc", "write it below network: `existing`"],
    ["services", "domainName", "write it below api: `domain: { name: …, hostedZoneId: …, only: true }`"],
    ["services", "publicIp", "write `egress: public` below network"],
    ["services", "assignPublicIp", "write `egress: public` below network"],
    ["services", "loadBalancer", "take it out: API Gateway and Cloud Map do without one"],
    ["services", "load_balancer", "take it out: API Gateway and Cloud Map do without one"],
    ["services", "gpu", "take it out: Fargate has none"],
    ["services", "cors", "write it below api"],
    ["services", "region", "write aws:region beside this project's keys"],
    ["services", "foo", "take it out"],
    ["network", "publicIp", "write egress"],
    ["network", "vpc", "write existing"],
    ["network", "ingress", "take it out: the VPC link alone may connect to a service, on its port"],
    ["api", "domainName", "write domain"],
    ["api", "throtle", "write throttle"],
    ["", "vpc", "write network"],
    ["", "service", "write services"],
    ["", "labels", "write tags"],
    ["", "region", "write aws:region beside this project's keys"],
  ];
  for (const [place, word, fix] of answers) {
    it(`${place === "" ? "" : `${place}.`}${word}: ${fix}`, () =>
      assert.equal(unknownKey("a", word, places[place]!).fix, fix));
  }

  it("slips of the pen in a key of five letters or more lead to it", () => {
    const slips: fc.Arbitrary<[place: string, key: string, slip: string]> = fc
      .constantFrom(
        ...Object.entries(places).flatMap(([place, keys]) => keys.map((key) => [place, key] as const)),
      )
      .filter(([, key]) => key.length >= 5)
      .chain(([place, key]) =>
        fc
          .integer({ min: 0, max: key.length - 2 })
          .map((at) => [place, key, key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2)]),
      );
    fc.assert(
      fc.property(slips, ([place, key, slip]) => {
        fc.pre(!places[place]!.includes(slip) && !(slip in dictionary));
        assert.equal(meantBy(slip, places[place]!), key);
      }),
    );
  });

  it("of up to three letters are near to nothing but what has one letter more inside", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{1,3}$/),
        fc.constantFrom(...Object.values(places)),
        (word, keys) => {
          fc.pre(!(word in dictionary));
          const meant = meantBy(word, keys);
          if (meant === undefined || meant === word) return;
          const isSwap = [...word].sort().join("") === [...meant].sort().join("");
          const isMore =
            meant.length === word.length + 1 &&
            meant[0] === word[0] &&
            [word.at(-1), "s"].includes(meant.at(-1));
          const isPlural = word === `${meant}s`;
          assert.ok(isSwap || isMore || isPlural, `${word} → ${meant}`);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
