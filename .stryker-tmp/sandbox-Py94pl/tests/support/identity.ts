// @ts-nocheck
import { Resource } from "../../simulate/deployment";

/** What Pulumi knows a resource by, besides project and stack: its name, its type and its parent's. */
export const identity = ({ urn }: Resource): string => {
  const [, , types = "", name = ""] = urn.split("::");
  return written(types.split("$"), name);
};

/** What it was known by before, as its aliases say. https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/ */
export function formerIdentities(resource: Resource): string[] {
  const [, , types = "", name = ""] = resource.urn.split("::");
  const [parent = "", type = ""] = types.split("$").slice(-2);
  return (resource.options.aliases as Alias[]).map(({ spec }) => {
    const before = spec.noparent ? stackType : spec.parenturn ? lastType(spec.parenturn) : parent;
    return written([before, spec.type || type], spec.name || name);
  });
}

interface Alias {
  spec: { name: string; type: string; parenturn?: string; noparent?: boolean };
}

const stackType = "pulumi:pulumi:Stack";
const lastType = (urn: string): string => urn.split("::")[2]!.split("$").pop()!;
const written = (types: string[], name: string): string => `${types.slice(-2).join(" > ")} ${name}`;
