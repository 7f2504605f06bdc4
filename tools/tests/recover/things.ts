/** States of a stack, and what AWS says that it has. */
import { plan } from "../../recover/plan";
import type { Seen } from "../../recover/look";
import type { Exported, Operation, Resource } from "../../recover/state";

export const urn = (type: string, name: string): string =>
  `urn:pulumi:dev::flask-app-fargate::${type}::${name}`;
export const root: Resource = {
  urn: urn("pulumi:pulumi:Stack", "flask-app-fargate-dev"),
  type: "pulumi:pulumi:Stack",
};
export const provider: Resource = {
  ...{ urn: urn("pulumi:providers:aws", "aws"), type: "pulumi:providers:aws", custom: true, id: "1234" },
  inputs: {
    region: "eu-west-2",
    defaultTags: JSON.stringify({ tags: { Project: "flask-app-fargate", Stack: "dev" } }),
  },
};
export const thing = (
  type: string,
  name: string,
  inputs: object,
  more: Partial<Resource> = {},
): Resource => ({
  ...{ urn: urn(type, name), type, custom: true, inputs: { ...inputs }, parent: root.urn, ...more },
});
export const making = (resource: Resource, type = "creating"): Operation => ({ type, resource });
export const state = (pending_operations: Operation[], ...resources: Resource[]): Exported => ({
  version: 3,
  deployment: { manifest: {}, resources: [root, provider, ...resources], pending_operations },
});
export const nothing: Seen = { tagged: [], listed: new Map(), own: [] };
export const tagged = (...arns: string[]): Seen => ({
  ...nothing,
  tagged: arns.map((arn) => ({ arn, tags: { Project: "flask-app-fargate", Stack: "dev", Name: "network" } })),
});
export const vpcType = "aws:ec2/vpc:Vpc";
export const vpcArn = (id: string): string => `arn:aws:ec2:eu-west-2:000000000000:vpc/${id}`;
export const vpc = thing(vpcType, "network", { tags: { Name: "network" } });
export const short = (...asked: Parameters<typeof plan>): unknown[] =>
  plan(...asked).steps.map(({ what, name, id, certain }) => [what, name, id, certain]);
