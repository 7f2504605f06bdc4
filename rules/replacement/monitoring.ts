import { Replacements, rows } from "./schema";

/** Alarms, and who is told. */
export const monitoring: Replacements = {
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": rows(
    "cloudwatch/composite_alarm.go",
    ["alarmName"],
    ["alarmActions", "alarmDescription", "alarmRule", "okActions", "tags"],
  ),
  "aws:cloudwatch/eventRule:EventRule": rows(
    "events/rule.go",
    ["name"],
    ["description", "eventPattern", "tags"],
  ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": rows(
    "cloudwatch/metric_alarm.go",
    ["name"],
    [
      "alarmActions",
      "alarmDescription",
      "comparisonOperator",
      "datapointsToAlarm",
      "dimensions",
      "evaluateLowSampleCountPercentiles",
      "evaluationPeriods",
      "extendedStatistic",
      "metricName",
      "metricQueries",
      "namespace",
      "okActions",
      "period",
      "statistic",
      "tags",
      "threshold",
      "treatMissingData",
      "warmUpConfiguration",
    ],
  ),
  "aws:sns/topic:Topic": rows("sns/topic.go", ["name"], ["policy", "tags"]),
  "aws:sns/topicSubscription:TopicSubscription": rows(
    "sns/topic_subscription.go",
    ["endpoint", "protocol", "topic"],
    [],
  ),
};
