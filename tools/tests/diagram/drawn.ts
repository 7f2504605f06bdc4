/** Stacks whose diagrams the tests read. */
import type { Deployment, Resource } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import type { Diagram } from "../../diagram/elements";

export const run = (values: object): Promise<Deployment> =>
  simulate({ config: toConfig({ "aws:region": "eu-west-2", ...values }) });

/** Each edge in a line, sorted. */
export const edgesOf = ({ edges }: Diagram): string[] =>
  edges
    .map(({ kind, from, to, label }) => `${kind}: ${from} → ${to}${label === "" ? "" : `, ${label}`}`)
    .sort();

/** Whether a resource has one of these names in the program. */
export const named =
  (...names: string[]) =>
  ({ name }: Resource): boolean =>
    names.includes(name);
