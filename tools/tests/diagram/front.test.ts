import assert from "node:assert/strict";
import type { Deployment } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { chipsOf } from "../../diagram/boxes";
import { readDiagram } from "../../diagram/model";
import { run } from "./drawn";

describe("the front of an architecture diagram", () => {
  let shop: Deployment;
  before(async () => (shop = await simulate({ stack: "shop" })));

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
});
