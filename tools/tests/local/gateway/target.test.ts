import assert from "node:assert/strict";
import type { Deployment } from "../../../../simulate/deployment";
import { simulate } from "../../../../simulate/program";
import { toConfig } from "../../../../simulate/stack";
import type { Outcome } from "../../../local/gateway";
import { StandInIssuer } from "../../../local/gateway/issuer";
import { whyRefused } from "../../../local/gateway/target";
import { fixture, types, without } from "../fixture";
import { get, raw, testServers, until } from "../http";

describe("where a request ended, and why", () => {
  const { backend, front } = testServers();
  let issuer: StandInIssuer;
  before(async () => (issuer = await StandInIssuer.create()));
  const closed = (): Promise<Deployment> =>
    simulate({
      config: toConfig({
        "aws:region": "eu-west-2",
        api: {
          authorizers: { users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] } },
        },
        services: { flask: { build: "./app", routes: [{ key: "GET /", auth: "users" }] } },
      }),
    });

  /** @param respond the task's answer; undefined where none runs */
  const ask = async (
    deployment: Deployment,
    target: string,
    respond: number | "hang up" | undefined,
    requests = 1,
  ): Promise<Outcome> => {
    const outcomes: Outcome[] = [];
    const { port } = await backend((request, response) =>
      respond === "hang up" ? request.destroy() : response.writeHead(respond ?? 200).end(),
    );
    const api = await front(deployment, respond === undefined ? [] : [port], {
      served: (outcome) => outcomes.push(outcome),
      keys: issuer.keys,
    });
    for (let i = 0; i < requests; i += 1) await get(api.port, target);
    await until(() => outcomes.length === requests);
    return outcomes.at(-1)!;
  };

  const noIngress = without(fixture(), types.ingress);
  const table: [
    what: string,
    deployment: Deployment,
    target: string,
    respond: number | "hang up" | undefined,
    route: string | undefined,
    failed: Outcome["failed"] | RegExp,
    requests?: number,
  ][] = [
    ["a good answer", fixture(), "/", 200, "ANY /", undefined],
    ["a service's own 404", fixture(), "/a?b=c", 404, "ANY /{proxy+}", undefined],
    [
      "a service's own 500",
      fixture(),
      "/",
      500,
      "ANY /",
      { hop: "task", why: "the service itself answered 500" },
    ],
    [
      "a connection that the task breaks",
      fixture(),
      "/",
      "hang up",
      "ANY /",
      /^task .*(closed|reset|hang up)/i,
    ],
    [
      "no task",
      fixture(),
      "/",
      undefined,
      "ANY /",
      { hop: "discovery", why: "Cloud Map knows no healthy instance" },
    ],
    [
      "no rule",
      noIngress,
      "/",
      200,
      "ANY /",
      {
        hop: "security group",
        why: "no ingress rule admits the VPC link to the tasks on port 80 (AWS would wait up to 30 s here)",
      },
    ],
    [
      "no link",
      without(fixture(), types.link),
      "/",
      200,
      "ANY /",
      { hop: "integration", why: "the integration's VPC link does not exist" },
    ],
    [
      "no route",
      fixture({ routes: ["GET /a"] }),
      "/b?token=secret",
      200,
      undefined,
      { hop: "route", why: "no route takes GET /b" },
    ],
    [
      "no stage",
      fixture({ stage: "prod" }),
      "/b",
      200,
      undefined,
      { hop: "stage", why: "no stage is on this path" },
    ],
    [
      "a limit",
      fixture({ throttle: { throttlingRateLimit: 1, throttlingBurstLimit: 1 } }),
      "/",
      200,
      "ANY /",
      { hop: "throttle", why: "more requests than the limit of the stage or of the route" },
      2,
    ],
  ];
  for (const [what, deployment, target, respond, route, failed, requests] of table) {
    it(`is told of ${what}`, async () => {
      const outcome = await ask(deployment, target, respond, requests);
      assert.equal(outcome.route, route);
      if (failed instanceof RegExp) assert.match(`${outcome.failed?.hop} ${outcome.failed?.why}`, failed);
      else assert.deepEqual(outcome.failed, failed);
    });
  }

  it("is told of no token", async () => {
    const { route, failed } = await ask(await closed(), "/", 200);
    assert.deepEqual(
      [route, failed],
      ["GET /", { hop: "authorizer", why: "no token that its authorizer takes" }],
    );
  });

  it("is told of what is no request for an API, and of a body that is too large", async () => {
    const outcomes: Outcome[] = [];
    const { port } = await front(fixture(), [], { served: (outcome) => outcomes.push(outcome) });
    await raw(port, "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await raw(port, `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 20000000\r\n\r\n`);
    await until(() => outcomes.length === 2);
    assert.deepEqual(
      outcomes.map(({ failed }) => failed),
      [
        { hop: "request", why: "its target `*` is no path" },
        { hop: "request", why: "its body is over 10485760 bytes" },
      ],
    );
  });

  it("says of a refused token what the answer says of it", () => {
    const refused = (challenge: string) =>
      whyRefused({ status: 401, message: "Unauthorized", headers: [["www-authenticate", challenge]] });
    assert.equal(
      refused('Bearer scope="" error="invalid_token" error_description="the token has expired"'),
      "the token has expired",
    );
    assert.equal(whyRefused({ status: 403, message: "Forbidden", headers: [] }), "Forbidden");
  });
});
