// @ts-nocheck
import { Resource, unknown } from "../../simulate/deployment";

/** Says that a value exists only after `pulumi up`. */
export const afterUp = "known after up";
/** Stands in place of every secret. */
export const hidden = "[secret]";

/** Whether a value, or one anywhere inside it, is known only after `pulumi up`. */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

/** The value at a path such as `dnsConfig.namespaceId`; {@link unknown} where the path leads into an unknown value. */
export function at(inputs: unknown, path: string): unknown {
  let value = inputs;
  for (const key of path.split(".")) {
    if (value === unknown) return unknown;
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

/** A known value in one line. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.map(show).join(", ");
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

/** `aws:ecs/service:Service` → `ecs.Service`; a component of this program → its class; others keep their package. */
export function shortType(type: string): string {
  if (type.startsWith("pulumi:providers:")) return "provider";
  const [pkg = "", module = "", kind = ""] = type.split(":");
  const room = module.split("/")[0] ?? "";
  if (pkg === "aws") return `${room}.${kind}`;
  if (pkg === "fargate-app") return kind;
  return [pkg, room === "index" ? "" : room, kind].filter((part) => part !== "").join(".");
}

/** Tells resources apart in a line: by name where that is unique in the stack, else by type and name. */
export function labeller(resources: readonly Resource[]): (urn: string) => string {
  const known = new Map(resources.map((resource) => [resource.urn, resource]));
  const sharing = new Map<string, number>();
  for (const { name } of resources) sharing.set(name, (sharing.get(name) ?? 0) + 1);
  return (urn) => {
    const resource = known.get(urn);
    if (!resource) return urn.split("::").pop() ?? urn;
    return sharing.get(resource.name) === 1 ? resource.name : `${shortType(resource.type)} ${resource.name}`;
  };
}
