/** Where the files of a build context are in an image, as COPY says. https://docs.docker.com/reference/dockerfile/#copy */
import { posix } from "node:path";

/** Path in the image → file of the context. */
export type Files = Map<string, string>;

interface Place {
  workingDirectory: string;
  files: ReadonlyMap<string, string>;
}

/**
 * What one instruction brings, out of the files of the context or of another stage.
 *
 * @param from by path; those of the context as if it were the root
 */
export function place(
  sources: readonly string[],
  destination: string,
  from: ReadonlyMap<string, string>,
  { workingDirectory, files }: Place,
): Files {
  const found = sources.flatMap((source) => matches(source, from));
  const to = posix.resolve(workingDirectory, destination);
  const isFolder =
    /(^|\/)\.?$/.test(destination) ||
    found.length > 1 ||
    to === workingDirectory ||
    [...files.keys()].some((path) => path.startsWith(`${to}/`));
  const placed: Files = new Map();
  for (const { path, file, within } of found) {
    const name = within ?? posix.basename(path);
    placed.set(within !== undefined || isFolder ? posix.join(to, name) : to, file);
  }
  return placed;
}

interface Match {
  path: string;
  file: string;
  /** Its path below a folder that was named: of a folder only what is in it is copied. */
  within: string | undefined;
}

function matches(source: string, from: ReadonlyMap<string, string>): Match[] {
  const pattern = posix.resolve("/", source);
  const depth = pattern === "/" ? 0 : pattern.split("/").length - 1;
  const named = glob(pattern);
  return [...from].flatMap(([path, file]): Match[] => {
    const parts = path.split("/").slice(1);
    if (depth > parts.length) return [];
    const rest = parts.slice(depth);
    if (depth > 0 && !named.test(`/${parts.slice(0, depth).join("/")}`)) return [];
    return [{ path, file, within: rest.length === 0 ? undefined : rest.join("/") }];
  });
}

/** The patterns of Go's filepath.Match, which COPY takes; no wildcard passes a slash. */
const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$(){}|\\]/g, "\\$&")
      .replace(/\*/g, "[^/]*")
      .replace(/\?/g, "[^/]")}$`,
  );
