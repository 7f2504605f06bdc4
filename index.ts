import * as aws from "@pulumi/aws";
import { HttpApi } from "./api";
import { Cluster } from "./cluster";
import { loadConfig } from "./config";
import { provideImage } from "./image";
import { findZones, Network } from "./network";
import { awsProvider } from "./provider";
import { deriveEndpoints } from "./rules/endpoints";
import { FargateService } from "./service";
import { serviceNeeds } from "./task";

// client → HTTP API → VPC link → Cloud Map (SRV) → Fargate tasks
export = async (): Promise<object> => {
  const config = loadConfig();
  const { project, stack, region, partition } = config;
  const opts = { provider: awsProvider(config) };
  const { accountId: account } = await aws.getCallerIdentity({}, opts);
  const where = { project, stack, region, partition, account };
  const services = Object.entries(config.services);
  const needs = services.map(([, service]) => serviceNeeds(service, where));

  const network = new Network(
    "network",
    {
      ...config.network,
      region,
      zones: await findZones(config, opts),
      endpoints: deriveEndpoints(where, needs),
      ports: [...new Set(services.map(([, { port }]) => port))].sort((a, b) => a - b),
    },
    opts,
  );

  const cluster = new Cluster(
    "cluster",
    { project, stack, vpcId: network.vpcId, services: Object.keys(config.services) },
    opts,
  );

  const running = Object.fromEntries(
    services.map(([name, service]) => {
      const image = provideImage(name, service, { ...where, ...config.registry }, opts);
      return [name, new FargateService(name, { ...where, config: service, image, network, cluster }, opts)];
    }),
  );

  const api = new HttpApi(
    "api",
    { ...config.api, ...where, network, cluster, services: config.services, running },
    opts,
  );

  return {
    url: api.invokeUrl,
    cluster: cluster.name,
    apiLogGroup: api.logGroupName,
    services: Object.fromEntries(Object.entries(running).map(([name, { summary }]) => [name, summary])),
  };
};
