import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { checkAlarms, checkDashboard, checkRuleNames } from "./config/checks-alarms";
import { checkApi, checkAuth, checkRoutes } from "./config/checks-api";
import { checkExec } from "./config/checks-exec";
import { checkJob } from "./config/checks-jobs";
import { checkEndpoints, checkNetwork } from "./config/checks-network";
import { checkProvider } from "./config/checks-provider";
import { checkCalls } from "./config/checks-reach";
import { checkInsights, checkRequests, checkSleep, countingIn } from "./config/checks-scaling";
import { checkCompanionNames, checkService, checkServices } from "./config/checks-service";
import { apiOwner, behindPrefix, checkOwners } from "./config/checks-share";
import { checkSidecars } from "./config/checks-sidecars";
import { checkSizes } from "./config/checks-sizes";
import { checkStackName, readRegion } from "./config/checks-stack";
import { checkText } from "./config/checks-text";
import { checkVolumes } from "./config/checks-volumes";
import { hasCompanion, hasFolders } from "./config/companion";
import { readDocument, readNamed } from "./config/document";
import { fieldsOf } from "./config/described";
import { explain, readFields } from "./config/fields";
import { ConfigurationError, isGiven, isObject, Problem } from "./config/problems";
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
import { JobConfig, jobSchema, mergedWith } from "./config/schema-jobs";
import { NetworkConfig } from "./config/schema-network";
import { expanded, withRoutes } from "./config/short-forms";
import { callersOf } from "./rules/reach";
import { partitionOf } from "./rules/zones";

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
  checkRoutes(services, document.services, share.prefix, problems);
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
