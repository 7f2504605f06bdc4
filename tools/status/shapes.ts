/**
 * What the AWS CLI answers, as far as the status reads it. Nothing is sure to be there. Each is documented below
 * https://docs.aws.amazon.com/cli/latest/reference/ with the call that answers it.
 */

/** Version 2 of the CLI prints ISO 8601, version 1 seconds: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html */
export type Moment = string | number;

export function momentOf(value: Moment | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const date = new Date(typeof value === "number" ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export const isoOf = (value: Moment | undefined): string | undefined => momentOf(value)?.toISOString();

/** `family:revision` of a task definition's ARN. */
export const versionOf = (arn: string | undefined): string | undefined => arn?.split("/").at(-1);

/** ecs describe-services */
export interface Service {
  serviceName?: string;
  status?: string;
  desiredCount?: number;
  runningCount?: number;
  deployments?: {
    status?: string;
    taskDefinition?: string;
    createdAt?: Moment;
    rolloutState?: string;
    rolloutStateReason?: string;
  }[];
}

/** ecs describe-tasks */
export interface Task {
  taskArn?: string;
  taskDefinitionArn?: string;
  lastStatus?: string;
  desiredStatus?: string;
  healthStatus?: string;
  availabilityZone?: string;
  startedAt?: Moment;
  createdAt?: Moment;
  stoppedAt?: Moment;
  stopCode?: string;
  stoppedReason?: string;
  containers?: { name?: string; exitCode?: number; reason?: string }[];
}

/** ecs list-service-deployments */
export interface ServiceDeployment {
  status?: string;
  statusReason?: string;
  createdAt?: Moment;
  startedAt?: Moment;
  finishedAt?: Moment;
  targetServiceRevisionArn?: string;
}

/** ecs describe-service-revisions */
export interface ServiceRevision {
  serviceRevisionArn?: string;
  taskDefinition?: string;
}

/** ecs describe-task-definition */
export interface TaskDefinition {
  containerDefinitions?: { name?: string; image?: string }[];
}

/** cloudwatch describe-alarms */
export interface Alarm {
  AlarmName?: string;
  StateValue?: string;
  StateReason?: string;
  StateUpdatedTimestamp?: Moment;
  StateTransitionedTimestamp?: Moment;
}
