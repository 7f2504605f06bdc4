/** Under which dimensions AWS would tell of one service: as the program recorded its API, its stage and the service. */
import { ofType, type Deployment } from "../../../simulate/deployment";
import { list, object, text } from "../../local/recorded";
import type { Measured } from "./world";

export function measuredOf(deployment: Deployment, service: string): Measured {
  const [stage] = ofType(deployment, "aws:apigatewayv2/stage:Stage");
  const [cluster] = ofType(deployment, "aws:ecs/cluster:Cluster");
  const recorded = ofType(deployment, "aws:ecs/service:Service").find(({ name }) => name === service);
  if (stage === undefined || cluster === undefined || recorded === undefined)
    throw new Error(`The stack has no service ${service} of its own behind an API of its own.`);
  const ApiId = text(stage.inputs.apiId)!;
  const Stage = text(stage.inputs.name)!;
  const detailed =
    object(stage.inputs.defaultRouteSettings).detailedMetricsEnabled === true ||
    list(stage.inputs.routeSettings).some((of) => object(of).detailedMetricsEnabled === true);
  const [first] = ofType(deployment, "aws:apigatewayv2/route:Route").flatMap(
    ({ inputs }) => text(inputs.routeKey) ?? [],
  );
  const [Method, Resource] = first?.includes(" ") ? first.split(" ") : [first, first];
  return {
    api: [
      { ApiId },
      { ApiId, Stage },
      ...(detailed ? [{ ApiId, Stage, Method: Method!, Resource: Resource! }] : []),
    ],
    service: {
      ClusterName: text(cluster.outputs.name)!,
      ServiceName: text(recorded.inputs.name)!,
    },
  };
}
