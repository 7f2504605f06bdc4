/** A state that a pull request's environment of this program has, and what main expects of it. */
import { checkState, type Expectations } from "../../state/check";

const project = "flask-app-fargate";
export const urn = (type: string, name: string): string => `urn:pulumi:pr-7::${project}::${type}::${name}`;

export const expectations: Expectations = {
  project,
  stack: "pr-7",
  versions: { aws: "7.48.0", awsx: "3.9.0", docker: "4.11.2" },
  config: { "aws:region": "eu-west-2" },
  secretsProvider: "awskms://alias/shop-state?region=eu-west-2",
  cloudUrl: "https://api.pulumi.com",
  destroy: false,
};

/** What main says of such a state. */
export const check = (value: unknown, more: Partial<Expectations> = {}): string[] =>
  checkState(value, { ...expectations, ...more });

export type Resource = Record<string, unknown>;

export const providerUrn = (name: string): string => urn(`pulumi:providers:${name}`, "default");

const id = "6d8e5d3c-2b0e-4c61-9d0d-2f0c9f1e7a11";
export const provider = (name: string, inputs: object = {}): Resource => ({
  urn: providerUrn(name),
  custom: true,
  id,
  type: `pulumi:providers:${name}`,
  inputs,
  outputs: inputs,
});
export const calledBy = (name: string): string => `${providerUrn(name)}::${id}`;
export const component = (type: string, more: object = {}): Resource => ({
  urn: urn(type, "flask"),
  custom: false,
  type,
  ...more,
});
export const resource = (type: string, more: object = {}): Resource => ({
  urn: urn(`fargate-app:cluster:Cluster$${type}`, "flask"),
  custom: true,
  id: "flask",
  type,
  inputs: {},
  outputs: {},
  provider: calledBy(type.split(":")[0]!),
  ...more,
});

export const awsInputs = {
  version: "7.48.0",
  region: "eu-west-2",
  skipRegionValidation: "true",
  defaultTags: '{"tags":{"Stack":"pr-7"}}',
  __internal: {},
};

/** What the program makes of it, with more resources and other parts where a test says so. */
export function state(
  more: readonly unknown[] = [],
  deployment: object = {},
  top: object = {},
): Record<string, unknown> {
  return {
    version: 4,
    features: ["refreshBeforeUpdate"],
    deployment: {
      manifest: { time: "2026-11-26T09:00:00Z", magic: "x", version: "v3.265.0" },
      secrets_providers: {
        type: "cloud",
        state: { url: expectations.secretsProvider, encryptedkey: "AQICAHg=" },
      },
      resources: [
        component("pulumi:pulumi:Stack"),
        provider("aws", awsInputs),
        provider("awsx", { version: "3.9.0" }),
        provider("docker", { version: "4.11.2", __internal: { pluginChecksums: {} } }),
        provider("pulumi"),
        component("awsx:ec2:Vpc", { provider: calledBy("awsx"), inputs: { cidrBlock: "10.0.0.0/16" } }),
        component("fargate-app:cluster:Cluster"),
        resource("aws:ecs/cluster:Cluster", { resourceHooks: {}, protect: false, retainOnDelete: true }),
        resource("docker:index/image:Image"),
        resource("pulumi:pulumi:StackReference", { external: true }),
        ...more,
      ],
      metadata: {},
      ...deployment,
    },
    ...top,
  };
}
