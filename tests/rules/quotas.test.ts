import assert from "node:assert/strict";
import { httpApi, instancesPerDiscoveryService, rulesPerSecurityGroup } from "../../rules/quotas";
import { longestRequestSeconds } from "../../rules/rollout";

describe("quotas", () => {
  it("are those that AWS documents", () => {
    assert.deepEqual(httpApi, {
      routes: 300,
      integrations: 300,
      authorizers: 10,
      audiencesPerAuthorizer: 50,
      scopesPerRoute: 10,
      logFormatCharacters: 1024,
      timeoutMilliseconds: 30_000,
      payloadBytes: 10_485_760,
      headerBytes: 10_240,
    });
    assert.equal(rulesPerSecurityGroup, 60);
    assert.equal(instancesPerDiscoveryService, 1000);
  });

  it("agree on how long a request can take", () => {
    assert.equal(httpApi.timeoutMilliseconds, longestRequestSeconds * 1000);
  });
});
