// @ts-nocheck
import { arn, everything, type Grant, keepsMarks, own, ownTags, tagsOfNobodyElse } from "./grant";
import { of } from "./need";

export const discovery: Grant[] = [
  {
    sid: "Discovery",
    actions: of(
      "servicediscovery",
      "CreateService",
      "DeleteNamespace",
      "DeleteService",
      "DeregisterInstance",
      "GetNamespace",
      "GetService",
      "ListInstances",
      "UpdatePrivateDnsNamespace",
      "UpdateService",
    ),
    on: arn("servicediscovery", "namespace/*", "service/*"),
    when: own,
  },
  {
    // The other half of it: the namespace it is made in is asked for above.
    sid: "NewDiscovery",
    actions: of("servicediscovery", "CreateService"),
    on: arn("servicediscovery", "service/*"),
    when: ownTags,
  },
  {
    // An operation belongs to what it makes, which may not be tagged yet.
    sid: "Operations",
    actions: of("servicediscovery", "GetOperation"),
    on: arn("servicediscovery", "namespace/*", "service/*"),
  },
  {
    sid: "NewNamespaces",
    actions: of("servicediscovery", "CreatePrivateDnsNamespace"),
    on: everything,
    when: ownTags,
  },
  {
    // These know no resources. Creating with tags asks for this too, with all of them; a change of tags names what changes.
    sid: "TagDiscovery",
    actions: of("servicediscovery", "TagResource"),
    on: everything,
    when: tagsOfNobodyElse,
  },
  {
    sid: "UntagDiscovery",
    actions: of("servicediscovery", "UntagResource"),
    on: everything,
    when: keepsMarks,
  },
  {
    sid: "NamespacesAndZones",
    actions: [
      ...of("servicediscovery", "ListNamespaces", "ListTagsForResource"),
      ...of("route53", "CreateHostedZone", "ListHostedZonesByName"),
    ],
    on: everything,
  },
  {
    sid: "NamespaceZone",
    actions: ["route53:GetHostedZone"],
    on: ({ partition }) => [`arn:${partition}:route53:::hostedzone/*`],
  },
  {
    // A health check has neither a name nor a condition key. Cloud Map asks for these in the caller's name, and nobody else may:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-viaawsservice
    sid: "InstanceHealth",
    actions: of("route53", "DeleteHealthCheck", "GetHealthCheck", "UpdateHealthCheck"),
    on: ({ partition }) => [`arn:${partition}:route53:::healthcheck/*`],
    when: () => ({ Bool: { "aws:ViaAWSService": "true" } }),
  },
  {
    // In any zone, but names of the private namespaces only.
    sid: "NamespaceRecords",
    actions: ["route53:ChangeResourceRecordSets"],
    on: ({ partition }) => [`arn:${partition}:route53:::hostedzone/*`],
    when: ({ project, stacks }) => ({
      "ForAllValues:StringLike": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": stacks.flatMap((stack) => [
          `${stack}.${project}.internal`,
          `*.${stack}.${project}.internal`,
        ]),
      },
      Null: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false" },
    }),
  },
];
