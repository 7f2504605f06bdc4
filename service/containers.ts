import * as aws from "@pulumi/aws";
import { hasCompanion } from "../config/companion";
import { ServiceConfig } from "../config/schema";
import { hasExec } from "../config/schema-exec";
import { withBefore } from "./before";
import { agentVolumes, withAgent } from "./exec";
import { sidecarVolumes } from "./sidecars";
import * as task from "./task";
import { fileSystemVolumes } from "./volumes";

/** The containers of a service's task, all of them, and the volumes that they mount. Pure, as task.ts. */

/** In the order of the task definition. */
export function containersOfTask(config: ServiceConfig, context: task.ContainerContext): readonly object[] {
  const definitions = withBefore(config.before, context.name, task.containerDefinitions(config, context));
  return hasExec(config) ? withAgent(definitions) : definitions;
}

/** @param name of the service */
export function volumesOfTask(
  config: ServiceConfig,
  name: string,
): aws.types.input.ecs.TaskDefinitionVolume[] {
  // Which containers there are does not depend on their images.
  const unknown = { name, region: "", image: "", logGroup: "" };
  const containers = containersOfTask(config, { ...unknown, ...(hasCompanion(config) && { companion: "" }) });
  return volumesOf(config, hasExec(config) ? agentVolumes(containers) : []);
}

/** The volumes of a service's configuration, as a job has them too, and others of no file system. */
export function volumesOf(
  config: ServiceConfig,
  others: readonly string[] = [],
): aws.types.input.ecs.TaskDefinitionVolume[] {
  const names = [...task.volumes(config).map(({ name }) => name), ...sidecarVolumes(config), ...others];
  return [...names.map((name) => ({ name, configureAtLaunch: false })), ...fileSystemVolumes(config)];
}
