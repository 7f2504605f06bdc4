import { BeforeConfig } from "../config/schema-before";

/** A container definition, as far as this file looks at it. */
type Definition = Record<string, unknown>;

/** What the container that runs before is called. */
export const beforeName = (service: string): string => `${service}-before`;

/** What is of the serving alone, and of its own start. */
const ofServing: readonly string[] = ["portMappings", "healthCheck", "stopTimeout", "dependsOn"];

/**
 * The definitions with a container that has to end with 0 before the service's own starts. ECS takes it as a dependency by
 * SUCCESS only if it is not essential; and the task's health it does not touch, because that is what essential containers
 * with a check report.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 *
 * @param definitions one of them bears the service's name
 * @returns the same where nothing runs before
 */
export function withBefore(
  before: BeforeConfig | undefined,
  service: string,
  definitions: readonly object[],
): readonly object[] {
  if (before === undefined) return definitions;
  const name = beforeName(service);
  const condition = { containerName: name, condition: "SUCCESS" };
  return (definitions as readonly Definition[]).flatMap((definition) => {
    if (definition.name !== service) return [definition];
    const { dependsOn = [] } = definition as { dependsOn?: readonly { condition: string }[] };
    // What has to be done first, such as opening the folders; what stands beside the service is not waited for.
    const first = dependsOn.filter((dependency) => dependency.condition === "SUCCESS");
    const kept = Object.entries(definition).filter(([key]) => !ofServing.includes(key));
    return [
      { ...definition, dependsOn: [...dependsOn, condition] },
      {
        ...Object.fromEntries(kept),
        ...(first.length > 0 && { dependsOn: first }),
        name,
        essential: false,
        command: before.command,
        startTimeout: before.timeout,
      },
    ];
  });
}
