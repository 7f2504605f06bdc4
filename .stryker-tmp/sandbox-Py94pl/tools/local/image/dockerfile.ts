/** What running an image needs of its Dockerfile: environment, command and working directory of the final stage. */
// @ts-nocheck

import { DockerfileParser, type JSONInstruction } from "dockerfile-ast";

export interface ImageConfig {
  environment: Record<string, string>;
  workingDirectory: string;
  /** ENTRYPOINT followed by CMD, as Docker joins them. */
  entryPoint: string[];
  command: string[];
}

/** Reads a Dockerfile's final stage, without the images it builds on. */
export function readDockerfile(text: string): ImageConfig {
  const dockerfile = DockerfileParser.parse(text);
  const instructions = dockerfile.getInstructions();
  const lastFrom = instructions.map((each) => each.getKeyword()).lastIndexOf("FROM");
  const config: ImageConfig = { environment: {}, workingDirectory: "/", entryPoint: [], command: [] };
  for (const instruction of instructions.slice(lastFrom + 1)) {
    switch (instruction.getKeyword()) {
      case "ENV":
        for (const property of dockerfile
          .getENVs()
          .find((env) => env === instruction)
          ?.getProperties() ?? []) {
          config.environment[property.getName()] = expand(property.getValue() ?? "", config.environment);
        }
        break;
      case "WORKDIR":
        config.workingDirectory = expand(instruction.getArgumentsContent() ?? "/", config.environment);
        break;
      case "ENTRYPOINT":
        config.entryPoint = words(instruction as JSONInstruction);
        break;
      case "CMD":
        config.command = words(instruction as JSONInstruction);
        break;
    }
  }
  return config;
}

/** Exec form as it is, shell form by a shell (https://docs.docker.com/reference/dockerfile/#shell-and-exec-form). */
function words(instruction: JSONInstruction): string[] {
  const content = instruction.getArgumentsContent() ?? "";
  try {
    const parsed: unknown = JSON.parse(content);
    if (Array.isArray(parsed) && parsed.every((word) => typeof word === "string")) return parsed;
  } catch {
    // Not the exec form.
  }
  return content === "" ? [] : ["/bin/sh", "-c", content];
}

const expand = (value: string, environment: Record<string, string>): string =>
  value.replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, braced?: string, bare?: string) => {
    return environment[braced ?? bare ?? ""] ?? whole;
  });
