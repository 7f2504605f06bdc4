/** What running an image needs of its Dockerfile: the files, environment, command and working directory of one stage. */
import { DockerfileParser, type Copy, type From, type Instruction } from "dockerfile-ast";
import { posix } from "node:path";
import { type Files, place } from "./copied";

export interface ImageConfig {
  environment: Record<string, string>;
  workingDirectory: string;
  /** ENTRYPOINT followed by CMD, as Docker joins them. */
  entryPoint: string[];
  command: string[];
  /** As USER says; undefined for the base's own, which is mostly root. */
  user: string | undefined;
  /** What its RUN instructions run. */
  runs: readonly string[];
  /** What it is built on in the end, by the stages that it begins with; empty where there is none. */
  base: string;
  /** What COPY and ADD bring from the context. What RUN makes is not among it. */
  files: Files;
  /** Files of the context that this or an earlier stage copies. */
  copied: ReadonlySet<string>;
  /** What COPY and ADD name of the context that is no file or folder with files there; the build ends with it, mostly. */
  absent: readonly Slip[];
  /** Words that begin a line and are no instruction. */
  unknown: readonly Slip[];
}

/** A word of the Dockerfile and its line, the first of which is 1. */
export interface Slip {
  word: string;
  line: number;
}

const instructions =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)$/;

export interface Reading {
  /** The stage that is built; left out, the last. */
  target?: string | undefined;
  args?: Readonly<Record<string, string>>;
  /** The files of the context, relative to it, with /. */
  context?: readonly string[];
}

interface Stage extends Omit<ImageConfig, "copied" | "unknown"> {
  name: string | undefined;
  /** Arguments of this stage alone. */
  values: Record<string, string>;
}

/**
 * Reads the stage that a build ends with, and those before it that it needs, without the images they are built on.
 *
 * @throws Error when there is no such stage
 */
export function readDockerfile(text: string, { target, args = {}, context = [] }: Reading = {}): ImageConfig {
  const stages: Stage[] = [];
  const defaults: Record<string, string> = {};
  const copied = new Set<string>();
  const own: Files = new Map(context.map((file) => [`/${file}`, file]));
  const dockerfile = DockerfileParser.parse(text);
  for (const instruction of dockerfile.getInstructions()) {
    const stage = stages.at(-1);
    if (instruction.getKeyword() === "FROM") {
      if (target !== undefined && isNamed(stage, target)) break;
      stages.push(begin(instruction as From, stages, { ...defaults, ...args }));
    } else if (!stage) {
      if (instruction.getKeyword() === "ARG") argument(instruction, args, {}, defaults);
    } else if (instruction.getKeyword() === "ARG") argument(instruction, args, defaults, stage.values);
    else if (instruction.getKeyword() === "COPY" || instruction.getKeyword() === "ADD") {
      const { sources, destination, from } = copyOf(instruction as Copy, known(stage));
      const other = stages.find((each, i) => isNamed(each, from ?? "") || String(i) === from);
      const files = from === undefined ? own : other?.files;
      const line = instruction.getRange().start.line + 1;
      const absent =
        from === undefined ? absentIn(own, sources).map((word) => ({ word, line })) : other?.absent;
      stage.absent = [...stage.absent, ...(absent ?? [])];
      // Of another image nothing is known.
      const placed = place(sources, destination, files ?? new Map(), stage);
      for (const [path, file] of placed) {
        stage.files.set(path, file);
        copied.add(file);
      }
    } else configure(instruction, stage, dockerfile.getENVs());
  }
  const built = stages.at(-1);
  if (target !== undefined && !isNamed(built, target))
    throw new Error(`its Dockerfile has no stage ${target}`);
  const { name: _, values: __, ...config } = built ?? empty("");
  return { ...config, copied, unknown: unknownIn(text, dockerfile.getInstructions()) };
}

/** Patterns may match nothing, and what a variable or an address is, is not known here. */
const absentIn = (own: Files, sources: readonly string[]): string[] =>
  sources.filter((source) => !/[*?[\]$:]/.test(source) && place([source], "/", own, nowhere).size === 0);

const nowhere = { workingDirectory: "/", files: new Map<string, string>() };

/** Not where a document is written in it, whose lines are none of the Dockerfile's. */
const unknownIn = (text: string, found: readonly Instruction[]): Slip[] =>
  text.includes("<<")
    ? []
    : found
        .filter((each) => !instructions.test(each.getKeyword()))
        .map((each) => ({ word: each.getInstruction(), line: each.getRange().start.line + 1 }));

