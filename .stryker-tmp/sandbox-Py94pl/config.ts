// @ts-nocheck
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import type { z } from "zod";
import { checkEndpoints, checkNetwork } from "./config/checks-network";
import { checkService, checkServices } from "./config/checks-service";
import { checkApi, checkAuth, checkRoutes } from "./config/checks-api";
import { behindPrefix, checkOwners } from "./config/checks-share";
import {
  ConfigurationError,
  Problem,
  explain,
  fieldsOf,
  readFields,
  Said,
  unknownKey,
} from "./config/problems";
import { checkProvider } from "./config/checks-provider";
import { hasVpcLinks, partitionOf } from "./rules/zones";
import {
  ClusterConfig,
  defaultServices,
  IamConfig,
  RegistryConfig,
  sections,
  ServiceConfig,
  serviceSchema,
  ShareConfig,
  values,
} from "./config/schema";
import { ApiConfig } from "./config/schema-api";
import { NetworkConfig } from "./config/schema-network";

/** Pulumi has it at run time and keeps it out of its types. */
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };

/** A stack's configuration, validated as a whole and frozen. */
export interface StackConfig {
  project: string;
  stack: string;
  region: string;
  partition: string;
  services: Readonly<Record<string, ServiceConfig>>;
  network: NetworkConfig;
  cluster: ClusterConfig;
  api: ApiConfig;
  registry: RegistryConfig;
  iam: IamConfig;
  share: ShareConfig;
  /** Whether what lasts is protected from deletion. */
  protect: boolean;
  tags: Readonly<Record<string, string>>;
}

/**
 * Reads the configuration of the current stack before any resource registers.
 *
 * @throws ConfigurationError that lists every problem
 */
export function loadConfig(): StackConfig {
  const problems: Problem[] = [];
  const project = pulumi.getProject();
  const stack = pulumi.getStack();
  checkStackName(stack, problems);
  const region = readRegion(problems);
  checkProvider(problems);
  const document = readDocument(project, problems);

  const read = <T extends z.ZodObject>(key: keyof typeof sections, schema: T): Partial<z.infer<T>> =>
    readFields(schema, document[key] ?? {}, key, problems);
  const network = read("network", sections.network);
  const cluster = read("cluster", sections.cluster);
  const api = read("api", sections.api);
  const registry = read("registry", sections.registry);
  const iam = read("iam", sections.iam);
  const share = read("share", sections.share);
  const value = <T extends z.ZodType>(key: keyof typeof values, schema: T): z.infer<T> | undefined => {
    const result = schema.safeParse(document[key] ?? undefined);
    if (result.success) return result.data;
    problems.push(...explain(result.error, document[key], key, fieldsOf(schema)));
    return undefined;
  };
  const protect = value("protect", values.protect);
  const tags = value("tags", values.tags);
  checkNetwork(network, document.network ?? {}, region, problems);

  const egress = share.stack === undefined ? network.egress : undefined;
  const services: Record<string, Partial<ServiceConfig>> = {};
  for (const [name, raw] of Object.entries(readServices(document.services, problems))) {
    const at = `services.${name}`;
    services[name] = readFields(serviceSchema, withRoutes(raw), at, problems);
    checkService(services[name], raw, at, { region, egress, hasDockerfile }, problems);
  }
  checkServices(services, problems);
  checkEndpoints(network, services, problems);
  checkApi(api, region, services, problems);
  checkRoutes(services, problems);
  checkOwners(document, { project, stack, share, cluster, api, services }, problems);
  // What the other stack has is known only when it has been asked: see share.ts.
  if (share.stack === undefined) checkAuth(api, {}, services, problems);

  if (problems.length > 0) throw new ConfigurationError(problems, stack);
  return deepFreeze({
    project,
    stack,
    region,
    partition: partitionOf(region),
    services: behindPrefix(share.prefix, services as Record<string, ServiceConfig>),
    network: network as NetworkConfig,
    cluster,
    api: api as ApiConfig,
    registry: registry as RegistryConfig,
    iam,
    share,
    protect: protect ?? false,
    tags: tags ?? {},
  });
}

/** The name becomes part of a domain, of the cluster's name and of the task definitions': none takes all that Pulumi does. */
function checkStackName(stack: string, problems: Problem[]): void {
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/i.test(stack)) return;
  problems.push({
    path: "stack",
    got: stack,
    allowed: "1–40 letters, digits and -, neither first nor last a -",
    fix: "pulumi stack rename",
  });
}

function readRegion(problems: Problem[]): string {
  const region = new pulumi.Config("aws").get("region") ?? "";
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    problems.push({
      path: "aws:region",
      got: region === "" ? undefined : region,
      allowed: "a Region such as eu-west-2",
      fix: "pulumi config set aws:region eu-west-2",
    });
  } else if (!hasVpcLinks(region)) {
    problems.push({
      path: "aws:region",
      got: region,
      allowed:
        "a Region whose HTTP APIs have VPC links: those of China have none, and nothing would reach the services",
      fix: "choose a Region outside China",
    });
  }
  return region;
}

/** The project's own keys, parsed. The engine hands objects over as JSON. */
function readDocument(project: string, problems: Problem[]): Record<string, unknown> {
  const known = ["services", ...Object.keys(sections), ...Object.keys(values)];
  const document: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    const [namespace, name = ""] = key.split(/:(.*)/s);
    if (namespace !== project) continue;
    if (!known.includes(name)) {
      problems.push(unknownKey(name, name, known));
      continue;
    }
    // Decrypted it would stand in the task definition, and in the message about any other problem.
    if (isConfigSecret(key)) {
      problems.push({
        path: name,
        got: new Said("it holds an encrypted value"),
        allowed: "plain values",
        fix: "keep the secret in Secrets Manager or Parameter Store and name its ARN in services.<name>.secrets",
      });
      continue;
    }
    try {
      document[name] = JSON.parse(text);
    } catch {
      if (name in values) document[name] = text;
      else
        problems.push({ path: name, got: text, allowed: "an object", fix: `write its keys below ${name}:` });
    }
  }
  return document;
}

function readServices(raw: unknown, problems: Problem[]): Record<string, unknown> {
  if (raw === undefined || raw === null) return defaultServices;
  if (typeof raw !== "object" || Array.isArray(raw)) {
    problems.push({
      path: "services",
      got: raw,
      allowed: "name → service",
      fix: "write a name below services:",
    });
    return {};
  }
  return Object.keys(raw).length === 0 ? defaultServices : (raw as Record<string, unknown>);
}

/** A route that is written as text is its key. */
function withRoutes(raw: unknown): unknown {
  const routes = (raw as { routes?: unknown } | null | undefined)?.routes;
  if (!Array.isArray(routes)) return raw;
  const full = routes.map((route: unknown) => (typeof route === "string" ? { key: route } : route));
  return { ...(raw as object), routes: full };
}

/** Whether a folder, as written in the configuration, can be built. */
function hasDockerfile(folder: string): boolean {
  return fs.existsSync(path.resolve(folder, "Dockerfile"));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
