/** What the runners of health checks have in common: the command's words, and how it is shown. */
import type { Probe } from "./runner";

/** The words of a health check's command as ECS has it; undefined where nothing is checked. */
export function wordsOf(command: readonly string[]): string[] | undefined {
  const [kind, ...rest] = command;
  if (kind === "NONE" || kind === undefined) return undefined;
  return kind === "CMD-SHELL" ? ["/bin/sh", "-c", ...rest] : kind === "CMD" ? rest : [...command];
}

/** As somebody would type it. */
export function shownWords(words: readonly string[]): string {
  if (words[0] === "/bin/sh" && words[1] === "-c") return words.slice(2).join(" ");
  return words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}

export const unchecked: Probe = { healthy: true, command: "", code: 0, output: "" };

export const tooLate = (timeoutMilliseconds: number, output: string): string =>
  [`it did not end within ${timeoutMilliseconds / 1000} s`, output].filter(Boolean).join("\n");

/** Exit code and output behind the command, in one line where the output is one. */
export function shownProbe({ command, code, output }: Probe): string {
  const ended = code === undefined ? "" : `exit code ${code}`;
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  // The end says what went wrong: a trace of a program ends with its error.
  const said = lines.slice(-shownLines);
  const how = [ended, ...(said.length === 1 ? said : [])].filter(Boolean).join(", ");
  return [`\`${command}\`: ${how}`, ...(said.length > 1 ? said.map((line) => `  ${line}`) : [])].join("\n");
}

const shownLines = 3;

/** Keeps the last of what a command prints. */
export class LastOutput {
  private kept = Buffer.alloc(0);

  /** @param longest bytes */
  constructor(private readonly longest = 4000) {}

  add(chunk: Buffer): void {
    this.kept = Buffer.concat([this.kept, chunk]).subarray(-this.longest);
  }

  get text(): string {
    return this.kept.toString().trim();
  }
}
