/** Asks AWS for what an update that was cut off may have made. Reads only. */
import type { Aws, Item } from "../aws/cli";
import { type Listed, wayOf } from "./types";
import type { Home, Operation } from "./state";

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
}

export async function look(aws: Aws, { tags }: Home, operations: readonly Operation[]): Promise<Seen> {
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
  return { tagged: things.map((thing) => ({ arn: thing.ResourceARN, tags: pairs(thing.Tags) })), listed };
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
