import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Owner, ruleName } from "../rules/alarms";

export interface DeploymentRulesArgs extends Owner {
  /** As it is configured. */
  service: string;
  /** Of the ECS service. */
  serviceArn: pulumi.Input<string>;
}

/**
 * Match what ECS says of a service's deployments. It has no metric of them; the rules' own are free, and so are events of AWS.
 * They have no target: the dashboard reads how often they matched.
 */
export function createDeploymentRules(
  component: string,
  { service, serviceArn, ...owner }: DeploymentRulesArgs,
  opts: pulumi.CustomResourceOptions,
): Readonly<Record<"deploys" | "failures", aws.cloudwatch.EventRule>> {
  const create = (kind: "deploys" | "failures", description: string, eventName: string) =>
    new aws.cloudwatch.EventRule(
      `${component}-${service}-${kind}`,
      {
        name: ruleName(owner, service, kind),
        description,
        eventPattern: pulumi.output(serviceArn).apply((arn) => pattern(arn, eventName)),
      },
      // A name is what replaces it, and is another one then.
      { ...opts, deleteBeforeReplace: false },
    );
  return {
    deploys: create("deploys", `Deployments of ${service} that began`, "SERVICE_DEPLOYMENT_IN_PROGRESS"),
    failures: create("failures", `Deployments of ${service} that failed`, "SERVICE_DEPLOYMENT_FAILED"),
  };
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 *
 * @returns JSON of up to 2048 characters
 */
const pattern = (serviceArn: string, eventName: string): string =>
  JSON.stringify({
    source: ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    resources: [serviceArn],
    detail: { eventName: [eventName] },
  });
