/** What running an image needs of its Dockerfile: environment, command and working directory of the final stage. */
import { DockerfileParser, type JSONInstruction } from "dockerfile-ast";

export interface ImageConfig {
  environment: Record<string, string>;
  workingDirectory: string;
  /** ENTRYPOINT followed by CMD, as Docker joins them. */
  entryPoint: string[];
  command: string[];
}

/** Reads a Dockerfile's final stage, without the images it builds on. */
export function readDockerfile(
  text: string,
  target?: string,
  args: Readonly<Record<string, string>> = {},
): ImageConfig {
  const dockerfile = DockerfileParser.parse(text);
  const all = dockerfile.getInstructions();
  const stages = all.flatMap((each, i) => (each.getKeyword() === "FROM" ? [i] : []));
  const named = new RegExp(`\\sAS\\s+${target ?? ""}$`, "i");
  const lastFrom =
    target === undefined
      ? (stages.at(-1) ?? -1)
      : (stages.find((i) => named.test(all[i]!.getTextContent().trim())) ?? -1);
  if (target !== undefined && lastFrom === -1) throw new Error(`its Dockerfile has no stage ${target}`);
  const instructions = all.slice(0, stages.find((i) => i > lastFrom) ?? all.length);
  const values: Record<string, string> = {};
  const config: ImageConfig = { environment: {}, workingDirectory: "/", entryPoint: [], command: [] };
  for (const instruction of instructions.slice(lastFrom + 1)) {
    switch (instruction.getKeyword()) {
      case "ARG": {
        const [name = "", ...standard] = (instruction.getArgumentsContent() ?? "").split("=");
        const value =
          args[name] ??
          (standard.length > 0 ? standard.join("=").replace(/^(["'])(.*)\1$/, "$2") : undefined);
        if (value !== undefined) values[name] = value;
        break;
      }
      case "ENV":
        for (const property of dockerfile
          .getENVs()
          .find((env) => env === instruction)
          ?.getProperties() ?? []) {
          config.environment[property.getName()] = expand(property.getValue() ?? "", {
            ...values,
            ...config.environment,
          });
        }
        break;
      case "WORKDIR":
        config.workingDirectory = expand(instruction.getArgumentsContent() ?? "/", {
          ...values,
          ...config.environment,
        });
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
