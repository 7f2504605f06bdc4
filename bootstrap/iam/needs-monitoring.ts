import { type Needs, none, of } from "./need";

/** What alarms take, telling people of them, and a dashboard. */
export const monitoring: Readonly<Record<string, Needs>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    like: "AWS::CloudWatch::Alarm",
    create: of("cloudwatch", "PutMetricAlarm", "TagResource"),
    read: of("cloudwatch", "DescribeAlarms", "ListTagsForResource"),
    update: of("cloudwatch", "PutMetricAlarm", "TagResource", "UntagResource"),
    delete: of("cloudwatch", "DeleteAlarms"),
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    like: "AWS::CloudWatch::CompositeAlarm",
    create: of("cloudwatch", "PutCompositeAlarm", "TagResource"),
    read: of("cloudwatch", "DescribeAlarms", "ListTagsForResource"),
    update: of("cloudwatch", "PutCompositeAlarm", "TagResource", "UntagResource"),
    delete: of("cloudwatch", "DeleteAlarms"),
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    like: "AWS::CloudWatch::Dashboard",
    create: of("cloudwatch", "PutDashboard"),
    read: of("cloudwatch", "GetDashboard"),
    update: of("cloudwatch", "PutDashboard"),
    delete: of("cloudwatch", "DeleteDashboards"),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    like: "AWS::Events::Rule",
    create: of("events", "PutRule", "TagResource"),
    read: of("events", "DescribeRule", "ListTagsForResource"),
    update: of("events", "PutRule", "TagResource", "UntagResource"),
    delete: of("events", "DeleteRule"),
  },
  "aws:sns/topic:Topic": {
    like: "AWS::SNS::Topic",
    create: of("sns", "CreateTopic", "SetTopicAttributes", "TagResource"),
    read: of("sns", "GetTopicAttributes", "ListTagsForResource"),
    update: of("sns", "SetTopicAttributes", "TagResource", "UntagResource"),
    delete: of("sns", "DeleteTopic"),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    like: "AWS::SNS::Subscription",
    create: of("sns", "Subscribe"),
    read: of("sns", "GetSubscriptionAttributes"),
    // Another address is another subscription.
    update: none,
    delete: of("sns", "Unsubscribe"),
  },
};
