import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../../cluster";
import { StackConfig } from "../../config";
import { ServiceConfig } from "../../config/schema";
import { JobConfig } from "../../config/schema-jobs";
import { ImageSource } from "../../image";
import { volumesOf } from "../containers";
import { createTaskDefinition } from "../definition";
import { warnOfPassed } from "../passed";
import { Roles } from "../roles";
import { SecurityGroup } from "../security-group";
import { mountTargetGroups } from "../volumes";
import { NetworkView } from "../../share";
import { containerDefinitions } from "./task";
import { Timetable } from "./timetable";

export interface JobArgs extends Pick<StackConfig, "project" | "stack" | "region" | "partition" | "iam"> {
  /** AWS account id. */
  account: string;
  job: JobConfig;
  /** What the job is like: its service, with what the job says otherwise. */
  config: ServiceConfig;
  image: ImageSource;
  /** What opens its folders; undefined where they need not be. */
  companion: ImageSource | undefined;
  network: NetworkView;
  cluster: Cluster;
  /** There where some job has a schedule. */
  timetable: Timetable | undefined;
}

/** What it takes to run a job. */
export interface JobSummary {
  image: pulumi.Input<string>;
  taskDefinition: pulumi.Output<string>;
  cluster: pulumi.Output<string>;
  subnets: pulumi.Input<string[]>;
  securityGroups: pulumi.Input<string>[];
  assignPublicIp: pulumi.Input<boolean>;
  logGroup: pulumi.Output<string>;
  /** Queue of what a schedule could not start; absent without a schedule. */
  deadLetters?: pulumi.Output<string>;
}

/**
 * One job: a task of its own, which runs by its schedule or by hand, and ends. Nobody may connect to it, and nothing finds it.
 *
 * Costs: vCPU and GB hours while it runs, and the GB it logs.
 */
export class Job extends pulumi.ComponentResource {
  readonly summary: JobSummary;

  constructor(
    private readonly name: string,
    private readonly args: JobArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:jobs:Job", name, {}, opts);
    const { project, stack, config, job, network, cluster, image, timetable } = args;

    const logGroup = new aws.cloudwatch.LogGroup(
      `job-${name}`,
      // No service's name has a slash, so this is none's.
      { name: `/ecs/${project}/${stack}/jobs/${name}`, retentionInDays: config.logRetentionDays },
      { parent: this },
    );
    const roles = new Roles(`job-${name}`, { ...args, logGroup }, { parent: this });
    const taskDefinition = this.createTaskDefinition(logGroup, roles);
    const targets = mountTargetGroups(config);
    const group =
      targets.length > 0 &&
      new SecurityGroup(`job-${name}`, { network, mountTargetGroups: targets }, { parent: this });
    const securityGroups = [network.workloadSecurityGroupId, ...(group ? [group.id] : [])];
    if (job.schedule && timetable) {
      if (job.schedule.enabled) warnOfPassed(`jobs.${name}.schedule`, job.schedule);
      const scheduled = {
        taskDefinition,
        roles: [roles.execution, roles.task],
        securityGroups,
        before: [...roles.policies, ...(group ? group.rules : [])],
      };
      timetable.add(name, job.schedule, scheduled, { parent: this });
    }

    this.summary = {
      image: image.reference,
      taskDefinition: taskDefinition.arn,
      cluster: cluster.arn,
      subnets: network.subnetIds,
      securityGroups,
      assignPublicIp: network.assignPublicIp,
      logGroup: logGroup.name,
      ...(job.schedule && timetable && { deadLetters: timetable.deadLetters }),
    };
    this.registerOutputs(this.summary);
  }

  private createTaskDefinition(logGroup: aws.cloudwatch.LogGroup, roles: Roles): aws.ecs.TaskDefinition {
    const { config, job, project, stack, region, image, companion } = this.args;
    return createTaskDefinition(
      `job-${this.name}`,
      {
        ...{ config, roles, image, companion, logGroup },
        // No service's name has two hyphens, so this is none's.
        family: `${project}-${stack}-${this.name}--job`,
        volumes: volumesOf(config),
        containers: (known) => containerDefinitions(job, config, { ...known, name: this.name, region }),
      },
      { parent: this },
    );
  }
}
