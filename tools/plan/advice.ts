import { lossRisks } from "../../rules/rollout";
import { overlappingRoutes, reservedPaths } from "../../rules/routes";
import { taskBounds } from "../../simulate/bounds";
import { Deployment, ofType, withReferences } from "../../simulate/deployment";
import { projectFolder } from "../../simulate/stack";
import { foreseen } from "../local/image/foreseen";
import { readTopology, type Topology } from "../local/topology";
import type { ServiceView } from "../local/ecs/views";
import type { RouteView } from "../local/gateway/routes";

/**
 * What a user of this stack should know before it is deployed and would not find among its resources, one sentence each.
 *
 * @param deployment of an update: in a preview AWS has told no id yet
 */
export function advice(deployment: Deployment): string[] {
  // With what other stacks share with this one.
  const topology = readTopology({ ...deployment, resources: withReferences(deployment) });
  return [
    ...rolloutAdvice(deployment, topology),
    ...imageAdvice(deployment, topology),
    ...calleeAdvice(deployment, topology),
    ...execAdvice(deployment),
    ...sleepAdvice(deployment),
    ...stageAdvice(deployment),
    ...issuerAdvice(deployment),
    ...overlapAdvice(deployment, topology),
    ...reservedAdvice(deployment),
  ];
}

/** What keeps the images of this stack's own services from working. */
function imageAdvice(deployment: Deployment, { services }: Topology): string[] {
  const own = new Set(ofType(deployment, "aws:ecs/service:Service").map(({ urn }) => urn));
  return services.filter(({ urn }) => own.has(urn)).flatMap((service) => foreseen(service, projectFolder));
}

/** Whom services call that has no task, or has none at times: DNS names nobody then, and no call waits for one. */
function calleeAdvice(deployment: Deployment, { calls }: Topology): string[] {
  return calls.flatMap(({ caller, callee }) => {
    if (!callee || callee.task === undefined) return [];
    const calling = `${caller.name} calls ${callee.name}, which has no task`;
    if (scaledToNone(deployment, callee)) {
      return [
        `${calling} while its schedule keeps it at 0: its calls fail then. Give both the same times, or leave it one task.`,
      ];
    }
    return callee.desiredCount === 0
      ? [`${calling}: its desiredCount is 0, and every call fails. Set it to 1 or more.`]
      : [];
  });
}

/** Whether a schedule brings a service to no task at all. */
function scaledToNone(deployment: Deployment, { urn }: ServiceView): boolean {
  const service = ofType(deployment, "aws:ecs/service:Service").find((resource) => resource.urn === urn);
  if (!service) return false;
  const id = `service/${String(service.inputs.cluster).split("/").pop()}/${String(service.outputs.name)}`;
  return ofType(deployment, "aws:appautoscaling/scheduledAction:ScheduledAction").some(({ inputs }) => {
    const { maxCapacity } = (inputs.scalableTargetAction ?? {}) as { maxCapacity?: number };
    return inputs.resourceId === id && maxCapacity === 0;
  });
}

/** Who can enter containers, and what that rests on. */
function execAdvice(deployment: Deployment): string[] {
  const names = ofType(deployment, "aws:ecs/service:Service")
    .filter(({ inputs }) => inputs.enableExecuteCommand === true)
    .map(({ name }) => name)
    .sort();
  if (names.length === 0) return [];
  return [
    `Whoever may call ecs:ExecuteCommand here is root in the containers of ${names.join(", ")}, with what their task role may do. ` +
      "AWS does not support ECS Exec with a read-only root; with the agent's three folders writable it is reported to work " +
      "(docs/exec.md).",
  ];
}

/** What a service that sleeps rests on, and what its deployments take. */
function sleepAdvice(deployment: Deployment): string[] {
  const names = ofType(deployment, "aws:ecs/service:Service")
    .filter((service) => taskBounds(deployment, service).sleeps)
    .map(({ name }) => name)
    .sort();
  if (names.length === 0) return [];
  const sleeps = names.length === 1 ? "sleeps" : "sleep";
  return [
    `${names.join(", ")} ${sleeps} while nobody asks, and the first request gets 503: this was not yet seen on AWS. Every pulumi up ` +
      "wakes a service that is asleep, to verify the new version (docs/scaling.md).",
  ];
}

