/**
 * Does a service run what was deployed? Pure: what ECS answered comes in as plain values.
 *
 * A service whose deployment was rolled back is as steady as one that succeeded, and has been taken for it
 * (https://github.com/pulumi/pulumi-aws/issues/4487). So not steadiness is judged, but which task definition runs, and what
 * became of the deployment that was to bring the expected one.
 */
// @ts-nocheck


export interface Expected {
  /** Name of the ECS service. */
  service: string;
  /** ARN of the task definition that was deployed. */
  taskDefinition: string;
}

/** One deployment of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
export interface SeenDeployment {
  /** PRIMARY is what ECS steers to: after a rollback the old task definition. */
  status: string;
  taskDefinition: string;
  /** Undefined for deployments that ECS does not steer itself. */
  rolloutState: string | undefined;
  reason: string | undefined;
  running: number;
  desired: number;
  failed: number;
}

/** The newest of https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html */
export interface ServiceDeployment {
  status: string;
  reason: string | undefined;
  /** What it was to bring; undefined when ECS does not tell. */
  taskDefinition: string | undefined;
}

export interface Observed {
  /** ACTIVE, DRAINING or INACTIVE; undefined when there is no such service. */
  status: string | undefined;
  deployments: SeenDeployment[];
  newest: ServiceDeployment | undefined;
  /** What ECS said last, the newest first. */
  events: string[];
  /** Why this is less than all there is to know. */
  note?: string;
}

/**
 * - `steady`: runs what was deployed
 * - `waiting`: on its way there
 * - `rolled back`: ECS gave the deployment up and went back
 * - `failed`: ECS gave it up with nothing to go back to
 * - `different`: runs something else, and no rollback is on record
 * - `going`: the service is being deleted, or was
 * - `missing`: there is none
 */
export type Kind = "steady" | "waiting" | "rolled back" | "failed" | "different" | "going" | "missing";

export interface Verdict extends Expected {
  kind: Kind;
  /** Task definition that ECS steers to. */
  runs: string | undefined;
  tasks: { running: number; desired: number; failed: number };
  /** In the words of ECS, or of this command where ECS has none. */
  reason: string | undefined;
  /** What ECS said last, for when no stopped task tells more. */
  events: string[];
  note: string | undefined;
}

/** Compares what was deployed with what ECS shows. */
export function judge(expected: Expected, seen: Observed): Verdict {
  const primary = seen.deployments.find(({ status }) => status === "PRIMARY");
  const ours = seen.deployments.filter(({ taskDefinition }) => taskDefinition === expected.taskDefinition);
  const verdict = (kind: Kind, ...reasons: (string | undefined)[]): Verdict => ({
    service: expected.service,
    taskDefinition: expected.taskDefinition,
    kind,
    runs: primary?.taskDefinition,
    tasks: {
      running: primary?.running ?? 0,
      desired: primary?.desired ?? 0,
      failed: Math.max(0, ...ours.map(({ failed }) => failed)),
    },
    reason: [...new Set(reasons.filter((reason) => reason))].join(" ") || undefined,
    events: seen.events,
    note: seen.note,
  });
  const failed = ours.find(({ rolloutState }) => rolloutState === "FAILED");
  // An older rollback of something else says nothing about this deployment.
  const newest = seen.newest?.taskDefinition === expected.taskDefinition ? seen.newest : undefined;
  const wentBack = newest !== undefined && rollback.test(newest.status);

  if (seen.status === undefined) return verdict("missing", "There is no such service in the cluster.");
  if (seen.status !== "ACTIVE") return verdict("going", `The service is ${seen.status}.`);
  if (primary === undefined) return verdict("waiting", "ECS has not started a deployment.");

  if (primary.taskDefinition !== expected.taskDefinition) {
    const goingBack =
      (ours.length > 0 || seen.newest === undefined) && /rolling back/i.test(primary.reason ?? "");
    if (wentBack || failed || goingBack) {
      return verdict("rolled back", failed?.reason, newest?.reason, goingBack ? primary.reason : undefined);
    }
    if (newest && underway.test(newest.status)) return verdict("waiting", newest.reason);
    if (newest && stopped.test(newest.status))
      return verdict("different", newest.reason ?? "It was stopped.");
    return verdict(
      "different",
      "No rollback is on record: the update did not reach the service, or somebody deployed something else.",
    );
  }
  // With nothing to go back to, what failed stays: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
  if (failed || newest?.status === "ROLLBACK_FAILED" || (newest && stopped.test(newest.status))) {
    return verdict("failed", failed?.reason, newest?.reason);
  }
  // The same task definition deployed anew, for example for a secret's new value.
  if (wentBack) return verdict("rolled back", newest.reason);
  if (primary.rolloutState === "IN_PROGRESS" || primary.running < primary.desired) {
    return verdict("waiting", primary.reason);
  }
  return verdict("steady");
}

const rollback = /^ROLLBACK_/;
const underway = /^(PENDING|IN_PROGRESS)$/;
const stopped = /^STOP/;
