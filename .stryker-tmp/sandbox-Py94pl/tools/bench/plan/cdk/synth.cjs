/**
 * The system of ../system.ts in the AWS CDK, as its users write it. Plain JavaScript, so that the CDK pays nothing for
 * TypeScript; our program does. The measurement leaves by file descriptor 3, as that of ../ours.ts.
 *
 *   node synth.cjs <file with the system as JSON> <folder for the output> [--no-limit]
 *
 * --no-limit lifts the CDK's limit of resources, to see what the time would be: CloudFormation takes no such stack.
 */
// @ts-nocheck

const fs = require("node:fs");
const { App, Duration, RemovalPolicy, Stack } = require("aws-cdk-lib");
const apigateway = require("aws-cdk-lib/aws-apigatewayv2");
const { HttpServiceDiscoveryIntegration } = require("aws-cdk-lib/aws-apigatewayv2-integrations");
const ec2 = require("aws-cdk-lib/aws-ec2");
const ecr = require("aws-cdk-lib/aws-ecr");
const ecs = require("aws-cdk-lib/aws-ecs");
const iam = require("aws-cdk-lib/aws-iam");
const logs = require("aws-cdk-lib/aws-logs");
const cloudMap = require("aws-cdk-lib/aws-servicediscovery");

class System extends Stack {
  constructor(scope, id, system, props) {
    super(scope, id, props);
    const network = this.createNetwork(system);
    const cluster = new ecs.Cluster(this, "Cluster", {
      vpc: network.vpc,
      clusterName: system.name,
      enableFargateCapacityProviders: true,
      defaultCloudMapNamespace: { name: system.namespace, type: cloudMap.NamespaceType.DNS_PRIVATE },
    });
    const api = this.createApi(system);
    const vpcLink = new apigateway.VpcLink(this, "Link", {
      vpc: network.vpc,
      subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [network.link],
    });
    for (const service of system.services) {
      const running = this.createService(service, system, cluster, network);
      const integration = new HttpServiceDiscoveryIntegration(
        `${service.name}-integration`,
        running.cloudMapService,
        {
          vpcLink,
          method: apigateway.HttpMethod.ANY,
          timeout: Duration.seconds(29),
          parameterMapping: new apigateway.ParameterMapping().overwriteHeader(
            "x-client-ip",
            apigateway.MappingValue.contextVariable("identity.sourceIp"),
          ),
        },
      );
      for (const key of service.routes) {
        const [method, path] = key.split(" ");
        const routes = api.addRoutes({ path, methods: [apigateway.HttpMethod[method]], integration });
        for (const route of routes) route.node.addDependency(running);
      }
    }
  }

  createNetwork({ cidr, zones, services, interfaceEndpoints }) {
    const vpc = new ec2.Vpc(this, "Network", {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      availabilityZones: zones,
      natGateways: 0,
      subnetConfiguration: [{ name: "tasks", cidrMask: 20, subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    });
    const group = (id, description) =>
      new ec2.SecurityGroup(this, id, { vpc, description, allowAllOutbound: false });
    const link = group("LinkGroup", "VPC link of the HTTP API");
    const workload = group("WorkloadGroup", "Tasks of all services");
    const endpoints = group("EndpointsGroup", "Interface endpoints");
    workload.connections.allowTo(endpoints, ec2.Port.tcp(443));
    for (const port of new Set(services.map((service) => service.port))) {
      link.addEgressRule(workload, ec2.Port.tcp(port));
    }
    for (const name of interfaceEndpoints) {
      const endpoint = vpc.addInterfaceEndpoint(name, {
        service: new ec2.InterfaceVpcEndpointAwsService(name),
        subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
        securityGroups: [endpoints],
        privateDnsEnabled: true,
      });
      endpoint.addToPolicy(
        new iam.PolicyStatement({
          principals: [new iam.AnyPrincipal()],
          actions: [`${name.split(".")[0]}:*`],
          resources: ["*"],
        }),
      );
    }
    const s3 = vpc.addGatewayEndpoint("s3", { service: ec2.GatewayVpcEndpointAwsService.S3 });
    s3.addToPolicy(
      new iam.PolicyStatement({
        principals: [new iam.AnyPrincipal()],
        actions: ["s3:GetObject"],
        resources: ["*"],
      }),
    );
    return { vpc, link, workload };
  }

  createApi({ name }) {
    const api = new apigateway.HttpApi(this, "Api", { createDefaultStage: false });
    const logGroup = new logs.LogGroup(this, "ApiLog", {
      logGroupName: `/aws/vendedlogs/apis/${name}`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new apigateway.HttpStage(this, "Stage", {
      httpApi: api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: 1000, burstLimit: 500 },
      accessLogSettings: { destination: new apigateway.LogGroupLogDestination(logGroup) },
    });
    return api;
  }

  createService({ name, port, cpu, memory, repository, digest }, system, cluster, { vpc, link, workload }) {
    const logGroup = new logs.LogGroup(this, `${name}-log`, {
      logGroupName: `/ecs/${system.name}/${name}`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const taskDefinition = new ecs.FargateTaskDefinition(this, `${name}-task`, {
      cpu,
      memoryLimitMiB: memory,
      family: `${system.name}-${name}`,
      runtimePlatform: {
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
        cpuArchitecture: ecs.CpuArchitecture.X86_64,
      },
    });
    taskDefinition.addContainer(name, {
      image: ecs.ContainerImage.fromEcrRepository(
        ecr.Repository.fromRepositoryName(this, `${name}-repository`, repository),
        digest,
      ),
      logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: name }),
      environment: { PORT: String(port) },
      portMappings: [{ containerPort: port }],
      healthCheck: { command: ["CMD", "python3", "-m", "healthcheck"], interval: Duration.seconds(35) },
      stopTimeout: Duration.seconds(95),
      readonlyRootFilesystem: true,
    });
    const group = new ec2.SecurityGroup(this, `${name}-group`, {
      vpc,
      description: "Tasks of one service",
      allowAllOutbound: false,
    });
    group.addIngressRule(link, ec2.Port.tcp(port));
    const service = new ecs.FargateService(this, name, {
      cluster,
      taskDefinition,
      desiredCount: 2,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      securityGroups: [workload, group],
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      minHealthyPercent: 100,
      maxHealthyPercent: 150,
      circuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      cloudMapOptions: {
        name,
        dnsRecordType: cloudMap.DnsRecordType.SRV,
        dnsTtl: Duration.seconds(10),
        failureThreshold: 1,
        containerPort: port,
      },
    });
    service.node.addDependency(vpc);
    return service;
  }
}

const [file, outdir, noLimit] = process.argv.slice(2);
const system = JSON.parse(fs.readFileSync(file, "utf8"));
const app = new App({ outdir, context: noLimit ? { "@aws-cdk/core:stackResourceLimit": 0 } : {} });
const stack = new System(app, "System", system, { env: { account: system.account, region: system.region } });
let outcome;
try {
  const { Resources } = app.synth().getStackByName(stack.stackName).template;
  outcome = { resources: Object.keys(Resources).length };
} catch (error) {
  // The first line has the numbers of each type after the last colon; what follows is where the stack stands.
  const refused = /^(.*greater than allowed maximum of \d+):/m.exec(error.message)?.[1];
  if (refused === undefined) throw error;
  outcome = { refused };
}
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
fs.writeSync(
  3,
  JSON.stringify({ ...outcome, memory: maxRSS, processor: (userCPUTime + systemCPUTime) / 1000 }),
);
