/**
 * Lets commands of this machine ask a running `npm start` what they would ask AWS. It reads only. It stands behind the console's
 * server, which takes neither other origins nor other names, and asks for a key besides: logs may hold anything, and other
 * users of this machine reach its ports, too.
 */
import { randomBytes } from "node:crypto";
import type { Aws, Item } from "../aws/cli";
import { type ConsoleServer, Refused, same } from "../console/server";
import { askConsole, doorOf } from "../console/find";
import { UsageError } from "../commands/options";
import type { Account } from "./aws-view/account";
import { awsOf } from "./aws-view";
import { reach, resolve } from "./aws-view/outside";
import type { Resource } from "../../simulate/deployment";

export interface Door {
  /** Whoever asks shows it. */
  key: string;
  /** Whom it asks from now on; undefined while no stack runs. */
  lead(account: Account | undefined): void;
}

/** What the program recorded of a stack, without what is secret. */
export interface Recorded {
  region: string;
  resources: Resource[];
  outputs: Record<string, unknown>;
}

export function openDoor(server: Pick<ConsoleServer, "handle">): Door {
  const key = randomBytes(24).toString("base64url");
  let account: Account | undefined;
  let aws: Aws | undefined;
  const asked = (query: URLSearchParams): { account: Account; aws: Aws } => {
    if (!same(query.get("key") ?? "", key)) throw new Refused("The key is of an earlier start.", 403);
    if (account === undefined || aws === undefined)
      throw new Refused("The stack is not there yet. Try again in a moment.", 409);
    return { account, aws };
  };
  server.handle("GET", "/api/aws", async ({ query }) => {
    const words = asked(query);
    const call: unknown = JSON.parse(query.get("call") ?? "[]");
    if (!Array.isArray(call) || !call.every((word): word is string => typeof word === "string"))
      throw new Refused("`call` has to be a list of words.");
    const found = await words.aws(call);
    return found === undefined ? { absent: true } : { found };
  });
  server.handle("GET", "/api/outside", ({ query }) => {
    const of = asked(query).account;
    const url = query.get("reach");
    if (url === null) return { addresses: resolve(of, query.get("resolve") ?? "") };
    reach(of, url);
    return {};
  });
  server.handle("GET", "/api/recorded", ({ query }): Recorded => {
    const { region, resources, outputs } = asked(query).account.recorded;
    return { region, resources: resources.map(withoutSecrets), outputs };
  });
  return {
    key,
    lead: (next) => {
      account = next;
      aws = next && awsOf(next);
    },
  };
}

const withoutSecrets = (resource: Resource): Resource => {
  const open = (of: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(of).filter(([name]) => !resource.secretInputs.includes(name)));
  return { ...resource, inputs: open(resource.inputs), outputs: open(resource.outputs) };
};

export interface Visitor {
  aws: Aws;
  recorded: () => Promise<Recorded>;
  resolve: (name: string) => Promise<string[]>;
  reach: (url: string) => Promise<void>;
}

/** @throws UsageError where no `npm start` of the stack runs, or none with a console */
export function visit(project: string, stack: string): Visitor {
  const found = doorOf(project, stack);
  if (found === undefined)
    throw new UsageError(
      `No npm start of the stack ${stack} runs here, or it has no console. Fix: npm start -- --stack ${stack}, in another terminal.`,
    );
  const { port, key } = found;
  const ask = (path: string, query: Record<string, string>): Promise<unknown> =>
    askConsole(port, `${path}?${new URLSearchParams({ key, ...query }).toString()}`);
  return {
    aws: async (call) => ((await ask("/api/aws", { call: JSON.stringify(call) })) as { found?: Item }).found,
    recorded: async () => (await ask("/api/recorded", {})) as Recorded,
    resolve: async (name) =>
      ((await ask("/api/outside", { resolve: name })) as { addresses: string[] }).addresses,
    reach: async (url) => void (await ask("/api/outside", { reach: url })),
  };
}
