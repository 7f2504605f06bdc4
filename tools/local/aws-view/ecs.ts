/**
 * What Amazon ECS would answer of a local stack: services, deployments, tasks and why they stopped.
 * https://docs.aws.amazon.com/cli/latest/reference/ecs/ ; the words of reasons are those of
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html and service-event-messages-list.html
 */
import type { Rollout } from "../ecs/rollout";
import type { ContainerView, ServiceView } from "../ecs/views";
import { list, object, properties, referred, text, texts } from "../recorded";
import type { Account } from "./account";
import { privateAddress } from "./addresses";
import type { Remembered, RememberedRollout } from "./history";
import { type Answers, valueOf, valuesOf } from "./words";

export function elasticContainers(account: Account): Answers {
  const { services, history } = account;
  const inCluster = (args: readonly string[]): ServiceView[] => {
    const cluster = valueOf(args, "--cluster");
    return services.filter((each) => each.cluster === cluster || each.cluster.endsWith(`/${cluster}`));
  };
  const named = (args: readonly string[], name: string) =>
    inCluster(args).find((each) => each.name === name || arnOf(each) === name);
  const all = (args: readonly string[]): Remembered[] =>
    inCluster(args).flatMap(({ urn }) => history.tasksOf(urn));
  return {
    "ecs describe-services": (args) => {
      const asked = valuesOf(args, "--services");
      const found = asked.flatMap((name) => named(args, name) ?? []);
      const missing = asked.filter((name) => named(args, name) === undefined);
      return {
        services: found.map((service) => describeService(account, service)),
        failures: missing.map((arn) => ({ arn, reason: "MISSING" })),
      };
    },
    "ecs list-tasks": (args) => {
      const name = valueOf(args, "--service-name");
      const stopped = valueOf(args, "--desired-status") === "STOPPED";
      const own = all(args).filter(
        ({ task, service }) =>
          (name === "" || service.name === name) &&
          (task.state === "STOPPED" || task.stopRequested) === stopped,
      );
      return { taskArns: own.map(taskArn) };
    },
    "ecs describe-tasks": (args) => {
      const asked = valuesOf(args, "--tasks");
      return {
        tasks: all(args)
          .filter((each) => asked.includes(taskArn(each)) || asked.includes(each.task.id))
          .map((each) => describeTask(account, each)),
        failures: [],
      };
    },
    "ecs list-service-deployments": (args) => {
      const service = named(args, valueOf(args, "--service"));
      return service && { serviceDeployments: serviceDeployments(account, service).reverse() };
    },
    "ecs describe-task-definition": (args) => {
      const found = referred(
        account.deployment,
        "aws:ecs/taskDefinition:TaskDefinition",
        valueOf(args, "--task-definition"),
      );
      if (!found) return undefined;
      const { arn, family, revision, cpu, memory, networkMode, executionRoleArn, taskRoleArn } =
        properties(found);
      const containers: unknown = JSON.parse(text(properties(found).containerDefinitions) ?? "[]");
      return {
        taskDefinition: {
          ...{
            taskDefinitionArn: arn,
            family,
            revision,
            cpu,
            memory,
            networkMode,
            executionRoleArn,
            taskRoleArn,
          },
          containerDefinitions: containers,
          status: "ACTIVE",
        },
      };
    },
  };
}

const arnOf = ({ cluster, name }: ServiceView): string =>
  `${cluster.replace(":cluster/", ":service/")}/${name}`;

const taskArn = ({ task, service }: Remembered): string =>
  `${service.cluster.replace(":cluster/", ":task/")}/${task.id}`;

const deploymentId = ({ number }: Rollout): string => `ecs-svc/${number}`;

