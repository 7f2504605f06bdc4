import { parseSecret } from "../rules/arn";
import { Needs, secretAction, secretResource } from "../rules/endpoints";
import { droppedCapabilities, ecrRepositoryArn } from "../rules/fargate";
import { stopTimeout } from "../rules/rollout";
import { ServiceConfig } from "../config/schema";
import { sidecarRepositories, sidecarSecrets, withSidecars } from "./sidecars";
import { volumeMounts, volumeStatements } from "./volumes";

/**
 * From a service's configuration to what Amazon ECS and IAM are told. Pure: what only AWS knows comes in as plain values.
 */

/** User of the image that `app/Dockerfile` builds; any image must run as it. */
const user = "10001";

/** Name of the only writable place: the root file system is read-only. */
export const temporaryVolume = "tmp";

export interface ContainerContext {
  /** The service's name, and the container's. */
  name: string;
  region: string;
  image: string;
  logGroup: string;
}

/**
 * The container definitions of a service's task definition.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function containerDefinitions(config: ServiceConfig, context: ContainerContext): object[] {
  const { name, region, image, logGroup } = context;
  const { command, interval, timeout, retries, startPeriod, path } = config.healthCheck;
  const environment = {
    ...config.environment,
    DRAIN_SECONDS: String(config.drainSeconds),
    HEALTH_PATH: path,
    PORT: String(config.port),
    SERVICE_NAME: name,
  };
  const secrets = sorted(config.secrets).map(([key, valueFrom]) => ({ name: key, valueFrom }));
  return withSidecars(config, {
    name,
    image,
    essential: true,
    user,
    readonlyRootFilesystem: true,
    // AWS answers with the empty list, and a definition that differs from the answer is replaced at every update.
    linuxParameters: { capabilities: { add: [], drop: droppedCapabilities } },
    portMappings: [{ containerPort: config.port, hostPort: config.port, protocol: "tcp" }],
    environment: sorted(environment).map(([key, value]) => ({ name: key, value })),
    ...(secrets.length > 0 && { secrets }),
    mountPoints: [
      { sourceVolume: temporaryVolume, containerPath: "/tmp", readOnly: false },
      ...volumeMounts(config),
    ],
    healthCheck: { command, interval, timeout, retries, startPeriod },
    stopTimeout: stopTimeout(config.drainSeconds),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroup,
        "awslogs-region": region,
        "awslogs-stream-prefix": name,
        // A log endpoint that does not answer must not stop the application.
        mode: "non-blocking",
        "max-buffer-size": "4m",
      },
    },
  });
}

// ECS keeps the order, so one that varied would be a new task definition and a deployment.
const sorted = (values: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));

/** What a service asks of AWS, for the endpoints of a network without a way to the internet. */
export function serviceNeeds(config: ServiceConfig, where: { partition: string }): Needs {
  const { permissions, secrets, image } = config;
  const sidecars = sidecarRepositories(config, where);
  return {
    permissions,
    secrets: [...Object.values(secrets), ...sidecarSecrets(config)],
    imageRepository: image === undefined ? undefined : ecrRepositoryArn(where, image),
    ...(sidecars.length > 0 && { sidecarRepositories: sidecars }),
  };
}

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: object[];
}

const document = (...Statement: object[]): PolicyDocument => ({ Version: "2012-10-17", Statement });

/** Who may use the execution role. ECS sends no source ARN here, and a condition on one would deny every launch. */
export function executionTrust({ account }: { account: string }): PolicyDocument {
  return trust({ StringEquals: { "aws:SourceAccount": account } });
}

/**
 * Who may use the task role: tasks of this account and Region. The source ARN can't be narrowed to a cluster.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export function taskTrust(where: { partition: string; region: string; account: string }): PolicyDocument {
  const { partition, region, account } = where;
  return trust({
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:*` },
  });
}

const trust = (Condition: object): PolicyDocument =>
  document({
    Effect: "Allow",
    Principal: { Service: "ecs-tasks.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition,
  });

/** What ECS needs to start the task: its image, its log group, its secrets, and nothing else. */
export function executionPolicy(
  config: ServiceConfig,
  {
    repositoryArn,
    sidecarRepositoryArns = [],
    logGroupArn,
  }: {
    repositoryArn: string | undefined;
    sidecarRepositoryArns?: readonly string[];
    logGroupArn: string;
  },
): PolicyDocument {
  const repositories = [
    ...new Set([...(repositoryArn === undefined ? [] : [repositoryArn]), ...sidecarRepositoryArns]),
  ];
  const pull = repositories.length > 0 && [
    // This action has no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositories.length === 1 ? repositories[0] : repositories,
    },
  ];
  const arns = [...Object.values(config.secrets), ...sidecarSecrets(config)];
  const secrets = [...new Set(arns.map(secretAction))].sort().map((Action) => ({
    Effect: "Allow",
    Action,
    Resource: [...new Set(arns.filter((arn) => secretAction(arn) === Action).map(secretResource))].sort(),
  }));
  return document(
    ...(pull || []),
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroupArn}:*` },
    ...secrets,
    ...decryption(arns),
  );
}

/**
 * A secret under a key of its account's own is decrypted in this role's name, by the service that keeps it and by nobody else.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets
 */
function decryption(secrets: readonly string[]): object[] {
  const services = new Map<string, Set<string>>();
  for (const { kind, partition, region, account } of secrets.map((arn) => parseSecret(arn)!)) {
    const keys = `arn:${partition}:kms:${region}:${account}:key/*`;
    services.set(keys, (services.get(keys) ?? new Set()).add(`${kind}.${region}.amazonaws.com`));
  }
  return [...services].sort().map(([keys, via]) => ({
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: keys,
    Condition: { StringEquals: { "kms:ViaService": [...via].sort() } },
  }));
}

/** What the application may do; undefined when it may do nothing. */
export function taskPolicy(
  config: ServiceConfig,
  where: { partition: string; region: string; account: string },
): PolicyDocument | undefined {
  const { permissions } = config;
  const volumes = volumeStatements(config, where);
  if (permissions.length + volumes.length === 0) return undefined;
  return document(
    ...permissions.map(({ actions, resources }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources,
    })),
    ...volumes,
  );
}
