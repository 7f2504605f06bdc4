/** From the answers of Amazon ECS to what is judged. Reads only. */
// @ts-nocheck

import {
  type Deployment,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceDeploymentBrief,
} from "@aws-sdk/client-ecs";
import type { Observed, SeenDeployment, ServiceDeployment } from "./judge";
import type { Target } from "./state";

export type Ecs = Pick<ECSClient, "send">;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html takes no more at once. */
const servicesAtOnce = 10;
const eventsKept = 3;

/** What ECS shows of each service, in the order they are asked for. */
export async function observe(ecs: Ecs, targets: readonly Target[]): Promise<Observed[]> {
  const found = new Map<Target, Service>();
  for (const cluster of new Set(targets.map((target) => target.cluster))) {
    const inCluster = targets.filter((target) => target.cluster === cluster);
    for (let first = 0; first < inCluster.length; first += servicesAtOnce) {
      const some = inCluster.slice(first, first + servicesAtOnce);
      const services = await describe(ecs, cluster, some);
      for (const target of some) {
        const service = services.find(({ serviceName }) => serviceName === target.service);
        if (service) found.set(target, service);
      }
    }
  }
  const observed: Observed[] = [];
  for (const target of targets) observed.push(await toObserved(ecs, target, found.get(target)));
  return observed;
}

async function describe(ecs: Ecs, cluster: string, targets: readonly Target[]): Promise<Service[]> {
  try {
    const names = targets.map(({ service }) => service);
    // Those that are missing come as `failures`, which say no more than that.
    return (await ecs.send(new DescribeServicesCommand({ cluster, services: names }))).services ?? [];
  } catch (error) {
    if ((error as Error).name === "ClusterNotFoundException") return [];
    throw error;
  }
}

async function toObserved(ecs: Ecs, target: Target, service: Service | undefined): Promise<Observed> {
  if (service === undefined) return { status: undefined, deployments: [], newest: undefined, events: [] };
  const observed = {
    status: service.status ?? "unknown",
    deployments: (service.deployments ?? []).map(toDeployment),
    events: (service.events ?? []).slice(0, eventsKept).map(({ message }) => message ?? ""),
  };
  if (service.status !== "ACTIVE") return { ...observed, newest: undefined };
  try {
    return { ...observed, newest: await newestDeployment(ecs, target) };
  } catch (error) {
    // An older policy may allow the one action and not the other; which task definition runs is known without it.
    if ((error as Error).name !== "AccessDeniedException") throw error;
    const note = `The history of deployments is not readable, so a rollback's reason may be missing: ${(error as Error).message}`;
    return { ...observed, newest: undefined, note };
  }
}

const toDeployment = (deployment: Deployment): SeenDeployment => ({
  status: deployment.status ?? "",
  taskDefinition: deployment.taskDefinition ?? "",
  rolloutState: deployment.rolloutState,
  reason: deployment.rolloutStateReason,
  running: deployment.runningCount ?? 0,
  desired: deployment.desiredCount ?? 0,
  failed: deployment.failedTasks ?? 0,
});

/**
 * The service's newest deployment: what DescribeServices forgets once a rollback is complete, ECS keeps here for 90 days.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
 */
async function newestDeployment(ecs: Ecs, target: Target): Promise<ServiceDeployment | undefined> {
  const { cluster, service } = target;
  let newest: ServiceDeploymentBrief | undefined;
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100, nextToken }),
    );
    // The documentation promises no order.
    for (const deployment of page.serviceDeployments ?? []) {
      if (newest === undefined || created(deployment) > created(newest)) newest = deployment;
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  if (newest === undefined) return undefined;
  const arn = newest.targetServiceRevisionArn;
  const revisions =
    arn === undefined
      ? undefined
      : await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] }));
  return {
    status: newest.status ?? "",
    reason: newest.statusReason,
    taskDefinition: revisions?.serviceRevisions?.[0]?.taskDefinition,
  };
}

const created = ({ createdAt }: ServiceDeploymentBrief): number => createdAt?.getTime() ?? 0;
