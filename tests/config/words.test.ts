import assert from "node:assert/strict";
import { meantBy, unknownKey } from "../../config/near-names";
import { calledHere, instead } from "../../config/words";
import { places } from "../support/places";

/** Place → key → words that people write there for it. */
const meant: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  services: {
    permissions: "acl iampolicies iamrole policies policy role rolearn taskrole",
    architecture: "arch platform",
    command: "arguments cmd",
    scaling: "autoscale autoscaling maxcapacity maxcount mincapacity mincount scale",
    reach: "callees calls serviceconnect servicediscovery",
    spot: "capacityproviders fargatespot spotinstances",
    sidecars: "collector containers sidecar sidecarcontainers",
    sleep: "autopause autostop hibernate idletimeout scaletozero suspend",
    port: "containerport expose portnumber ports",
    build: "context directory docker dockerfile folder path source",
    cpu: "cores cpulimit cpus cpuunits vcpu vcpus",
    desiredCount: "count desired instancecount instances numberoftasks replica replicas taskcount tasks",
    ephemeralStorage: "disk ephemeral storage",
    drainSeconds: "drain draintime grace graceperiod stoptimeout",
    volumes: "efs mount mountpoints mounts",
    environment: "env environments environmentvariables envs envvars var variables vars",
    exec: "ecsexec enableexecutecommand executecommand shell",
    healthCheck: "health healthcheckpath livenessprobe probe readinessprobe",
    image: "imagetag imageuri repo repository",
    initProcess: "init",
    ulimits: "limits",
    logRetentionDays: "log logging logretention logs retention",
    memory: "mem memorylimit memorymb memorymib memoryreservation ram",
    routes: "paths route",
    readOnlyRoot: "readonly readonlyrootfilesystem",
    user: "uid users",
  },
  "services.sleep": { after: "idletimeout" },
  "api.domain": {
    certificateArn: "acm cert certificate",
    name: "domain domainname fqdn host hostname",
    hostedZoneId: "hostedzone zone zoneid",
    truststoreUri: "truststore",
  },
  alarms: {
    notify: "notifications snstopic topic topicarn",
    rollback: "rollbacks",
  },
  "": {
    alarms: "alarm alert alerts",
    dashboard: "cloudwatchdashboard dashboards",
    api: "apigateway cors domain gateway",
    services: "app apps containers",
    jobs: "cronjob cronjobs",
    protect: "deletionprotection",
    registry: "ecr repo repository",
    cluster: "ecs",
    iam: "iamrole roles",
    tags: "labels",
    network: "networking subnets vpc",
  },
  "services.build": {
    args: "arg arguments",
    dockerfile: "docker file",
    context: "folder",
  },
  network: {
    egress: "assignpublicip egressmode public publicip",
    zones: "availabilityzones azs zone",
    cidr: "cidrblock",
    natGateways: "nat natgateway",
    existing: "securitygroups subnets vpc vpcid",
  },
  "api.authorizers/jwt": {
    audience: "audiences",
    issuer: "url",
  },
  api: {
    detailedMetrics: "metrics",
    auth: "authentication authorization authorizer",
    domain: "customdomain dns domainname domains fqdn hostname",
    authorizers: "jwt oidc",
    accessLogs: "log logging logs",
    throttle: "ratelimit throttling",
  },
  share: {
    prefix: "basepath pathprefix",
  },
  jobs: {
    schedule: "cron",
  },
  "jobs.schedule": {
    expression: "cron",
    timezone: "tz",
  },
  "api.authorizers/lambda": {
    functionArn: "functionname lambdaarn",
    identitySources: "identitysource",
    cacheSeconds: "ttl",
  },
  "services.healthCheck": {
    startPeriod: "grace graceperiod",
    retries: "retry",
  },
  "api.cors": {
    allowHeaders: "headers",
    allowMethods: "methods",
    allowOrigins: "origin origins",
  },
  "services.routes.rewrite": {
    path: "healthcheckpath mountpoints url",
    query: "parameters querystring",
  },
  "api.accessLogs": {
    retentionDays: "logretention retention",
  },
  "services.scaling": {
    targetRequestsPerTask: "requestcountpertarget requestspertarget requestspertask",
    schedule: "schedules",
    max: "maxcapacity maxcount",
    min: "mincapacity mincount",
  },
  "services.routes": {
    key: "path route url",
  },
  iam: {
    permissionsBoundary: "permissionboundary",
  },
  "services.exec": {
    protected: "protect",
  },
  "services.volumes": {
    securityGroupId: "securitygroups",
  },
  "network.existing": {
    subnetIds: "subnet subnets",
    vpcId: "vpc",
  },
};

