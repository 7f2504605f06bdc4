import { Replacements, rows } from "./schema";

/** What tasks and jobs rely on: logs, roles, schedules and queues. */
export const platform: Replacements = {
  "aws:cloudwatch/logGroup:LogGroup": rows("logs/group.go", ["name"], ["retentionInDays", "tags"]),
  "aws:cloudwatch/metricAlarm:MetricAlarm": rows(
    "cloudwatch/metric_alarm.go",
    ["name"],
    [
      "alarmActions",
      "alarmDescription",
      "comparisonOperator",
      "datapointsToAlarm",
      "evaluationPeriods",
      "metricQueries",
      "tags",
      "threshold",
      "treatMissingData",
    ],
  ),
  "aws:iam/role:Role": rows(
    "iam/role.go",
    ["name", "path"],
    ["assumeRolePolicy", "description", "permissionsBoundary", "tags"],
  ),
  "aws:iam/rolePolicy:RolePolicy": rows("iam/role_policy.go", ["name", "role"], ["policy"]),
  "aws:scheduler/schedule:Schedule": rows(
    "scheduler/schedule.go",
    ["groupName", "name"],
    ["flexibleTimeWindow", "scheduleExpression", "scheduleExpressionTimezone", "state", "target"],
  ),
  "aws:scheduler/scheduleGroup:ScheduleGroup": rows("scheduler/schedule_group.go", ["name"], ["tags"]),
  "aws:sqs/queue:Queue": rows(
    "sqs/queue.go",
    ["name"],
    ["messageRetentionSeconds", "sqsManagedSseEnabled", "tags"],
  ),
};
