import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./cluster";
import { StackConfig } from "./config";
import { ImageSource } from "./image";
import { ServiceConfig } from "./config/schema";
import { hasExec } from "./config/schema-exec";
import { alarmedTimeoutMinutes, deploymentPercent, deploymentTimeoutMinutes } from "./rules/rollout";
import { Counted, reachOf } from "./rules/scaling";
import { NetworkView } from "./share";
import { Callee } from "./service/calls";
import { containersOfTask, volumesOfTask } from "./service/containers";
import { createTaskDefinition } from "./service/definition";
import { Roles } from "./service/roles";
import { createScaling } from "./service/scaling";
import { createSleep } from "./service/sleep";
import { SecurityGroup } from "./service/security-group";
import { addedStartSeconds, taskStopSeconds } from "./service/sidecars";
import * as task from "./service/task";
import { mountTargetGroups } from "./service/volumes";

export interface FargateServiceArgs extends Pick<
  StackConfig,
  "project" | "stack" | "region" | "partition" | "iam"
> {
  /** AWS account id. */
  account: string;
  config: ServiceConfig;
  image: ImageSource;
  /** What the container beside the application runs; undefined where there is none. */
  companion: ImageSource | undefined;
  network: NetworkView;
  cluster: Cluster;
  /** The services that this one calls inside the VPC. */
  callees: readonly Callee[];
  /** Where its requests are counted; undefined where they can't be told from others'. */
  requests: Counted<pulumi.Input<string>> | undefined;
  /** Names of the alarms that roll a deployment back; none where nothing does. */
  rollbackAlarms: pulumi.Input<string>[];
}

/**
 * One service on Fargate: its tasks register themselves in Cloud Map by address and port, and only the VPC link may connect
 * to them. `pulumi up` waits until they are healthy; a deployment whose tasks never are is rolled back.
 *
 * Costs: vCPU and GB hours of each task, and the GB it logs.
 */
export class FargateService extends pulumi.ComponentResource {
  /** Created once its tasks are healthy. */
  readonly service: aws.ecs.Service;
  /** Id of its tasks' security group: admits who calls them. */
  readonly groupId: pulumi.Output<string>;
  /** What an operator needs to find the service in AWS. */
  readonly summary: {
    image: pulumi.Input<string>;
    /** The name that only the VPC can resolve. */
    discoveryName: string;
    service: pulumi.Output<string>;
    taskDefinition: pulumi.Output<string>;
    logGroup: pulumi.Output<string>;
    taskRole: pulumi.Output<string>;
  };

