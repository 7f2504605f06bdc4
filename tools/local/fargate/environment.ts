/** The environment that ECS gives the containers of a Fargate task, beside the image's own. */
import type { ContainerView } from "../ecs/views";

/** What stands for the value of every secret; no secret is ever read here. */
export const secretPlaceholder = "local-secret";

export function taskEnvironment(
  container: ContainerView,
  region: string,
  metadata: string,
): Record<string, string> {
  const secrets = container.secrets.map((name) => [name, secretPlaceholder] as const);
  return {
    // ecs-docs fargate-metadata / task-metadata-endpoint-v4-fargate [H].
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ECS_CONTAINER_METADATA_URI_V4: metadata,
    ...Object.fromEntries(secrets),
    ...container.environment,
  };
}
