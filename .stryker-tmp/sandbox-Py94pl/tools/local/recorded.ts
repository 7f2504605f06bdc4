/** Reads the recorded inputs and outputs of a deployment without trusting their shape: any of them may be missing. */
// @ts-nocheck

import { type Deployment, type Resource } from "../../simulate/deployment";

type Properties = Record<string, unknown>;

/** A value as text, unless it is absent, empty or known only after `up`. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A value as a number. Numbers may be recorded as text. */
export const number = (value: unknown): number | undefined => {
  if (typeof value === "number") return value;
  return typeof value === "string" && value !== "" && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
};

export const object = (value: unknown): Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const texts = (value: unknown): string[] => list(value).flatMap((item) => text(item) ?? []);

/** Inputs and outputs of one resource together. */
export const properties = (resource: Resource): Properties => ({ ...resource.inputs, ...resource.outputs });

/** Everything another resource may refer to this one by. */
export function identities(resource: Resource): string[] {
  const { arn, id, name, repoDigest } = resource.outputs;
  const all = [
    resource.id,
    arn,
    id,
    repoDigest,
    resource.type === "aws:ecs/cluster:Cluster" ? name : undefined,
  ];
  return all.flatMap((value) => text(value) ?? []);
}

/** The resource of a type that a recorded value refers to, by id or ARN and never by its name in the program. */
export function referred(deployment: Deployment, type: string, value: unknown): Resource | undefined {
  const wanted = text(value);
  if (wanted === undefined) return undefined;
  return deployment.resources.find(
    (resource) => resource.type === type && identities(resource).includes(wanted),
  );
}
