import {
  both,
  type Condition,
  everything,
  type Grant,
  guests,
  named,
  namedEverywhere,
  own,
  ownFromNobody,
  ownTags,
  type Scope,
} from "./grant";
import { of } from "./need";

/** A dot ends the stack's name: no other stack's begins so (../../rules/alarms.ts). */
const alarms = named("cloudwatch", "alarm:{}.*");
/** Application Auto Scaling makes and deletes those of target tracking in the caller's name. */
export const scalingAlarms = (scope: Scope): readonly string[] => [
  ...named("cloudwatch", "alarm:TargetTracking-service/{}/*")(scope),
  ...guests("cloudwatch", "alarm:TargetTracking-service/{}/{guest}")(scope),
];

/**
 * An alarm acts on whatever it names: it scales, stops or ends what is others' as well, and runs their functions. The program's
 * tell topics, which may be anybody's, and scale services of the stack.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
const actsOn =
  (...targets: ((scope: Scope) => readonly string[])[]) =>
  (scope: Scope): Condition => ({
    "ForAllValues:StringLike": { "cloudwatch:AlarmActions": targets.flatMap((on) => on(scope)) },
  });
const topics = ({ partition, region }: Scope): readonly string[] => [`arn:${partition}:sns:${region}:*`];

export const monitoring: Grant[] = [
  {
    sid: "Alarms",
    actions: of("cloudwatch", "DeleteAlarms", "ListTagsForResource", "TagResource", "UntagResource"),
    on: alarms,
  },
  {
    sid: "MetricAlarms",
    actions: of("cloudwatch", "PutMetricAlarm"),
    on: (scope) => [...alarms(scope), ...scalingAlarms(scope)],
    when: actsOn(
      topics,
      named("autoscaling", "scalingPolicy:*:resource/ecs/service/{}/*"),
      guests("autoscaling", "scalingPolicy:*:resource/ecs/service/{}/{guest}"),
    ),
  },
  {
    // AWS takes no narrower scope: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    sid: "NewCompositeAlarms",
    actions: of("cloudwatch", "PutCompositeAlarm"),
    on: everything,
    when: both(ownFromNobody, actsOn(topics)),
  },
  {
    sid: "OwnCompositeAlarms",
    actions: of("cloudwatch", "PutCompositeAlarm"),
    on: everything,
    when: both(own, ownTags, actsOn(topics)),
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
