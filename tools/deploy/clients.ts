/** Clients of the AWS SDK with the credentials of the stack, as far as its configuration can be followed. */
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import type { Ecs } from "./observe";
import type { PulumiConfig } from "./pulumi";
import type { Logs } from "./reasons";

export interface Clients {
  ecs: Ecs;
  logs: Logs;
}

/** What to do when AWS refuses. */
export const credentialAdvice = `It takes the stack's aws:profile, else the usual credentials of AWS SDKs (AWS_PROFILE, AWS_ACCESS_KEY_ID, …).
Where aws:assumeRoles or keys stand in the stack's configuration, provide the same identity there.
Allow ecs:DescribeServices, ListServiceDeployments, DescribeServiceRevisions, ListTasks, DescribeTasks and logs:GetLogEvents.`;

/** Clients for one Region. ECS throttles readers, so they try more often than the three times of the default. */
export function awsClients(
  region: string,
  config: PulumiConfig,
): Clients & { credentials: () => Promise<unknown> } {
  const profile = config["aws:profile"]?.value;
  // The warning is of versions that are not installed: the lock file pins one for every Node this project supports.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const options = { region, maxAttempts: 8, ...(profile !== undefined && { profile }) };
  const ecs = new ECSClient(options);
  return { ecs, logs: new CloudWatchLogsClient(options), credentials: () => ecs.config.credentials() };
}
