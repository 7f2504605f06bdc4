import { toConfig } from "../../../simulate/stack";
import { main } from "../../commands/cost";

export type Given = Parameters<typeof main>[2];

/** Runs the command in this process, with a configuration instead of a stack's file. */
export async function cost(
  argv: string[],
  given: Given = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  return { code: await main(argv, io, given), ...written };
}

export const london = (values: object = {}): Given => ({
  config: toConfig({ "aws:region": "eu-west-2", ...values }),
});
