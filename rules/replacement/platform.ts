import { at, read, Replacements } from "./schema";

/** What tasks and jobs rely on: logs, roles, schedules and queues. */
export const platform: Replacements = {
  "aws:cloudwatch/logGroup:LogGroup": read(at("0073593e7d6993ba482409f4dc35438daaa79bb3", "logs/group.go"), {
    replaces: { name: "names.AttrName" },
    inPlace: { retentionInDays: "retention_in_days", tags: "names.AttrTags" },
  }),
  "aws:iam/role:Role": read(at("0040ea6911af00bea2cca6dbb14e86829826ad8e", "iam/role.go"), {
    replaces: { name: "name", path: "path" },
    inPlace: {
      assumeRolePolicy: "assume_role_policy",
      description: "description",
      permissionsBoundary: "permissions_boundary",
      tags: "tags",
    },
  }),
  "aws:iam/rolePolicy:RolePolicy": read(
    at("02f97af85f89a04e8ed89f5e8b64a9a67f3cfe07", "iam/role_policy.go"),
    {
      replaces: { name: "name", role: "role" },
      inPlace: { policy: "policy" },
    },
  ),
  "aws:scheduler/schedule:Schedule": read(
    at("02f524b9e9cc109457eeba63867c83e70af99455", "scheduler/schedule.go"),
    {
      replaces: { groupName: "names.AttrGroupName", name: "names.AttrName" },
      inPlace: {
        flexibleTimeWindow: "flexible_time_window",
        scheduleExpression: "names.AttrScheduleExpression",
        scheduleExpressionTimezone: "schedule_expression_timezone",
        state: "names.AttrState",
        target: "names.AttrTarget",
      },
    },
  ),
  "aws:scheduler/scheduleGroup:ScheduleGroup": read(
    at("0cdab4ae09a963535e03dde0bff4784afe8e3517", "scheduler/schedule_group.go"),
    { replaces: { name: "names.AttrName" }, inPlace: { tags: "names.AttrTags" } },
  ),
  "aws:sqs/queue:Queue": read(at("00a35305dc1b297a6fcdecdfbba33f1e63c3da39", "sqs/queue.go"), {
    replaces: { name: "names.AttrName" },
    inPlace: {
      messageRetentionSeconds: "message_retention_seconds",
      sqsManagedSseEnabled: "sqs_managed_sse_enabled",
      tags: "names.AttrTags",
    },
  }),
};
