/** A deployment made by hand, with every resource the local stack reads, for tests that take some of them away. */
import { type Deployment, noOptions, type Resource } from "../../../simulate/deployment";

export const types = {
  api: "aws:apigatewayv2/api:Api",
  route: "aws:apigatewayv2/route:Route",
  integration: "aws:apigatewayv2/integration:Integration",
  link: "aws:apigatewayv2/vpcLink:VpcLink",
  stage: "aws:apigatewayv2/stage:Stage",
  namespace: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
  registry: "aws:servicediscovery/service:Service",
  cluster: "aws:ecs/cluster:Cluster",
  service: "aws:ecs/service:Service",
  task: "aws:ecs/taskDefinition:TaskDefinition",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  image: "docker:index/image:Image",
  subnet: "aws:ec2/subnet:Subnet",
} as const;

export const registryArn = "arn:aws:servicediscovery:eu-west-2:000000000000:service/local-registry";

export interface FixtureOptions {
  stage?: string;
  routes?: string[];
  format?: string;
  throttle?: { throttlingRateLimit: number; throttlingBurstLimit: number };
  requestParameters?: Record<string, string>;
  timeoutMilliseconds?: number;
  context?: string;
  desiredCount?: number;
  minimum?: number;
  maximum?: number;
  environment?: Record<string, string>;
  healthCheck?: Record<string, unknown> | null;
  stopTimeout?: number;
  port?: number;
  /** A file system that the one that serves mounts at /data. */
  fileSystem?: { fileSystemId: string; accessPointId: string };
  /** Containers beside the one that serves, which waits for these dependencies. */
  beside?: { containers: { name: string; [key: string]: unknown }[]; dependsOn: object[] };
  /** A container that has to succeed before the service's own starts, with its startTimeout. */
  before?: { command: string[]; startTimeout?: number };
}

