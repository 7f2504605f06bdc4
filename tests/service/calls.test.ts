import assert from "node:assert/strict";
import { Deployment, Resource } from "../../simulate/deployment";
import { find, names, problemsOf, run, waitsFor } from "../support/stack";

const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const discovery = "aws:servicediscovery/service:Service";
const ecs = "aws:ecs/service:Service";
const definition = "aws:ecs/taskDefinition:TaskDefinition";

const to = (...services: string[]): object => ({ reach: services.map((service) => ({ service })) });
const orders = { build: "./examples/echo", port: 8000, routes: [] };
const shop = { services: { flask: { build: "./app", ...to("orders") }, orders } };

interface Container {
  name: string;
  environment: { name: string; value: string }[];
}
const containersOf = (deployment: Deployment, name: string): Container[] =>
  JSON.parse(find(deployment, definition, name).inputs.containerDefinitions as string) as Container[];
const urlsOf = (deployment: Deployment, name: string): Record<string, string> =>
  Object.fromEntries(
    containersOf(deployment, name)
      .find((container) => container.name === name)!
      .environment.filter((variable) => variable.name.endsWith("_URL"))
      .map((variable) => [variable.name, variable.value]),
  );
const essence = ({ inputs }: Resource): object => inputs;

describe("a service that reaches another", () => {
  it("is told where that is, by a name with an A record beside the SRV record", async () => {
    const deployment = await run(shop);
    assert.deepEqual(urlsOf(deployment, "flask"), {
      ORDERS_URL: "http://orders-8000.dev.flask-app-fargate.internal:8000",
    });
    assert.deepEqual(urlsOf(deployment, "orders"), {});
    const { inputs } = find(deployment, discovery, "cluster-orders");
    assert.equal(inputs.name, "orders-8000");
    assert.deepEqual(inputs.dnsConfig, {
      namespaceId: "local-privatednsnamespace-cluster",
      dnsRecords: [
        { type: "A", ttl: 10 },
        { type: "SRV", ttl: 10 },
      ],
      routingPolicy: "MULTIVALUE",
    });
    assert.deepEqual(inputs.healthCheckCustomConfig, { failureThreshold: 1 });
    const service = find(deployment, ecs, "orders");
    assert.equal(service.inputs.name, "orders-8000");
    const { containerPort } = service.inputs.serviceRegistries as { containerPort: number };
    assert.equal(containerPort, 8000);
    const { services } = deployment.outputs as { services: Record<string, { discoveryName: string }> };
    assert.equal(services.orders!.discoveryName, "orders-8000.dev.flask-app-fargate.internal");
  });

  it("is let through on both sides, before its first task starts", async () => {
    const deployment = await run(shop);
    const port = { ipProtocol: "tcp", fromPort: 8000, toPort: 8000 };
    assert.deepEqual(essence(find(deployment, egress, "flask--orders-8000")), {
      securityGroupId: "local-securitygroup-flask",
      referencedSecurityGroupId: "local-securitygroup-orders",
      ...port,
      description: "Tasks of orders",
    });
    assert.deepEqual(essence(find(deployment, ingress, "flask--orders-8000")), {
      securityGroupId: "local-securitygroup-orders",
      referencedSecurityGroupId: "local-securitygroup-flask",
      ...port,
      description: "Tasks of flask",
    });
    const waits = waitsFor(deployment, find(deployment, ecs, "flask"));
    for (const wanted of [
      "SecurityGroupEgressRule flask--orders-8000",
      "SecurityGroupIngressRule flask--orders-8000",
      "Service orders",
    ])
      assert.ok(waits.includes(wanted), `${wanted} is none of ${waits.join(", ")}`);
  });

  it("may be reached by it in turn: of the two, one is made first", async () => {
    const deployment = await run({
      services: { flask: { build: "./app", ...to("orders") }, orders: { ...orders, ...to("flask") } },
    });
    assert.deepEqual(urlsOf(deployment, "flask"), {
      ORDERS_URL: "http://orders-8000.dev.flask-app-fargate.internal:8000",
    });
    assert.deepEqual(urlsOf(deployment, "orders"), {
      FLASK_URL: "http://flask-80.dev.flask-app-fargate.internal:80",
    });
    const rules = ["flask--orders-8000", "orders--flask-80"];
    for (const type of [egress, ingress])
      assert.deepEqual(
        names(deployment, type).filter((name) => name.includes("--")),
        rules,
      );
    assert.ok(waitsFor(deployment, find(deployment, ecs, "flask")).includes("Service orders"));
    assert.ok(!waitsFor(deployment, find(deployment, ecs, "orders")).includes("Service flask"));
    assert.deepEqual(deployment.warnings, [
      "services.orders.reach: flask reaches orders as well, itself or by others, so orders cannot wait for it: when flask is new, " +
        "or changes its port, calls fail until it runs. Fix: let orders try again, or let one of them call the other by the API.",
    ]);
  });

  it("calls it by the stack's name as well where other stacks have theirs", async () => {
    const deployment = await run({ ...shop, cluster: { namespace: "corp.internal" } });
    assert.deepEqual(urlsOf(deployment, "flask"), {
      ORDERS_URL: "http://dev--orders-8000.corp.internal:8000",
    });
  });

  it("has the address in its migration as well, and a job has neither address nor rules", async () => {
    const deployment = await run({
      services: { ...shop.services, flask: { ...shop.services.flask, before: ["python3", "-V"] } },
      jobs: { seed: { service: "flask", command: ["python3", "-V"] } },
    });
    const before = containersOf(deployment, "flask").find(({ name }) => name !== "flask")!;
    assert.ok(before.environment.some(({ name }) => name === "ORDERS_URL"));
    assert.ok(
      containersOf(deployment, "job-seed").every(
        ({ environment }) => !JSON.stringify(environment).includes("_URL"),
      ),
    );
  });

  it("changes nothing of a service that nobody reaches", async () => {
    const [without, beside] = [
      await run({ services: { flask: { build: "./app" } } }),
      await run({
        services: { flask: { build: "./app" }, web: { build: "./app", routes: [], ...to("orders") }, orders },
      }),
    ];
    for (const [type, name] of [
      [discovery, "cluster-flask"],
      [ecs, "flask"],
      [definition, "flask"],
    ] as const)
      assert.deepEqual(find(beside, type, name).inputs, find(without, type, name).inputs);
  });

  const flask = { build: "./app" };
  for (const [what, values, problem] of [
    [
      "a name that is nearly another's",
      { services: { flask: { ...flask, ...to("order") }, orders } },
      'services.flask.reach.0.service: got "order". Allowed: orders. Fix: write orders.',
    ],
    [
      "a service that there is not",
      { services: { flask: { ...flask, ...to("payments") }, orders } },
      'services.flask.reach.0.service: got "payments". Allowed: orders. Fix: name a service of this stack.',
    ],
    [
      "a service where there is no other",
      { services: { flask: { ...flask, ...to("payments") } } },
      'services.flask.reach.0.service: got "payments". Allowed: another service of this stack; there is none. Fix: name a ' +
        "service of this stack.",
    ],
    [
      "a service of another stack",
      { services: { flask: { ...flask, ...to("payments") }, orders }, share: { stack: "prod" } },
      'services.flask.reach.0.service: got "payments". Allowed: orders. Fix: have the service in this stack as well, or call the ' +
        "other stack's by the API: only a role that may open the other stack's security groups could let tasks of this one in.",
    ],
    [
      "itself",
      { services: { flask: { ...flask, ...to("flask") }, orders } },
      'services.flask.reach.0.service: got "flask". Allowed: orders. Fix: take it out: what runs in one task is reached at ' +
        "localhost.",
    ],
    [
      "a service twice",
      { services: { flask: { ...flask, ...to("orders", "orders") }, orders } },
      'services.flask.reach.1.service: got "orders". Allowed: each service once. Fix: take it out.',
    ],
    [
      "a variable of the user's",
      { services: { flask: { ...flask, ...to("orders"), environment: { ORDERS_URL: "http://x" } }, orders } },
      "services.flask.environment.ORDERS_URL: the program sets this variable itself: flask reaches orders. Allowed: any other " +
        "name. Fix: take it out, or take orders out of reach.",
    ],
    [
      "a secret under the variable's name",
      {
        services: {
          flask: {
            ...flask,
            ...to("orders"),
            secrets: { ORDERS_URL: "arn:aws:secretsmanager:eu-west-2:000000000000:secret:orders-AbCdEf" },
          },
          orders,
        },
      },
      "services.flask.secrets.ORDERS_URL: the program sets this variable itself: flask reaches orders. Allowed: any other " +
        "name. Fix: take it out, or take orders out of reach.",
    ],
    [
      "a name that would lead the SDKs away",
      { services: { flask: { ...flask, ...to("aws-endpoint") }, "aws-endpoint": orders } },
      'services.flask.reach.0.service: got "aws-endpoint". Allowed: a name that does not become AWS_ENDPOINT_URL: AWS\'s SDKs ' +
        "would send everything there. Fix: rename the service.",
    ],
    [
      "a service that is called as the reached one is in AWS",
      { services: { flask: { ...flask, ...to("orders") }, orders, "orders-8000": { ...orders, port: 81 } } },
      "services.orders-8000: orders is called so in AWS, because flask reaches it on port 8000. Allowed: another name. Fix: " +
        "rename the service.",
    ],
    [
      "what is no object",
      { services: { flask: { ...flask, reach: ["orders"] }, orders } },
      'services.flask.reach.0: got "orders". Allowed: list of {service: name}. Fix: write { service: "orders" }.',
    ],
    [
      "an unknown key",
      { services: { flask: { ...flask, reach: [{ service: "orders", port: 8000 }] }, orders } },
      "services.flask.reach.0.port: unknown key. Allowed: service. Fix: take it out.",
    ],
    [
      "a name that is too long with the port",
      {
        services: { flask: { ...flask, ...to("o".repeat(32)) }, ["o".repeat(32)]: orders },
        cluster: { namespace: "corp.internal" },
      },
      `services.${"o".repeat(32)}: got "${"s".repeat(26)}--${"o".repeat(32)}-8000". Allowed: 63 characters with the stack's ` +
        "name. Fix: shorten one of the two.",
    ],
  ] as const) {
    it(`may not reach ${what}`, async () => {
      const stack = what.endsWith("with the port") ? "s".repeat(26) : "dev";
      assert.deepEqual(await problemsOf(values, { stack }), [problem]);
    });
  }

  it("is one of as many callers as a security group has rules for", async () => {
    const callers = (count: number): object =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`c-${i}`, { build: "./app", routes: [], ...to("orders") }]),
      );
    assert.deepEqual(await problemsOf({ services: { ...callers(60), orders } }), [
      "services.orders: 60 services reach it. Allowed: 59: its security group has a rule for each. Fix: let some of them call " +
        "it by the API.",
    ]);
  });
});
