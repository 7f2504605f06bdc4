import { lossRisks } from "../../rules/rollout";
import { Deployment, ofType } from "../../simulate/deployment";
import { readTopology } from "../local/topology";

/**
 * Why services cannot be free of loss when they are deployed or lose a task, one sentence each, with the service's name.
 *
 * @param deployment of an update: in a preview the container definitions wait for the image's digest
 */
export function rolloutAdvice(deployment: Deployment): string[] {
  return readTopology(deployment).services.flatMap(({ urn, name, desiredCount, registration, task }) => {
    if (desiredCount === 0 || !registration || !task) return [];
    const { inputs } = ofType(deployment, "aws:ecs/service:Service").find((service) => service.urn === urn)!;
    const providers = inputs.capacityProviderStrategies as { capacityProvider: string }[] | undefined;
    const risks = lossRisks({
      tasks: desiredCount,
      drainSeconds: Number(task.container.environment.DRAIN_SECONDS ?? 0),
      interval: task.container.healthCheck?.interval ?? 0,
      ownImage: task.container.build !== undefined,
      spot: providers?.some(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT") ?? false,
    });
    return risks.map((risk) => `${name} can lose requests. ${risk}`);
  });
}
