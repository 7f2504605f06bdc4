import assert from "node:assert/strict";
import { awsInputs, check, provider, providerUrn, state } from "./states";

const awsVersion = "Allowed is 7.48.0 as in package-lock.json, or an older one of 7.x.";

describe("a provider's version", () => {
  const said = (version: unknown): string[] =>
    check(state([{ ...provider("aws", { ...awsInputs, version }), outputs: awsInputs }]));
  for (const version of ["7.48.0", "7.47.9", "7.0.0"])
    it(`may be ${version}`, () => assert.deepEqual(said(version), []));
  for (const version of [
    "7.48.1",
    "7.100.0",
    "8.0.0",
    "6.83.0",
    "7.48.0-alpha.1",
    "v7.48.0",
    "7.48",
    7,
    undefined,
  ])
    it(`may not be ${String(version)}`, () =>
      assert.deepEqual(said(version), [
        `"${providerUrn("aws")}": inputs.version is ${JSON.stringify(version)}. ${awsVersion}`,
      ]));

  it("is nothing the engine's own has", () =>
    assert.deepEqual(check(state([{ ...provider("pulumi", { version: "1.0.0" }), outputs: {} }])), [
      `"${providerUrn("pulumi")}": inputs.version is "1.0.0". Allowed is none: it is part of the engine.`,
    ]));
});

describe("inputs of a provider that reach beyond AWS", () => {
  const said = (inputs: object, config: Record<string, string>): string[] =>
    check(state([{ ...provider("aws", { ...awsInputs, ...inputs }), outputs: awsInputs }]), { config });

  it("are main's or none", () => {
    const endpoints = '[{"sts":"https://example.com","s3":"https://example.org"}]';
    assert.deepEqual(said({ endpoints }, {}), [
      `"${providerUrn("aws")}": inputs.endpoints is ${JSON.stringify(endpoints)}. Allowed is none: main does not configure aws:endpoints.`,
    ]);
    assert.deepEqual(said({ endpoints }, { "aws:endpoints": '[{"sts":"https://example.net"}]' }), [
      `"${providerUrn("aws")}": inputs.endpoints is ${JSON.stringify(endpoints)}. Allowed is what main configures as aws:endpoints.`,
    ]);
    assert.deepEqual(
      said(
        { endpoints },
        { "aws:endpoints": '[{ "s3": "https://example.org", "sts": "https://example.com" }]' },
      ),
      [],
    );
    assert.deepEqual(said({ profile: "shop" }, { "aws:profile": "shop" }), []);
  });

  it("are secret where they are credentials, and cannot be compared", () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:x",
    };
    assert.deepEqual(said({ secretKey: secret }, { "aws:secretKey": '{"secure":"v1:x"}' }), []);
    assert.equal(said({ secretKey: secret }, {}).length, 1);
  });
});
