import assert from "node:assert/strict";
import type { Expectations } from "../../state/check";
import { clusterUrn, hostile, unknownField } from "./hostile";
import { check, component, resource, type Resource, state } from "./states";

describe("state, checked before main acts on it", () => {
  it("what the program makes may be acted on, also deployed never or by an older lock file", () => {
    assert.deepEqual(check(state()), []);
    assert.deepEqual(check({ version: 3 }), []);
    assert.deepEqual(check({ version: 3, deployment: null }), []);
    assert.deepEqual(check(state(), { versions: { aws: "7.49.1", awsx: "3.10.0", docker: "4.11.3" } }), []);
    assert.deepEqual(
      check(
        state([], {
          pending_operations: [{ type: "deleting", resource: resource("aws:ecs/service:Service") }],
        }),
      ),
      [],
    );
  });

  for (const [name, { more, said }] of Object.entries(hostile)) {
    it(`refuses ${name}`, () => assert.deepEqual(check(state(more)), said));

    it(`refuses ${name} as a pending operation`, () => {
      const operations = more.map((each) => ({ type: "deleting", resource: each }));
      assert.deepEqual(
        check(state([], { pending_operations: operations })),
        said.map((line) => line.replace(/^(a resource|".*?"):/, "$1 (a pending operation):")),
      );
    });
  }

  describe("secrets", () => {
    const said = (secrets: unknown, more: Partial<Expectations> = {}): string[] =>
      check(state([], { secrets_providers: secrets }), more);
    const allowed =
      "Allowed is cloud with awskms://alias/shop-state?region=eu-west-2, as in the stack's file or PULUMI_SECRETS_PROVIDER.";

    it("are under the key that main names", () => {
      for (const url of ["awskms://alias/other", "hashivault://x", undefined])
        assert.deepEqual(said({ type: "cloud", state: { url } }), [
          `the state: secrets_providers is ${JSON.stringify({ type: "cloud", url })}. ${allowed}`,
        ]);
      assert.deepEqual(said({ type: "passphrase", state: { salt: "v1:x" } }), [
        `the state: secrets_providers is {"type":"passphrase"}. ${allowed}`,
      ]);
    });

    it("are otherwise a passphrase's or the Cloud's own", () => {
      const none = { secretsProvider: undefined };
      const cloud = "Allowed is passphrase, or service with https://api.pulumi.com.";
      assert.deepEqual(said({ type: "passphrase", state: { salt: "v1:x" } }, none), []);
      assert.deepEqual(
        said({ type: "service", state: { url: "https://api.pulumi.com", owner: "a" } }, none),
        [],
      );
      assert.deepEqual(said({ type: "service", state: { url: "https://example.com" } }, none), [
        `the state: secrets_providers is {"type":"service","url":"https://example.com"}. ${cloud}`,
      ]);
      assert.deepEqual(said({ type: "service", state: { URL: "https://example.com" } }, none), [
        'the state: secrets_providers.state.URL is "https://example.com". Allowed is none.',
      ]);
      assert.deepEqual(said({ type: "service", state: { insecure: true } }, none), [
        "the state: secrets_providers.state.insecure is true. Allowed is false.",
      ]);
      assert.deepEqual(said("x", none), [`the state: secrets_providers is {}. ${cloud}`]);
    });
  });

  it("refuses parts of a state that the engine runs, or that are not known", () => {
    const snippets = [{ code: "resource x {}" }];
    assert.deepEqual(
      check(
        state(
          [],
          { snippets, extensions: {}, Resources: [{}] },
          { features: ["hooks", "taint"], version: 5 },
        ),
      ),
      [
        "the state: version is 5. Allowed is 3 or 4.",
        'the state: features is "hooks". Allowed is refreshBeforeUpdate, replaceWith, taint.',
        `the state: the field "snippets" is [{"code":"resource x {}"}]. ${unknownField}`,
        `the state: the field "Resources" is [{}]. ${unknownField}`,
      ],
    );
    assert.deepEqual(check([]), ["the state: it is []. Allowed is an object."]);
    assert.deepEqual(check({ version: 3, deployment: [] }), [
      "the state: deployment is []. Allowed is an object.",
    ]);
    assert.deepEqual(check({ version: 3, deployment: { resources: {} } }), [
      "the state: resources is {}. Allowed is a list.",
    ]);
    assert.deepEqual(check(state([], { pending_operations: ["x", { Resource: 1, resource: null }] })), [
      'a pending operation: it is "x". Allowed is an object.',
      `a pending operation: the field "Resource" is 1. ${unknownField}`,
      "a resource (a pending operation): it is null. Allowed is an object.",
    ]);
  });

  it("refuses to destroy what is protected", () => {
    const api: Resource = resource("aws:ecs/cluster:Cluster", { protect: true });
    assert.deepEqual(check(state([api])), []);
    assert.deepEqual(check(state([api]), { destroy: true }), [
      `"${clusterUrn}": protect is true. Allowed is false: a workflow destroys nothing that is protected (\`pulumi state unprotect\`).`,
    ]);
  });

  it("a long value does not fill the log", () => {
    const [line] = check(state([component("x".repeat(1000))]));
    assert.ok(line!.length < 700, `${line!.length}`);
  });
});
