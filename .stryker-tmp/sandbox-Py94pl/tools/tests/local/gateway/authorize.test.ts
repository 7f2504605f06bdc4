// @ts-nocheck
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload, type KeyLike } from "jose";
import { ofType } from "../../../../simulate/deployment";
import { simulate } from "../../../../simulate/program";
import { toConfig } from "../../../../simulate/stack";
import { gateway, get, upstream, type RawResponse, type TestGateway, type Upstream } from "../http";

const functionArn = "arn:aws:lambda:eu-west-2:000000000000:function:who";
const front = {
  api: {
    auth: "users",
    authorizers: {
      users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web", "app"] },
      custom: {
        type: "lambda",
        functionArn,
        identitySources: ["$request.header.X-Key", "$request.querystring.k"],
      },
    },
    cors: { allowOrigins: ["*"] },
  },
  services: {
    flask: {
      build: "./app",
      routes: [
        { key: "GET /public", auth: "none" },
        { key: "GET /signed", auth: "iam" },
        { key: "GET /custom", auth: "custom" },
        { key: "GET /admin", scopes: ["admin", "root"] },
        "ANY /{proxy+}",
      ],
    },
  },
};

describe("who may use a route", () => {
  let privateKey: KeyLike;
  let issuer: string;
  let api: TestGateway;
  let task: Upstream;
  const opened: { close(): unknown }[] = [];

  before(async () => {
    const keys = await generateKeyPair("RS256");
    privateKey = keys.privateKey;
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: "one", alg: "RS256", use: "sig" };
    const server = createServer((request, response) => {
      const document = request.url?.endsWith("/keys")
        ? { keys: [jwk] }
        : { issuer, jwks_uri: `${issuer}/keys` };
      response.end(JSON.stringify(document));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    opened.push({ close: () => server.closeAllConnections() ?? server.close() });
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const deployment = await simulate({ config: toConfig({ "aws:region": "eu-west-2", ...front }) });
    // AWS takes an issuer over https alone; the one of this test is on this machine.
    const [users] = ofType(deployment, "aws:apigatewayv2/authorizer:Authorizer");
    (users!.inputs.jwtConfiguration as { issuer: string }).issuer = issuer;
    task = await upstream((request, response) => request.resume().on("end", () => response.end("in")));
    api = await gateway(deployment, [task.port]);
    opened.push(task, api);
  });
  after(async () => {
    for (const server of opened) await server.close();
  });

  const token = (
    claims: JWTPayload,
    expires = "5m",
    key: KeyLike | Uint8Array = privateKey,
    alg = "RS256",
  ): Promise<string> =>
    new SignJWT({ iss: issuer, aud: "web", ...claims })
      .setProtectedHeader({ alg, kid: "one" })
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(key);
  const asked = (path: string, bearer?: string): Promise<RawResponse> =>
    get(api.port, path, ...(bearer === undefined ? [] : [`Authorization: Bearer ${bearer}`]));
  const refused = (answer: RawResponse, status: number, message: string, challenge?: RegExp): void => {
    assert.equal(answer.status, status);
    assert.equal(answer.body, JSON.stringify({ message }));
    const [given] = answer.header("www-authenticate");
    if (challenge) assert.match(given ?? "", challenge);
    else assert.equal(given, undefined);
  };

  it("is everybody where a route says none, beside an API that does not", async () => {
    assert.equal((await asked("/public")).status, 200);
  });

  it("is nobody without a token: 401, and no task is asked", async () => {
    const before = task.requests.length;
    refused(await asked("/page"), 401, "Unauthorized", /^Bearer$/);
    assert.equal(task.requests.length, before);
  });

  it("is whoever has a token of the issuer, for one of the audiences, as aud or client_id", async () => {
    for (const claims of [{ aud: "web" }, { aud: ["other", "app"] }, { aud: undefined, client_id: "app" }]) {
      assert.equal((await asked("/page", await token(claims))).status, 200, JSON.stringify(claims));
    }
    assert.equal(
      (await get(api.port, "/page", `Authorization: ${await token({})}`)).status,
      200,
      "without Bearer",
    );
  });

  it("is nobody whose token is not good", async () => {
    const stranger = await generateKeyPair("RS256");
    const cases: [string, string, RegExp][] = [
      ["for somebody else", await token({ aud: "other" }), /valid audience/],
      ["by another issuer", await token({ iss: "https://evil.example.com" }), /not valid/],
      ["expired", await token({}, "-1m"), /expired/],
      ["signed by a stranger", await token({}, "5m", stranger.privateKey), /not valid/],
      [
        "signed with a secret",
        await token({}, "5m", new TextEncoder().encode("x".repeat(32)), "HS256"),
        /not valid/,
      ],
      ["not yet", await token({ nbf: Math.floor(Date.now() / 1000) + 600 }), /not valid/],
      ["no token at all", "nonsense", /not valid/],
    ];
    for (const [what, bearer, challenge] of cases) {
      const answer = await asked("/page", bearer);
      assert.equal(answer.status, 401, what);
      refused(answer, 401, "Unauthorized", challenge);
    }
  });

  it("needs one of a route's scopes: 403 without", async () => {
    refused(
      await asked("/admin", await token({ scope: "read write" })),
      403,
      "Forbidden",
      /insufficient_scope/,
    );
    refused(await asked("/admin", await token({})), 403, "Forbidden", /insufficient_scope/);
    for (const claims of [{ scope: "read admin" }, { scp: ["root"] }, { scp: "root x" }]) {
      assert.equal((await asked("/admin", await token(claims))).status, 200, JSON.stringify(claims));
    }
  });

  it("answers signed and custom routes as AWS does without signature or function", async () => {
    refused(await asked("/signed"), 403, "Forbidden");
    refused(await asked("/custom?k=1"), 401, "Unauthorized");
    refused(await get(api.port, "/custom?k=1", "X-Key: a"), 500, "Internal Server Error");
  });

  it("lets a page of another origin read the refusal", async () => {
    const answer = await get(api.port, "/page", "Origin: https://www.example.com");
    assert.equal(answer.status, 401);
    assert.deepEqual(answer.header("access-control-allow-origin"), ["*"]);
  });
});
