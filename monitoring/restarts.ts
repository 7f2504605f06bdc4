import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ruleName, Owner } from "../rules/alarms";

export interface RestartRuleArgs extends Owner {
  /** As it is configured. */
  service: string;
  clusterArn: pulumi.Input<string>;
  /** Of the ECS service. */
  serviceName: pulumi.Input<string>;
}

/**
 * Matches the tasks of a service that nobody stopped: those that exited, could not start, or failed their health check, which
 * the scheduler stops as it does in a deployment. ECS has no metric of them that is free; the rule's own is, and so are events of
 * AWS. It has no target: an alarm reads how often it matched, and a crash loop is one message.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export function createRestartRule(
  component: string,
  { service, clusterArn, serviceName, ...owner }: RestartRuleArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventRule {
  return new aws.cloudwatch.EventRule(
    `${component}-${service}-restarts`,
    {
      name: ruleName(owner, service, "restarts"),
      description: `Tasks of ${service} that nobody stopped`,
      eventPattern: pulumi.all([clusterArn, serviceName]).apply(([cluster, name]) => pattern(cluster, name)),
    },
    // A name is what replaces it, and is another one then.
    { ...opts, deleteBeforeReplace: false },
  );
}

/** @returns JSON of up to 2048 characters */
export const pattern = (clusterArn: string, serviceName: string): string =>
  JSON.stringify({
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: {
      clusterArn: [clusterArn],
      group: [`service:${serviceName}`],
      lastStatus: ["STOPPED"],
      $or: [
        { stopCode: ["EssentialContainerExited", "TaskFailedToStart"] },
        { stoppedReason: [{ wildcard: "*health check*" }] },
      ],
    },
  });
