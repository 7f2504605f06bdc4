import { z } from "zod";
import { knownEndpoints } from "../rules/endpoints";
import { maximumZones } from "../rules/zones";
import { field, whole } from "./schema-fields";

/** The shape of the network's configuration; see schema.ts. */

const existingSchema = z.strictObject({
  vpcId: field(
    z.string().regex(/^vpc-[0-9a-f]+$/),
    "The VPC. It must have DNS support enabled, and for interface endpoints DNS hostnames.",
    "vpc-…",
  ),
  subnetIds: field(
    z
      .array(z.string().regex(/^subnet-[0-9a-f]+$/))
      .min(1)
      .max(10),
    "Subnets for the tasks and the VPC link, one for each zone.",
    "1–10 of subnet-…",
  ),
  routeTableIds: field(
    z.array(z.string().regex(/^rtb-[0-9a-f]+$/)).default([]),
    "The subnets' route tables, for gateway endpoints: `s3`, `dynamodb`.",
    "list of rtb-…",
  ),
  endpoints: field(
    z.array(z.enum(knownEndpoints)).default([]),
    "Endpoints that the VPC has already. With egress `endpoints` each that is needed is here or in `create`.",
    knownEndpoints.join(", "),
  ),
  create: field(
    z.array(z.enum(knownEndpoints)).default([]),
    "Endpoints to make in it. They answer for everybody in the VPC: see below.",
    "as in endpoints",
  ),
  endpointSecurityGroupId: field(
    z
      .string()
      .regex(/^sg-[0-9a-f]+$/)
      .optional(),
    "Group of the existing interface endpoints; it gets a rule that admits the tasks.",
    "sg-…",
  ),
});

export const networkSchema = z.strictObject({
  cidr: field(
    z.string().default("10.0.0.0/16"),
    "Address range of the VPC. Chosen once: another one replaces everything in it.",
    "a private range of /16 to /20",
  ),
  zones: field(
    z
      .union([
        whole(1, maximumZones),
        z
          .array(z.string().regex(/^[a-z0-9]+-az\d+$/))
          .min(1)
          .max(maximumZones),
      ])
      .default(2),
    "Availability Zones of the VPC: how many, or which ones by id. Pin ids in production, and only append: their order is " +
      "the layout of the subnets.",
    `1–${maximumZones}, or a list of zone ids such as euw2-az1`,
  ),
  egress: field(
    z.enum(["endpoints", "nat", "public"]).default("endpoints"),
    "How tasks reach ECR and CloudWatch: by VPC endpoints (about 24 USD a month in one zone of London), " +
      "by a NAT gateway (about 40 USD), or by a public address of their own (3.65 USD a task).",
    "endpoints, nat, public",
  ),
  endpointZones: field(
    whole(1, maximumZones).default(1),
    "Zones with interface endpoints, billed by zone and hour. With one, an outage of that zone stops launches in all.",
    "1 up to the number of zones",
  ),
  natGateways: field(
    z.enum(["single", "onePerZone"]).default("single"),
    "NAT gateways with egress `nat`, each billed by the hour.",
    "single, onePerZone",
  ),
  reach: field(
    z
      .array(
        z.strictObject({
          to: field(
            z.string().regex(/^(sg-[0-9a-f]+|pl-[0-9a-f]+|\d{1,3}(\.\d{1,3}){3}\/\d{1,2})$/),
            "Whom.",
            "sg-…, pl-…, or an address range such as 10.1.0.0/16",
          ),
          port: field(whole(1, 65535), "At which TCP port.", "1–65535"),
        }),
      )
      .default([]),
    "What tasks may connect to besides AWS, such as a database. Its own group has to admit `network-workload`.",
    "list of {to, port}",
  ),
  closeDefaultGroup: field(
    z.boolean().default(false),
    "Whether the VPC's default security group loses its rules, for scanners (CKV2_AWS_12); nothing here uses it. Taken out " +
      "again, it stays closed. Roles of bootstrap/ need `closesDefaultGroup` for it.",
    "true, false",
  ),
  existing: field(existingSchema.optional(), "A VPC to adopt instead of making one.", "an object"),
});

export type NetworkConfig = z.infer<typeof networkSchema>;