/** When the routes of this stack are served, where that does not go by itself. */
function stageAdvice(deployment: Deployment): string[] {
  const foreign = deployment.invocations.find(({ token }) => token === "aws:apigatewayv2/getApi:getApi");
  const explicit = ofType(deployment, "aws:apigatewayv2/stage:Stage").some(
    ({ inputs }) => !inputs.autoDeploy,
  );
  return [
    ...(foreign
      ? [
          `The API ${String(foreign.inputs.apiId)} is somebody else's, and this stack has no stage of its own: a stage without ` +
            "auto-deploy serves these routes only once its owner deploys.",
        ]
      : []),
    ...(explicit
      ? [
          "A route that is taken out stays live until the next deployment of the API, because pulumi up publishes before it " +
            "deletes (pulumi-aws#3289): npm run deploy publishes once more.",
        ]
      : []),
  ];
}

/** What somebody else must answer while the stack is made. */
function issuerAdvice(deployment: Deployment): string[] {
  return ofType(deployment, "aws:apigatewayv2/authorizer:Authorizer").flatMap(({ inputs }) => {
    const { issuer } = (inputs.jwtConfiguration ?? {}) as { issuer?: string };
    if (issuer === undefined) return [];
    return [
      `AWS fetches ${issuer.replace(/\/$/, "")}/.well-known/openid-configuration when it makes the authorizer ${String(inputs.name)}: ` +
        "the issuer must answer from the internet by then.",
    ];
  });
}

/** Routes whose requests the API may keep to itself. */
function reservedAdvice(deployment: Deployment): string[] {
  return ofType(deployment, "aws:apigatewayv2/route:Route").flatMap(({ inputs }) => {
    const key = String(inputs.routeKey);
    const [, path = ""] = key.split(" ");
    return reservedPaths.includes(path)
      ? [
          `${key} may never reach its service: API Gateway answers ${path} at the root of a host itself, for its own health ` +
            "check. Name another path, such as /health.",
        ]
      : [];
  });
}

/** Routes of different services that want the same requests. */
function overlapAdvice(deployment: Deployment, topology: Topology): string[] {
  const own = new Set(
    ofType(deployment, "aws:apigatewayv2/route:Route").map(({ inputs }) => inputs.routeKey),
  );
  const views = new Map(topology.routes.map((view) => [view.route, view]));
  return overlappingRoutes([...views.keys()]).flatMap(([winner, loser]) => {
    const [first, second] = [winner, loser].map((route) => ownerOf(views.get(route)!, topology));
    if (first === second || !(own.has(winner.key) || own.has(loser.key))) return [];
    return [`${winner.key} of ${first} takes requests that ${loser.key} of ${second} matches as well.`];
  });
}

/** The service that a route leads to. */
function ownerOf({ integration }: RouteView, { services }: Topology): string {
  const owner = services.find(({ registration }) => registration?.arn === integration?.registry);
  return owner?.name ?? "somebody else's integration";
}

/** Why services cannot be free of loss when they are deployed or lose a task. */
function rolloutAdvice(deployment: Deployment, topology: Topology): string[] {
  const own = new Map(
    ofType(deployment, "aws:ecs/service:Service").map(({ urn, inputs }) => [urn, inputs] as const),
  );
  return topology.services.flatMap(({ urn, name, desiredCount, registration, task }) => {
    const inputs = own.get(urn);
    if (inputs === undefined || desiredCount === 0 || !registration || !task) return [];
    const providers = inputs.capacityProviderStrategies as { capacityProvider: string }[] | undefined;
    const rollout = {
      tasks: desiredCount,
      drainSeconds: Math.max(
        ...task.containers.map(({ environment }) => Number(environment.DRAIN_SECONDS ?? 0)),
      ),
      interval: task.checked.healthCheck?.interval ?? 0,
      drains: task.container.build !== undefined || task.checked !== task.container,
      spot: providers?.some(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT") ?? false,
    };
    const told = lossRisks(rollout).map((risk) => `${name} can lose requests. ${risk}`);
    const { enable } = (inputs.alarms ?? {}) as { enable?: boolean };
    // What Spot takes away is no deployment's.
    if (enable === true && lossRisks({ ...rollout, spot: false }).length > 0)
      told.push(
        `${name} is rolled back by its errors (alarms.rollback), and what a deployment itself loses are errors as well: a good ` +
          "version may be taken back. Mend what it can lose requests by, or take alarms.rollback out.",
      );
    // Before there was a companion such an image had to have `python3 -m healthcheck` and a drain of its own.
    return task.checked !== task.container &&
      task.container.build === undefined &&
      task.container.environment.HEALTH_PATH === "/"
      ? [
          ...told,
          `${name} is healthy when GET / is answered with a status below 500, which the companion asks. For another path set ` +
            "healthCheck.path; an image with python3 -m healthcheck and a drain of its own keeps them by companion: false.",
        ]
      : told;
  });
}
