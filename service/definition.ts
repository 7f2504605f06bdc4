import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ServiceConfig } from "../config/schema";
import { ImageSource } from "../image";
import { Roles } from "./roles";
import { ContainerContext } from "./task";

export interface TaskDefinitionArgs {
  family: string;
  config: ServiceConfig;
  roles: Roles;
  volumes: aws.types.input.ecs.TaskDefinitionVolume[];
  image: ImageSource;
  /** What stands beside; undefined where nothing does. */
  companion: ImageSource | undefined;
  logGroup: aws.cloudwatch.LogGroup;
  /** The containers, as soon as it is known what they run. */
  containers: (known: Pick<ContainerContext, "image" | "companion" | "logGroup">) => readonly object[];
}

/** The task definition of a service or a job. */
export function createTaskDefinition(
  name: string,
  { family, config, roles, volumes, image, companion, logGroup, containers }: TaskDefinitionArgs,
  opts: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  return new aws.ecs.TaskDefinition(
    name,
    {
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(config.cpu),
      memory: String(config.memory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: config.architecture },
      executionRoleArn: roles.execution.arn,
      taskRoleArn: roles.task.arn,
      volumes,
      ...(config.ephemeralStorage !== undefined && {
        ephemeralStorage: { sizeInGib: config.ephemeralStorage },
      }),
      containerDefinitions: pulumi
        .all([image.reference, logGroup.name, companion?.reference])
        .apply(([reference, logGroupName, companionReference]) =>
          JSON.stringify(
            containers({ image: reference, logGroup: logGroupName, companion: companionReference }),
          ),
        ),
      // A rollback runs the revision before this one, and a job's run that began with it goes on.
      skipDestroy: true,
    },
    opts,
  );
}
