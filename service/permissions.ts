import { parseSecret } from "../rules/arn";
import { Needs, secretAction, secretResource } from "../rules/endpoints";
import { ecrRepositoryArn } from "../rules/fargate";
import { ServiceConfig } from "../config/schema";
import { hasExec } from "../config/schema-exec";
import { sessionPermissions } from "./exec";
import { sidecarRepositories, sidecarSecrets } from "./sidecars";
import { volumeStatements } from "./volumes";

/** From a service's configuration to what IAM is told of its two roles, and what endpoints have to let through. Pure, as task.ts. */

/** What a service asks of AWS, for the endpoints of a network without a way to the internet. */
export function serviceNeeds(
  config: ServiceConfig,
  where: { partition: string; region: string; account: string },
): Needs {
  const { permissions, secrets, image, imageCredentials } = config;
  const sidecars = sidecarRepositories(config, where);
  const sessions = hasExec(config) ? sessionPermissions(where, "*") : [];
  return {
    permissions: [...permissions, ...sessions],
    secrets: [
      ...Object.values(secrets),
      ...(imageCredentials === undefined ? [] : [imageCredentials]),
      ...sidecarSecrets(config),
    ],
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
  { repositoryArns, logGroupArn }: { repositoryArns: readonly string[]; logGroupArn: string },
): PolicyDocument {
  const pull = repositoryArns.length > 0 && [
    // This action has no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositoryArns.length === 1 ? repositoryArns[0] : [...repositoryArns].sort(),
    },
  ];
  const arns = [
    ...Object.values(config.secrets),
    ...(config.imageCredentials === undefined ? [] : [config.imageCredentials]),
    ...sidecarSecrets(config),
  ];
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

/**
 * What the application may do, and the agent that carries sessions of ECS Exec; undefined when it is nothing.
 *
 * @param sessionLog group in which sessions are logged, by name
 */
export function taskPolicy(
  config: ServiceConfig,
  where: { partition: string; region: string; account: string },
  sessionLog = "",
): PolicyDocument | undefined {
  const permissions = [
    ...config.permissions,
    ...(hasExec(config) ? sessionPermissions(where, sessionLog) : []),
  ];
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
