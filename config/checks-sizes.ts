import { hasCompanion } from "./companion";
import { deriveEndpoints } from "../rules/endpoints";
import { endpointPolicyCharacters, inlinePolicyCharacters, taskDefinitionBytes } from "../rules/quotas";
import { containerDefinitions, executionPolicy, serviceNeeds, taskPolicy } from "../service/task";
import { sidecarRepositories, sidecarVolumes } from "../service/sidecars";
import { fileSystemVolumes } from "../service/volumes";
import { Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";

/**
 * What the program would write that is longer than AWS takes. Names that only AWS knows stand here at their full length.
 */

interface Where {
  project: string;
  stack: string;
  region: string;
  partition: string;
}

/** @param limited whether this stack makes endpoints with policies that name what the services need */
export function checkSizes(
  services: Readonly<Record<string, ServiceConfig>>,
  where: Where,
  limited: boolean,
  problems: Problem[],
): void {
  const account = "0".repeat(12);
  const { project, stack, region, partition } = where;
  for (const [name, service] of Object.entries(services)) {
    const logGroup = `/ecs/${project}/${stack}/${name}`;
    // Pulumi appends a hyphen and seven characters.
    const repository = `${name}-${"0".repeat(7)}`;
    const arns = {
      repositoryArns: [
        ...[repository, ...(hasCompanion(service) ? [`companion-x86-64-${"0".repeat(7)}`] : [])].map(
          (each) => `arn:${partition}:ecr:${region}:${account}:repository/${each}`,
        ),
        ...sidecarRepositories(service, where),
      ],
      logGroupArn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}`,
    };
    const at = `services.${name}`;
    limit(
      { path: `${at}.secrets`, what: "characters in the policy of the execution role" },
      JSON.stringify(executionPolicy(service, arns)).length,
      inlinePolicyCharacters,
      "name fewer secrets: one secret can hold several keys",
      problems,
    );
    limit(
      { path: `${at}.permissions`, what: "characters in the policy of the task role" },
      JSON.stringify(taskPolicy(service, { partition, region, account }) ?? {}).length,
      inlinePolicyCharacters,
      "name fewer resources, with a * for those that are named alike",
      problems,
    );
    const registry = `${account}.dkr.ecr.${region}.amazonaws.com/${repository}@sha256:${"0".repeat(64)}`;
    const image = service.image ?? registry;
    limit(
      { path: at, what: "bytes of task definition" },
      Buffer.byteLength(
        JSON.stringify([
          ...containerDefinitions(service, {
            name,
            region,
            image,
            logGroup,
            companion: hasCompanion(service) ? registry : undefined,
          }),
          ...sidecarVolumes(service),
          ...fileSystemVolumes(service),
        ]),
      ),
      taskDefinitionBytes - rest,
      "shorten its environment: large values belong in Parameter Store or in the image",
      problems,
    );
  }
  if (!limited) return;
  const needs = Object.values(services).map((service) => serviceNeeds(service, where));
  for (const { name, statements } of deriveEndpoints({ partition, region, account }, needs)) {
    limit(
      { path: "services", what: `characters in the policy of the endpoint ${name}` },
      JSON.stringify({ Version: "2012-10-17", Statement: statements }).length,
      endpointPolicyCharacters,
      "let services name fewer resources or secrets, with a * for those that are named alike, or set network.egress to nat or public",
      problems,
    );
  }
}

/** What a task definition holds besides its containers, generously: sizes, roles, volume, family. */
const rest = 1024;

function limit(
  { path, what }: { path: string; what: string },
  count: number,
  most: number,
  fix: string,
  problems: Problem[],
): void {
  if (count > most) problems.push({ path, got: new Said(`${count} ${what}`), allowed: `${most}`, fix });
}
