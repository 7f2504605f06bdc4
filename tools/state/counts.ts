import { type Fields, isObject } from "./json";

/**
 * The same state, of which a refresh does not compare the number of tasks where Application Auto Scaling sets it. Scaling's
 * services ignore it already; one that sleeps does not, so that an update wakes it.
 *
 * @param state answer of `pulumi stack export`
 */
export function withoutTaskCounts(state: Fields): Fields {
  const { deployment } = state;
  if (!isObject(deployment) || !Array.isArray(deployment.resources)) return state;
  const resources = deployment.resources as Fields[];
  const scaled = resources
    .filter(({ type }) => type === "aws:appautoscaling/target:Target")
    .map(({ inputs }) => (inputs as Fields | undefined)?.resourceId);
  const isScaled = ({ type, id }: Fields): boolean =>
    // `service/<cluster>/<service>`, with which the service's ARN ends.
    type === "aws:ecs/service:Service" && scaled.includes(String(id).split(":").at(-1));
  const passing = (resource: Fields): Fields =>
    isScaled(resource) ? { ...resource, ignoreChanges: ["desiredCount"] } : resource;
  return { ...state, deployment: { ...deployment, resources: resources.map(passing) } };
}
