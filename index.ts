import * as aws from "@pulumi/aws";
import { HttpApi } from "./api";
import { findApi } from "./api/existing";
import { Cluster } from "./cluster";
import { loadConfig } from "./config";
import { likeService } from "./config/schema-jobs";
import { provideImage } from "./image";
import { Jobs } from "./jobs";
import { Network } from "./network";
import { findZones } from "./network/zones";
import { awsProvider, protectLasting } from "./provider";
import { FargateService } from "./service";
import { findPlatform, platformOf } from "./share";
import { serviceNeeds } from "./service/task";

// client → HTTP API → VPC link → Cloud Map (SRV) → Fargate tasks
export = async (): Promise<object> => {
  const config = loadConfig();
  if (config.protect) protectLasting();
  const { project, stack, region, partition } = config;
  const opts = { provider: awsProvider(config) };
  const { accountId: account } = await aws.getCallerIdentity({}, opts);
  const where = { project, stack, region, partition, account };
  const services = Object.entries(config.services);
  const jobs = Object.values(config.jobs).map((job) => likeService(job, config.services));
  const needs = [...Object.values(config.services), ...jobs].map((task) => serviceNeeds(task, where));
  // Where the configuration names another stack, its network, cluster and API are used.
  const shared = await findPlatform(config, where);

  const zones = shared ? [] : await findZones(config, opts);
  const ports = services.map(([, { port }]) => port);
  const network =
    shared?.network ?? new Network("network", { ...config.network, ...where, zones, needs, ports }, opts);

  const cluster = new Cluster(
    "cluster",
    { ...where, ...config.cluster, network, shared: shared?.cluster, services: Object.keys(config.services) },
    opts,
  );

  const images = Object.fromEntries(
    services.map(([name, service]) => [
      name,
      provideImage(name, service, { ...where, ...config.registry }, opts),
    ]),
  );
  const running = Object.fromEntries(
    services.map(([name, service]) => {
      const args = { ...where, iam: config.iam, config: service, image: images[name]!, network, cluster };
      return [name, new FargateService(name, args, opts)];
    }),
  );
  const runnable =
    jobs.length > 0 && new Jobs("jobs", { ...where, ...config, images, network, cluster }, opts);

  const existing = shared?.api ?? (await findApi(config.api, opts));
  const api = new HttpApi(
    "api",
    { ...config.api, ...where, existing, network, cluster, services: config.services, running },
    opts,
  );

  return {
    url: api.invokeUrl,
    ...(api.domainTarget && { domainTarget: api.domainTarget }),
    cluster: cluster.name,
    ...(api.logGroupName && { apiLogGroup: api.logGroupName }),
    services: Object.fromEntries(Object.entries(running).map(([name, { summary }]) => [name, summary])),
    ...(runnable && { jobs: runnable.summaries }),
    ...platformOf(region, network, cluster, api),
  };
};
