// @ts-nocheck
import * as path from "node:path";
import { endpointsForAction, localActions, reachablePrefixes } from "../rules/actions";
import { endpointForSecret } from "../rules/endpoints";
import { parseEcrImage, taskSizeProblem } from "../rules/fargate";
import { httpApi, rulesPerSecurityGroup } from "../rules/quotas";
import { isGiven, Problem, Said } from "./problems";
import { ServiceConfig, serviceName } from "./schema";
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
  hasDockerfile: (folder: string) => boolean;
}

export function checkService(
  service: Partial<ServiceConfig>,
  raw: unknown,
  at: string,
  context: Context,
  problems: Problem[],
): void {
  const { build, image, cpu, memory, scaling } = service;
  if (("build" in service || "image" in service) && (build === undefined) === (image === undefined)) {
    problems.push({
      path: at,
      got: new Said(build === undefined ? "neither build nor image is set" : "both build and image are set"),
      allowed: "exactly one of build, image",
      fix: build === undefined ? "set build to a folder with a Dockerfile" : "take one out",
    });
  }
  if (build !== undefined && !context.hasDockerfile(build)) {
    const moved = `./examples/${path.basename(build)}`;
    problems.push({
      path: `${at}.build`,
      got: build,
      allowed: "a folder of this project that holds a Dockerfile",
      fix: context.hasDockerfile(moved) ? `it moved to ${moved}` : "name the folder relative to Pulumi.yaml",
    });
  }
  if (cpu !== undefined && memory !== undefined) {
    const problem = taskSizeProblem(cpu, memory);
    if (problem) {
      const { property, allowed, fix } = problem;
      problems.push({ path: `${at}.${property}`, got: service[property], allowed, fix });
    }
  }
  if (scaling && isGiven(raw, "desiredCount")) {
    problems.push({
      path: `${at}.desiredCount`,
      got: service.desiredCount,
      allowed: "only without scaling, which chooses the number itself",
      fix: "take it out, or set scaling.min and scaling.max",
    });
  }
  if (scaling && scaling.min > scaling.max) {
    problems.push({
      path: `${at}.scaling.max`,
      got: scaling.max,
      allowed: `${scaling.min} (scaling.min) or more`,
      fix: "raise it, or lower scaling.min",
    });
  }
  checkVariables(service, at, problems);
  if (context.egress === "endpoints") checkReach(service, at, context.region, problems);
}

function checkVariables(service: Partial<ServiceConfig>, at: string, problems: Problem[]): void {
  const { environment = {}, secrets = {} } = service;
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
  for (const name of Object.keys(secrets).filter((secret) => secret in environment)) {
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
  service: Partial<ServiceConfig>,
  at: string,
  region: string,
  problems: Problem[],
): void {
  const { image, permissions = [] } = service;
  if (image !== undefined && parseEcrImage(image)?.region !== region) {
    problems.push({
      path: `${at}.image`,
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
      allowed:
        "1–32 of a–z, 0–9 and -, beginning with a letter but not with sg-, not ending with -, without --",
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
  const routes = Object.values(services).flatMap((service) => service.routes ?? []).length;
  quota(routes, httpApi.routes, "routes", "use {proxy+} routes, or split the services over two stacks");
  // The link's group has one egress rule for each distinct port.
  const ports = new Set(Object.values(services).map((service) => service.port)).size;
  quota(ports, rulesPerSecurityGroup, "distinct ports", "let services share a port");
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
