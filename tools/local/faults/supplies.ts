/**
 * Faults of what a task needs before it starts. The reasons are in the words of Amazon ECS:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
 */
import { type Account, changed, without } from "../aws-view/account";
import type { ServiceView } from "../ecs/views";
import { list, object, properties, referred, text } from "../recorded";
import type { Fault } from "./fault";
import { notStarted } from "./befalls";

const imageOf = ({ task }: ServiceView): string => task?.container.image ?? "";

/** The repository of an image in ECR, and what names the image in it. */
const repositoryOf = (service: ServiceView): { host: string; name: string; mark: string } => {
  const [, host = "", name = "", mark = ""] = /^([^/]+)\/(.+?)[@:](.+)$/.exec(imageOf(service)) ?? [];
  return { host, name, mark };
};

/** The first secret that a service's tasks are given. */
function secretOf(account: Account, { task }: ServiceView): string | undefined {
  const definition = referred(account.deployment, "aws:ecs/taskDefinition:TaskDefinition", task?.arn);
  const containers = JSON.parse(
    text(definition && properties(definition).containerDefinitions) ?? "[]",
  ) as unknown;
  const all = list(containers)
    .map(object)
    .flatMap(({ secrets }) => list(secrets).map(object));
  return text(all[0]?.valueFrom);
}

const hasSecret = (account: Account, service: ServiceView): boolean =>
  secretOf(account, service) !== undefined;

/** Of a secret, without a key of its JSON behind it. */
const arnOf = (valueFrom: string): string => valueFrom.split(":").slice(0, 7).join(":");

const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
const isEndpointOf =
  (service: string) =>
  ({ type, inputs }: { type: string; inputs: Record<string, unknown> }): boolean =>
    type === endpoint && (text(inputs.serviceName) ?? "").endsWith(`.${service}`);
const hasEndpoint =
  (service: string) =>
  (account: Account): boolean =>
    account.deployment.resources.some(isEndpointOf(service));

const pullTimesOut = (_: Account, service: ServiceView): string => {
  const { host, name, mark } = repositoryOf(service);
  return (
    `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${imageOf(service)}: failed to do ` +
    `request: Head "https://${host}/v2/${name}/manifests/${mark}": dial tcp 10.0.3.17:443: i/o timeout`
  );
};

const all: readonly Fault[] = [
  {
    name: "image-gone",
    title: "The image is not in its repository",
    hop: "image",
    felt: 503,
    inject: (account, service) => {
      account.missing.add(imageOf(service));
      notStarted(
        () =>
          "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref " +
          `${imageOf(service)}: ${imageOf(service)}: not found`,
      )(account, service);
    },
  },
  {
    name: "image-denied",
    title: "The execution role may not pull the image",
    hop: "image",
    felt: 503,
    inject: notStarted((_, service) => {
      const { host, name } = repositoryOf(service);
      const [account, , , region] = host.split(".");
      return (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref " +
        `${imageOf(service)}: unexpected status from HEAD request: 403 Forbidden: User: arn:aws:sts::${account}:assumed-role/execution is ` +
        `not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:${region}:${account}:repository/${name} because no ` +
        "identity-based policy allows the ecr:BatchGetImage action"
      );
    }),
  },
  {
    name: "secret-gone",
    title: "A secret was deleted",
    hop: "secrets",
    felt: 503,
    fits: hasSecret,
    inject: (account, service) => {
      const arn = arnOf(secretOf(account, service) ?? "");
      account.missing.add(arn);
      notStarted(
        () =>
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to " +
          `retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: ` +
          "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      )(account, service);
    },
  },
  {
    name: "secret-refused",
    title: "The execution role may not read a secret",
    hop: "secrets",
    felt: 503,
    fits: hasSecret,
    inject: notStarted((account, service) => {
      const arn = arnOf(secretOf(account, service) ?? "");
      return (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to " +
        `retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: ` +
        "AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/execution is not authorized to perform: " +
        `secretsmanager:GetSecretValue on resource: ${arn} because no identity-based policy allows the ` +
        "secretsmanager:GetSecretValue action"
      );
    }),
  },
  {
    name: "endpoint-gone",
    title: "The endpoint of ECR was deleted",
    hop: "endpoints",
    felt: 503,
    fits: hasEndpoint("ecr.dkr"),
    inject: (account, service) => {
      account.rewire((deployment) => without(deployment, isEndpointOf("ecr.dkr")));
      notStarted(pullTimesOut)(account, service);
    },
  },
  {
    name: "endpoint-policy-denies",
    title: "The policy of ECR's endpoint does not let the image be pulled",
    hop: "endpoints",
    felt: 503,
    fits: hasEndpoint("ecr.dkr"),
    inject: (account, service) => {
      const statement = {
        ...{ Effect: "Allow", Principal: "*", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
      };
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      account.rewire((deployment) => changed(deployment, isEndpointOf("ecr.dkr"), () => ({ policy })));
      notStarted((_, { task }) => {
        const { host, name } = repositoryOf(service);
        const [owner, , , region] = host.split(".");
        return (
          `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${task?.container.image}: ` +
          `unexpected status from HEAD request: 403 Forbidden: User: arn:aws:sts::${owner}:assumed-role/execution is not authorized to ` +
          `perform: ecr:BatchGetImage on resource: arn:aws:ecr:${region}:${owner}:repository/${name} because no VPC endpoint policy ` +
          "allows the ecr:BatchGetImage action"
        );
      })(account, service);
    },
  },
  {
    name: "no-way-to-s3",
    title: "The endpoint of S3, where the layers of images are, was deleted",
    hop: "endpoints",
    felt: 503,
    fits: hasEndpoint("s3"),
    inject: (account, service) => {
      account.rewire((deployment) => without(deployment, isEndpointOf("s3")));
      notStarted((each) => {
        const bucket = `prod-${each.deployment.region}-starport-layer-bucket.s3.${each.deployment.region}.amazonaws.com`;
        return (
          `CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do ` +
          `request: Get "https://${bucket}/layer": dial tcp 52.95.150.1:443: i/o timeout`
        );
      })(account, service);
    },
  },
  {
    name: "log-group-gone",
    title: "The log group of the service was deleted",
    hop: "log",
    felt: 503,
    inject: (account, service) => {
      const definition = referred(
        account.deployment,
        "aws:ecs/taskDefinition:TaskDefinition",
        service.task?.arn,
      );
      const groups = text(definition && properties(definition).containerDefinitions) ?? "";
      const [, group = ""] = /"awslogs-group":"([^"]+)"/.exec(groups) ?? [];
      account.rewire((deployment) =>
        without(
          deployment,
          (resource) =>
            resource.type === "aws:cloudwatch/logGroup:LogGroup" && properties(resource).name === group,
        ),
      );
      notStarted(
        () =>
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create " +
          "Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
      )(account, service);
    },
  },
];

export const supplyFaults: readonly Fault[] = [...all];
