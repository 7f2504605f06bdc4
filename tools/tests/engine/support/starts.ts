import { endpointServiceName, secretAction, secretResource } from "../../../../rules/endpoints";
import { Deployment, ofType, Resource } from "../../../../simulate/deployment";
import { letsOut, missingRule, Side } from "../../../local/firewall";
import { list, object, properties, referred, text, texts } from "../../../local/recorded";

/**
 * Whether ECS could start a new task of each service in an account as it is: one that ends is then replaced. What a start
 * takes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html and
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */

/** A service whose tasks are not replaced, by its name in the program. */
export interface Stuck {
  service: string;
  why: string;
}

/** Something that a start asks of AWS. */
interface Ask {
  /** The endpoint it goes through, where there is one. */
  endpoint: string;
  action: string;
  resource: string;
}

/** The services of which no new task would start. */
export const stuck = (deployment: Deployment): Stuck[] =>
  ofType(deployment, "aws:ecs/service:Service").flatMap((service) => {
    const why = obstacle(deployment, service);
    return why === undefined ? [] : [{ service: service.name, why }];
  });

function obstacle(deployment: Deployment, service: Resource): string | undefined {
  const definition = referred(
    deployment,
    "aws:ecs/taskDefinition:TaskDefinition",
    service.inputs.taskDefinition,
  );
  if (!definition) return "its task definition does not exist";
  const { executionRoleArn, taskRoleArn, containerDefinitions } = properties(definition);
  const execution = referred(deployment, "aws:iam/role:Role", executionRoleArn);
  if (!execution) return "its execution role does not exist";
  if (!referred(deployment, "aws:iam/role:Role", taskRoleArn)) return "its task role does not exist";
  const containers = list(JSON.parse(text(containerDefinitions) ?? "[]")).map(object);
  for (const group of containers.flatMap((container) => logGroupOf(container) ?? []))
    if (!ofType(deployment, "aws:cloudwatch/logGroup:LogGroup").some(({ inputs }) => inputs.name === group))
      return `its log group ${group} does not exist`;
  const asked = containers.flatMap((container) => asks(deployment, container));
  const rights = ofType(deployment, "aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) =>
    [execution.id, execution.outputs.name].includes(inputs.role),
  );
  const denied = asked.find((ask) => !rights.some(({ inputs }) => allows(inputs.policy, ask)));
  if (denied) return `its execution role may not ${denied.action} ${denied.resource}`;
  return cutOff(
    deployment,
    service,
    asked,
    containers.map(({ image }) => text(image) ?? ""),
  );
}

const optionsOf = (container: Record<string, unknown>): Record<string, unknown> =>
  object(object(container.logConfiguration).options);
const logGroupOf = (container: Record<string, unknown>): string | undefined =>
  text(optionsOf(container)["awslogs-group"]);