function describeService(account: Account, service: ServiceView): object {
  const { ecs, history, deployment } = account;
  const recorded = deployment.resources.find(({ urn }) => urn === service.urn);
  const scheduler = ecs.schedulers.get(service.urn);
  const desired = scheduler?.desiredCount ?? service.desiredCount;
  const live = history.tasksOf(service.urn).filter(({ task }) => task.live);
  const count = (state: string, of: readonly Remembered[]): number =>
    of.filter(({ task }) => task.state === state).length;
  const primary = scheduler?.primary;
  const rollouts = history.rolloutsOf(service.urn);
  const shown = rollouts.filter(
    ({ rollout }) =>
      rollout === primary || live.some(({ task }) => scheduler?.deploymentOf(task) === rollout),
  );
  const network = object(recorded?.inputs.networkConfiguration);
  return {
    serviceArn: arnOf(service),
    serviceName: service.name,
    clusterArn: service.cluster,
    // Gone from the program's wiring is deleted at AWS.
    status: recorded ? "ACTIVE" : "INACTIVE",
    desiredCount: desired,
    runningCount: count("RUNNING", live),
    pendingCount: count("PENDING", live),
    taskDefinition: service.task?.arn,
    capacityProviderStrategy: list(recorded?.inputs.capacityProviderStrategies),
    serviceRegistries: [object(recorded?.inputs.serviceRegistries)],
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: texts(network.subnets),
        securityGroups: texts(network.securityGroups),
        assignPublicIp: network.assignPublicIp === true ? "ENABLED" : "DISABLED",
      },
    },
    enableExecuteCommand: service.exec,
    createdAt: rollouts[0]?.createdAt.toISOString(),
    deployments: shown.reverse().map((each) => {
      const own = live.filter(({ task }) => scheduler?.deploymentOf(task) === each.rollout);
      return {
        id: deploymentId(each.rollout),
        status: each.rollout === primary ? "PRIMARY" : "ACTIVE",
        taskDefinition: service.task?.arn,
        desiredCount: each.rollout === primary ? desired : 0,
        runningCount: count("RUNNING", own),
        pendingCount: count("PENDING", own),
        failedTasks: each.rollout.failures,
        createdAt: each.createdAt.toISOString(),
        updatedAt: each.updatedAt.toISOString(),
        rolloutState: each.rollout.state,
        rolloutStateReason: stateReason(each, rollouts),
      };
    }),
    events: eventsOf(account, service),
  };
}

/** Words of https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html and of DescribeServices. */
function stateReason({ rollout }: RememberedRollout, all: readonly RememberedRollout[]): string {
  const id = deploymentId(rollout);
  if (rollout.state === "FAILED") return "ECS deployment circuit breaker: tasks failed to start.";
  const failedAfter = all.some(
    (each) => each.rollout.number > rollout.number && each.rollout.state === "FAILED",
  );
  if (failedAfter && rollout.state === "IN_PROGRESS")
    return `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`;
  return rollout.state === "COMPLETED"
    ? `ECS deployment ${id} completed.`
    : `ECS deployment ${id} in progress.`;
}

