/** Looks up an ECS service, its tasks, what they need to start, and what they printed last. */
import { type Answer, type Asking, foundIn, map } from "../aws/ask";
import { timeOf } from "../aws/moment";
import type { EcsService, EcsTask, LogEvent, ServiceDeployment, TaskDefinition } from "../aws/shapes";
import { tasksOf } from "../aws/tasks";
import { parseSecret } from "../../rules/arn";
import type { ExpectedService } from "./expected";
import { failedContainer, isMeant } from "./stops";
import type { SeenService } from "./seen";

/** Tasks whose last lines are read, and how many lines of each. */
const logs = { tasks: 2, lines: 12 };

export async function lookAtService(asking: Asking, expected: ExpectedService): Promise<SeenService> {
  const { cluster, service: name } = expected;
  const of = ["--cluster", cluster];
  const [services, running, stopped, deployments, definition, logGroup] = await Promise.all([
    asking.ask<{ services?: EcsService[] }>("ecs", "describe-services", ...of, "--services", name),
    tasksOf(asking, expected, "RUNNING"),
    tasksOf(asking, expected, "STOPPED"),
    asking.ask<{ serviceDeployments?: ServiceDeployment[] }>(
      "ecs",
      "list-service-deployments",
      ...of,
      "--service",
      name,
    ),
    asking.ask<{ taskDefinition?: TaskDefinition }>(
      ...["ecs", "describe-task-definition", "--task-definition", expected.taskDefinition],
    ),
    expected.logGroup === undefined
      ? undefined
      : asking.ask<{ logGroups?: { logGroupName?: string }[] }>(
          ...["logs", "describe-log-groups", "--log-group-name-prefix", expected.logGroup],
        ),
  ]);
  const task = map(definition, ({ taskDefinition = {} }) => taskDefinition);
  const [images, secrets, lines] = await Promise.all([
    imagesOf(asking, foundIn(task)),
    secretsOf(asking, foundIn(task)),
    lastLines(asking, expected, foundIn(task), foundIn(running) ?? [], foundIn(stopped) ?? []),
  ]);
  const found = foundIn(services)?.services?.[0];
  return {
    expected,
    // Those that are missing come as `failures`, which say no more than that.
    service: services.is !== "found" ? services : found ? { is: "found", found } : { is: "absent" },
    ...{ running, stopped, images, secrets, lines, definition: task },
    deployments: map(deployments, ({ serviceDeployments = [] }) => serviceDeployments),
    logGroup: logGroup && exactly(logGroup, expected.logGroup),
  };
}

/** The list is by a prefix of the name. */
function exactly(
  answer: Answer<{ logGroups?: { logGroupName?: string }[] }>,
  name: string | undefined,
): Answer<object> {
  if (answer.is !== "found") return answer;
  const there = answer.found.logGroups?.some(({ logGroupName }) => logGroupName === name);
  return there === true ? { is: "found", found: {} } : { is: "absent" };
}

/** An image in ECR: registry, repository, and what names the image in it. https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
const inEcr = /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com(?:\.cn)?\/([^@:]+)(?:(@)|:)(.+)$/;

async function imagesOf(
  asking: Asking,
  definition: TaskDefinition | undefined,
): Promise<Map<string, Answer<object>>> {
  const images = new Set((definition?.containerDefinitions ?? []).flatMap(({ image }) => image ?? []));
  const looked = [...images].flatMap((image) => {
    const match = inEcr.exec(image);
    if (!match) return [];
    const [, account = "", region = "", repository = "", digest, name = ""] = match;
    return [
      asking
        .ask(
          ...["ecr", "describe-images", "--registry-id", account, "--repository-name", repository],
          ...["--image-ids", `${digest === "@" ? "imageDigest" : "imageTag"}=${name}`],
          // Of another Region's registry the one of this Region knows nothing.
          ...(region === regionOf(definition) ? [] : ["--region", region]),
        )
        .then((answer) => [image, answer] as const),
    ];
  });
  return new Map(await Promise.all(looked));
}

const regionOf = (definition: TaskDefinition | undefined): string | undefined =>
  definition?.taskDefinitionArn?.split(":")[3];

async function secretsOf(
  asking: Asking,
  definition: TaskDefinition | undefined,
): Promise<Map<string, Answer<object>>> {
  const values = (definition?.containerDefinitions ?? []).flatMap(
    ({ secrets = [], repositoryCredentials }) => [
      ...secrets.map(({ valueFrom }) => valueFrom),
      repositoryCredentials?.credentialsParameter,
    ],
  );
  const looked = [...new Set(values)].flatMap((value) => {
    if (value === undefined) return [];
    return [lookAtSecret(asking, value).then((answer) => [value, answer] as const)];
  });
  return new Map(await Promise.all(looked));
}

/** Only whether it is there: the value is nobody's business here. */
async function lookAtSecret(asking: Asking, valueFrom: string): Promise<Answer<object>> {
  if (parseSecret(valueFrom)?.kind !== "ssm") {
    const arn = valueFrom.split(":").slice(0, 7).join(":");
    const answer = await asking.ask<{ DeletedDate?: unknown }>(
      ...["secretsmanager", "describe-secret", "--secret-id", arn],
    );
    return foundIn(answer)?.DeletedDate === undefined ? answer : { is: "absent" };
  }
  const name = valueFrom.replace(/^.*:parameter/, "");
  const answer = await asking.ask<{ Parameters?: object[] }>(
    ...["ssm", "describe-parameters", "--parameter-filters", `Key=Name,Values=${name}`],
  );
  return answer.is === "found" && (answer.found.Parameters ?? []).length === 0 ? { is: "absent" } : answer;
}

/** Of the container that ended the task that failed last, else of the application in tasks that run. */
async function lastLines(
  asking: Asking,
  { logGroup, name }: ExpectedService,
  definition: TaskDefinition | undefined,
  running: readonly EcsTask[],
  stopped: readonly EcsTask[],
): Promise<Answer<LogEvent[]> | undefined> {
  if (logGroup === undefined) return undefined;
  const newest = (tasks: readonly EcsTask[]): EcsTask[] =>
    [...tasks].sort((a, b) => time(b) - time(a)).slice(0, logs.tasks);
  const failed = newest(stopped.filter((task) => !isMeant(task))).slice(0, 1);
  const containers = definition?.containerDefinitions ?? [];
  const application = containers.find((each) => each.name === name) ?? containers[0];
  const streams = [
    ...failed.map((task) => ({ task, container: failedContainer(task)?.name ?? application?.name })),
    ...newest(running).map((task) => ({ task, container: application?.name })),
  ].flatMap(({ task, container }) => {
    const options = containers.find((each) => each.name === container)?.logConfiguration?.options;
    const prefix = options?.["awslogs-stream-prefix"];
    const id = task.taskArn?.split("/").at(-1);
    return prefix === undefined || container === undefined || id === undefined
      ? []
      : [`${prefix}/${container}/${id}`];
  });
  const answers = await Promise.all(
    streams.map((stream) =>
      asking.ask<{ events?: LogEvent[] }>(
        ...["logs", "get-log-events", "--log-group-name", logGroup, "--log-stream-name", stream],
        ...["--limit", String(logs.lines)],
      ),
    ),
  );
  const seen = answers.flatMap((answer) => foundIn(answer)?.events ?? []);
  const [refused] = answers.filter((answer) => answer.is === "unseen");
  return seen.length === 0 && refused ? refused : { is: "found", found: seen };
}

const time = ({ stoppedAt, createdAt }: EcsTask): number => timeOf(stoppedAt ?? createdAt);
