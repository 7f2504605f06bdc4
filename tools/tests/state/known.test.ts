import assert from "node:assert/strict";
import { resources as permitted } from "../../../bootstrap/iam/needs";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { components, resources } from "../../state/known";

describe("types that a state may hold", () => {
  it("are every one that bootstrap's roles may make", () => {
    const missing = Object.keys(permitted).filter((type) => !resources.includes(type));
    assert.deepEqual(missing, [], "tools/state/known.ts");
  });

  it("are every component that the program registers", async () => {
    const recorded = await simulate({
      config: toConfig({
        "aws:region": "eu-west-2",
        api: { domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ", only: true } },
        jobs: { migrate: { service: "flask", command: ["migrate"] } },
        alarms: {},
        dashboard: true,
      }),
    });
    const registered = new Set(recorded.resources.filter(({ custom }) => !custom).map(({ type }) => type));
    assert.deepEqual([...registered].sort(), [...components].sort());
  });

  it("are each of a plugin that is checked", () => {
    for (const type of resources) assert.match(type, /^(aws|docker):/);
  });
});