const registry = /^(\d+)\.dkr\.ecr\.([^.]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

function asks({ region }: Deployment, container: Record<string, unknown>): Ask[] {
  const [, account, place, repository] = registry.exec(text(container.image) ?? "") ?? [];
  const group = logGroupOf(container);
  const secrets = [
    ...list(container.secrets).flatMap((secret) => text(object(secret).valueFrom) ?? []),
    ...[text(object(container.repositoryCredentials).credentialsParameter) ?? []].flat(),
  ];
  return [
    ...(repository === undefined
      ? []
      : [
          { endpoint: "ecr.api", action: "ecr:GetAuthorizationToken", resource: "*" },
          ...["ecr.api", "ecr.dkr"].map((endpoint) => ({
            ...{ endpoint, action: "ecr:BatchGetImage" },
            resource: `arn:aws:ecr:${place}:${account}:repository/${repository}`,
          })),
        ]),
    ...(group === undefined
      ? []
      : [
          {
            ...{ endpoint: "logs", action: "logs:CreateLogStream" },
            resource: `arn:aws:logs:${region}:000000000000:log-group:${group}:*`,
          },
        ]),
    ...secrets.map((secret) => ({
      endpoint: secretAction(secret).startsWith("ssm") ? "ssm" : "secretsmanager",
      action: secretAction(secret),
      resource: secretResource(secret),
    })),
  ];
}

/** Whether a policy's text has a statement for it; a `*` in it stands for anything. */
function allows(policy: unknown, { action, resource }: Ask): boolean {
  const statements = list(object(JSON.parse(text(policy) ?? "{}")).Statement).map(object);
  const within = (patterns: unknown, value: string): boolean =>
    [patterns].flat().some((pattern) => {
      const source = String(pattern).replace(/[.+^${}()|[\]\\?]/g, "\\$&");
      return new RegExp(`^${source.replaceAll("*", ".*")}$`).test(value);
    });
  return statements.some(
    ({ Effect, Action, Resource }) =>
      Effect === "Allow" && within(Action, action) && within(Resource, resource),
  );
}

/** What is between the tasks and what they ask. Of subnets that others own nothing is known. */
function cutOff(
  deployment: Deployment,
  { inputs }: Resource,
  asked: readonly Ask[],
  images: readonly string[],
): string | undefined {
  const network = object(inputs.networkConfiguration);
  const tasks: Side = {
    securityGroups: texts(network.securityGroups),
    subnets: texts(network.subnets),
  };
  const subnets = tasks.subnets.flatMap((id) => referred(deployment, "aws:ec2/subnet:Subnet", id) ?? []);
  const isPublic = network.assignPublicIp === true;
  for (const subnet of subnets) {
    const table = ofType(deployment, "aws:ec2/routeTableAssociation:RouteTableAssociation").find(
      (association) => association.inputs.subnetId === subnet.id,
    )?.inputs.routeTableId;
    const out =
      letsOut(deployment, tasks.securityGroups, "everywhere", 443) && leadsOut(deployment, table, isPublic);
    const vpc = subnet.inputs.vpcId;
    for (const ask of asked) {
      const endpoint = endpointOf(deployment, vpc, ask.endpoint);
      if (!endpoint) {
        if (!out) return `${subnet.name} has no way to ${ask.endpoint}`;
        continue;
      }
      const there: Side = {
        securityGroups: texts(endpoint.inputs.securityGroupIds),
        subnets: texts(endpoint.inputs.subnetIds),
      };
      const missing = missingRule(deployment, tasks, there, 443);
      if (missing) return `no ${missing} rule lets its tasks to the endpoint ${ask.endpoint}`;
      if (!allows(endpoint.inputs.policy, ask))
        return `the endpoint ${ask.endpoint} does not let ${ask.action} of ${ask.resource} through`;
    }
    // The layers of an image in ECR are in S3.
    const layers = endpointOf(deployment, vpc, "s3");
    const byGateway =
      layers !== undefined &&
      texts(layers.inputs.routeTableIds).includes(text(table) ?? "") &&
      letsOut(deployment, tasks.securityGroups, { prefixListId: text(layers.outputs.prefixListId) }, 443);
    const needsLayers = images.some((image) => registry.test(image));
    if (needsLayers && !byGateway && !out) return `${subnet.name} has no way to s3`;
    if (images.some((image) => !registry.test(image)) && !out)
      return `${subnet.name} has no way to the internet, where its image is`;
  }
  return undefined;
}

const endpointOf = (deployment: Deployment, vpc: unknown, name: string): Resource | undefined =>
  ofType(deployment, "aws:ec2/vpcEndpoint:VpcEndpoint").find(
    ({ inputs }) =>
      inputs.vpcId === vpc && inputs.serviceName === endpointServiceName(deployment.region, name),
  );

/** Whether a route table's default route goes where there is something. */
function leadsOut(deployment: Deployment, table: unknown, isPublic: boolean): boolean {
  return ofType(deployment, "aws:ec2/route:Route").some(({ inputs }) => {
    if (inputs.routeTableId !== table || inputs.destinationCidrBlock !== "0.0.0.0/0") return false;
    if (inputs.natGatewayId !== undefined)
      return referred(deployment, "aws:ec2/natGateway:NatGateway", inputs.natGatewayId) !== undefined;
    const gateway = referred(deployment, "aws:ec2/internetGateway:InternetGateway", inputs.gatewayId);
    return isPublic && gateway !== undefined;
  });
}
