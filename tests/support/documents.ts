/** What the documents show: examples of YAML, and lines to type. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../../simulate/stack";

/** All of them, by what git knows. */
export const documents: readonly string[] = spawnSync("git", ["ls-files", "*.md"], {
  cwd: projectFolder,
  encoding: "utf8",
})
  .stdout.split("\n")
  .filter((file) => file !== "" && fs.existsSync(path.join(projectFolder, file)));

export const read = (file: string): string => fs.readFileSync(path.join(projectFolder, file), "utf8");

interface Block {
  file: string;
  line: number;
  language: string;
  text: string;
  /** Whose it is, where it is not this program's: `<!-- not ours: … -->` above it. */
  foreign: string | undefined;
}

const fence = /^( *)(```+)(\w*)[^\n]*\n([\s\S]*?)^\1\2$/gm;

/** The fenced blocks of a document, without their indentation. */
export function blocksOf(file: string, text = read(file)): Block[] {
  return [...text.matchAll(fence)].map((found) => {
    const [, indent = "", , language = "", body = ""] = found;
    const before = text.slice(0, found.index);
    return {
      file,
      line: before.split("\n").length,
      language,
      text: body.replace(new RegExp(`^${indent}`, "gm"), ""),
      foreign: /<!-- not ours: ([^\n]*?) -->\s*$/.exec(before)?.[1],
    };
  });
}

export interface Example {
  /** `file:line` */
  at: string;
  file: string;
  /** As it would stand under `config:` of a stack's file. */
  config: Record<string, unknown>;
}

/** What stands for a digest in the documents, where a real one would say nothing. */
const digest = "sha256:…";

/** The examples of this program's configuration. One service of its own is taken for an entry of `services`. */
export function examplesOf(file: string, text?: string): Example[] {
  return blocksOf(file, text)
    .filter(({ language, foreign }) => language === "yaml" && foreign === undefined)
    .map((block) => {
      const example = parse(block.text.replaceAll(digest, `sha256:${"0".repeat(64)}`)) as Record<
        string,
        unknown
      >;
      const at = `${file}:${block.line}`;
      if ("config" in example) return { at, file, config: example.config as Record<string, unknown> };
      const isConfig = Object.keys(example).every((key) => key.includes(":"));
      return { at, file, config: isConfig ? example : { "flask-app-fargate:services": example } };
    });
}

export interface Command {
  /** `file:line` */
  at: string;
  /** The folder of the project that it is typed in, as far as a `cd` before it says. */
  folder: string;
  /** Its words, without variables set before it. */
  words: string[];
}

/** Every command of a document: of its blocks of shell, and in a line of text those of npm and Pulumi. */
export function commandsOf(file: string, text = read(file)): Command[] {
  const shell = blocksOf(file, text)
    .filter(({ language }) => language === "sh")
    .flatMap((block) => commandsIn(block.text, `${file}:${block.line}`, homeOf(file)));
  const inline = [...text.replace(fence, "").matchAll(/`((?:npm|npx|pulumi) [^`\n]+)`/g)].flatMap(
    ([, code]) => commandsIn(code!.replaceAll("\\|", "|"), file, "."),
  );
  return [...shell, ...inline];
}

/** Documents of a project of their own are read beside it. */
const homeOf = (file: string): string =>
  /^(?:app|bootstrap|examples\/)/.test(file) ? path.dirname(file) : ".";

function commandsIn(text: string, at: string, home: string): Command[] {
  const commands: Command[] = [];
  let folder = home;
  for (const line of text.replaceAll("\\\n", " ").split("\n")) {
    for (const words of simpleCommands(line)) {
      if (words[0] === "cd") folder = path.join(folder, words[1] ?? "");
      else commands.push({ at, folder, words });
    }
  }
  return commands;
}

const keywords = ["for", "done", "do", "if", "then", "fi", "else"];

/**
 * The simple commands of a line, as words: those of substitutions first. Enough of a shell for what documents show, and no
 * more: a here-string and a redirection are words.
 */
export function simpleCommands(line: string): string[][] {
  const inner: string[][] = [];
  let rest = line;
  for (let found; (found = /\$\(((?:[^()']|'[^']*')*)\)/.exec(rest));) {
    inner.push(...simpleCommands(found[1]!));
    rest = rest.replace(found[0], "…");
  }
  const commands: string[][] = [[]];
  // A word is made of quoted and bare pieces; what ends a command stands alone.
  for (const [token] of rest.matchAll(
    /\s#.*$|^#.*$|&&|\|\||[|;]|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'|;&\\])+/g,
  )) {
    if (/^\s*#/.test(token)) break;
    if (/^(?:&&|\|\||[|;])$/.test(token)) commands.push([]);
    else
      commands
        .at(-1)!
        .push(token.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, a?: string, b?: string) => a ?? b ?? ""));
  }
  return [...inner, ...commands.map(withoutLead)].filter((words) => words.length > 0);
}

function withoutLead(words: string[]): string[] {
  if (words[0] === "do" || words[0] === "then") return withoutLead(words.slice(1));
  if (keywords.includes(words[0] ?? "")) return [];
  return /^\w+=/.test(words[0] ?? "") ? withoutLead(words.slice(1)) : words;
}

/** The words behind `pulumi`, whether npx runs it or not; undefined for anything else. */
export function ofPulumi({ words }: Command): string[] | undefined {
  const rest = words[0] === "npx" ? words.slice(1) : words;
  return rest[0] === "pulumi" ? rest.slice(1) : undefined;
}

/** What the documents use of Pulumi's command line. tests/engine asks the real one whether it knows each. */
export const pulumi: Readonly<Record<string, readonly string[]>> = {
  cancel: ["--stack"],
  "config set": ["--path", "--stack", "--type"],
  "config set-all": ["--path", "--plaintext"],
  destroy: ["--refresh", "--stack", "--skip-preview"],
  import: [],
  login: ["--local"],
  preview: ["--diff"],
  refresh: ["--preview-only", "--stack"],
  "stack export": ["--stack"],
  "stack import": [],
  "stack init": ["--secrets-provider"],
  "stack ls": ["--all"],
  "stack output": ["--json"],
  "state delete": [],
  "state unprotect": ["--all", "--stack"],
  up: ["--config-file", "--refresh", "--stack"],
};

/** Its subcommand and flags. */
export function partsOf(words: readonly string[]): { subcommand: string; flags: string[] } {
  const grouped = ["config", "stack", "state"].includes(words[0] ?? "");
  return {
    subcommand: words.slice(0, grouped ? 2 : 1).join(" "),
    flags: words.filter((word) => word.startsWith("-")).map((word) => word.split("=")[0]!),
  };
}
