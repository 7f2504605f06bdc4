import { both, everything, type Grant, named, namedEverywhere, own, ownFromNobody, ownTags } from "./grant";
import { of } from "./need";

/** A dot ends the stack's name: no other stack's begins so (../../rules/alarms.ts). */
const alarms = named("cloudwatch", "alarm:{}.*");

export const monitoring: Grant[] = [
  {
    sid: "Alarms",
    actions: of(
      "cloudwatch",
      "DeleteAlarms",
      "ListTagsForResource",
      "PutMetricAlarm",
      "TagResource",
      "UntagResource",
    ),
    on: alarms,
  },
  {
    // AWS takes no narrower scope: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    sid: "NewCompositeAlarms",
    actions: of("cloudwatch", "PutCompositeAlarm"),
    on: everything,
    when: ownFromNobody,
  },
  {
    sid: "OwnCompositeAlarms",
    actions: of("cloudwatch", "PutCompositeAlarm"),
    on: everything,
    when: both(own, ownTags),
  },
  {
    // It has no tags: by its name alone it is a stack's.
    sid: "Dashboard",
    actions: of("cloudwatch", "DeleteDashboards", "GetDashboard", "PutDashboard"),
    on: namedEverywhere("cloudwatch", "dashboard/{}"),
  },
  {
    sid: "EventRules",
    actions: of(
      "events",
      "DeleteRule",
      "DescribeRule",
      "ListTagsForResource",
      "PutRule",
      "TagResource",
      "UntagResource",
    ),
    on: named("events", "rule/{}.*"),
  },
  {
    sid: "AlarmTopic",
    actions: of(
      "sns",
      "CreateTopic",
      "DeleteTopic",
      "GetTopicAttributes",
      "ListTagsForResource",
      "SetTopicAttributes",
      "Subscribe",
      "TagResource",
      "UntagResource",
    ),
    on: named("sns", "{}-alarms"),
  },
  {
    // The ARN of a subscription begins with its topic's.
    sid: "AlarmSubscriptions",
    actions: of("sns", "GetSubscriptionAttributes", "Unsubscribe"),
    on: named("sns", "{}-alarms", "{}-alarms:*"),
  },
];
