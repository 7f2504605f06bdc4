/** Faults between the VPC link and the tasks. */
import type { Resource } from "../../../simulate/deployment";
import type { Account } from "../aws-view/account";
import type { ServiceView } from "../ecs/views";
import { text, texts } from "../recorded";
import { api, change, changeThose, remove, removeThose, type Which } from "./changes";
import type { Fault } from "./fault";

const link = (status: string, message: string) =>
  change(api("vpcLink:VpcLink"), () => ({ vpcLinkStatus: status, vpcLinkStatusMessage: message }));

const ruleOf = (
  direction: "Ingress" | "Egress",
  which: (rule: Resource, account: Account, service: ServiceView) => boolean,
): Which => {
  const type = `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`;
  return (account, service) => (resource) => resource.type === type && which(resource, account, service);
};
const linkGroups = (account: Account): string[] =>
  account.ofType(api("vpcLink:VpcLink")).flatMap(({ inputs }) => texts(inputs.securityGroupIds));
const outOfLink = ruleOf("Egress", ({ inputs }, account) =>
  linkGroups(account).includes(text(inputs.securityGroupId) ?? ""),
);
const fromLink = ruleOf(
  "Ingress",
  ({ inputs }, account, { securityGroups }) =>
    securityGroups.includes(text(inputs.securityGroupId) ?? "") &&
    linkGroups(account).includes(text(inputs.referencedSecurityGroupId) ?? ""),
);

const all: readonly Fault[] = [
  {
    name: "link-failed",
    title: "The VPC link failed",
    hop: "link",
    felt: 503,
    inject: link("FAILED", "Insufficient free addresses in the subnet"),
  },
  {
    name: "link-inactive",
    title: "The VPC link sleeps, as after 60 days without traffic",
    hop: "link",
    felt: 503,
    inject: link("INACTIVE", "VPC link is inactive: no traffic for 60 days"),
  },
  {
    name: "link-deleting",
    title: "The VPC link is being deleted",
    hop: "link",
    felt: 503,
    inject: link("DELETING", "VPC link is being deleted"),
  },
  {
    name: "link-gone",
    title: "The VPC link was deleted",
    hop: "link",
    felt: 503,
    inject: remove(api("vpcLink:VpcLink")),
  },
  {
    name: "link-without-zone",
    title: "The VPC link has no interface in a zone where tasks run",
    hop: "link",
    fits: (_, { subnets }) => new Set(subnets.map(({ zone }) => zone)).size > 1,
    inject: (account, { subnets }) =>
      change(api("vpcLink:VpcLink"), ({ inputs }) => ({
        subnetIds: texts(inputs.subnetIds).filter(
          (id) => subnets.find((subnet) => subnet.id === id)?.zone !== subnets[0]?.zone,
        ),
      }))(account),
  },
  {
    name: "link-egress-cut",
    title: "The VPC link's group lets nothing out",
    hop: "firewall",
    felt: 503,
    inject: removeThose(outOfLink),
  },
  {
    name: "task-ingress-cut",
    title: "The tasks' group does not admit the VPC link",
    hop: "firewall",
    felt: 503,
    inject: removeThose(fromLink),
  },
  {
    name: "task-ingress-other-port",
    title: "The tasks' group admits the VPC link on another port",
    hop: "firewall",
    felt: 503,
    inject: changeThose(fromLink, () => ({ fromPort: 9999, toPort: 9999 })),
  },
  {
    name: "no-instances",
    title: "Cloud Map has no instance of the service",
    hop: "discovery",
    felt: 503,
    inject: ({ registry }, { registration }) => {
      for (const { instance } of registry.instances(registration?.arn ?? ""))
        registry.deregister(registration!.arn, instance.id);
    },
  },
  {
    name: "instances-unhealthy",
    title: "Cloud Map takes healthy tasks for unhealthy",
    hop: "discovery",
    felt: 503,
    inject: ({ registry }, { registration }) => {
      for (const { instance } of registry.instances(registration?.arn ?? ""))
        registry.setHealth(registration!.arn, instance.id, false);
    },
  },
  {
    name: "instance-old-address",
    title: "Cloud Map has the address of a task that is gone",
    hop: "discovery",
    felt: 503,
    inject: (account, service) => again(account, service, { address: "127.9.9.9" }),
  },
  {
    name: "instance-other-port",
    title: "Cloud Map has another port than the tasks listen on",
    hop: "discovery",
    felt: 503,
    // A port that nothing listens on.
    inject: (account, service) => again(account, service, { port: 9 }),
  },
];

export const reachFaults: readonly Fault[] = [...all];

/** Registers every instance of a service anew, with something else in it. */
function again(
  { registry }: Account,
  { registration }: ServiceView,
  other: { address?: string; port?: number },
): void {
  const arn = registration?.arn ?? "";
  for (const { instance } of registry.instances(arn)) {
    registry.register(arn, { ...instance, ...other });
    registry.setHealth(arn, instance.id, true);
  }
}
