import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { isNotFound, LookUps } from "../config/look-ups";
import { ServiceConfig } from "../config/schema";

/** A security group of others' that gets or is named in a rule. */
interface Named {
  /** As written in the stack's file. */
  path: string;
  id: string;
  /** What it should be, when it has to lie in the tasks' own VPC. */
  within?: string;
}

/**
 * Looks up the security groups that the configuration names: a rule with one that is not there, or in a VPC that is not
 * peered with the tasks', fails half-way through an update (`InvalidGroup.NotFound`).
 *
 * @param vpcId of the tasks, where it is there already
 */
export async function checkSecurityGroups(
  config: StackConfig,
  vpcId: string | undefined,
  lookUps: LookUps,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  const asked = new Map<string, Promise<aws.ec2.GetSecurityGroupResult>>();
  const ask = (id: string): Promise<aws.ec2.GetSecurityGroupResult> => {
    const answer = asked.get(id) ?? aws.ec2.getSecurityGroup({ id }, opts);
    asked.set(id, answer);
    return answer;
  };
  const check = async ({ path, id, within }: Named): Promise<void> => {
    const allowed = within ?? `a security group of this account in ${config.region}`;
    const wanted = { path, got: id, allowed, fix: "name one that is there" };
    const found = await lookUps.find(wanted, () => ask(id));
    // Nobody outside AWS knows where a group lies: npm start and its like leave it open.
    if (!found?.vpcId || vpcId === undefined || found.vpcId === vpcId) return;
    const peered = within === undefined && (await arePeered(wanted, vpcId, found.vpcId));
    if (peered !== false) return;
    lookUps.refuse(
      `${path}: got ${id}, which lies in ${found.vpcId}. Allowed: ${within ?? "a group"} in ${vpcId}, where the tasks run` +
        `${within === undefined ? ", or in a VPC that is peered with it" : ""}. Fix: name one` +
        `${within === undefined ? ", an address range instead, or have the two peered" : ""}.`,
    );
  };

  /** @returns undefined where AWS did not answer: the problem is noted */
  const arePeered = async (
    wanted: { path: string; got: string; allowed: string },
    ...vpcs: [string, string]
  ): Promise<boolean | undefined> => {
    try {
      const { ids } = await aws.ec2.getVpcPeeringConnections(
        {
          filters: [
            { name: "status-code", values: ["active"] },
            { name: "requester-vpc-info.vpc-id", values: vpcs },
            { name: "accepter-vpc-info.vpc-id", values: vpcs },
          ],
        },
        opts,
      );
      return ids.length > 0;
    } catch (error) {
      if (isNotFound(error)) return false;
      lookUps.fail({ ...wanted, fix: `ask again whether ${vpcs.join(" and ")} are peered` }, error);
      return undefined;
    }
  };

  await Promise.all(groupsOf(config).map(check));
}

function groupsOf({ network, services, jobs }: StackConfig): Named[] {
  const reach = network.reach
    .map(({ to }, i) => ({ path: `network.reach.${i}.to`, id: to }))
    .filter(({ id }) => id.startsWith("sg-"));
  const endpoints = network.existing?.endpointSecurityGroupId;
  const tasks = Object.entries({ services, jobs }).flatMap(([section, all]) =>
    Object.entries<Partial<Pick<ServiceConfig, "volumes">>>(all).map(
      ([name, { volumes = {} }]) => [`${section}.${name}`, volumes] as const,
    ),
  );
  // What a job has of its service is asked for there.
  const mounts = tasks.flatMap(([at, volumes]) =>
    Object.entries(volumes).map(([volume, { securityGroupId }]) => ({
      path: `${at}.volumes.${volume}.securityGroupId`,
      id: securityGroupId,
      within: "the group of mount targets",
    })),
  );
  return [
    ...reach,
    ...(endpoints === undefined
      ? []
      : [
          {
            path: "network.existing.endpointSecurityGroupId",
            id: endpoints,
            within: "the group of interface endpoints",
          },
        ]),
    ...mounts,
  ];
}