export function fixture(options: FixtureOptions = {}): Deployment {
  const port = options.port ?? 80;
  const resources: Resource[] = [];
  const add = (
    type: string,
    name: string,
    inputs: Record<string, unknown>,
    outputs: Record<string, unknown> = {},
  ) => {
    const id = `local-${name}`;
    resources.push({
      urn: `urn:pulumi:test::fixture::${type}::${name}`,
      type,
      name,
      parent: "",
      custom: true,
      id,
      inputs,
      outputs: { ...inputs, id, ...outputs },
      secretInputs: [],
      dependencies: [],
      propertyDependencies: {},
      provider: "",
      options: noOptions,
    });
    return id;
  };
  const subnets = ["a", "b"].map((zone, index) =>
    add(types.subnet, `subnet-${zone}`, {
      availabilityZone: `eu-west-2${zone}`,
      cidrBlock: `10.0.${index}.0/24`,
    }),
  );
  const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/app@sha256:feed";
  add(
    types.image,
    "image",
    { imageName: "app", build: { context: options.context ?? "./app" } },
    { repoDigest: image },
  );

  const namespace = add(types.namespace, "namespace", { name: "test.internal", vpc: "local-vpc" });
  add(
    types.registry,
    "registry",
    {
      name: "web",
      dnsConfig: {
        namespaceId: namespace,
        dnsRecords: [{ type: "SRV", ttl: 10 }],
        routingPolicy: "MULTIVALUE",
      },
      healthCheckCustomConfig: { failureThreshold: 1 },
    },
    { arn: registryArn },
  );
  const cluster = add(
    types.cluster,
    "cluster",
    {},
    { arn: "arn:aws:ecs:eu-west-2:000000000000:cluster/test" },
  );
  const definition = "arn:aws:ecs:eu-west-2:000000000000:task-definition/web:1";
  const environment = { PORT: String(port), SERVICE_NAME: "web", ...options.environment };
  add(
    types.task,
    "task",
    {
      family: "web",
      cpu: "256",
      memory: "512",
      containerDefinitions: JSON.stringify([
        {
          name: "web",
          image,
          essential: true,
          portMappings: [{ containerPort: port }],
          environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
          secrets: [],
          healthCheck:
            options.healthCheck === null
              ? undefined
              : (options.healthCheck ?? { command: ["CMD", "true"], interval: 5, timeout: 2, retries: 3 }),
          readonlyRootFilesystem: true,
          user: "10001",
          linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["NET_RAW"] } },
          mountPoints: [
            { sourceVolume: "tmp", containerPath: "/tmp" },
            ...(options.fileSystem ? [{ sourceVolume: "data", containerPath: "/data" }] : []),
          ],
          stopTimeout: options.stopTimeout ?? 5,
          ...(options.beside && { dependsOn: options.beside.dependsOn }),
          ...(options.before && { dependsOn: [{ containerName: "web-before", condition: "SUCCESS" }] }),
        },
        ...(options.beside?.containers ?? []),
        ...(options.before
          ? [{ name: "web-before", image, essential: false, stopTimeout: 5, ...options.before }]
          : []),
      ]),
      volumes: [
        { name: "tmp" },
        ...(options.fileSystem
          ? [
              {
                name: "data",
                efsVolumeConfiguration: {
                  fileSystemId: options.fileSystem.fileSystemId,
                  authorizationConfig: { accessPointId: options.fileSystem.accessPointId, iam: "ENABLED" },
                },
              },
            ]
          : []),
      ],
    },
    { arn: definition, revision: 1 },
  );
  add(types.service, "service", {
    cluster: "arn:aws:ecs:eu-west-2:000000000000:cluster/test",
    desiredCount: options.desiredCount ?? 1,
    taskDefinition: definition,
    networkConfiguration: { subnets, securityGroups: ["local-sg-tasks"], assignPublicIp: false },
    serviceRegistries: { registryArn, containerName: "web", containerPort: port },
    deploymentMinimumHealthyPercent: options.minimum ?? 100,
    deploymentMaximumPercent: options.maximum ?? 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  });
  void cluster;
  add(types.ingress, "ingress", {
    securityGroupId: "local-sg-tasks",
    referencedSecurityGroupId: "local-sg-link",
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
  });
  add(types.egress, "egress", {
    securityGroupId: "local-sg-link",
    referencedSecurityGroupId: "local-sg-tasks",
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
  });
  const api = add(
    types.api,
    "api",
    { protocolType: "HTTP" },
    { apiEndpoint: "https://local-api.execute-api.local" },
  );
  const link = add(types.link, "link", { subnetIds: subnets, securityGroupIds: ["local-sg-link"] });
  const integration = add(types.integration, "integration", {
    apiId: api,
    integrationType: "HTTP_PROXY",
    connectionType: "VPC_LINK",
    connectionId: link,
    integrationMethod: "ANY",
    integrationUri: registryArn,
    payloadFormatVersion: "1.0",
    timeoutMilliseconds: options.timeoutMilliseconds ?? 30_000,
    requestParameters: options.requestParameters,
  });
  for (const [index, routeKey] of (options.routes ?? ["ANY /", "ANY /{proxy+}"]).entries()) {
    add(types.route, `route-${index}`, {
      apiId: api,
      routeKey,
      target: `integrations/${integration}`,
      authorizationType: "NONE",
    });
  }
  add(types.stage, "stage", {
    apiId: api,
    name: options.stage ?? "$default",
    autoDeploy: true,
    accessLogSettings: {
      destinationArn: "arn:aws:logs:eu-west-2:000000000000:log-group:api",
      format: options.format ?? '{"route":"$context.routeKey","status":"$context.status"}',
    },
    defaultRouteSettings: options.throttle,
  });
  return {
    project: "fixture",
    stack: "test",
    region: "eu-west-2",
    preview: false,
    resources,
    invocations: [],
    outputs: {},
    warnings: [],
    references: [],
  };
}

/** The same deployment without the resources of one type (or those the predicate picks). */
export function without(
  deployment: Deployment,
  type: string,
  which: (resource: Resource) => boolean = () => true,
): Deployment {
  return {
    ...deployment,
    resources: deployment.resources.filter((resource) => resource.type !== type || !which(resource)),
  };
}

/** The same deployment with one property of the resources of a type changed. */
export function changed(deployment: Deployment, type: string, inputs: Record<string, unknown>): Deployment {
  const change = (resource: Resource): Resource =>
    resource.type === type
      ? {
          ...resource,
          inputs: { ...resource.inputs, ...inputs },
          outputs: { ...resource.outputs, ...inputs },
        }
      : resource;
  return { ...deployment, resources: deployment.resources.map(change) };
}
