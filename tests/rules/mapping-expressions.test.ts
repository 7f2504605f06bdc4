import assert from "node:assert/strict";
import fc from "fast-check";
import { expressionProblem, isIdentitySource } from "../../rules/mapping-expressions";

const place = { stageVariables: false };
const taken = (value: string, more: object = {}): boolean =>
  expressionProblem(value, { ...place, ...more }) === undefined;

describe("a mapped value", () => {
  it("may hold what AWS documents", () => {
    for (const value of [
      "web",
      "a, b; c",
      "$request.header.x-a",
      "${request.header.x-a}-${request.querystring.b}",
      "$request.body.a.b",
      "$request.path",
      "/x/$request.path.id/y",
      "/${request.path.id}.json",
      "$context.identity.sourceIp",
      "$context.authorizer.claims.sub",
      "$context.authorizer.tenant",
      "$context.authorizer.claims.tenant_id",
      "$context.identity.clientCert.validity.notAfter",
      "a".repeat(512),
    ])
      assert.ok(taken(value), value);
  });

  it("holds nothing that AWS refuses or takes for text", () => {
    for (const value of [
      "",
      " a",
      "a\n",
      "a\u001b[31m",
      "ä",
      "a".repeat(513),
      "5$",
      "$",
      "${}",
      "$foo",
      "$request.method",
      "$request.body",
      "$request.body..a",
      "$request.header",
      "$request.path.id.json",
      "$context.claims.sub",
      "$context.status",
      "$context.authorizer.claims['custom:a']",
      "${context.authorizer.claims['custom:a']}",
      "${context.authorizer.claims.custom:a}",
      "$context.authorizer.claims",
      "$context.authorizer.claims.tenant-id",
      "${context.authorizer.tenant-id}",
      "${request.path.order-id}",
      "${context.path",
      "$stageVariables.a",
    ])
      assert.ok(!taken(value), value);
  });

  it("may name variables of a stage that has some", () => {
    assert.ok(taken("$stageVariables.a", { stageVariables: true }));
    assert.ok(!taken("$stageVariables.a-b", { stageVariables: true }));
  });

  it("is a path where the path is mapped", () => {
    for (const path of ["/a b", "/a?b=c", "/a#b", "/{id}"]) {
      assert.ok(!taken(path, { isPath: true }), path);
      assert.ok(taken(path), path);
    }
    assert.ok(taken("/a/${request.path.id}/%20", { isPath: true }));
    assert.ok(taken("/.well-known/.../a..b", { isPath: true }));
    assert.ok(taken("100%"), "a header is no path");
    for (const path of [
      "/%",
      "/%2",
      "/%${request.path.id}20",
      "/%2${request.path.id}0",
      "/.",
      "/a/./b",
      "/%2e",
      "/.%2E/a",
    ])
      assert.ok(!taken(path, { isPath: true }), path);
  });

  it("with brackets behind a name is told what to write", () => {
    assert.deepEqual(expressionProblem("$context.authorizer.claims['custom:a']", place), {
      allowed: "names without brackets: AWS refuses them as an invalid mapping expression",
      fix: "name what needs none: a claim by $context.authorizer.claims.<name>",
    });
  });

  it("that names what AWS does not read is told which characters there may be", () => {
    assert.deepEqual(expressionProblem("$context.authorizer.claims.tenant-id", place), {
      allowed: "names of context variables with letters, digits, . and _ alone",
      fix: "take $context.authorizer.claims.tenant-id out, or have the authorizer tell it by another name",
    });
    assert.deepEqual(expressionProblem("/a/${request.path.order-id}", { ...place, isPath: true }), {
      allowed: "parts of the path whose names have letters, digits and _ alone",
      fix: "rename the part in the route, or end its name with braces: ${request.path.<param>}",
    });
  });

  it("is judged whatever it is, and with an unknown variable always refused", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => assert.ok(!taken(`${a}\${nobody}${b}`))));
  });
});

describe("an identity source", () => {
  it("is one variable of the request", () => {
    for (const source of [
      "$request.header.Authorization",
      "$request.querystring.key",
      "$context.routeKey",
      "$stageVariables.a",
    ])
      assert.ok(isIdentitySource(source), source);
    for (const source of [
      "",
      "Authorization",
      "$request.header.",
      "$request.path.id",
      "$request.body.a",
      "${request.header.a}",
      "$request.header.a b",
      "$context.nothing",
      "$context.authorizer.claims.sub",
      "$request.header.a,$request.header.b",
    ])
      assert.ok(!isIdentitySource(source), source);
  });
});
