import { arn, everything, type Grant, own } from "./grant";
import { of } from "./need";

export const discovery: Grant[] = [
  {
    sid: "Discovery",
    actions: of(
      "servicediscovery",
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
    // An operation belongs to what it makes, which may not be tagged yet.
    sid: "CreateDiscovery",
    actions: of("servicediscovery", "CreateService", "GetOperation"),
    on: arn("servicediscovery", "namespace/*", "service/*"),
  },
  {
    // These know no resources.
    sid: "CreateNamespace",
    actions: [
      ...of(
        "servicediscovery",
        "CreatePrivateDnsNamespace",
        "ListNamespaces",
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
      ),
      "route53:CreateHostedZone",
      "route53:ListHostedZonesByName",
    ],
    on: everything,
  },
  {
    sid: "NamespaceZone",
    actions: ["route53:GetHostedZone"],
    on: ({ partition }) => [`arn:${partition}:route53:::hostedzone/*`],
  },
  {
    sid: "InstanceHealth",
    actions: of("route53", "DeleteHealthCheck", "GetHealthCheck", "UpdateHealthCheck"),
    on: ({ partition }) => [`arn:${partition}:route53:::healthcheck/*`],
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
