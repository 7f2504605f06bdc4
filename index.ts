import { HttpApi } from "./api";
import { findApi } from "./api/existing";
import { checkHostedZone } from "./api/hosted-zone";
import { Cluster } from "./cluster";
import { Companions } from "./companion";
import { findNamespace } from "./cluster/namespace";
import { loadConfig } from "./config";
import { likeService } from "./config/schema-jobs";
import { LookUps } from "./config/look-ups";
import { provideImage } from "./image";
import { Jobs } from "./jobs";
import { Network } from "./network";
import { findSurroundings } from "./network/surroundings";
import { awsProvider, findAccount, protectLasting } from "./provider";
import { FargateService } from "./service";
import { findPlatform, platformOf } from "./share";
import { serviceNeeds } from "./service/task";

// client → HTTP API → VPC link → Cloud Map (SRV) → Fargate tasks
export = async (): Promise<object> => {
  const config = loadConfig();
  if (config.protect) protectLasting();
  const { project, stack, region, partition } = config;
  const opts = { provider: awsProvider(config) };
  const account = await findAccount(config, opts);
  const where = { project, stack, region, partition, account };
  const services = Object.entries(config.services);
  const jobs = Object.values(config.jobs).map((job) => likeService(job, config.services));
  const needs = [...Object.values(config.services), ...jobs].map((task) => serviceNeeds(task, where));
  // Where the configuration names another stack, its network, cluster and API are used.
  const shared = await findPlatform(config, where);
  // What else it names of others' must be there before anything is made.
  const lookUps = new LookUps();
  const [surroundings, namespace, foreign] = await Promise.all([
    shared ? undefined : findSurroundings(config, lookUps, opts),
    findNamespace(config.cluster, lookUps, opts),
    findApi(config.api, lookUps, opts),
    checkHostedZone(config.api, lookUps, opts),
  ]);
  lookUps.check();

  const ports = services.map(([, { port }]) => port);
  const network =
    shared?.network ??
    new Network("network", { ...config.network, ...where, ...surroundings!, needs, ports }, opts);

  const cluster = new Cluster(
    "cluster",
    { ...where, namespace, network, shared: shared?.cluster, services: Object.keys(config.services) },
    opts,
  );

  const images = Object.fromEntries(
    services.map(([name, service]) => [
      name,
      provideImage(name, service, { ...where, ...config.registry }, opts),
    ]),
  );
  const companions = new Companions(config.services, { ...where, ...config.registry }, opts);
  const running = Object.fromEntries(
    services.map(([name, service]) => {
      const image = images[name]!;
      const companion = companions.of(service);
      const args = { ...where, iam: config.iam, config: service, image, companion, network, cluster };
      return [name, new FargateService(name, args, opts)];
    }),
  );
  const runnable =
    jobs.length > 0 && new Jobs("jobs", { ...where, ...config, images, network, cluster }, opts);

  const existing = shared?.api ?? foreign;
  const api = new HttpApi(
    "api",
    {
      ...{ ...config.api, ...where, existing, network, cluster, services: config.services, running },
      prefix: config.share.prefix,
    },
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
