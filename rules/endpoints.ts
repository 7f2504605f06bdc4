/**
 * Which VPC endpoints tasks without a way to the internet need, derived from what they do, and what those endpoints allow.
 *
 * Launch needs: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html and
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (Fargate 1.4.0: both ECR endpoints, S3 for the
 * layers, logs for awslogs; Amazon ECS's own endpoints are not needed).
 */

import { actionEndpoints, endpointsForAction } from "./actions";
import { parseSecret } from "./arn";

/** These two are free and are reached through the route table, not through an interface. */
export const gatewayEndpoints: readonly string[] = ["s3", "dynamodb"];

/** The name AWS gives the endpoint's service. China prefixes those of ECR: `aws ec2 describe-vpc-endpoint-services`. */
export const endpointServiceName = (region: string, name: string): string =>
  `${region.startsWith("cn-") && name.startsWith("ecr.") ? "cn." : ""}com.amazonaws.${region}.${name}`;

/** Names of the endpoints that this program can make, or use where they are. */
export const knownEndpoints: readonly string[] = ["ecr.dkr", ...actionEndpoints].sort();

/** The endpoint a secret's ARN is read through, or undefined when it is neither a secret nor a parameter. */
export const endpointForSecret = (arn: string): "secretsmanager" | "ssm" | undefined =>
  parseSecret(arn)?.kind;

/** What one service asks of AWS. */
export interface Needs {
  permissions: readonly { actions: readonly string[]; resources: readonly string[] }[];
  /** Secrets Manager or SSM ARNs. */
  secrets: readonly string[];
  /** Repository ARN of an `image:`; undefined when the image is built into this account's own registry. */
  imageRepository?: string | undefined;
  /** The same of its sidecars. */
  sidecarRepositories?: readonly string[] | undefined;
}

/** Names of the endpoints of services with these needs. */
export const neededEndpoints = (services: readonly Needs[]): string[] =>
  deriveEndpoints({ partition: "", region: "", account: "" }, services)
    .map(({ name }) => name)
    .sort();

/** Whether a service asks for more than every launch does. */
export const hasNeeds = ({
  permissions,
  secrets,
  imageRepository,
  sidecarRepositories = [],
}: Needs): boolean =>
  permissions.length + secrets.length + sidecarRepositories.length > 0 || imageRepository !== undefined;

/** Endpoints that are missing for these needs, or do not let all of them through, where they were made for others. */
export function closedEndpoints(
  where: { partition: string; region: string; account: string },
  made: readonly Needs[],
  needs: readonly Needs[],
): string[] {
  const open = new Map(deriveEndpoints(where, made).map(({ name, statements }) => [name, statements]));
  const within = (inner: readonly string[], outer: readonly string[]): boolean =>
    inner.every((one) => outer.some((pattern) => matches(pattern, one)));
  const passes = (name: string, { Action, Resource }: Statement): boolean =>
    (open.get(name) ?? []).some((outer) => within(Action, outer.Action) && within(Resource, outer.Resource));
  return deriveEndpoints(where, needs)
    .filter(({ name, statements }) => !statements.every((statement) => passes(name, statement)))
    .map(({ name }) => name);
}

/** As IAM reads `*` and `?` in actions and resources; a pattern within another counts as text. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`).test(text);
}

export interface Statement {
  Effect: "Allow";
  Principal: "*";
  Action: string[];
  Resource: string[];
}

/** An endpoint and what passes through it. */
export interface Endpoint {
  /** As in `com.amazonaws.<region>.<name>`. */
  name: string;
  type: "Interface" | "Gateway";
  statements: Statement[];
}

/** What a policy names for a secret of a task definition: IAM knows the secret's whole ARN, and nothing of its keys. */
export const secretResource = (arn: string): string => parseSecret(arn)?.policyResource ?? arn;

/** The action that reads a secret of this kind. */
export const secretAction = (arn: string): string =>
  endpointForSecret(arn) === "ssm" ? "ssm:GetParameters" : "secretsmanager:GetSecretValue";

/**
 * The smallest set of endpoints for these services, with the union of what launching and each service's permissions need.
 * Costs: an interface endpoint is billed by zone and hour (about 8 USD a month each in London), gateway endpoints are free.
 */
export function deriveEndpoints(
  where: { partition: string; region: string; account: string },
  services: readonly Needs[],
): Endpoint[] {
  const { partition, region, account } = where;
  const statements = new Map<string, Statement[]>();
  const allow = (name: string, Action: readonly string[], Resource: readonly string[]): void => {
    const list = statements.get(name) ?? [];
    list.push({ Effect: "Allow", Principal: "*", Action: [...Action], Resource: [...new Set(Resource)] });
    statements.set(name, list);
  };

  const repositories = [
    `arn:${partition}:ecr:${region}:${account}:repository/*`,
    ...services.flatMap(({ imageRepository, sidecarRepositories = [] }) => [
      ...(imageRepository === undefined ? [] : [imageRepository]),
      ...sidecarRepositories,
    ]),
  ];
  for (const name of ["ecr.api", "ecr.dkr"]) {
    allow(name, ["ecr:GetAuthorizationToken"], ["*"]);
    allow(
      name,
      ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      repositories,
    );
  }
  // ECR's own principal signs the layer downloads, so a condition on this account would deny them.
  allow("s3", ["s3:GetObject"], [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`]);
  allow(
    "logs",
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    [`arn:${partition}:logs:${region}:${account}:log-group:*`],
  );

  for (const service of services) {
    for (const arn of service.secrets) {
      const name = endpointForSecret(arn);
      if (name) allow(name, [secretAction(arn)], [secretResource(arn)]);
    }
    for (const { actions, resources } of service.permissions) {
      for (const name of new Set(actions.flatMap((action) => endpointsForAction(action) ?? []))) {
        allow(
          name,
          actions.filter((action) => endpointsForAction(action)?.includes(name)),
          resources,
        );
      }
    }
  }

  return [...statements].map(([name, allowed]) => ({
    name,
    type: gatewayEndpoints.includes(name) ? "Gateway" : "Interface",
    statements: unique(allowed),
  }));
}

function unique(statements: Statement[]): Statement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}
