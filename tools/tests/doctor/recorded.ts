/**
 * What the AWS CLI answers of a small stack (state.ts): in the shapes that
 * https://docs.aws.amazon.com/cli/latest/reference/ documents, with the moments of version 2, or those of version 1.
 */
import type { Aws, Item } from "../../aws/cli";
import { account, arn, cluster, definition, registry } from "./state";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
export const image = `${account}.dkr.ecr.eu-west-2.amazonaws.com/flask@${digest}`;
const task = arn("ecs", "task/flask-app-fargate-dev/4d2bc3b5a1f04e7d9d1d0b6f5f1c2a3b");

const rule = (GroupId: string, IsEgress: boolean, peer: object, port: number): Item => ({
  ...{ SecurityGroupRuleId: `sgr-${GroupId}-${port}`, GroupId, IsEgress, IpProtocol: "tcp" },
  ...{ FromPort: port, ToPort: port, ...peer, Tags: [] },
});
const to = (GroupId: string): object => ({ ReferencedGroupInfo: { GroupId, UserId: account } });

/** By the call's first two words; the tasks of RUNNING and STOPPED by a third. Undefined is what AWS does not have. */
export const answers: Readonly<Record<string, Item | undefined>> = {
  "apigatewayv2 get-api": {
    ...{ ApiEndpoint: "https://a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com", ApiId: "a1b2c3d4e5" },
    ...{ CreatedDate: "2026-03-02T09:10:11+00:00", DisableExecuteApiEndpoint: false, ProtocolType: "HTTP" },
  },
  "apigatewayv2 get-stages": {
    Items: [
      {
        ...{ StageName: "$default", AutoDeploy: true, DeploymentId: "dp9x8y" },
        LastDeploymentStatusMessage: "Successfully deployed stage with deployment ID 'dp9x8y'",
        DefaultRouteSettings: {
          DetailedMetricsEnabled: false,
          ThrottlingBurstLimit: 500,
          ThrottlingRateLimit: 1000.0,
        },
        RouteSettings: {},
      },
    ],
  },
  "apigatewayv2 get-deployments": {
    Items: [
      {
        DeploymentId: "dp9x8y",
        DeploymentStatus: "DEPLOYED",
        AutoDeployed: true,
        CreatedDate: "2026-03-02T09:14:11+00:00",
      },
    ],
  },
  "apigatewayv2 get-routes": {
    Items: [
      {
        ApiKeyRequired: false,
        AuthorizationType: "NONE",
        RouteId: "r1o2u3",
        RouteKey: "ANY /",
        Target: "integrations/i1n2t3",
      },
    ],
  },
  "apigatewayv2 get-integrations": {
    Items: [
      {
        ...{
          IntegrationId: "i1n2t3",
          IntegrationType: "HTTP_PROXY",
          IntegrationMethod: "ANY",
          IntegrationUri: registry,
        },
        ...{
          ConnectionType: "VPC_LINK",
          ConnectionId: "vl1nk2",
          PayloadFormatVersion: "1.0",
          TimeoutInMillis: 30000,
        },
      },
    ],
  },
  "apigatewayv2 get-authorizers": { Items: [] },
  "apigatewayv2 get-vpc-link": {
    ...{
      VpcLinkId: "vl1nk2",
      Name: "api",
      VpcLinkStatus: "AVAILABLE",
      VpcLinkStatusMessage: "VPC link is ready to route traffic",
    },
    ...{ SubnetIds: ["subnet-0aaa"], SecurityGroupIds: ["sg-0link"], VpcLinkVersion: "V2" },
  },
  "ec2 describe-subnets": {
    Subnets: [
      {
        SubnetId: "subnet-0aaa",
        AvailabilityZone: "eu-west-2a",
        AvailabilityZoneId: "euw2-az2",
        CidrBlock: "10.0.0.0/20",
        AvailableIpAddressCount: 4080,
      },
    ],
  },
  "ec2 describe-security-group-rules": {
    SecurityGroupRules: [
      rule("sg-0link", true, to("sg-0tasks"), 80),
      rule("sg-0tasks", false, to("sg-0link"), 80),
      rule("sg-0tasks", true, { CidrIpv4: "0.0.0.0/0" }, 443),
    ],
  },
  "ec2 describe-vpc-endpoints": { VpcEndpoints: [] },
  "ec2 describe-route-tables": {
    RouteTables: [
      {
        ...{ RouteTableId: "rtb-0main", VpcId: "vpc-0a1b2c3d4e5f60718" },
        Associations: [{ Main: true, RouteTableAssociationId: "rtbassoc-0", RouteTableId: "rtb-0main" }],
        Routes: [
          {
            DestinationCidrBlock: "10.0.0.0/16",
            GatewayId: "local",
            Origin: "CreateRouteTable",
            State: "active",
          },
          {
            DestinationCidrBlock: "0.0.0.0/0",
            NatGatewayId: "nat-0a1b",
            Origin: "CreateRoute",
            State: "active",
          },
        ],
      },
    ],
  },
  "servicediscovery get-service": {
    Service: {
      ...{ Id: "srv-utcrh6wavdkggqtk", Arn: registry, Name: "flask", NamespaceId: "ns-e4anhexample0004" },
      DnsConfig: {
        NamespaceId: "ns-e4anhexample0004",
        RoutingPolicy: "MULTIVALUE",
        DnsRecords: [{ Type: "SRV", TTL: 10 }],
      },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    },
  },
  "servicediscovery list-instances": {
    Instances: [
      {
        Id: "4d2bc3b5a1f04e7d9d1d0b6f5f1c2a3b",
        Attributes: {
          ...{
            AVAILABILITY_ZONE: "eu-west-2a",
            AWS_INIT_HEALTH_STATUS: "UNHEALTHY",
            AWS_INSTANCE_IPV4: "10.0.3.17",
          },
          ...{ AWS_INSTANCE_PORT: "80", ECS_SERVICE_NAME: "flask", REGION: "eu-west-2" },
        },
      },
    ],
  },
  "servicediscovery get-instances-health-status": {
    Status: { "4d2bc3b5a1f04e7d9d1d0b6f5f1c2a3b": "HEALTHY" },
  },
  "ecs describe-services": {
    services: [
      {
        ...{
          serviceArn: arn("ecs", "service/flask-app-fargate-dev/flask"),
          serviceName: "flask",
          clusterArn: cluster,
        },
        ...{
          status: "ACTIVE",
          desiredCount: 1,
          runningCount: 1,
          pendingCount: 0,
          taskDefinition: definition,
        },
        serviceRegistries: [{ registryArn: registry, containerName: "flask", containerPort: 80 }],
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ["subnet-0aaa"],
            securityGroups: ["sg-0tasks"],
            assignPublicIp: "DISABLED",
          },
        },
        deployments: [
          {
            ...{ id: "ecs-svc/9223370526043414679", status: "PRIMARY", taskDefinition: definition },
            ...{
              desiredCount: 1,
              pendingCount: 0,
              runningCount: 1,
              failedTasks: 0,
              rolloutState: "COMPLETED",
            },
            rolloutStateReason: "ECS deployment ecs-svc/9223370526043414679 completed.",
            ...{
              createdAt: "2026-11-26T10:00:00.123000+00:00",
              updatedAt: "2026-11-26T10:05:00.456000+00:00",
            },
          },
        ],
        events: [
          {
            id: "e1",
            createdAt: "2026-11-26T10:05:00.456000+00:00",
            message: "(service flask) has reached a steady state.",
          },
        ],
      },
    ],
    failures: [],
  },
  "ecs list-tasks RUNNING": { taskArns: [task] },
  "ecs list-tasks STOPPED": { taskArns: [] },
  "ecs describe-tasks": {
    tasks: [
      {
        ...{
          taskArn: task,
          clusterArn: cluster,
          taskDefinitionArn: definition,
          lastStatus: "RUNNING",
          desiredStatus: "RUNNING",
        },
        ...{
          healthStatus: "HEALTHY",
          launchType: "FARGATE",
          availabilityZone: "eu-west-2a",
          group: "service:flask",
        },
        ...{ createdAt: "2026-11-26T10:01:00+00:00", startedAt: "2026-11-26T10:01:40+00:00" },
        containers: [
          {
            ...{ name: "flask", lastStatus: "RUNNING", healthStatus: "HEALTHY", image },
            networkInterfaces: [{ attachmentId: "a1", privateIpv4Address: "10.0.3.17" }],
          },
        ],
      },
    ],
    failures: [],
  },
  "ecs list-service-deployments": {
    serviceDeployments: [{ status: "SUCCESSFUL", createdAt: "2026-11-26T10:00:00+00:00" }],
  },
  "ecs describe-task-definition": {
    taskDefinition: {
      ...{
        taskDefinitionArn: definition,
        family: "flask-app-fargate-dev-flask",
        revision: 8,
        cpu: "256",
        memory: "512",
      },
      executionRoleArn: `arn:aws:iam::${account}:role/flask-app-fargate/dev/flask-execution-1a2b3c`,
      containerDefinitions: [
        {
          ...{
            name: "flask",
            image,
            essential: true,
            portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
          },
          healthCheck: {
            command: ["CMD", "python3", "-m", "healthcheck"],
            interval: 35,
            timeout: 3,
            retries: 3,
            startPeriod: 30,
          },
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": "/ecs/flask-app-fargate/dev/flask",
              "awslogs-region": "eu-west-2",
              "awslogs-stream-prefix": "flask",
            },
          },
        },
      ],
    },
  },
  "ecr describe-images": {
    imageDetails: [{ registryId: account, repositoryName: "flask", imageDigest: digest }],
  },
  "logs describe-log-groups": {
    logGroups: [{ logGroupName: "/ecs/flask-app-fargate/dev/flask", retentionInDays: 30 }],
  },
  "logs get-log-events": {
    events: [{ timestamp: 1795687300000, message: "Serving flask app", ingestionTime: 1795687301000 }],
  },
  "logs filter-log-events": { events: [], searchedLogStreams: [] },
};

/** The AWS CLI over these answers, with some of them others; an error is what it fails with. */
export const answering =
  (others: Readonly<Record<string, Item | Error | undefined>> = {}, calls: string[][] = []): Aws =>
  (args) => {
    calls.push([...args]);
    const call = args.slice(0, 2).join(" ");
    const status = args[args.indexOf("--desired-status") + 1] ?? "";
    const key = call === "ecs list-tasks" ? `${call} ${status}` : call;
    if (!(key in answers)) return Promise.reject(new Error(`not recorded: ${args.join(" ")}`));
    const answer = key in others ? others[key] : answers[key];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };

/** A task that stopped so. */
export const stopped = (of: Item): Item => ({
  tasks: [
    {
      ...((answers["ecs describe-tasks"] as { tasks: Item[] }).tasks[0] as object),
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      healthStatus: "UNKNOWN",
      ...of,
    },
  ],
});
