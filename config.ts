import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { checkAlarms, checkDashboard, checkRuleNames } from "./config/checks-alarms";
import { checkEndpoints, checkNetwork } from "./config/checks-network";
import { checkExec } from "./config/checks-exec";
import { checkCalls } from "./config/checks-reach";
import { checkCompanionNames, checkService, checkServices } from "./config/checks-service";
import { checkSidecars } from "./config/checks-sidecars";
import { checkVolumes } from "./config/checks-volumes";
import { checkApi, checkAuth, checkRoutes } from "./config/checks-api";
import { checkJob } from "./config/checks-jobs";
import { apiOwner, behindPrefix, checkOwners } from "./config/checks-share";
import { fieldsOf } from "./config/described";
import { explain, readFields } from "./config/fields";
import { unknownKey } from "./config/near-names";
import { ConfigurationError, isGiven, isObject, Problem, Said } from "./config/problems";
import { checkInsights, checkRequests, checkSleep, countingIn } from "./config/checks-scaling";
import { checkProvider } from "./config/checks-provider";
import { checkSizes } from "./config/checks-sizes";
import { checkText } from "./config/checks-text";
import { hasCompanion, hasFolders } from "./config/companion";
import { isConfigSecret } from "./config/secret";
import { callersOf } from "./rules/reach";
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
import { AlarmsConfig } from "./config/schema-alarms";
import { ApiConfig } from "./config/schema-api";
import { expanded } from "./config/schema-before";
import { JobConfig, jobSchema, mergedWith } from "./config/schema-jobs";
import { NetworkConfig } from "./config/schema-network";

/** A stack's configuration, validated as a whole and frozen. */
export interface StackConfig {
  project: string;
  stack: string;
  region: string;
  partition: string;
  services: Readonly<Record<string, ServiceConfig>>;
  jobs: Readonly<Record<string, JobConfig>>;
  network: NetworkConfig;
  cluster: ClusterConfig;
  api: ApiConfig;
  registry: RegistryConfig;
  iam: IamConfig;
  share: ShareConfig;
  /** Undefined where nothing is watched. */
  alarms: AlarmsConfig | undefined;
  /** Whether CloudWatch has a dashboard of the stack. */
  dashboard: boolean;
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
  const alarms = document.alarms === undefined ? undefined : read("alarms", sections.alarms);
  const value = <T extends z.ZodType>(key: keyof typeof values, schema: T): z.infer<T> | undefined => {
    const result = schema.safeParse(document[key] ?? undefined);
    if (result.success) return result.data;
    problems.push(...explain(result.error, document[key], key, fieldsOf(schema)));
    return undefined;
  };
  const dashboard = value("dashboard", values.dashboard);
  const protect = value("protect", values.protect);
  const tags = value("tags", values.tags);
  checkNetwork(network, document.network ?? {}, region, problems);

  const egress = isGiven(document.share, "stack") ? undefined : network.egress;
  const services: Record<string, Partial<ServiceConfig>> = {};
  const entries = readNamed("services", document.services, problems);
  for (const [name, raw] of Object.entries(Object.keys(entries).length > 0 ? entries : defaultServices)) {
    const at = `services.${name}`;
    const written = expanded(withRoutes(raw), "before", "command");
    services[name] = readFields(serviceSchema, written, at, problems);
    checkService(services[name], raw, at, { region, egress, isFile }, problems);
    checkSidecars(name, services[name], at, problems);
    checkVolumes(services[name], at, problems);
    checkExec(services[name], at, { protect: protect ?? false }, problems);
  }
  checkServices(services, problems);
  checkCalls(services, document.share, problems);
  const jobs: Record<string, Partial<JobConfig>> = {};
  for (const [name, raw] of Object.entries(readNamed("jobs", document.jobs, problems))) {
    const written = expanded(raw, "schedule", "expression");
    jobs[name] = readFields(jobSchema, written, `jobs.${name}`, problems);
    checkJob(name, jobs[name], raw, { region, egress, services }, problems);
  }
  const withFolders = Object.values(jobs).some(({ service, ...job }) =>
    hasFolders(mergedWith(job, service === undefined ? { image: job.image } : (services[service] ?? {}))),
  );
  const withCompanion = Object.values(services).some(hasCompanion) || withFolders;
  checkCompanionNames(Object.keys(services), withCompanion, problems);
  checkEndpoints(network, [...Object.values(services), ...Object.values(jobs)], problems);
  checkApi(api, region, services, problems);
  for (const [name, service] of Object.entries(services)) {
    const beside = { callers: callersOf(name, services), alarms: alarms !== undefined };
    checkSleep(service, `services.${name}`, beside, problems);
  }
  // What the other stack's stage sends is known only when it has been asked: see share.ts.
  if (!isGiven(document.share, "stack")) {
    checkInsights(services, { insights: cluster.containerInsights ?? false }, problems);
    const known = !isGiven(document.api, "existingId");
    checkRequests(services, known ? countingIn(api, services) : undefined, problems);
  }
  checkRoutes(services, document.services, problems);
  checkOwners(document, { project, stack, share, cluster, api, services }, problems);
  const partition = partitionOf(region);
  const owner = apiOwner(document);
  if (alarms) checkAlarms(alarms, { project, stack, region, partition, api, services, owner }, problems);
  if (alarms || dashboard) checkRuleNames({ project, stack, services }, problems);
  if (dashboard) checkDashboard(services, problems);
  const closed = egress === "endpoints";
  const texts = { project, region, partition, closed, tags: tags ?? {}, iam, api, services, jobs };
  checkText(texts, problems);
  // What the other stack has is known only when it has been asked: see share.ts.
  if (!isGiven(document.share, "stack")) {
    const { authorizers } = isObject(document.api) ? document.api : {};
    checkAuth(api, {}, services, problems, isObject(authorizers) ? Object.keys(authorizers) : undefined);
  }

