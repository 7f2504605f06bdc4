/**
 * How the table says what a change of an input does. Its evidence is the upstream provider's schema, in which `ForceNew` (or
 * a plan modifier `RequiresReplace`) marks what replaces: https://github.com/hashicorp/terraform-provider-aws, in the file
 * below internal/service that each type names.
 */

export type Inputs = Readonly<Record<string, unknown>>;

/** `in place`, `replaces`, or a rule for a change of which only a part replaces. */
export type Change = "in place" | "replaces" | Rule;

export interface Rule {
  /** For people: which part replaces. */
  replaces: string;
  /** Whether a change replaces; the values are those of the input, the resource all of its inputs. */
  when: (before: unknown, after: unknown, resource: Inputs) => boolean;
}

export interface Replacement {
  /** Where the provider says so. */
  source: string;
  inputs: Readonly<Record<string, Change>>;
}

/** By type. */
export type Replacements = Readonly<Record<string, Replacement>>;

/**
 * The commits at which a file's schema was read attribute by attribute, and marks with `ForceNew` just what `replaces` below
 * (an input in snake case is its attribute; `volumes` is `volume`). The other rows were taken from the same files, whose links
 * lead to the newest version.
 */
const readAt: Readonly<Record<string, string>> = {
  "apigatewayv2/api_mapping.go": "0576a14249ed15cfe6fd3c42417782b845e8a12b",
  "apigatewayv2/authorizer.go": "01f431114674c27cf790fafb67ac274bf8f765e1",
  "apigatewayv2/deployment.go": "0576a14249ed15cfe6fd3c42417782b845e8a12b",
  "apigatewayv2/domain_name.go": "00a35305dc1b297a6fcdecdfbba33f1e63c3da39",
  "apigatewayv2/integration.go": "03412d530417901a6e5360333350b8d3c802cece",
  "apigatewayv2/route.go": "00a35305dc1b297a6fcdecdfbba33f1e63c3da39",
  "apigatewayv2/stage.go": "02f6d2d9fb6028a483e4c2b92d7e2432ff0b9127",
  "apigatewayv2/vpc_link.go": "050ac11163cab8cdae5936a7f40b0e528ff780df",
  "appautoscaling/scheduled_action.go": "048320e88399c508ae6481be5d8ef6fd6f71a9f6",
  "ecs/service.go": "00a919d1548eb437816d4838f320502ad34183ff",
  "ecs/task_definition.go": "04fc21d56d73cb67a9bbef2aedcffe8fbfd07286",
  "servicediscovery/private_dns_namespace.go": "00a35305dc1b297a6fcdecdfbba33f1e63c3da39",
  "servicediscovery/service.go": "034cebb6d5e3536ed380e869dcf9227a29bb8a15",
};

const service = (file: string): string =>
  `https://github.com/hashicorp/terraform-provider-aws/blob/${readAt[file] ?? "main"}/internal/service/${file}`;

export const rows = (
  file: string,
  replaces: readonly string[],
  inPlace: readonly string[],
  rules = {},
): Replacement => ({
  source: service(file),
  inputs: {
    ...Object.fromEntries(replaces.map((input) => [input, "replaces" as const])),
    ...Object.fromEntries(inPlace.map((input) => [input, "in place" as const])),
    ...rules,
  },
});

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

/** Whether a value under one of these keys changed, anywhere within. */
export const keysChanged =
  (...keys: string[]) =>
  (before: unknown, after: unknown): boolean =>
    keys.some((key) => differ(collect(before, key), collect(after, key)));
function collect(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((inner: unknown) => collect(inner, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as Inputs).flatMap(([name, inner]) =>
    name === key ? [inner] : collect(inner, key),
  );
}
