/**
 * Changes to a recorded deployment. The bench takes a protection away here, in the data, and never in code: what then fails
 * is what the program's resources had prevented.
 */
import { ofType, type Deployment, type Resource } from "../../simulate/deployment";

type Properties = Record<string, unknown>;
type Edit = (deployment: Deployment) => Deployment;

const types = {
  task: "aws:ecs/taskDefinition:TaskDefinition",
  registry: "aws:servicediscovery/service:Service",
  image: "docker:index/image:Image",
};

interface Container {
  name?: string;
  command?: string[];
  environment?: { name: string; value: string }[];
  healthCheck?: Record<string, unknown>;
}

/** What stands beside the application (service/companion/) is left as it is. */
const isBeside = ({ name = "" }: Container): boolean => name.startsWith("companion");

/** Runs the service from another build context, by another command. */
export const running =
  (context: string, command: string[]): Edit =>
  (deployment) =>
    editContainers((container) => (isBeside(container) ? container : { ...container, command }))(
      editProperties(types.image, (properties) => {
        const build = properties.build as Properties;
        if (build.context === "./service/companion") return properties;
        return { ...properties, build: { ...build, context, dockerfile: `${context}/Dockerfile` } };
      })(deployment),
    );

/** The drain taken out: SIGTERM stops the application at once. */
export const withoutDrain: Edit = (deployment) =>
  editContainers((container) => ({
    ...container,
    environment: (container.environment ?? []).map((variable) =>
      variable.name === "DRAIN_SECONDS" ? { ...variable, value: "0" } : variable,
    ),
  }))(deployment);

/** Custom health taken out: Cloud Map answers with every registered task. */
export const withoutCustomHealth: Edit = (deployment) =>
  editProperties(types.registry, (properties) =>
    Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "healthCheckCustomConfig")),
  )(deployment);

/** Another health check, such as another interval: its pace is what a rollout waits for. */
export const withHealthCheck =
  (changes: Record<string, unknown>): Edit =>
  (deployment) =>
    editContainers((container) =>
      container.healthCheck
        ? { ...container, healthCheck: { ...container.healthCheck, ...changes } }
        : container,
    )(deployment);

function editContainers(edit: (container: Container) => Container): Edit {
  return editProperties(types.task, (properties) => {
    const containers = JSON.parse(String(properties.containerDefinitions)) as Container[];
    return { ...properties, containerDefinitions: JSON.stringify(containers.map(edit)) };
  });
}

/** @throws when there is no such resource: a control that changes nothing would prove nothing */
function editProperties(type: string, edit: (properties: Properties) => Properties): Edit {
  return (deployment) => {
    if (ofType(deployment, type).length === 0) throw new Error(`The program recorded no ${type}.`);
    const change = (resource: Resource): Resource =>
      resource.type === type
        ? { ...resource, inputs: edit(resource.inputs), outputs: edit(resource.outputs) }
        : resource;
    return { ...deployment, resources: deployment.resources.map(change) };
  };
}
