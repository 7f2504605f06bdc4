import assert from "node:assert/strict";
import type { Deployment } from "../../../simulate/deployment";
import { contains } from "../../local/firewall";
import { readTopology } from "../../local/topology";
import { changed, fixture, registryArn, types, without } from "./fixture";

/** What a request that takes the first route meets. */
function outcome(deployment: Deployment): string {
  const topology = readTopology(deployment);
  const [route] = topology.routes;
  if (!topology.api || topology.stages.length === 0 || !route) return "404";
  if (route.broken) return `${route.broken.status} ${route.broken.reason}`;
  const blocked = [...route.blocked.values()];
  if (blocked.length > 0) return `dropped: ${blocked.join()}`;
  const tasks = topology.services.filter((service) => service.task && service.desiredCount > 0);
  return tasks.length > 0 ? "served" : "no tasks";
}

describe("topology of a deployment", () => {
  it("reads the whole wiring by ids and ARNs", () => {
    const topology = readTopology(fixture({ stage: "prod", desiredCount: 2 }));
    assert.deepEqual(topology.problems, []);
    assert.deepEqual(topology.api, {
      id: "local-api",
      endpoint: "https://local-api.execute-api.local",
      cors: undefined,
    });
    assert.deepEqual(
      topology.stages.map(({ name, accessLogFormat }) => [name, accessLogFormat]),
      [["prod", '{"route":"$context.routeKey","status":"$context.status"}']],
    );
    assert.deepEqual(
      topology.routes.map(({ route, integration, broken }) => [route.key, integration?.registry, broken]),
      [
        ["ANY /", registryArn, undefined],
        ["ANY /{proxy+}", registryArn, undefined],
      ],
    );
    assert.deepEqual(topology.registries.get(registryArn), {
      arn: registryArn,
      dnsName: "web.test.internal",
      ttl: 10,
      srv: true,
      a: false,
      customHealth: true,
    });
    const [service] = topology.services;
    assert.ok(service?.task);
    assert.equal(service.desiredCount, 2);
    assert.deepEqual(service.registration, { arn: registryArn, port: 80 });
    assert.deepEqual(
      service.subnets.map(({ zone }) => zone),
      ["eu-west-2a", "eu-west-2b"],
    );
    assert.deepEqual(service.task.container, {
      name: "web",
      image: "000000000000.dkr.ecr.eu-west-2.amazonaws.com/app@sha256:feed",
      build: {
        context: "./app",
        dockerfile: undefined,
        platform: undefined,
        target: undefined,
        args: {},
        cacheFrom: [],
      },
      ports: [80],
      command: undefined,
      entryPoint: undefined,
      environment: { PORT: "80", SERVICE_NAME: "web" },
      secrets: [],
      healthCheck: { command: ["CMD", "true"], interval: 5, timeout: 2, retries: 3, startPeriod: 0 },
      readonlyRoot: true,
      user: "10001",
      init: true,
      dropped: ["NET_RAW"],
      mounts: [{ volume: "tmp", path: "/tmp" }],
      folders: [],
      startTimeout: undefined,
      essential: true,
      dependsOn: [],
      nofile: undefined,
      stopTimeout: 5,
    });
  });

  it("does not care what resources are called in the program", () => {
    const renamed = fixture();
    renamed.resources = renamed.resources.map((resource, index) => ({ ...resource, name: `r${index}` }));
    assert.equal(outcome(renamed), "served");
  });

  const missing: [name: string, deployment: Deployment, expected: RegExp][] = [
    ["nothing", fixture(), /^served$/],
    ["the API and all of it", without(without(fixture(), types.api), types.stage), /^404$/],
    ["the stage", without(fixture(), types.stage), /^404$/],
    ["the routes", without(fixture(), types.route), /^404$/],
    ["the integration", without(fixture(), types.integration), /^503 .*integration does not exist/],
    ["the VPC link", without(fixture(), types.link), /^503 .*VPC link does not exist/],
    ["the Cloud Map service", without(fixture(), types.registry), /^503 .*Cloud Map service does not exist/],
    ["the namespace", without(fixture(), types.namespace), /^503 .*namespace does not exist/],
    ["the ECS service", without(fixture(), types.service), /^503 no ECS service registers/],
    ["the task definition", without(fixture(), types.task), /^no tasks$/],
    ["the cluster", without(fixture(), types.cluster), /^no tasks$/],
    ["the ingress rule", without(fixture(), types.ingress), /^dropped: no ingress rule admits/],
    ["the egress rule", without(fixture(), types.egress), /^dropped: no egress rule lets/],
  ];
  for (const [name, deployment, expected] of missing) {
    it(`without ${name}: ${expected.source}`, () => {
      assert.match(outcome(deployment), expected);
      assert.equal(readTopology(deployment).problems.length > 0, name !== "nothing");
    });
  }

  const wrong: [name: string, deployment: Deployment, expected: RegExp][] = [
    [
      "no registration",
      changed(fixture(), types.service, { serviceRegistries: undefined }),
      /^503 no ECS service/,
    ],
    ["a link without subnets", changed(fixture(), types.link, { subnetIds: [] }), /^503 .*no subnets/],
    [
      "an ingress rule on another port",
      changed(fixture(), types.ingress, { fromPort: 81, toPort: 90 }),
      /^dropped/,
    ],
    ["an ingress rule for UDP", changed(fixture(), types.ingress, { ipProtocol: "udp" }), /^dropped/],
    [
      "an ingress rule from elsewhere",
      changed(fixture(), types.ingress, { referencedSecurityGroupId: "local-sg-other" }),
      /^dropped/,
    ],
    [
      "A records instead of SRV",
      changed(fixture(), types.registry, {
        dnsConfig: { namespaceId: "local-namespace", dnsRecords: [{ type: "A", ttl: 10 }] },
      }),
      /^503 .*no SRV record/,
    ],
    ["desiredCount left out", changed(fixture(), types.service, { desiredCount: undefined }), /^no tasks$/],
    [
      "an internet connection",
      changed(fixture(), types.integration, { connectionType: "INTERNET" }),
      /^501 /,
    ],
    [
      "another API's integration",
      changed(fixture(), types.integration, { apiId: "other" }),
      /^503 .*integration/,
    ],
  ];
  for (const [name, deployment, expected] of wrong) {
    it(`with ${name}: ${expected.source}`, () => assert.match(outcome(deployment), expected));
  }

  it("takes rules by address block and by all protocols", () => {
    const open = changed(
      changed(fixture(), types.ingress, { referencedSecurityGroupId: undefined, cidrIpv4: "10.0.0.0/16" }),
      types.egress,
      { referencedSecurityGroupId: undefined, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
    );
    assert.equal(outcome(open), "served");
    const narrow = changed(open, types.ingress, { cidrIpv4: "10.0.0.0/24" });
    assert.match(outcome(narrow), /no ingress rule/);
  });

  it("knows that an empty health configuration never reaches AWS", () => {
    const { registries } = readTopology(changed(fixture(), types.registry, { healthCheckCustomConfig: {} }));
    assert.equal(registries.get(registryArn)?.customHealth, false);
  });

  it("says what it does not exercise", () => {
    const deployment = changed(fixture(), types.route, { authorizationType: "AWS_IAM" });
    assert.match(
      readTopology(deployment).notModelled.join("\n"),
      /ANY \/: IAM signatures are not on this machine, so nobody is let through/,
    );
  });

  it("compares address blocks", () => {
    assert.ok(contains("0.0.0.0/0", "10.0.0.0/24"));
    assert.ok(contains("10.0.0.0/16", "10.0.255.0/24"));
    assert.ok(!contains("10.0.0.0/16", "10.1.0.0/24"));
    assert.ok(!contains("10.0.0.0/24", "10.0.0.0/16"));
    assert.ok(!contains("::/0", "10.0.0.0/16"));
  });
});
