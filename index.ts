import * as aws from "@pulumi/aws";
import { HttpApi } from "./api";
import { Cluster } from "./cluster";
import { loadConfig } from "./config";
import { Image } from "./image";
import { findZones, Network } from "./network";
import { awsProvider } from "./provider";
import { deriveEndpoints } from "./rules/endpoints";
import { ecrRepositoryArn } from "./rules/fargate";
import { FargateService } from "./service";
import { serviceNeeds } from "./task";

// client → HTTP API → VPC link → Cloud Map (SRV) → Fargate tasks
export = async (): Promise<object> => {
  const config = loadConfig();
  const { project, stack, region, partition } = config;
  const provider = awsProvider(config);
  const { accountId: account } = await aws.getCallerIdentity({}, { provider });
  const where = { project, stack, region, partition, account };
  const services = Object.entries(config.services);

  const network = new Network(
    "network",
    {
      ...config.network,
      region,
      zones: await findZones(config, { provider }),
      endpoints: deriveEndpoints(
        where,
        services.map(([, service]) => serviceNeeds(service, where)),
      ),
      ports: [...new Set(services.map(([, { port }]) => port))].sort((a, b) => a - b),
    },
    { provider },
  );

  const cluster = new Cluster(
    "cluster",
    {
      clusterName: `${project}-${stack}`,
      namespace: `${stack}.${project}.internal`,
      vpcId: network.vpcId,
      services: Object.keys(config.services),
    },
    { provider },
  );

  const api = new HttpApi(
    "api",
    {
      ...config.api,
      logName: `${project}-${stack}`,
      network,
      services: Object.fromEntries(
        services.map(([name, { routes }]) => [name, { routes, discoveryArn: cluster.discoveryArns[name]! }]),
      ),
    },
    { provider },
  );

  const summaries = services.map(([name, service]): [string, object] => {
    const built =
      service.build === undefined
        ? { reference: service.image!, repositoryArn: ecrRepositoryArn(where, service.image!) }
        : new Image(
            name,
            { context: service.build, architecture: service.architecture, ...config.registry },
            { provider },
          );
    const { reference: image, repositoryArn } = built;
    const fargate = new FargateService(
      name,
      {
        ...where,
        config: service,
        image,
        repositoryArn,
        network,
        cluster,
        discoveryArn: cluster.discoveryArns[name]!,
      },
      { provider },
    );
    return [name, { ...fargate.summary, image, discoveryName: `${name}.${cluster.namespaceName}` }];
  });

  return {
    url: api.invokeUrl,
    cluster: cluster.name,
    apiLogGroup: api.logGroupName,
    services: Object.fromEntries(summaries),
  };
};
