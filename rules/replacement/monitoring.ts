import { at, read, Replacements } from "./schema";

/** Alarms, who is told, and the dashboard. */
export const monitoring: Replacements = {
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": read(
    at("050ac11163cab8cdae5936a7f40b0e528ff780df", "cloudwatch/composite_alarm.go"),
    {
      replaces: { alarmName: "alarm_name" },
      inPlace: {
        alarmActions: "alarm_actions",
        alarmDescription: "alarm_description",
        alarmRule: "alarm_rule",
        okActions: "ok_actions",
        tags: "names.AttrTags",
      },
    },
  ),
  "aws:cloudwatch/dashboard:Dashboard": read(
    at("0620f2a6a126dfcbc4aecbc9a117b0fbea1656ff", "cloudwatch/dashboard.go"),
    { replaces: { dashboardName: "dashboard_name" }, inPlace: { dashboardBody: "dashboard_body" } },
  ),
  "aws:cloudwatch/eventRule:EventRule": read(
    at("0cdab4ae09a963535e03dde0bff4784afe8e3517", "events/rule.go"),
    {
      replaces: { name: "names.AttrName" },
      inPlace: {
        description: "names.AttrDescription",
        eventPattern: "event_pattern",
        tags: "names.AttrTags",
      },
    },
  ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": read(
    at("055611a654738da73e7b1e2b5d2b7672c6d4d531", "cloudwatch/metric_alarm.go"),
    {
      replaces: { name: "alarm_name" },
      inPlace: {
        alarmActions: "alarm_actions",
        alarmDescription: "alarm_description",
        comparisonOperator: "comparison_operator",
        datapointsToAlarm: "datapoints_to_alarm",
        dimensions: "dimensions",
        evaluateLowSampleCountPercentiles: "evaluate_low_sample_count_percentiles",
        evaluationPeriods: "evaluation_periods",
        extendedStatistic: "extended_statistic",
        metricName: "names.AttrMetricName",
        metricQueries: "metric_query",
        namespace: "names.AttrNamespace",
        okActions: "ok_actions",
        period: "period",
        statistic: "statistic",
        tags: "names.AttrTags",
        threshold: "threshold",
        treatMissingData: "treat_missing_data",
        warmUpConfiguration: "warm_up_configuration",
      },
      // "You can change this value at any time": PutMetricAlarm takes it for an alarm that is there.
      later: {
        warmUpConfiguration:
          "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_WarmUpConfiguration.html",
      },
    },
  ),
  "aws:sns/topic:Topic": read(at("00a35305dc1b297a6fcdecdfbba33f1e63c3da39", "sns/topic.go"), {
    replaces: { name: "names.AttrName" },
    inPlace: { policy: "names.AttrPolicy", tags: "names.AttrTags" },
  }),
  "aws:sns/topicSubscription:TopicSubscription": read(
    at("04a2e6e5bc625ec85ea8c678219b483fc674877e", "sns/topic_subscription.go"),
    { replaces: { endpoint: "endpoint", protocol: "protocol", topic: "topic_arn" } },
  ),
};
