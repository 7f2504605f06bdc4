import { createInterface } from "node:readline/promises";

/** Asks for yes or no; whatever is not yes is no. */
export type Confirm = (question: string) => Promise<boolean>;

/** The user at this process's terminal; undefined where there is nobody. */
export function terminal(): Confirm | undefined {
  if (!process.stdin.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(?:es)?$/i.test((await lines.question(`${question} [yes/no] `)).trim());
    } finally {
      lines.close();
    }
  };
}
