import assert from "node:assert/strict";
import { resources as permitted } from "../../../bootstrap/iam/needs";
import { checkState, type Expectations } from "../../state/check";
import { components, resources } from "../../state/known";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import {
  awsInputs,
  calledBy,
  component,
  expectations,
  provider,
  resource,
  type Resource,
  state,
  urn,
} from "./states";

const check = (value: unknown, more: Partial<Expectations> = {}): string[] =>
  checkState(value, { ...expectations, ...more });

const dynamic = urn("pulumi-nodejs:dynamic:Resource", "x");
const clusterUrn = urn("fargate-app:cluster:Cluster$aws:ecs/cluster:Cluster", "flask");
const providerUrn = (name: string): string => urn(`pulumi:providers:${name}`, "default");
const known = "Allowed is a type that the program makes (tools/state/known.ts).";
const unknownField = "Allowed is none: it is not known here, or makes the engine run what stands in it.";
const ownPlugin = "Allowed is none: the plugin is Pulumi's own, without parameters.";
const awsVersion = "Allowed is 7.48.0 as in package-lock.json, or an older one of 7.x.";

/** What a pull request might leave behind, and what is said of it. */
const hostile: Record<string, { more: unknown[]; said: string[] }> = {
  "a dynamic resource": {
    more: [
      {
        urn: dynamic,
        custom: true,
        type: "pulumi-nodejs:dynamic:Resource",
        inputs: { __provider: "exports.handler = …" },
        provider: calledBy("pulumi-nodejs"),
      },
    ],
    said: [`"${dynamic}": type is "pulumi-nodejs:dynamic:Resource". ${known}`],
  },
  "the provider of dynamic resources": {
    more: [provider("pulumi-nodejs")],
    said: [
      `"${providerUrn("pulumi-nodejs")}": type is "pulumi:providers:pulumi-nodejs". Allowed is a provider of aws, awsx, docker or pulumi.`,
    ],
  },
  "Python's": {
    more: [provider("pulumi-python")],
    said: [
      `"${providerUrn("pulumi-python")}": type is "pulumi:providers:pulumi-python". Allowed is a provider of aws, awsx, docker or pulumi.`,
    ],
  },
  "a provider that runs commands": {
    more: [provider("command", { version: "1.0.0" }), resource("command:local:Command")],
    said: [
      `"${providerUrn("command")}": type is "pulumi:providers:command". Allowed is a provider of aws, awsx, docker or pulumi.`,
      `"${urn("fargate-app:cluster:Cluster$command:local:Command", "flask")}": type is "command:local:Command". ${known}`,
    ],
  },
  "a type of a known package that the program never makes": {
    more: [resource("docker:index/container:Container")],
    said: [
      `"${urn("fargate-app:cluster:Cluster$docker:index/container:Container", "flask")}": type is "docker:index/container:Container". ${known}`,
    ],
  },
  "a known type that another provider makes": {
    more: [resource("aws:ecs/cluster:Cluster", { provider: calledBy("pulumi-nodejs") })],
    said: [
      `"${clusterUrn}": provider is "${calledBy("pulumi-nodejs")}". Allowed is one of the type pulumi:providers:aws in this stack.`,
    ],
  },
  "a known type that no provider makes": {
    more: [resource("aws:ecs/cluster:Cluster", { provider: undefined })],
    said: [
      `"${clusterUrn}": provider is undefined. Allowed is one of the type pulumi:providers:aws in this stack.`,
    ],
  },
  "a type that its URN does not have": {
    more: [{ ...resource("aws:ecs/cluster:Cluster"), urn: dynamic }],
    said: [
      `"${dynamic}": urn is "${dynamic}". Allowed is urn:pulumi:pr-7::flask-app-fargate::, its type, :: and its name.`,
    ],
  },
  "another stack's resource": {
    more: [{ ...resource("aws:ecs/cluster:Cluster"), urn: clusterUrn.replace("pr-7", "prod") }],
    said: [
      `"${clusterUrn.replace("pr-7", "prod")}": urn is "${clusterUrn.replace("pr-7", "prod")}". Allowed is urn:pulumi:pr-7::flask-app-fargate::, its type, :: and its name.`,
    ],
  },
  "a URN that breaks out of its line": {
    more: [
      component("fargate-app:cluster:Cluster", { urn: urn("fargate-app:cluster:Cluster", "\n::error::x") }),
    ],
    said: [
      String.raw`"${urn("fargate-app:cluster:Cluster", "\\n::error::x")}": urn is "${urn("fargate-app:cluster:Cluster", "\\n::error::x")}". Allowed is urn:pulumi:pr-7::flask-app-fargate::, its type, :: and its name.`,
    ],
  },
  "a download address": {
    more: [provider("aws", { ...awsInputs, __internal: { pluginDownloadURL: "https://example.com" } })],
    said: ["inputs", "outputs"].map(
      (place) =>
        `"${providerUrn("aws")}": ${place}.__internal.pluginDownloadURL is "https://example.com". ${ownPlugin}`,
    ),
  },
  "a download address where older engines keep it": {
    more: [provider("awsx", { version: "3.9.0", pluginDownloadURL: "https://example.com" })],
    said: ["inputs", "outputs"].map(
      (place) =>
        `"${providerUrn("awsx")}": ${place}.pluginDownloadURL is "https://example.com". Allowed is none: main does not configure awsx:pluginDownloadURL.`,
    ),
  },
  "another plugin's name, and parameters for it": {
    more: [
      {
        ...provider("aws", {
          ...awsInputs,
          __internal: { name: "terraform-provider", parameterization: "e30=" },
        }),
        outputs: undefined,
      },
    ],
    said: [
      `"${providerUrn("aws")}": inputs.__internal.name is "terraform-provider". ${ownPlugin}`,
      `"${providerUrn("aws")}": inputs.__internal.parameterization is "e30=". ${ownPlugin}`,
      `"${providerUrn("aws")}": outputs.__internal.name is "terraform-provider". ${ownPlugin}`,
      `"${providerUrn("aws")}": outputs.__internal.parameterization is "e30=". ${ownPlugin}`,
    ],
  },
  "an environment that is moved around": {
    more: [
      {
        ...provider("docker", { version: "4.11.2", __internal: { envVarMappings: { A: "PATH" } } }),
        outputs: {},
      },
    ],
    said: [
      `"${providerUrn("docker")}": inputs.__internal.envVarMappings is {"A":"PATH"}. ${ownPlugin}`,
      `"${providerUrn("docker")}": outputs.version is undefined. Allowed is 4.11.2 as in package-lock.json, or an older one of 4.x.`,
    ],
  },
  "a command in a provider's inputs": {
    more: [provider("docker", { version: "4.11.2", sshOpts: '["-oProxyCommand=sh"]' })],
    said: ["inputs", "outputs"].map(
      (place) =>
        String.raw`"${providerUrn("docker")}": ${place}.sshOpts is "[\"-oProxyCommand=sh\"]". Allowed is none: main does not configure docker:sshOpts.`,
    ),
  },
  "a component that is called a resource": {
    more: [component("fargate-app:cluster:Cluster", { custom: true })],
    said: [
      `"${urn("fargate-app:cluster:Cluster", "flask")}": custom is true. Allowed is false for a component.`,
    ],
  },
  "a component of a type that is not ours": {
    more: [component("fargate-app:extra:Extra")],
    said: [`"${urn("fargate-app:extra:Extra", "flask")}": type is "fargate-app:extra:Extra". ${known}`],
  },
  "a component that another provider makes": {
    more: [component("awsx:ec2:Vpc", { provider: calledBy("evil") })],
    said: [
      `"${urn("awsx:ec2:Vpc", "flask")}": provider is "${calledBy("evil")}". Allowed is one of the type pulumi:providers:awsx in this stack.`,
    ],
  },
  "a resource that is called a component": {
    more: [resource("aws:ecs/cluster:Cluster", { custom: false })],
    said: [`"${clusterUrn}": custom is false. Allowed is true for a resource.`],
  },
  "somebody else's resource": {
    more: [resource("aws:ecs/cluster:Cluster", { external: true })],
    said: [`"${clusterUrn}": external is true. Allowed is false: the program adopts nothing as a resource.`],
  },
  hooks: {
    more: [resource("aws:ecs/cluster:Cluster", { resourceHooks: { "before-delete": ["run"] } })],
    said: [`"${clusterUrn}": the field "resourceHooks" is {"before-delete":["run"]}. ${unknownField}`],
  },
  "a snippet's resource, and an extension's": {
    more: [resource("aws:ecs/cluster:Cluster", { snippetID: "a", extensionRef: "b" })],
    said: [
      `"${clusterUrn}": the field "snippetID" is "a". ${unknownField}`,
      `"${clusterUrn}": the field "extensionRef" is "b". ${unknownField}`,
    ],
  },
  "a field in another case, which the engine takes for its own": {
    more: [resource("aws:ecs/cluster:Cluster", { Type: "pulumi-nodejs:dynamic:Resource" })],
    said: [`"${clusterUrn}": the field "Type" is "pulumi-nodejs:dynamic:Resource". ${unknownField}`],
  },
  "a file to be fetched": {
    more: [
      resource("aws:ecs/cluster:Cluster", {
        inputs: {
          tags: [
            {
              "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
              uri: "https://example.com",
            },
          ],
        },
      }),
    ],
    said: [
      `"${clusterUrn}": a value is {"4dabf18193072939515e22adb298388d":"c44067f5952c0a294b673a41bacd8c17","uri":"https://example.com"}. Allowed is none that is an asset.`,
    ],
  },
  "what is no resource": {
    more: [null, "x"],
    said: ["a resource: it is null. Allowed is an object.", 'a resource: it is "x". Allowed is an object.'],
  },
};

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