  if (problems.length === 0) {
    const whole = {
      services: services as Record<string, ServiceConfig>,
      jobs: jobs as Record<string, JobConfig>,
    };
    // Endpoints in a VPC of others' are open.
    const limited = closed && network.existing === undefined;
    checkSizes(whole, { project, stack, region, partition }, limited, problems);
  }
  if (problems.length > 0) throw new ConfigurationError(problems, stack);
  return deepFreeze({
    project,
    stack,
    region,
    partition,
    services: behindPrefix(share.prefix, services as Record<string, ServiceConfig>),
    jobs: jobs as Record<string, JobConfig>,
    network: network as NetworkConfig,
    cluster: cluster as ClusterConfig,
    api: api as ApiConfig,
    registry: registry as RegistryConfig,
    iam,
    share,
    alarms: alarms as AlarmsConfig | undefined,
    dashboard: dashboard ?? false,
    protect: protect ?? false,
    tags: tags ?? {},
  });
}

/**
 * The name becomes part of a domain, of the cluster's name and of the task definitions': none takes all that Pulumi does. A
 * domain has no capital letters, so that two stacks that differ by them alone would meet in one.
 */
function checkStackName(stack: string, problems: Problem[]): void {
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(stack)) return;
  problems.push({
    path: "stack",
    got: stack,
    allowed: "1–40 small letters, digits and -, neither first nor last a -",
    fix: "pulumi stack rename",
  });
}

function readRegion(problems: Problem[]): string {
  if (isConfigSecret("aws:region")) {
    problems.push({
      path: "aws:region",
      got: new Said("it holds an encrypted value"),
      allowed: "a plain value: it stands in ARNs and addresses",
      fix: "pulumi config set aws:region eu-west-2",
    });
    return "";
  }
  const region = new pulumi.Config("aws").get("region") ?? "";
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    problems.push({
      path: "aws:region",
      got: region === "" ? undefined : region,
      allowed: "a Region such as eu-west-2",
      fix: `write \`aws:region: eu-west-2\` below config: of Pulumi.${pulumi.getStack()}.yaml`,
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
  const known = ["services", "jobs", ...Object.keys(sections), ...Object.keys(values)];
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
    document[name] = parsed(text);
    const isText = typeof document[name] === "string" && !Object.hasOwn(values, name);
    if (isText) {
      // Broken JSON may hold anything.
      const got = /secret/i.test(text) ? new Said("this is no object, and not shown") : text;
      problems.push({ path: name, got, allowed: "an object", fix: `write its keys below ${name}:` });
      delete document[name];
    } else checkRead(document[name], name, problems);
  }
  return document;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * What was lost on the way: in JavaScript `__proto__` is no name, it would change what an object is; and of a date without
 * quotes YAML makes a moment.
 */
function checkRead(value: unknown, path: string, problems: Problem[]): void {
  const [, date] = (typeof value === "string" && writtenMoment.exec(value)) || [];
  if (date !== undefined) {
    problems.push({
      path,
      got: value,
      allowed: "text in quotes: without, YAML reads a date as a moment, and Pulumi hands that on",
      fix: `write it as it is meant, for example "${date}", in quotes`,
    });
  }
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__")) {
    problems.push({
      path: `${path}.__proto__`,
      got: new Said("this name is JavaScript's own"),
      allowed: "any other name",
      fix: "rename it",
    });
    delete (value as Record<string, unknown>)["__proto__"];
  }
  for (const [key, inner] of Object.entries(value)) checkRead(inner, `${path}.${key}`, problems);
}

/** As Go writes a moment, in which Pulumi's YAML is read. */
const writtenMoment = /^(\d{4}-\d{2}-\d{2}) \d{2}:\d{2}:\d{2}(?:\.\d+)? [+-]\d{4} (?:[A-Z]+|[+-]\d+)$/;

/** What the user gives names to: services, jobs. */
function readNamed(key: "services" | "jobs", raw: unknown, problems: Problem[]): Record<string, unknown> {
  if (raw === undefined || raw === null) return {};
  if (typeof raw === "object" && !Array.isArray(raw)) return raw as Record<string, unknown>;
  problems.push({
    path: key,
    got: raw,
    allowed: `name → ${key.slice(0, -1)}`,
    fix: `write a name below ${key}:`,
  });
  return {};
}

/** A route that is written as text is its key. */
function withRoutes(raw: unknown): unknown {
  const routes = (raw as { routes?: unknown } | null | undefined)?.routes;
  if (!Array.isArray(routes)) return raw;
  const full = routes.map((route: unknown) => (typeof route === "string" ? { key: route } : route));
  return { ...(raw as object), routes: full };
}

/** Whether there is a file, as written in the configuration. */
function isFile(file: string): boolean {
  const full = path.resolve(file);
  return fs.existsSync(full) && fs.statSync(full).isFile();
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