function eventsOf(account: Account, service: ServiceView): object[] {
  const own = account.history
    .rolloutsOf(service.urn)
    .filter(({ rollout }) => rollout.state !== "IN_PROGRESS")
    .map(({ rollout, updatedAt }) => ({
      at: updatedAt,
      message:
        rollout.state === "FAILED"
          ? `(service ${service.name}) (deployment ${deploymentId(rollout)}) deployment failed: tasks failed to start.`
          : `(service ${service.name}) has reached a steady state.`,
    }));
  return [...own, ...(account.events.get(service.urn) ?? [])]
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .map(({ at, message }, i) => ({ id: `event-${i}`, createdAt: at.toISOString(), message }));
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html, the oldest first. */
function serviceDeployments({ ecs, history }: Account, service: ServiceView): object[] {
  const all = history.rolloutsOf(service.urn);
  const primary = ecs.schedulers.get(service.urn)?.primary;
  return all.map(({ rollout, createdAt, updatedAt }) => {
    const base = arnOf(service).replace(":service/", ":service-deployment/");
    const { state } = rollout;
    const back =
      state === "FAILED" && primary !== rollout && primary !== undefined && primary.number < rollout.number;
    const status = back
      ? primary.state === "COMPLETED"
        ? "ROLLBACK_SUCCESSFUL"
        : "ROLLBACK_IN_PROGRESS"
      : state === "FAILED"
        ? "ROLLBACK_FAILED"
        : state === "COMPLETED"
          ? "SUCCESSFUL"
          : "IN_PROGRESS";
    return {
      serviceDeploymentArn: `${base}/${rollout.number}`,
      serviceArn: arnOf(service),
      clusterArn: service.cluster,
      createdAt: createdAt.toISOString(),
      startedAt: createdAt.toISOString(),
      ...(state !== "IN_PROGRESS" && { finishedAt: updatedAt.toISOString() }),
      targetServiceRevisionArn: `${arnOf(service).replace(":service/", ":service-revision/")}/${rollout.number}`,
      status,
      ...(state === "FAILED" && {
        statusReason: `Deployment failed: tasks failed to start. ${rollout.lastFailure ?? ""}`.trim(),
      }),
    };
  });
}

function describeTask(account: Account, remembered: Remembered): object {
  const { task, service, ending, createdAt, startedAt, stoppedAt } = remembered;
  const stopping = task.state === "STOPPED" || task.stopRequested;
  const containers = [...(service.task?.containers ?? [])];
  return {
    taskArn: taskArn(remembered),
    clusterArn: service.cluster,
    taskDefinitionArn: service.task?.arn,
    group: `service:${service.name}`,
    startedBy: `ecs-svc/${account.ecs.schedulers.get(service.urn)?.deploymentOf(task)?.number ?? ""}`,
    lastStatus: task.state === "STOPPING" ? "STOPPING" : task.state,
    desiredStatus: stopping ? "STOPPED" : "RUNNING",
    healthStatus: task.health,
    availabilityZone: task.zone,
    launchType: "FARGATE",
    createdAt: createdAt.toISOString(),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(stopping && stopOf(remembered)),
    ...(stoppedAt && { stoppedAt: stoppedAt.toISOString() }),
    containers: containers.map((container) => ({
      name: container.name,
      image: container.image,
      lastStatus: task.state,
      healthStatus: container.healthCheck === undefined ? "UNKNOWN" : task.health,
      ...(ending?.container === container.name && {
        ...(ending.exitCode !== undefined && { exitCode: ending.exitCode }),
        ...(ending.reason !== undefined && { reason: ending.reason }),
      }),
      networkInterfaces:
        startedAt === undefined
          ? []
          : [{ attachmentId: `local-${task.id.slice(0, 8)}`, privateIpv4Address: privateAddress(task) }],
    })),
  };
}

/** Whoever asked for the end, or how it ended by itself. */
function stopOf({ task, ending, service }: Remembered): object {
  if (ending !== undefined && !task.stopRequested)
    return { stopCode: ending.stopCode, stoppedReason: ending.stoppedReason };
  const stoppedReason =
    task.reason === "its health check failed"
      ? "Task failed container health checks"
      : `Scaling activity initiated by (service ${service.name})`;
  return { stopCode: "ServiceSchedulerInitiated", stoppedReason };
}

/** The prefix of a container's log streams, as its definition has it. */
export function logStreamOf(
  account: Account,
  { service, task }: Remembered,
  { name }: ContainerView,
): string {
  const definition = referred(account.deployment, "aws:ecs/taskDefinition:TaskDefinition", service.task?.arn);
  const containers = list(JSON.parse(text(definition?.outputs.containerDefinitions) ?? "[]") as unknown).map(
    object,
  );
  const options = object(object(containers.find((each) => each.name === name)?.logConfiguration).options);
  return `${text(options["awslogs-stream-prefix"]) ?? service.name}/${name}/${task.id}`;
}
