import { Problem, Said } from "./problems";

/** What somebody meant who wrote a key that there is none of. */

/**
 * What people write who come from another tool, and what it is called here. Of several names that one counts which the place
 * has.
 */
const calledHere: Readonly<Record<string, readonly string[]>> = {
  acm: ["certificateArn"],
  acl: ["permissions"],
  apigateway: ["api"],
  apps: ["services"],
  arch: ["architecture"],
  audiences: ["audience"],
  authentication: ["auth"],
  authorization: ["auth"],
  authorizer: ["auth", "authorizers"],
  autoscaling: ["scaling"],
  availabilityzones: ["zones"],
  azs: ["zones"],
  basepath: ["prefix"],
  capacityproviders: ["spot"],
  callees: ["reach"],
  calls: ["reach"],
  cert: ["certificateArn"],
  certificate: ["certificateArn"],
  cidrblock: ["cidr"],
  cmd: ["command"],
  collector: ["sidecars"],
  containerport: ["port"],
  containers: ["sidecars", "services"],
  context: ["build"],
  count: ["desiredCount"],
  cors: ["api"],
  cpus: ["cpu"],
  customdomain: ["domain"],
  deletionprotection: ["protect"],
  directory: ["build"],
  dockerfile: ["build"],
  domain: ["api", "name"],
  domainname: ["domain", "name"],
  draintime: ["drainSeconds"],
  ecr: ["registry"],
  ecs: ["cluster"],
  efs: ["volumes"],
  egressmode: ["egress"],
  env: ["environment"],
  envs: ["environment"],
  environmentvariables: ["environment"],
  fargatespot: ["spot"],
  functionname: ["functionArn"],
  gateway: ["api"],
  graceperiod: ["startPeriod", "drainSeconds"],
  headers: ["allowHeaders"],
  health: ["healthCheck"],
  host: ["name"],
  hostedzone: ["hostedZoneId"],
  hostname: ["domain", "name"],
  iampolicies: ["permissions"],
  identitysource: ["identitySources"],
  instances: ["desiredCount"],
  jwt: ["authorizers"],
  lambdaarn: ["functionArn"],
  links: ["reach"],
  livenessprobe: ["healthCheck"],
  logs: ["accessLogs", "logRetentionDays"],
  logretention: ["logRetentionDays", "retentionDays"],
  mem: ["memory"],
  memorylimit: ["memory"],
  methods: ["allowMethods"],
  mountpoints: ["volumes", "path"],
  nat: ["natGateways"],
  origins: ["allowOrigins"],
  parameters: ["query"],
  path: ["key", "build"],
  paths: ["routes"],
  permissionboundary: ["permissionsBoundary"],
  platform: ["architecture"],
  policies: ["permissions"],
  policy: ["permissions"],
  ports: ["port"],
  probe: ["healthCheck"],
  publicip: ["egress"],
  querystring: ["query"],
  ram: ["memory"],
  ratelimit: ["throttle"],
  readinessprobe: ["healthCheck"],
  replicas: ["desiredCount"],
  repository: ["registry", "image"],
  retention: ["logRetentionDays", "retentionDays"],
  role: ["permissions"],
  roles: ["iam"],
  route: ["routes", "key"],
  securitygroups: ["existing"],
  serviceconnect: ["reach"],
  servicediscovery: ["reach"],
  sidecar: ["sidecars"],
  scale: ["scaling"],
  stoptimeout: ["drainSeconds"],
  storage: ["volumes"],
  subnets: ["subnetIds", "existing", "network"],
  taskrole: ["permissions"],
  tasks: ["desiredCount"],
  throttling: ["throttle"],
  ttl: ["cacheSeconds"],
  truststore: ["truststoreUri"],
  url: ["path", "issuer", "key"],
  variables: ["environment"],
  vars: ["environment"],
  vpc: ["network", "existing", "vpcId"],
  vpcid: ["existing"],
  zone: ["hostedZoneId", "zones"],
  zoneid: ["hostedZoneId"],
};

/** What there is no key for, with what to do instead. */
const nowhere: Readonly<Record<string, string>> = {
  command: "take it out, and write the command into the image (CMD)",
  entrypoint: "take it out, and write it into the image (ENTRYPOINT)",
  loadbalancer: "take it out: API Gateway and Cloud Map do without one",
  user: "take it out: tasks run as user 10001",
};

const plain = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, "");

/** An unknown key is an error that names the one that was meant: nothing is silently ignored. */
export function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const meant = meantBy(key, known);
  const instead = Object.hasOwn(nowhere, plain(key)) ? nowhere[plain(key)] : undefined;
  return {
    path,
    got: new Said("unknown key"),
    allowed: known.join(", "),
    fix: meant === undefined ? (instead ?? "take it out") : `write ${meant}`,
  };
}

/** The one of the known keys that was meant, where that can be told. */
export function meantBy(key: string, known: readonly string[]): string | undefined {
  const word = plain(key);
  const same = known.find((candidate) => plain(candidate) === word);
  if (same !== undefined) return same;
  const called = Object.hasOwn(calledHere, word) ? calledHere[word]! : [];
  return called.find((candidate) => known.includes(candidate)) ?? nearest(key, known);
}

/** The nearest within a third of its letters: of a short word everything is near. */
function nearest(key: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const limit = Math.min(3, Math.floor(Math.max(key.length, candidate.length) / 3));
    if (Math.abs(key.length - candidate.length) > limit) continue;
    const edits = distance(key, candidate);
    if (edits > limit || edits >= least) continue;
    best = candidate;
    least = edits;
  }
  return best;
}

/** Fewest letters to add, take out, change, or swap with the next. Each pair of neighbours is swapped once at most. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, changed, swapped));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
