import assert from "node:assert/strict";
import { readDiagram } from "../../diagram/model";
import { types, without } from "../local/fixture";
import { edgesOf, run } from "./drawn";

describe("tasks in an architecture diagram", () => {
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
});
