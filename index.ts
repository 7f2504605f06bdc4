import { HttpApi } from "./api";
import { findApi } from "./api/existing";
import { checkHostedZone } from "./api/hosted-zone";
import { Cluster } from "./cluster";
import { findNamespace } from "./cluster/namespace";
import { loadConfig } from "./config";
import { LookUps } from "./config/look-ups";
import { sessionRetentionDays } from "./config/schema-exec";
import { likeService } from "./config/schema-jobs";
import { provideImage } from "./image";
import { Monitoring } from "./monitoring";
import { Dashboard } from "./monitoring/dashboard";
import { Network } from "./network";
import { checkSecurityGroups } from "./network/security-groups";
import { findSurroundings } from "./network/surroundings";
import { awsProvider, findAccount, protectLasting } from "./provider";
import { FargateService } from "./service";
import { Calls, reachedPorts } from "./service/calls";
import { Companions } from "./service/companion";
import { Jobs } from "./service/jobs";
import { serviceNeeds } from "./service/permissions";
import { findPlatform, platformOf } from "./share";

// client → HTTP API → VPC link → Cloud Map (SRV) → Fargate tasks
export = async (): Promise<object> => {
  const config = loadConfig();
  if (config.protect) protectLasting();
  const { project, stack, region, partition } = config;
  const opts = { provider: awsProvider(config) };
  const account = await findAccount(config, opts);
  const where = { project, stack, region, partition, account };
  const services = Object.values(config.services);
  const jobs = Object.values(config.jobs).map((job) => likeService(job, config.services));
  const needs = [...services, ...jobs].map((task) => serviceNeeds(task, where));
  // Where the configuration names another stack, its network, cluster and API are used.
  const shared = await findPlatform(config, where);
  // What else it names of others' must be there before anything is made.
  const lookUps = new LookUps();
  const [surroundings, namespace, foreign] = await Promise.all([
    shared ? undefined : findSurroundings(config, lookUps, opts),
    findNamespace(config.cluster, lookUps, opts),
    findApi(config, lookUps, opts),
    checkHostedZone(config.api, lookUps, opts),
    checkSecurityGroups(config, shared?.network.vpcId ?? config.network.existing?.vpcId, lookUps, opts),
  ]);
  lookUps.check();

  const ports = services.map(({ port }) => port);
  const network =
    shared?.network ??
    new Network("network", { ...config.network, ...where, ...surroundings!, needs, ports }, opts);

  const cluster = new Cluster(
    "cluster",
    {
      ...{ ...where, namespace, network, shared: shared?.cluster },
      ...{ services: Object.keys(config.services), reached: reachedPorts(config.services) },
      containerInsights: config.cluster.containerInsights,
      sessionRetentionDays: sessionRetentionDays(services),
    },
    opts,
  );

  const existing = shared?.api ?? foreign;
  const { prefix } = config.share;
  const owner = config.share.stack;
  const api = new HttpApi(
    "api",
    { ...config.api, ...where, ...{ existing, network, cluster, services: config.services, prefix, owner } },
    opts,
  );

  const { alarms } = config;
  const watched = { ...where, alarms: alarms!, api: api.watched, cluster, services: config.services };
  const monitoring = alarms && new Monitoring("monitoring", watched, opts);

  const registry = { ...where, ...config.registry };
  const images = mapValues(config.services, (service, name) => provideImage(name, service, registry, opts));
  const companions = new Companions(services, jobs, registry, opts);
  const calls = new Calls(config.services, cluster);
  const running = calls.inOrder((name, callees) => {
    const service = config.services[name]!;
    const source = { image: images[name]!, companion: companions.of(service) };
    const placed = { ...where, iam: config.iam, network, cluster };
    const watched = { requests: api.requestsOf(name), rollbackAlarms: monitoring?.rollbackOf(name) ?? [] };
    return new FargateService(name, { ...placed, ...source, config: service, callees, ...watched }, opts);
  });
  const runnable =
    jobs.length > 0 && new Jobs("jobs", { ...where, ...config, images, companions, network, cluster }, opts);

  const front = api.lead(running);
  monitoring?.watch(running);
  const { alarms: alarmArns = [], restartRules = new Map<string, never>() } = monitoring ?? {};
  const containerInsights = (shared?.cluster ?? config.cluster).containerInsights ?? false;
  const shown = { containerInsights, api: api.watched, logGroupName: front.logGroupName, cluster, running };
  const dashboard =
    config.dashboard &&
    new Dashboard("dashboard", { ...where, ...config, ...shown, alarms: alarmArns, restartRules }, opts);

  return {
    url: front.invokeUrl,
    ...(front.domainTarget && { domainTarget: front.domainTarget }),
    cluster: cluster.name,
    ...(front.logGroupName && { apiLogGroup: front.logGroupName }),
    ...(monitoring?.topic && { alarmTopic: monitoring.topic }),
    ...(dashboard && { dashboard: dashboard.name }),
    services: mapValues(running, ({ summary }) => summary),
    ...(runnable && { jobs: runnable.summaries }),
    ...platformOf(region, network, cluster, front),
  };
};

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
