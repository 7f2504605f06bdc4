import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { Deployment, Resource, unknown } from "../../simulate/deployment";
import { projectFolder } from "../../simulate/stack";
import { contextFiles, locate } from "../local/image/context";
import { afterUp, hidden } from "../plan/values";

/**
 * What of a resource decides how an update treats it. It is written into `plan --json`, so that any two versions of the
 * program can be compared: each one describes itself.
 */
export interface Deployed {
  urn: string;
  /** Pulumi type token. */
  type: string;
  name: string;
  parent: string;
  /** False for components, which exist in no cloud. */
  custom: boolean;
  /** `urn::id` of the explicit provider. */
  provider: string;
  /** A stand-in for AWS's id; absent for components. */
  id?: string;
  /** A stand-in for its ARN, where it has one. */
  arn?: string;
  /** With stand-ins for what only AWS can tell; `[secret]` for secrets. */
  inputs: Record<string, unknown>;
  /** Input → URNs of the resources it refers to. */
  references: Record<string, string[]>;
  /** URNs of all it waits for. */
  dependencies: string[];
  /** URNs it was known by before. */
  aliases: string[];
  protect: boolean;
  retainOnDelete: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  /** Absent where the provider decides. */
  deleteBeforeReplace?: boolean;
  /** Id of what exists already and is taken over. */
  import?: string;
}

/** @param deployment of an update: in a preview AWS has told no id yet */
export const toDeployed = (deployment: Deployment): Deployed[] =>
  deployment.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack").map(deployed);

function deployed(resource: Resource): Deployed {
  const { urn, type, name, parent, custom, provider, id, inputs, secretInputs, options, outputs } = resource;
  const { arn } = outputs;
  return {
    urn,
    type,
    name,
    parent,
    custom,
    provider,
    ...(id !== undefined && { id }),
    ...(typeof arn === "string" && { arn }),
    inputs: Object.fromEntries(
      Object.entries(withDigest(type, inputs)).map(([key, value]) => [
        key,
        secretInputs.includes(key) ? hidden : plain(value),
      ]),
    ),
    references: Object.fromEntries(
      Object.entries(resource.propertyDependencies).filter(([, urns]) => urns.length > 0),
    ),
    dependencies: resource.dependencies,
    aliases: formerUrns(resource),
    protect: options.protect,
    retainOnDelete: options.retainOnDelete,
    ignoreChanges: options.ignoreChanges,
    replaceOnChanges: options.replaceOnChanges,
    ...(options.deleteBeforeReplace !== undefined && { deleteBeforeReplace: options.deleteBeforeReplace }),
    ...(options.import !== "" && { import: options.import }),
  };
}

const plain = (value: unknown): unknown => {
  if (value === unknown) return `[${afterUp}]`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
};

/** An image is built again when a file of its context changes, which the provider sees by a digest of them. */
function withDigest(type: string, inputs: Resource["inputs"]): Resource["inputs"] {
  const build = inputs.build as { context?: string; dockerfile?: string } | undefined;
  if (type !== "docker:index/image:Image" || build?.context === undefined) return inputs;
  const { context, dockerfile } = locate({ ...build, context: build.context } as never, projectFolder);
  if (!existsSync(context)) return inputs;
  const hash = createHash("sha256");
  const files = contextFiles(context, dockerfile).map((file) => path.join(context, file));
  for (const file of new Set([...files, dockerfile].filter((file) => existsSync(file))))
    hash
      .update(`${path.relative(context, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return { ...inputs, build: { ...build, contextDigest: hash.digest("hex") } };
}

interface Alias {
  urn?: string;
  spec?: {
    name: string;
    type: string;
    stack?: string;
    project?: string;
    parenturn?: string;
    noparent?: boolean;
  };
}

/** https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/ */
function formerUrns({ urn, options }: Resource): string[] {
  const [scheme = "", project = "", types = "", name = ""] = urn.split("::");
  const stack = scheme.split(":").slice(2).join(":");
  const [parents, type] = split(types);
  return (options.aliases as Alias[]).map((alias) => {
    if (!alias.spec) return alias.urn ?? "";
    const { spec } = alias;
    const above = spec.noparent ? "" : spec.parenturn ? typesOf(spec.parenturn) : parents;
    const kind = spec.type || type;
    return [
      `urn:pulumi:${spec.stack || stack}`,
      spec.project || project,
      above === "" ? kind : `${above}$${kind}`,
      spec.name || name,
    ].join("::");
  });
}

const split = (types: string): [parents: string, type: string] => {
  const at = types.lastIndexOf("$");
  return at < 0 ? ["", types] : [types.slice(0, at), types.slice(at + 1)];
};
const typesOf = (urn: string): string => {
  const types = urn.split("::")[2] ?? "";
  return types === "pulumi:pulumi:Stack" ? "" : types;
};
