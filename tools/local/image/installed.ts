/** What a service's own lock file names, installed in a place of its own: never with the packages of this project. */
import { cpSync, existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, posix } from "node:path";
import type { ImageConfig } from "./dockerfile";
import { ecosystemOf, lockOf } from "./ecosystem";
import { nodePackages } from "./node";
import { pythonEnvironment, requirementsOf } from "./python";
import type { ReadBuild } from "./read";
import { differing, type Versions, versionOf } from "./versions";

export interface Installed {
  /** Folder with its commands. */
  binaries?: string | undefined;
  /** Packages of Node, for where the image has its lock file. */
  packages?: { folder: string; lock: string } | undefined;
  /** Where the image has another version of the language than this machine. */
  versions?: Versions | undefined;
}

/**
 * Installs what the files that the image is made with name: requirements.txt, or else pyproject.toml, or package-lock.json.
 *
 * @param words what the container is started with
 * @param state where it is kept, by content
 */
export async function install(
  { context, dockerfile, config, files }: ReadBuild,
  words: readonly string[],
  state: string,
  progress: (message: string) => void,
): Promise<Installed> {
  const ecosystem = ecosystemOf(config, words);
  const lock = (name: string): string | undefined => lockOf(config, name, dockerfile);
  if (ecosystem === "Node") {
    const versions = differing(config.base, ecosystem, process.versions.node);
    const found = lock("package-lock.json");
    if (found === undefined) return { versions };
    const packages = {
      context,
      lock: found,
      files: [...config.copied].filter((file) => files.includes(file)),
    };
    const folder = await nodePackages(packages, join(state, "node"), progress);
    return { packages: { folder, lock: found }, versions };
  }
  if (ecosystem !== "Python") return {};
  const venvs = join(state, "venvs");
  const made = async (folder: string): Promise<Installed> => {
    const wanted = versionOf(config.base, ecosystem);
    const { binaries, version = "" } = (await pythonEnvironment(folder, venvs, progress, wanted)) ?? {};
    return { binaries, versions: version === "" ? undefined : differing(config.base, ecosystem, version) };
  };
  const requirements = lock("requirements.txt");
  if (requirements !== undefined) return made(join(context, dirname(requirements)));
  const project = lock("pyproject.toml");
  return project === undefined ? {} : made(await requirementsOf(join(context, project), venvs));
}

/**
 * Why the program that a command begins with does not start here: it came with a RUN, or is in the base alone.
 *
 * @param path where this machine has programs
 * @returns undefined where there is one
 */
export function missingProgram(
  words: readonly string[],
  { files }: Pick<ImageConfig, "files">,
  { binaries }: Installed,
  path: readonly string[],
): string | undefined {
  const [word = ""] = words;
  // One of the copied files, at its place in the image or from where it starts.
  if (files.has(word) || (word.includes("/") && !isAbsolute(word))) return undefined;
  const folders = [...(binaries === undefined ? [] : [binaries]), ...path];
  if (existsSync(word) || folders.some((folder) => existsSync(join(folder, basename(word)))))
    return undefined;
  return (
    `it is started with ${word}, which neither this machine nor what is installed for it has: what RUN makes is not made here. ` +
    "Fix: name its package in a requirements.txt or pyproject.toml that the Dockerfile copies, or run it in a container " +
    "(--tasks containers)"
  );
}

/**
 * Copies packages to where the image has the lock file. A link would not do: Node looks for packages from where a file really
 * is, and so would find those of this project.
 */
export function addPackages(
  { folder, lock }: NonNullable<Installed["packages"]>,
  config: ImageConfig,
  root: string,
): void {
  const place =
    [...config.files].find(([, file]) => file === lock)?.[0] ?? posix.join(config.workingDirectory, "x");
  const from = join(folder, "node_modules");
  // One that names nothing has none.
  if (existsSync(from))
    cpSync(from, join(root, posix.dirname(place), "node_modules"), {
      recursive: true,
      verbatimSymlinks: true,
    });
}
