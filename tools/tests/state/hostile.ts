/** What a pull request's program might leave in its state, which main must not act on. */
import { awsInputs, calledBy, component, provider, providerUrn, resource, urn } from "./states";

const dynamic = urn("pulumi-nodejs:dynamic:Resource", "x");
export const clusterUrn = urn("fargate-app:cluster:Cluster$aws:ecs/cluster:Cluster", "flask");
const known = "Allowed is a type that the program makes (tools/state/known.ts).";
export const unknownField =
  "Allowed is none: it is not known here, or makes the engine run what stands in it.";
const ownPlugin = "Allowed is none: the plugin is Pulumi's own, without parameters.";

/** What a pull request might leave behind, and what is said of it. */
export const hostile: Record<string, { more: unknown[]; said: string[] }> = {
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
