import { endpointsForAction, localActions, reachablePrefixes } from "../rules/actions";
import { endpointForSecret } from "../rules/endpoints";
import { parseEcrImage, taskSizeProblem } from "../rules/fargate";
import { httpApi, rulesPerSecurityGroup } from "../rules/quotas";
import { checkRun, checkSource } from "./checks-run";
import { checkScaling } from "./checks-scaling";
import { Problem, Said } from "./problems";
import { nameAllowed, ServiceConfig, serviceName } from "./schema";
import { NetworkConfig } from "./schema-network";

/**
 * What takes more than one field, or knowledge of AWS, to judge. Each check runs on the fields that are well-formed by
 * themselves, so that a bad field hides no other problem.
 */

/** Variables by which the program talks to the container; a second value would contradict the task definition. */
export const reservedVariables: readonly string[] = ["DRAIN_SECONDS", "HEALTH_PATH", "PORT", "SERVICE_NAME"];

interface Context {
  region: string;
  /** Undefined where it is another stack's. */
  egress: NetworkConfig["egress"] | undefined;
  isFile: (file: string) => boolean;
}

/** MiB; for the nearest CPU units to those that Fargate has not, where nobody knows what memory is meant. */
const leastMemory = 512;

export function checkService(
  service: Partial<ServiceConfig>,
  raw: unknown,
  at: string,
  context: Context,
  problems: Problem[],
): void {
  const { cpu, memory } = service;
  checkSource(service, raw, at, context, problems);
  if (cpu !== undefined) {
    const problem = taskSizeProblem(cpu, memory ?? leastMemory);
    // Of a memory that is no number its own field has spoken.
    if (problem && (memory !== undefined || problem.property === "cpu")) {
      const { property, allowed, fix } = problem;
      problems.push({ path: `${at}.${property}`, got: service[property], allowed, fix });
    }
  }
  checkScaling(service, raw, at, problems);
  checkVariables(service, at, problems);
  checkRun(service, at, problems);
  if (context.egress === "endpoints") checkReach(service, at, context.region, problems);
}

function checkVariables(service: Partial<ServiceConfig>, at: string, problems: Problem[]): void {
  for (const key of ["environment", "secrets"] as const) {
    for (const name of Object.keys(service[key] ?? {}).filter((known) => reservedVariables.includes(known))) {
      problems.push({
        path: `${at}.${key}.${name}`,
        got: new Said("the program sets this variable itself"),
        allowed: `any name but ${reservedVariables.join(", ")}`,
        fix: "use the service's own key (port, drainSeconds, healthCheck.path)",
      });
    }
  }
  checkSecrets(service, at, problems);
}

/** Secrets are ARNs, under names that no other variable has. */
export function checkSecrets(
  { environment = {}, secrets = {} }: Partial<Pick<ServiceConfig, "environment" | "secrets">>,
  at: string,
  problems: Problem[],
): void {
  for (const name of Object.keys(secrets).filter((secret) => Object.hasOwn(environment, secret))) {
    problems.push({
      path: `${at}.secrets.${name}`,
      got: new Said("the same name stands in environment"),
      allowed: "each name once",
      fix: "take one of them out",
    });
  }
  for (const [name, arn] of Object.entries(secrets)) {
    if (endpointForSecret(arn)) continue;
    problems.push({
      path: `${at}.secrets.${name}`,
      // Not shown: it may be the secret itself.
      got: new Said("this is not the ARN of a secret or parameter"),
      allowed: "arn:aws:secretsmanager:…:secret:… or arn:aws:ssm:…:parameter/…",
      fix: "give the full ARN; the value itself never belongs in the configuration",
    });
  }
}

/** Without a way to the internet a task reaches only what has an endpoint; the rest would fail when it starts. */
export function checkReach(
  service: {
    image?: string | undefined;
    permissions?: ServiceConfig["permissions"] | undefined;
    sidecars?: ServiceConfig["sidecars"] | undefined;
  },
  at: string,
  region: string,
  problems: Problem[],
): void {
  const { permissions = [], sidecars = {} } = service;
  const images = { ...(service.image !== undefined && { image: service.image }) } as Record<string, string>;
  for (const [name, { image }] of Object.entries(sidecars)) images[`sidecars.${name}.image`] = image;
  for (const [key, image] of Object.entries(images)) {
    if (parseEcrImage(image)?.region === region) continue;
    problems.push({
      path: `${at}.${key}`,
      got: image,
      allowed: `with egress endpoints an image in private ECR of ${region}`,
      fix: "copy the image there, or set network.egress to nat or public",
    });
  }
  permissions.forEach(({ actions }, i) =>
    actions.forEach((action, j) => {
      if (endpointsForAction(action)) return;
      problems.push({
        path: `${at}.permissions.${i}.actions.${j}`,
        got: action,
        allowed:
          `with egress endpoints actions of ${reachablePrefixes.join(", ")}, ` +
          `and what stays in the VPC: ${localActions.join(", ")}`,
        fix: "set network.egress to nat or public: no endpoint is known that would reach it",
      });
    }),
  );
}

export function checkServices(services: Record<string, Partial<ServiceConfig>>, problems: Problem[]): void {
  const names = Object.keys(services);
  for (const name of names.filter((candidate) => !serviceName.test(candidate))) {
    problems.push({
      path: `services.${name}`,
      got: new Said("this name cannot name what the service makes"),
      allowed: nameAllowed,
      fix: "rename the service",
    });
  }
  const quota = (count: number, limit: number, what: string, fix: string): void => {
    if (count > limit)
      problems.push({ path: "services", got: new Said(`${count} ${what}`), allowed: `${limit}`, fix });
  };
  quota(
    integrations(services),
    httpApi.integrations,
    "integrations",
    "use fewer rewrites, or split the services over two stacks",
  );
  // The link's group has one egress rule for each distinct port.
  const ports = new Set(Object.values(services).map((service) => service.port)).size;
  quota(ports, rulesPerSecurityGroup, "distinct ports", "let services share a port");
}

/** @param companion whether a service or a job has one */
export function checkCompanionNames(names: readonly string[], companion: boolean, problems: Problem[]): void {
  if (!companion) return;
  for (const name of names.filter((candidate) => /^companion(-|$)/.test(candidate))) {
    problems.push({
      path: `services.${name}`,
      got: new Said("the companion's image and container are called so"),
      allowed: "a name that does not begin with companion, in a stack with a companion",
      fix: "rename the service",
    });
  }
}

/** One for each distinct mapping of each service; a stripped prefix maps each route differently. */
function integrations(services: Record<string, Partial<ServiceConfig>>): number {
  const mappings = Object.values(services).map(({ routes = [] }) =>
    routes.map(({ key, rewrite }) =>
      JSON.stringify([rewrite, rewrite?.stripPrefix === undefined ? "" : key]),
    ),
  );
  return mappings.reduce((sum, ofService) => sum + new Set(ofService).size, 0);
}
