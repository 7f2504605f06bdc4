import { type Condition, type Grant, type Scope } from "./grant";
import { of } from "./need";

/** Roles that AWS makes for its own services, once in an account. */
const serviceLinked = [
  "ecs.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "ops.apigateway.amazonaws.com",
];

/** The program makes its roles under this path (service.ts). */
export const roles = ({ partition, account, project, stacks }: Scope): readonly string[] =>
  stacks.map((stack) => `arn:${partition}:iam::${account}:role/${project}/${stack}/*`);
/** Those of schedules have a path of their own (service/jobs/timetable.ts). */
const scheduleRoles = (scope: Scope): readonly string[] =>
  roles(scope).map((role) => role.replace(/\*$/, "schedules/*"));
const bounded = ({ workloadBoundary }: Scope): Condition => ({
  StringEquals: { "iam:PermissionsBoundary": workloadBoundary },
});

export const identity: Grant[] = [
  {
    // Whatever policy they are given, roles of the program can do no more than the boundary.
    sid: "BoundedRoles",
    actions: of("iam", "CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "UpdateAssumeRolePolicy"),
    on: roles,
    when: bounded,
  },
  {
    sid: "Roles",
    actions: of(
      "iam",
      "DeleteRole",
      "DeleteRolePolicy",
      "GetRole",
      "GetRolePolicy",
      "ListAttachedRolePolicies",
      "ListInstanceProfilesForRole",
      "ListRolePolicies",
      "TagRole",
      "UntagRole",
      "UpdateRoleDescription",
    ),
    on: roles,
  },
  {
    sid: "PassRoles",
    actions: of("iam", "PassRole"),
    on: roles,
    when: () => ({ StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }),
  },
  {
    sid: "PassScheduleRoles",
    actions: of("iam", "PassRole"),
    on: scheduleRoles,
    when: () => ({ StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } }),
  },
  {
    sid: "ServiceLinkedRoles",
    actions: of("iam", "CreateServiceLinkedRole"),
    on: ({ partition, account }) =>
      serviceLinked.map((service) => `arn:${partition}:iam::${account}:role/aws-service-role/${service}/*`),
    when: () => ({ StringEquals: { "iam:AWSServiceName": serviceLinked } }),
  },
];
