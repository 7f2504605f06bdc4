/** The command, asked over recorded answers of AWS. */
import type { Item } from "../../aws/cli";
import { main, type World } from "../../commands/doctor";
import { answering, answers } from "./recorded";
import { state } from "./state";

interface Asked {
  argv?: string[];
  answers?: Record<string, Item | Error | undefined>;
  world?: Partial<World>;
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
  calls: string[][];
}

export async function doctor({ argv = [], answers: others = {}, world = {} }: Asked = {}): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const calls: string[][] = [];
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  const code = await main(argv, io, {
    pulumi: {
      run: () => Promise.resolve(0),
      ask: ([command]) => Promise.resolve({ code: 0, answer: command === "config" ? "{}" : state }),
    },
    aws: () => answering(others, calls),
    outside: { resolve: () => Promise.resolve(["192.0.2.1"]), reach: () => Promise.resolve() },
    now: () => Date.parse("2026-11-26T12:00:00Z"),
    ...world,
  });
  return { code, ...written, calls };
}

interface Report {
  verdict: string;
  first: { hop: string; of: string; says: string; evidence: string[]; fix: string[] } | null;
  findings: { hop: string; verdict: string; of: string; says: string; needs?: string }[];
  needs: string[];
}
export const diagnosed = async (asked: Asked): Promise<Report & { code: number }> => {
  const { code, stdout } = await doctor({ ...asked, argv: ["--json", ...(asked.argv ?? [])] });
  return { code, ...(JSON.parse(stdout) as Report) };
};

export const denied = (action: string): Error =>
  new Error(
    `An error occurred (AccessDeniedException) when calling the X operation: User: arn:aws:iam::111122223333:user/ops is not authorized to perform: ${action} on resource: *`,
  );
export const service = (of: Item): Item => ({
  services: [{ ...(answers["ecs describe-services"] as { services: object[] }).services[0], ...of }],
});
