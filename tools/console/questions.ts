/**
 * What commands of this machine ask a running `npm start`: the resources of its stack, and whatever they would ask AWS. Logs
 * may hold secrets, so that only who can read the file which names the console is answered.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { awsOf } from "../local/aws-view";
import type { LocalStack } from "../local/stack";
import { Refused, type ConsoleServer, type Handler } from "./server";

/** What is served now; undefined while nothing is. */
export type Served = () => { stack: LocalStack; url: string } | undefined;

/** @param key what proves that somebody could read the file */
export function answerCommands({ handle }: Pick<ConsoleServer, "handle">, key: string, served: Served): void {
  const question =
    (answer: (of: NonNullable<ReturnType<Served>>, query: URLSearchParams) => unknown): Handler =>
    ({ query }) => {
      if (!same(query.get("key") ?? "", key))
        throw new Refused("Only commands of the project that runs here are answered.", 403);
      const now = served();
      if (!now) throw new Refused("The stack is not there yet. Try again in a moment.", 409);
      return answer(now, query);
    };
  handle(
    "GET",
    "/api/recorded",
    question(({ stack: { account }, url }) => {
      const { region, resources } = account.recorded;
      return {
        ...{ region, url },
        resources: resources.map(({ urn, type, id, parent, inputs, outputs }) => ({
          ...{ urn, type, id, parent, inputs, outputs },
        })),
      };
    }),
  );
  handle(
    "GET",
    "/api/aws",
    question(async ({ stack: { account } }, query) => {
      const args = wordsOf(query.get("args") ?? "");
      try {
        return { found: await awsOf(account)(args) };
      } catch (error) {
        throw new Refused((error as Error).message, 422);
      }
    }),
  );
}

function wordsOf(json: string): string[] {
  try {
    const words: unknown = JSON.parse(json);
    if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  } catch {
    // Told below.
  }
  throw new Refused("args is a list of words, as JSON.");
}

/** Of any two lengths, in the same time. */
function same(given: string, key: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(key));
}