/** What to do → words that have no key where it is said. */
const fixes: readonly (readonly [fix: string, words: string])[] = [
  ["write aws:allowedAccountIds beside this project's keys", "accountid"],
  ["write it beside services: `alarms: { notify: … }`", "alarm alarms alert alerts"],
  ["write it beside services: `dashboard: true`", "cloudwatchdashboard dashboard dashboards"],
  ["write beside services `alarms: { notify: … }`, `dashboard: true`, or both", "cloudwatch monitoring"],
  ["take it out: API Gateway and Cloud Map do without one", "alb elb lb loadbalancer listener"],
  ["write `egress: public` below network", "assignpublicip public publicip"],
  ["take it out: make it elsewhere, and allow it below permissions", "bucket queue"],
  ["take it out: all services of a stack share its cluster", "cluster"],
  ["take it out, and write the command into the image (CMD)", "command"],
  ["take it out", "core rules state"],
  ["write it below api", "cors"],
  ["take it out: make it elsewhere, and hand its address over below environment", "database db"],
  [
    "write it below api: `domain: { name: …, hostedZoneId: …, only: true }`",
    "dns domain domainname fqdn hostname",
  ],
  ["take it out, and write it into the image (ENTRYPOINT)", "entrypoint"],
  ["write its lines below environment: no file is read", "envfile"],
  ["take it out: Fargate has none", "gpu"],
  ["take it out: the VPC link alone may connect to a service, on its port", "ingress"],
  ["take it out: tasks are found by their name in Cloud Map", "ip"],
  ["write it below api: `authorizers`", "jwt"],
  ["write it below scaling: `min` and `max`", "maxcapacity maxcount mincapacity mincount"],
  ["take it out: the key above is the name", "name servicename"],
  ["write `egress: nat` below network", "nat natgateway"],
  ["take it out: Fargate knows awsvpc alone", "networkmode"],
  ["take it out: Fargate runs no privileged container", "privileged"],
  ["write aws:profile beside this project's keys", "profile"],
  ["take it out: the name of the project is in Pulumi.yaml", "project"],
  ["write aws:region beside this project's keys", "region"],
  ["take it out: ECS replaces tasks that end", "restart"],
  ["write it below network: `existing`", "securitygroups subnets vpc vpcid"],
  ["write it below tags, beside services", "tags"],
  ["take it out: tasks run as user 10001", "user"],
  ["take it out: an HTTP API has none. CloudFront in front of it may", "waf"],
  ["write it below services", "web worker"],
  ["take it out: an HTTP API has none", "websocket"],
  ["take it out, and write it into the image (WORKDIR)", "workdir workingdirectory"],
];

describe("words of other tools", () => {
  it("lead to the key that the place has", () => {
    for (const [place, keys] of Object.entries(meant))
      for (const [key, words] of Object.entries(keys))
        for (const word of words.split(" "))
          assert.equal(meantBy(word, places[place]!), key, `${place}: ${word}`);
  });

  it("are all in this table, each for every key that it may mean: none is said that nobody can read", () => {
    const pairs = Object.values(meant).flatMap((keys) =>
      Object.entries(keys).flatMap(([key, words]) => words.split(" ").map((word) => `${word}: ${key}`)),
    );
    const all = Object.entries(calledHere).flatMap(([word, keys]) => keys.map((key) => `${word}: ${key}`));
    assert.deepEqual([...new Set(pairs)].sort(), all.sort());
  });

  it("have a fix where no place has a key for them", () => {
    const said = fixes.flatMap(([fix, words]) => words.split(" ").map((word) => [word, fix] as const));
    for (const [word, fix] of said) assert.equal(unknownKey("a", word, []).fix, fix);
    assert.deepEqual(said.map(([word]) => word).sort(), Object.keys(instead).sort());
  });

  it("say where the dashboard belongs, wherever it stands", () => {
    const found = (path: string): string => {
      const keys = path.split(".");
      return unknownKey(path, keys.at(-1)!, places[keys.slice(0, -1).join(".")]!).fix;
    };
    for (const path of ["alarms.dashboard", "api.dashboard", "cluster.dashboard", "services.dashboard"])
      assert.equal(found(path), "write it beside services: `dashboard: true`", path);
    assert.equal(
      unknownKey("monitoring", "monitoring", places[""]!).fix,
      "write beside services `alarms: { notify: … }`, `dashboard: true`, or both",
    );
  });

  it("have no fix that names a key which is not there", () => {
    const named = fixes.flatMap(([fix]) => {
      const [, place, key] = /below (\w+)(?:: `(\w+)|$)/.exec(fix) ?? [];
      const [, first, below] = /`(\w+):.*` below (\w+)/.exec(fix) ?? [];
      return place === undefined ? [] : [[below ?? place, first ?? key] as const];
    });
    assert.ok(named.length > 8, String(named.length));
    for (const [place, key] of named) {
      if (place === "scaling") assert.deepEqual(places["services.scaling"]!.slice(0, 2), ["min", "max"]);
      else if (key !== undefined) assert.ok(places[place]!.includes(key), `${place}.${key}`);
      else assert.ok([places[""]!, places.services!].flat().includes(place), place);
    }
  });
});
