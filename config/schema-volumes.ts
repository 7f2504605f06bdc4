import { z } from "zod";
import { field } from "./schema-fields";
import { folderSchema } from "./schema-run";

/** The shape of the file systems that a service mounts; see schema.ts. */

/** Names the volume in the task definition; the program's own are tmp and sidecar-…. */
const volumeName = /^(?!tmp$)(?!sidecar-)[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

export const volumeSchema = z.strictObject({
  fileSystemId: field(
    z.string().regex(/^fs-[0-9a-f]{8,40}$/),
    "Amazon EFS file system of this account and Region. Its mount targets lie in the VPC of the tasks.",
    "fs-…",
  ),
  accessPointId: field(
    z.string().regex(/^fsap-[0-9a-f]{8,40}$/),
    "Access point of the file system: it decides the folder, and as which user the tasks write.",
    "fsap-…",
  ),
  securityGroupId: field(
    z.string().regex(/^sg-[0-9a-f]+$/),
    "Group of the mount targets. It gets the rule that admits the tasks on port 2049.",
    "sg-…",
  ),
  path: field(
    folderSchema,
    "Where the application's container has it.",
    "an absolute path, without a / at the end",
  ),
  readOnly: field(z.boolean().default(false), "Whether the tasks can only read.", "true, false"),
});

export const volumesSchema = field(
  z.record(z.string().regex(volumeName), volumeSchema).default({}),
  "Amazon EFS file systems that every task mounts, encrypted in transit and authorized by IAM. They keep what is written when " +
    "tasks go.",
  "name → volume; names of 1–32 of a–z, 0–9 and -, not tmp, not beginning with sidecar-",
);

export type VolumeConfig = z.infer<typeof volumeSchema>;
