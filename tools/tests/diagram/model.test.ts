import assert from "node:assert/strict";
import type { Deployment, Resource } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { chipsOf, guardLines } from "../../diagram/boxes";
import { toMermaid } from "../../diagram/mermaid";
import { readDiagram } from "../../diagram/model";
import type { Diagram } from "../../diagram/elements";
import { types, without } from "../local/fixture";

/** Each edge in a line, sorted. */
const edgesOf = ({ edges }: Diagram): string[] =>
  edges
    .map(({ kind, from, to, label }) => `${kind}: ${from} → ${to}${label === "" ? "" : `, ${label}`}`)
    .sort();

const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";

describe("the model of an architecture diagram", () => {
  let shop: Deployment;
  before(async () => (shop = await simulate({ stack: "shop" })));
  const run = (values: object): Promise<Deployment> =>
    simulate({ config: toConfig({ "aws:region": "eu-west-2", ...values }) });

  it("says who talks to whom, on which port", () => {
    assert.deepEqual(edgesOf(readDiagram(shop)), [
      "control: scheduler → tasks",
      "discovery: api → registry, asks who is healthy",
      "discovery: scheduler → registry, registers tasks",
      "egress: endpoint-ecr.api → aws-ecr",
      "egress: endpoint-ecr.dkr → aws-ecr",
      "egress: endpoint-logs → aws-logs",
      "egress: endpoint-s3 → aws-s3",
      "egress: tasks → endpoint-s3, TCP 443",
      "egress: tasks → endpoints, TCP 443",
      "request: api → link-0",
      "request: clients → api, HTTPS",
      "request: link-0 → service-echo, TCP 8080",
      "request: link-0 → service-flask, TCP 80",
    ]);
  });

  it("says which service calls which, where the rules let it", async () => {
    const orders = { build: "./app", port: 8000, routes: [] };
    const flask = { build: "./app", reach: [{ service: "orders" }] };
    const deployment = await run({ services: { flask, orders } });
    const diagram = readDiagram(deployment);
    const call = "call: service-flask → service-orders-8000, TCP 8000";
    assert.ok(edgesOf(diagram).includes(call), edgesOf(diagram).join("\n"));
    assert.match(diagram.description, /Calls within the VPC: flask to orders-8000 \(TCP 8000\)\./);
    assert.deepEqual(diagram.nodes.find(({ id }) => id === "registry")?.lines, [
      "dev.flask-app-fargate.internal",
      "SRV records of flask, orders-8000",
      "A records of orders-8000",
    ]);
    for (const type of [types.egress, types.ingress]) {
      const closed = readDiagram(without(deployment, type, ({ name }) => name === "flask--orders-8000"));
      assert.ok(!edgesOf(closed).includes(call));
    }
  });

  it("says what runs beside a service", async () => {
    const sidecars = { collector: { image: "000000000000.dkr.ecr.eu-west-2.amazonaws.com/otel:1" } };
    const { nodes } = readDiagram(await run({ services: { flask: { build: "./app", sidecars } } }));
    assert.deepEqual(nodes.find(({ id }) => id === "service-flask")?.lines, [
      "1 task on Fargate",
      "0.25 vCPU, 0.5 GB",
      "beside: collector",
    ]);
  });

  it("says what runs before it, that the companion runs beside, and the same of a job", async () => {
    const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/web:1";
    const web = { image, port: 8080, before: ["migrate"], sidecars: { collector: { image } } };
    const jobs = { report: { service: "web", command: ["report"], schedule: "rate(1 day)" } };
    const { nodes } = readDiagram(await run({ services: { web }, jobs }));
    const lines = (id: string) => nodes.find((node) => node.id === id)?.lines;
    assert.deepEqual(lines("service-web"), [
      "1 task on Fargate",
      "0.25 vCPU, 0.5 GB",
      "first: web-before",
      "beside: collector, companion",
    ]);
    assert.deepEqual(lines("job-report"), ["rate(1 day) UTC", "0.25 vCPU, 0.5 GB", "beside: collector"]);
  });

  it("says which service can be entered, and the endpoint that carries sessions", async () => {
    const { nodes } = readDiagram(await run({ services: { flask: { build: "./app", exec: true } } }));
    assert.deepEqual(nodes.find(({ id }) => id === "service-flask")?.lines, [
      "1 task on Fargate",
      "0.25 vCPU, 0.5 GB",
      "ECS Exec",
    ]);
    assert.ok(nodes.some(({ id }) => id === "endpoint-ssmmessages"));
  });

  it("names the domain", async () => {
    const domain = { name: "shop.example.com", hostedZoneId: "Z0A", only: true };
    const { nodes } = readDiagram(await run({ api: { domain } }));
    assert.deepEqual(nodes.find(({ id }) => id === "api")?.lines, ["shop.example.com"]);
  });

  it("says what each route asks for, and where things are", () => {
    const { nodes, groups } = readDiagram(shop);
    const node = (id: string) => nodes.find((found) => found.id === id);
    const open = { auth: undefined, limit: undefined };
    assert.deepEqual(node("api")?.routes, [
      {
        service: "echo",
        owner: undefined,
        routes: [
          { key: "GET /limited", auth: undefined, limit: "1/s" },
          { key: "GET /orders", auth: "JWT users, scope orders", limit: undefined },
          { key: "ANY /shop/echo/{proxy+}", ...open },
        ],
      },
      {
        service: "flask",
        owner: undefined,
        routes: ["ANY /", "GET /healthz", "POST /upload"].map((key) => ({ key, ...open })),
      },
    ]);
    assert.deepEqual(node("api")?.lines, ["execute-api address", "CORS for https://www.example.com"]);
    assert.deepEqual(node("endpoint-logs")?.lines, ["eu-west-2a"]);
    assert.deepEqual(
      groups.map((group) => [group.id, group.title, chipsOf(group).join(", "), group.parent]),
      [
        ["region", "AWS eu-west-2", "", undefined],
        ["vpc", "VPC", "10.0.0.0/16", "region"],
        [
          "subnets",
          "Isolated subnets of the tasks",
          "eu-west-2a 10.0.0.0/20, eu-west-2b 10.0.64.0/20",
          "vpc",
        ],
        ["tasks", "Tasks", "network-workload", "subnets"],
        ["endpoints", "Interface endpoints", "network-endpoints, admits only network-workload", "subnets"],
      ],
    );
  });

  it("shows alarms once, whether they tell anybody, and whether they roll back", async () => {
    const chips = async (alarms?: object): Promise<string[]> => {
      const { groups } = readDiagram(await run({ alarms }));
      return groups.find(({ id }) => id === "region")!.chips;
    };
    assert.deepEqual(await chips(), []);
    assert.deepEqual(await chips({}), ["7 alarms, nobody told"]);
    assert.deepEqual(await chips({ notify: "oncall@example.com", rollback: true }), [
      "8 alarms",
      "rolled back by alarms",
    ]);
  });

  it("shows jobs, which reach what tasks reach and are reached by nobody", async () => {
    const jobs = {
      migrate: { service: "flask", command: ["./migrate"], cpu: 512, memory: 1024 },
      report: { service: "flask", command: ["./report"], schedule: "rate(1 day)" },
    };
    const diagram = readDiagram(await run({ jobs }));
    assert.deepEqual(
      diagram.nodes
        .filter(({ id }) => id.startsWith("job-"))
        .map(({ title, lines, group }) => [title, lines.join("; "), group]),
      [
        ["migrate, a job", "by hand; 0.5 vCPU, 1 GB", "tasks"],
        ["report, a job", "rate(1 day) UTC; 0.25 vCPU, 0.5 GB", "tasks"],
      ],
    );
    assert.deepEqual(
      edgesOf(diagram).filter((edge) => /job-|tasks|service-/.test(edge)),
      [
        "control: scheduler → tasks",
        "discovery: scheduler → registry, registers tasks",
        "egress: tasks → endpoint-s3, TCP 443",
        "egress: tasks → endpoints, TCP 443",
        "request: link-0 → service-flask, TCP 80",
      ],
    );
    const open = readDiagram(await run({ jobs, network: { egress: "public" } }));
    assert.ok(edgesOf(open).includes("egress: tasks → gateway-internet, TCP 443"), edgesOf(open).join("\n"));
  });

  describe("loses the arrow with the resource:", () => {
    const named =
      (...names: string[]) =>
      ({ name }: Resource): boolean =>
        names.includes(name);
    const lost = (
      type: string,
      which?: (resource: Resource) => boolean,
    ): { gone: string[]; come: string[] } => {
      const [before, after] = [readDiagram(shop), readDiagram(without(shop, type, which))].map(edgesOf) as [
        string[],
        string[],
      ];
      return {
        gone: before.filter((edge) => !after.includes(edge)),
        come: after.filter((edge) => !before.includes(edge)),
      };
    };

    for (const [what, type, which, gone] of [
      [
        "the link's rule",
        types.egress,
        named("network-link-to-port-80"),
        ["request: link-0 → service-flask, TCP 80"],
      ],
      [
        "a service's rule",
        types.ingress,
        named("echo-from-link-8080"),
        ["request: link-0 → service-echo, TCP 8080"],
      ],
      [
        "the tasks' rule",
        types.egress,
        named("network-workload-to-endpoints"),
        ["egress: tasks → endpoints, TCP 443"],
      ],
      [
        "the endpoints' rule",
        types.ingress,
        named("network-endpoints-from-workload"),
        ["egress: tasks → endpoints, TCP 443"],
      ],
      [
        "the rule to S3",
        types.egress,
        named("network-workload-to-s3"),
        ["egress: tasks → endpoint-s3, TCP 443"],
      ],
      [
        "the S3 endpoint",
        endpoint,
        named("network-s3"),
        ["egress: endpoint-s3 → aws-s3", "egress: tasks → endpoint-s3, TCP 443"],
      ],
      ["another endpoint", endpoint, named("network-logs"), ["egress: endpoint-logs → aws-logs"]],
      ["the stage", types.stage, undefined, ["request: clients → api, HTTPS"]],
      [
        "the namespace",
        types.namespace,
        undefined,
        [
          "discovery: api → registry, asks who is healthy",
          "discovery: scheduler → registry, registers tasks",
          "request: api → link-0",
          "request: link-0 → service-echo, TCP 8080",
          "request: link-0 → service-flask, TCP 80",
        ],
      ],
      [
        "a service's routes",
        types.route,
        ({ inputs }: Resource) => ["ANY /", "GET /healthz", "POST /upload"].includes(String(inputs.routeKey)),
        ["request: link-0 → service-flask, TCP 80"],
      ],
    ] as const) {
      it(what, () => assert.deepEqual(lost(type, which), { gone: [...gone], come: [] }));
    }

    it("one service's registration, and the others keep theirs", () => {
      const { gone, come } = lost(types.registry, named("cluster-echo"));
      assert.deepEqual(gone, [
        "discovery: scheduler → registry, registers tasks",
        "request: link-0 → service-echo, TCP 8080",
      ]);
      assert.deepEqual(come, ["discovery: scheduler → registry, registers tasks of flask"]);
    });

    it("the service itself, and its box", () => {
      const { nodes } = readDiagram(without(shop, types.service, named("echo")));
      assert.deepEqual(
        nodes.filter(({ kind }) => kind === "service").map(({ title }) => title),
        ["flask"],
      );
    });
  });

  it("shows the way out of each egress mode", async () => {
    const egress = async (values: object): Promise<string[]> =>
      edgesOf(readDiagram(await run(values))).filter((edge) => edge.startsWith("egress: tasks"));
    const s3 = "egress: tasks → endpoint-s3, TCP 443";
    assert.deepEqual(await egress({ network: { egress: "nat" } }), [
      s3,
      "egress: tasks → gateway-nat, TCP 443",
    ]);
    assert.deepEqual(await egress({ network: { egress: "public" } }), [
      s3,
      "egress: tasks → gateway-internet, TCP 443",
    ]);
    const perZone = await run({ network: { egress: "nat", natGateways: "onePerZone" } });
    const gateway = readDiagram(perZone).nodes.find(({ kind }) => kind === "gateway");
    assert.deepEqual(gateway?.lines, ["in eu-west-2a, eu-west-2b"]);
    const closed = without(
      await run({ network: { egress: "nat" } }),
      types.egress,
      named("network-workload-to-internet"),
    );
    assert.deepEqual(
      edgesOf(readDiagram(closed)).filter((edge) => edge.includes("gateway-nat")),
      [],
    );
  });

  it("shows how many tasks there are at any time, and that there are none while nobody asks", async () => {
    const linesOf = async (service: object): Promise<string[] | undefined> => {
      const deployment = await run({ services: { flask: { build: "./app", ...service } } });
      return readDiagram(deployment).nodes.find(({ kind }) => kind === "service")?.lines;
    };
    const schedule = [{ expression: "cron(0 7 * * ? *)", min: 1, max: 9 }];
    assert.equal((await linesOf({ scaling: { min: 2, max: 6, schedule } }))?.[0], "1–9 tasks on Fargate");
    assert.deepEqual((await linesOf({ sleep: {}, desiredCount: 2 }))?.slice(0, 2), [
      "0–2 tasks on Fargate",
      "none while nobody asks",
    ]);
  });

  it("shows what each way of authorization asks for, scaling, and a named stage", async () => {
    const functionArn = "arn:aws:lambda:eu-west-2:111122223333:function:keys";
    const deployment = await run({
      api: { stage: "v1", authorizers: { keys: { type: "lambda", functionArn } } },
      services: {
        flask: {
          build: "./app",
          scaling: { min: 2, max: 6 },
          routes: [
            { key: "GET /a", auth: "iam" },
            { key: "GET /b", auth: "keys" },
          ],
        },
      },
    });
    const { nodes } = readDiagram(deployment);
    const find = (kind: string) => nodes.find((node) => node.kind === kind);
    assert.deepEqual(
      find("api")?.routes?.flatMap(({ routes }) => routes.map(({ auth }) => auth)),
      ["IAM", "Lambda"],
    );
    assert.deepEqual(find("api")?.lines, ["execute-api address", "stage v1"]);
    assert.equal(find("service")?.lines[0], "2–6 tasks on Fargate");
  });

  it("draws that only the link may connect", () => {
    const { nodes, description } = readDiagram(shop);
    const guards = nodes.flatMap(({ id, guard }) => (guard ? [[id, ...guardLines(guard)]] : []));
    assert.deepEqual(guards, [
      ["link-0", "group network-link", "admits nobody"],
      ["service-echo", "group echo", "admits only network-link"],
      ["service-flask", "group flask", "admits only network-link"],
    ]);
    assert.match(
      description,
      /Admission: VPC link admits nobody, echo admits only network-link, flask admits/,
    );
  });

  it("says so of whoever is let in besides, by whichever of its groups", () => {
    const rule = (name: string, group: string, source: object): Resource => ({
      ...shop.resources.find((resource) => resource.name === "echo-from-link-8080")!,
      name,
      urn: `urn:pulumi:shop::p::${name}::${name}`,
      inputs: { securityGroupId: idOf(group), ipProtocol: "tcp", fromPort: 8080, toPort: 8080, ...source },
    });
    const idOf = (group: string): string =>
      shop.resources.find(
        ({ type, name }) => type === "aws:ec2/securityGroup:SecurityGroup" && name === group,
      )!.id!;
    const admitted = (...more: Resource[]) =>
      readDiagram({ ...shop, resources: [...shop.resources, ...more] }).nodes.find(
        ({ id }) => id === "service-echo",
      )?.guard?.admits;
    assert.deepEqual(admitted(), ["network-link"]);
    assert.deepEqual(admitted(rule("a", "echo", { cidrIpv4: "0.0.0.0/0" })), ["0.0.0.0/0", "network-link"]);
    assert.deepEqual(admitted(rule("b", "echo", { referencedSecurityGroupId: idOf("flask") })), [
      "flask",
      "network-link",
    ]);
    assert.deepEqual(admitted(rule("c", "network-workload", { prefixListId: "pl-1" })), [
      "network-link",
      "pl-1",
    ]);
    assert.deepEqual(admitted(rule("d", "echo", { referencedSecurityGroupId: "sg-0else" })), [
      "network-link",
      "sg-0else",
    ]);
  });

  it("says which scopes a token needs", async () => {
    const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
    const auth = async (scopes: string[]) => {
      const routes = [{ key: "GET /", auth: "users", scopes }];
      const { nodes } = readDiagram(
        await run({ api: { authorizers: { users } }, services: { flask: { build: "./app", routes } } }),
      );
      return nodes.find(({ kind }) => kind === "api")?.routes?.[0]?.routes[0]?.auth;
    };
    assert.equal(await auth([]), "JWT users");
    assert.equal(await auth(["orders"]), "JWT users, scope orders");
    assert.equal(await auth(["orders", "admin"]), "JWT users, scopes orders or admin");
  });

  it("shows a stack with the one whose network and API it shares, and whose is whose", async () => {
    const diagram = readDiagram(await simulate({ stack: "pr" }));
    const called = edgesOf(diagram).filter((edge) => edge.startsWith("request: link-0 → "));
    assert.equal(called.length, 2);
    assert.ok(called.includes("request: link-0 → service-flask, TCP 80"));
    const owned = [...diagram.nodes, ...diagram.groups].flatMap(({ title, owner }) =>
      owner ? [`${title}: ${owner.stack}${owner.own ? ", drawn" : ""}`] : [],
    );
    assert.deepEqual(owned, [
      "API Gateway HTTP API: dev",
      "VPC link: dev",
      "Cloud Map: dev",
      "flask: dev",
      "pr--flask: pr, drawn",
      "Amazon ECS: dev",
      "s3: dev",
      "VPC: dev",
      "Tasks: dev",
      "Interface endpoints: dev",
    ]);
    const node = (id: string) => diagram.nodes.find((one) => one.id === id);
    assert.deepEqual(
      node("api")?.routes?.map(({ service, owner }) => [service, owner?.stack]),
      [
        ["flask", "dev"],
        ["pr--flask", "pr"],
      ],
    );
    assert.deepEqual(node("registry")?.lines, [
      "dev.flask-app-fargate.internal",
      "SRV records of dev: flask",
      "SRV records of pr: pr--flask",
    ]);
    assert.match(toMermaid(diagram), /"pr--flask · of pr<br>1 task on Fargate/);
    assert.ok([...readDiagram(shop).nodes, ...readDiagram(shop).groups].every(({ owner }) => !owner));
  });

  const named =
    (...all: string[]) =>
    ({ name }: Resource): boolean =>
      all.includes(name);
});