const empty = (base: string): Stage => ({
  name: undefined,
  values: {},
  environment: {},
  workingDirectory: "/",
  entryPoint: [],
  command: [],
  user: undefined,
  runs: [],
  base,
  files: new Map(),
  absent: [],
});

const isNamed = (stage: Stage | undefined, name: string): boolean =>
  stage?.name !== undefined && stage.name.toLowerCase() === name.toLowerCase();

const known = ({ values, environment }: Stage): Record<string, string> => ({ ...values, ...environment });

/** A stage that begins with another has what that has, but for its arguments. */
function begin(from: From, stages: readonly Stage[], values: Record<string, string>): Stage {
  const base = expand(from.getImage() ?? "", values);
  const name = from.getBuildStage() ?? undefined;
  const parent = stages.find((stage) => isNamed(stage, base));
  if (!parent) return { ...empty(base), name };
  const environment = { ...parent.environment };
  return { ...parent, name, values: {}, environment, files: new Map(parent.files) };
}

function argument(
  instruction: Instruction,
  args: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>>,
  values: Record<string, string>,
): void {
  const [name = "", ...standard] = (instruction.getArgumentsContent() ?? "").split("=");
  const written = standard.length > 0 ? standard.join("=").replace(/^(["'])(.*)\1$/, "$2") : undefined;
  const value = args[name] ?? written ?? defaults[name];
  if (value !== undefined) values[name] = value;
}

function copyOf(
  instruction: Copy,
  values: Record<string, string>,
): { sources: string[]; destination: string; from: string | undefined } {
  const given = instruction.getArguments().map((each) => each.getValue());
  const list = given[0]?.startsWith("[") === true ? strings(given.join(" ")) : given;
  const paths = (list ?? []).map((path) => expand(path, values));
  const heredoc = paths.some((path) => path.startsWith("<<"));
  const flag = instruction
    .getFlags()
    .find((each) => each.getName() === "from")
    ?.getValue();
  return {
    sources: heredoc ? [] : paths.slice(0, -1).filter((path) => !path.includes("://")),
    destination: paths.at(-1) ?? "",
    from: flag === undefined || flag === null ? undefined : expand(flag, values),
  };
}

function configure(instruction: Instruction, stage: Stage, environments: readonly Env[]): void {
  const content = instruction.getArgumentsContent() ?? "";
  switch (instruction.getKeyword()) {
    case "ENV":
      for (const property of environments.find((env) => env === instruction)?.getProperties() ?? [])
        stage.environment[property.getName()] = expand(property.getValue() ?? "", known(stage));
      break;
    case "WORKDIR":
      stage.workingDirectory = posix.resolve(stage.workingDirectory, expand(content || "/", known(stage)));
      break;
    case "USER":
      stage.user = expand(content, known(stage));
      break;
    case "RUN":
      stage.runs = [...stage.runs, content];
      break;
    case "ENTRYPOINT":
      stage.entryPoint = words(content);
      break;
    case "CMD":
      stage.command = words(content);
      break;
  }
}

type Env = ReturnType<ReturnType<typeof DockerfileParser.parse>["getENVs"]>[number];

const pinned = /^(\s*FROM(?:\s+--\S+)*\s+)([^\s@]+:[^\s@]+@sha256:[0-9a-f]{64})/gim;

/** Bases that have a tag and are pinned by their digest: `name:tag@sha256:…`. */
export const pinnedBases = (text: string): string[] => [
  ...new Set([...text.matchAll(pinned)].map(([, , base]) => base!)),
];

/** The Dockerfile with these bases by their tag alone. */
export const withoutDigests = (text: string, bases: readonly string[]): string =>
  text.replace(pinned, (whole, from: string, base: string) =>
    bases.includes(base) ? `${from}${base.split("@")[0]!}` : whole,
  );

/** Exec form as it is, shell form by a shell (https://docs.docker.com/reference/dockerfile/#shell-and-exec-form). */
const words = (content: string): string[] =>
  strings(content) ?? (content === "" ? [] : ["/bin/sh", "-c", content]);

function strings(content: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(content);
    return Array.isArray(parsed) && parsed.every((word) => typeof word === "string") ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const expand = (value: string, environment: Record<string, string>): string =>
  value.replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, braced?: string, bare?: string) => {
    return environment[braced ?? bare ?? ""] ?? whole;
  });