  constructor(
    private readonly name: string,
    private readonly args: FargateServiceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:service:FargateService", name, {}, opts);
    const { config, project, stack, callees } = args;

    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: `/ecs/${project}/${stack}/${name}`, retentionInDays: config.logRetentionDays },
      { parent: this },
    );
    const { sessionLog } = args.cluster;
    const roles = new Roles(name, { ...args, logGroup, sessionLog }, { parent: this });
    const taskDefinition = this.createTaskDefinition(logGroup, roles);
    const group = new SecurityGroup(
      name,
      {
        ...{ network: args.network, port: config.port, routed: config.routes.length > 0 },
        ...{ mountTargetGroups: mountTargetGroups(config), callees },
      },
      { parent: this },
    );
    this.groupId = group.id;
    // A caller that is told of a service finds it there.
    const called = callees.flatMap(({ running }) => running ?? []);
    this.service = this.createService(taskDefinition, group.id, [
      ...roles.policies,
      ...group.rules,
      ...called,
    ]);

    const { scaling, sleep, desiredCount } = config;
    const { requests } = args;
    const scaled = { project, stack, clusterName: args.cluster.name, serviceName: this.service.name };
    if (scaling) createScaling(name, { scaling, requests, ...scaled }, { parent: this });
    else if (sleep && requests)
      createSleep(name, { sleep, desiredCount, requests, ...scaled }, { parent: this });

    this.summary = {
      image: args.image.reference,
      discoveryName: args.cluster.domainOf(name),
      service: this.service.name,
      taskDefinition: taskDefinition.arn,
      logGroup: logGroup.name,
      taskRole: roles.task.arn,
    };
    this.registerOutputs(this.summary);
  }

  private createTaskDefinition(logGroup: aws.cloudwatch.LogGroup, roles: Roles): aws.ecs.TaskDefinition {
    const { config, project, stack, region, image, companion, callees } = this.args;
    const urls = Object.fromEntries(callees.map(({ variable, url }) => [variable, url]));
    return createTaskDefinition(
      this.name,
      {
        ...{ config, roles, image, companion, logGroup },
        family: `${project}-${stack}-${this.name}`,
        volumes: volumesOfTask(config, this.name),
        containers: (known) => containersOfTask(config, { ...known, name: this.name, region, urls }),
      },
      { parent: this },
    );
  }

  private createService(
    taskDefinition: aws.ecs.TaskDefinition,
    groupId: pulumi.Input<string>,
    dependsOn: pulumi.Resource[],
  ): aws.ecs.Service {
    const { config, cluster, network, rollbackAlarms } = this.args;
    const { before, desiredCount, scaling, healthCheck } = config;
    const tasks = scaling ? reachOf(scaling) : { min: desiredCount, max: desiredCount };
    const percent = deploymentPercent(tasks.min);
    const oneWay = deploymentTimeoutMinutes(
      tasks.max,
      taskStopSeconds(config, this.name),
      (before?.timeout ?? 0) +
        healthCheck.startPeriod +
        healthCheck.interval * healthCheck.retries +
        addedStartSeconds(config, this.name),
    );
    const minutes = rollbackAlarms.length > 0 ? alarmedTimeoutMinutes(oneWay) : oneWay;
    const capacityProviderStrategies = capacity(config.spot);
    return new aws.ecs.Service(
      this.name,
      {
        name: cluster.nameOf(this.name),
        cluster: cluster.arn,
        taskDefinition: taskDefinition.arn,
        desiredCount: scaling?.min ?? desiredCount,
        // Never launchType: a change of it replaces the service.
        capacityProviderStrategies,
        // The provider refuses another strategy without these two: hashicorp/terraform-provider-aws#43533.
        forceNewDeployment: true,
        triggers: { capacityProviders: JSON.stringify(capacityProviderStrategies) },
        platformVersion: "LATEST",
        networkConfiguration: {
          subnets: network.subnetIds,
          securityGroups: [network.workloadSecurityGroupId, groupId],
          assignPublicIp: network.assignPublicIp,
        },
        serviceRegistries: {
          registryArn: cluster.discoveryArn(this.name),
          // The one with the health check: Cloud Map then follows it, whether ECS looks at the task or at its registered container.
          containerName: task.checkedContainer(config, this.name),
          containerPort: config.port,
        },
        deploymentMinimumHealthyPercent: percent.minimum,
        deploymentMaximumPercent: percent.maximum,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        // Said also where there are none: AWS keeps alarms that an update does not mention (aws/copilot-cli#4565).
        alarms: {
          enable: rollbackAlarms.length > 0,
          rollback: rollbackAlarms.length > 0,
          alarmNames: rollbackAlarms,
        },
        availabilityZoneRebalancing: "ENABLED",
        ...(hasExec(config) && { enableExecuteCommand: true }),
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: true,
      },
      {
        parent: this,
        // No input refers to these, yet a task that starts before them can't pull, log or be reached; and a first deployment
        // that fails has nothing to roll back to. On destroy the roles must outlive the tasks.
        dependsOn: [...(pulumi.Resource.isInstance(network) ? [network] : []), ...dependsOn],
        // Where scaling owns the number, an update would set it back in the middle of the day. Where the service sleeps, an
        // update is to wake it (Pulumi.yaml has it refreshed first): without a task nothing of the new version would be verified.
        ignoreChanges: scaling ? ["desiredCount"] : [],
        // What replaces it (its name, its cluster) makes it another one, whose tasks run before the old ones go.
        deleteBeforeReplace: false,
        customTimeouts: { create: `${minutes}m`, update: `${minutes}m`, delete: "20m" },
      },
    );
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html */
function capacity(spot: number): aws.types.input.ecs.ServiceCapacityProviderStrategy[] {
  if (spot === 0) return [{ capacityProvider: "FARGATE", weight: 1 }];
  if (spot === 100) return [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
  return [
    // The first task, so that one is left when AWS takes the others back.
    { capacityProvider: "FARGATE", base: 1, weight: 100 - spot },
    { capacityProvider: "FARGATE_SPOT", weight: spot },
  ];
}
