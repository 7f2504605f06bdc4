/** Asks AWS for what an update that was cut off may have made. Reads only. */
import type { Aws, Item } from "../aws/cli";
import { type Listed, wayOf } from "./types";
import type { Home, Operation, Resource } from "./state";

/** A thing that carries the stack's tags. */
export interface TaggedThing {
  arn: string;
  tags: Readonly<Record<string, string>>;
}

/** What AWS has that may be what an operation was to make; the ids are those of an import. */
export interface Seen {
  /** By the stack's tags. */
  tagged: readonly TaggedThing[];
  /** Of each operation whose thing is listed. */
  listed: ReadonlyMap<Operation, readonly string[] | Error>;
  /** What has no tags, and yet is nobody else's. */
  own: readonly Own[];
}

/** A thing that leads to one of the stack, or is a part of it. */
export interface Own {
  type: string;
  /** As an import takes it. */
  id: string;
  /** What makes it the stack's. */
  because: string;
}

export async function look(
  aws: Aws,
  { tags }: Home,
  operations: readonly Operation[],
  resources: readonly Resource[],
): Promise<Seen> {
  const filters = Object.entries(tags).map(([key, value]) => `Key=${key},Values=${value}`);
  const answer = await aws(["resourcegroupstaggingapi", "get-resources", "--tag-filters", ...filters]);
  const things = (answer?.ResourceTagMappingList ?? []) as { ResourceARN: string; Tags: unknown }[];
  const listed = new Map<Operation, string[] | Error>();
  for (const operation of operations) {
    const way = wayOf(operation.resource.type);
    if (way?.how !== "listed") continue;
    // One answer that is denied leaves the others.
    listed.set(operation, await list(aws, way, operation, tags).catch((error: Error) => error));
  }
  return {
    tagged: things.map((thing) => ({ arn: thing.ResourceARN, tags: pairs(thing.Tags) })),
    listed,
    own: [...(await integrations(aws, resources)), ...(await policies(aws, resources))],
  };
}

const ofType = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter((each) => each.type === type);

/** Integrations that lead to the stack's services: its API's, or in one that it shares. */
async function integrations(aws: Aws, resources: readonly Resource[]): Promise<Own[]> {
  const type = "aws:apigatewayv2/integration:Integration";
  const registries = ofType(resources, "aws:servicediscovery/service:Service").map(
    ({ outputs }) => outputs?.arn,
  );
  const apis = new Set([
    ...ofType(resources, "aws:apigatewayv2/api:Api").map(({ id }) => id),
    ...ofType(resources, type).map(({ inputs }) => inputs?.apiId),
  ]);
  const found: Own[] = [];
  for (const api of apis) {
    if (typeof api !== "string" || registries.length === 0) continue;
    const answer = await aws(["apigatewayv2", "get-integrations", "--api-id", api]);
    for (const { IntegrationId, IntegrationUri } of (answer?.Items ?? []) as Item[])
      if (registries.includes(IntegrationUri))
        found.push({
          ...{ type, id: `${api}/${String(IntegrationId)}` },
          because: "it leads to a service of this stack",
        });
  }
  return found;
}

/** Inline policies of the stack's roles: one that is left over goes on granting, and keeps its role from being deleted. */
async function policies(aws: Aws, resources: readonly Resource[]): Promise<Own[]> {
  const found: Own[] = [];
  for (const { id: role } of ofType(resources, "aws:iam/role:Role")) {
    if (role === undefined) continue;
    const answer = await aws(["iam", "list-role-policies", "--role-name", role]);
    for (const name of (answer?.PolicyNames ?? []) as string[])
      found.push({
        ...{ type: "aws:iam/rolePolicy:RolePolicy", id: `${role}:${name}` },
        because: "it is a policy of a role of this stack",
      });
  }
  return found;
}

async function list(
  aws: Aws,
  way: Listed,
  { resource: { inputs = {} } }: Operation,
  tags: Home["tags"],
): Promise<string[]> {
  const answer = await aws(way.ask(inputs));
  const items = answer === undefined ? [] : way.items(answer).filter((item) => way.is(inputs, item));
  const ours: string[] = [];
  for (const item of items)
    if (way.tags === undefined || (await carries(aws, way.tags(item), item, tags)))
      ours.push(way.id(inputs, item));
  return ours;
}

async function carries(
  aws: Aws,
  command: readonly string[] | undefined,
  item: Item,
  { Project, Stack }: Home["tags"],
): Promise<boolean> {
  const found = pairs((command === undefined ? item : await aws(command))?.Tags);
  return found.Project === Project && found.Stack === Stack;
}

const pairs = (tags: unknown): Record<string, string> =>
  Object.fromEntries(
    ((tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );
