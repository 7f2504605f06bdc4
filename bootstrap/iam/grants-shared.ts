import { arn, both, type Grant, guests, namedShared, ofShared, own, type Scope } from "./grant";
import { ofOwnDefinitions } from "./grants-containers";
import { of } from "./need";

/**
 * What a stack has within another whose network, cluster and API it uses (../../share.ts): its services in the cluster and in
 * the namespace, its groups in the VPC, and a rule of the link's group for each. What it has of the API are parts, which every role reaches
 * (grants-api.ts). Nothing that the other made is changed by it, but that a group's rules cannot be told apart where they are
 * taken away.
 */

const whereShared =
  (on: (scope: Scope) => readonly string[]) =>
  (scope: Scope): readonly string[] =>
    scope.shares.length === 0 ? [] : on(scope);

/** By managed policy. */
export const shared: Readonly<Record<string, readonly Grant[]>> = {
  network: [
    {
      sid: "WithinSharedNetwork",
      actions: of("ec2", "CreateSecurityGroup"),
      on: whereShared(arn("ec2", "vpc/*")),
      when: ofShared,
    },
    {
      // By the name that network.ts gives it: no other group gets rules of others.
      sid: "SharedLink",
      actions: of(
        "ec2",
        "AuthorizeSecurityGroupEgress",
        "ModifySecurityGroupRules",
        "RevokeSecurityGroupEgress",
      ),
      on: whereShared(arn("ec2", "security-group/*")),
      when: both(ofShared, () => ({ StringEquals: { "aws:ResourceTag/Name": "network-link" } })),
    },
  ],
  containers: [
    {
      sid: "SharedCluster",
      actions: of(
        "ecs",
        "DeleteService",
        "DescribeServices",
        "DescribeServiceDeployments",
        "DescribeServiceRevisions",
        "ListServiceDeployments",
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
      ),
      on: guests("ecs", "service/{}/{guest}", "service-deployment/{}/{guest}", "service-revision/{}/{guest}"),
    },
    {
      sid: "SharedServices",
      actions: of("ecs", "CreateService", "UpdateService"),
      on: guests("ecs", "service/{}/{guest}"),
      when: ofOwnDefinitions,
    },
    {
      // A task has the tags of its service, and no name.
      sid: "SharedTasks",
      actions: of("ecs", "DescribeTasks"),
      on: namedShared("ecs", "task/{}/*"),
      when: own,
    },
  ],
  jobs: [
    {
      // With the tags of its task definition, which it has from its first moment.
      sid: "TagSharedJobs",
      actions: of("ecs", "TagResource"),
      on: namedShared("ecs", "task/{}/*"),
      when: () => ({ StringEquals: { "ecs:CreateAction": "RunTask" } }),
    },
    {
      sid: "StopSharedJobs",
      actions: of("ecs", "StopTask"),
      on: namedShared("ecs", "task/{}/*"),
      when: own,
    },
  ],
  discovery: [
    {
      sid: "SharedNamespace",
      actions: of("servicediscovery", "CreateService"),
      on: whereShared(arn("servicediscovery", "namespace/*")),
      when: ofShared,
    },
  ],
};
