import { arn, everything, type Grant, own, ownFromNobody, ownStill } from "./grant";
import { scalingAlarms } from "./grants-monitoring";
import { of } from "./need";

const targets = arn("application-autoscaling", "scalable-target/*");

export const scaling: Grant[] = [
  {
    sid: "ReadScaling",
    actions: [
      ...of(
        "application-autoscaling",
        "DescribeScalableTargets",
        "DescribeScalingPolicies",
        "DescribeScheduledActions",
      ),
      "cloudwatch:DescribeAlarms",
    ],
    on: everything,
  },
  {
    // A target's ARN is generated, so its tags alone tell whose it is. Who registers one has to be allowed to
    // update the service as well.
    // https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html
    sid: "NewScaling",
    actions: of("application-autoscaling", "RegisterScalableTarget", "TagResource"),
    on: targets,
    when: ownFromNobody,
  },
  {
    sid: "TagOwnScaling",
    actions: of("application-autoscaling", "TagResource"),
    on: targets,
    when: ownStill,
  },
  {
    sid: "OwnScaling",
    actions: of(
      "application-autoscaling",
      "DeleteScalingPolicy",
      "DeleteScheduledAction",
      "DeregisterScalableTarget",
      "ListTagsForResource",
      "PutScalingPolicy",
      "PutScheduledAction",
      "RegisterScalableTarget",
      "UntagResource",
    ),
    on: targets,
    when: own,
  },
  { sid: "ScalingAlarms", actions: ["cloudwatch:DeleteAlarms"], on: scalingAlarms },
];
