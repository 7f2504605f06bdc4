// @ts-nocheck
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { simulate } from "../../../../simulate/program";
import { toConfig } from "../../../../simulate/stack";
import { StandInIssuer } from "../../../local/gateway/issuer";
import { readTopology } from "../../../local/topology";

describe("the stand-in for issuers of tokens", () => {
  const jwt = (issuer: string, audience: string[]): object => ({ type: "jwt", issuer, audience });

  it("makes a token of each authorizer that routes name, with all their scopes, and one without where there are some", async () => {
    const config = toConfig({
      "aws:region": "eu-west-2",
      api: {
        authorizers: {
          users: jwt("https://a.example.com", ["web", "app"]),
          machines: jwt("https://b.example.com", ["api"]),
          unused: jwt("https://c.example.com", ["x"]),
        },
      },
      services: {
        flask: {
          build: "./app",
          routes: [
            { key: "GET /a", auth: "users", scopes: ["read"] },
            { key: "GET /b", auth: "users", scopes: ["read", "write"] },
            { key: "GET /c/{id}", auth: "machines" },
            "GET /d",
          ],
        },
      },
    });
    const issuer = await StandInIssuer.create();
    const tokens = await issuer.tokens(readTopology(await simulate({ config })));
    assert.deepEqual(
      tokens.map(({ authorizer, scopes, path, token }) => {
        const { iss, aud, sub, scope, iat = 0, exp = 0 } = decodeJwt(token);
        return [authorizer, scopes, path, iss, aud, sub, scope, exp - iat];
      }),
      [
        ["machines", [], "/c/id", "https://b.example.com", "api", "local", undefined, 43_200],
        ["users", ["read", "write"], "/a", "https://a.example.com", "web", "local", "read write", 43_200],
        ["users", [], "/a", "https://a.example.com", "web", "local", undefined, 43_200],
      ],
    );
  });
});
