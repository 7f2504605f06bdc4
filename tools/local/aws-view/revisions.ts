/** What Amazon ECS would answer of a service's revisions: each of its deployments brings one here. */
import type { Account } from "./account";
import { type Answers, valuesOf } from "./words";

export const revisions = ({ services }: Account): Answers => ({
  "ecs describe-service-revisions": (args) => {
    const asked = valuesOf(args, "--service-revision-arns").map((arn) => {
      const [, cluster, name] = /:service-revision\/(.+)\/(.+)\/\d+$/.exec(arn) ?? [];
      const service = services.find(
        (each) => each.name === name && each.cluster.split("/").at(-1) === cluster,
      );
      return { arn, service };
    });
    return {
      serviceRevisions: asked.flatMap(({ arn, service }) =>
        service === undefined
          ? []
          : [{ serviceRevisionArn: arn, clusterArn: service.cluster, taskDefinition: service.task?.arn }],
      ),
      failures: asked
        .filter(({ service }) => service === undefined)
        .map(({ arn }) => ({ arn, reason: "MISSING" })),
    };
  },
});
