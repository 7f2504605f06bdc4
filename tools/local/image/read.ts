/** What a build makes of its context, as far as its Dockerfile says it without being run. */
import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Build, ContainerView } from "../ecs/views";
import { contextFiles, locate } from "./context";
import { readDockerfile, type ImageConfig } from "./dockerfile";

export interface ReadBuild {
  context: string;
  /** Relative to the context. */
  dockerfile: string;
  config: ImageConfig;
  /** Of the context, relative to it. */
  files: string[];
}

/** What a build's Dockerfile makes of its context. */
export function readBuild(build: Build, project: string): ReadBuild {
  const { context, dockerfile } = locate(build, project);
  const { target, args } = build;
  const files = contextFiles(context, dockerfile).map((file) => file.split(sep).join("/"));
  const config = readDockerfile(readFileSync(dockerfile, "utf8"), { target, args, context: files });
  return { context, dockerfile: relative(context, dockerfile).split(sep).join("/"), config, files };
}

/** The words that a container is started with: Docker takes no CMD of an image whose ENTRYPOINT is another. */
export const startedWith = (
  { entryPoint, command }: Pick<ContainerView, "entryPoint" | "command">,
  config: ImageConfig,
): string[] => [...(entryPoint ?? config.entryPoint), ...(command ?? (entryPoint ? [] : config.command))];
