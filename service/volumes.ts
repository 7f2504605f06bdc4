import * as aws from "@pulumi/aws";
import { ServiceConfig } from "../config/schema";

/** The file systems that a service's tasks mount. */

type Volumes = Pick<ServiceConfig, "volumes">;

/** NFS, which EFS speaks. Mounting takes nothing else but the VPC's own DNS, so no endpoint. */
export const nfsPort = 2049;

const sorted = ({ volumes }: Volumes): [string, ServiceConfig["volumes"][string]][] =>
  Object.entries(volumes).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * What the task definition says of them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-efs-config.html
 */
export const fileSystemVolumes = (config: Volumes): aws.types.input.ecs.TaskDefinitionVolume[] =>
  sorted(config).map(([name, { fileSystemId, accessPointId }]) => ({
    name,
    configureAtLaunch: false,
    efsVolumeConfiguration: {
      fileSystemId,
      // The access point has the folder; with one, only this is allowed here.
      rootDirectory: "/",
      // Demanded by an access point, and by IAM.
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId, iam: "ENABLED" },
    },
  }));

/** Where the application's container has them. */
export const volumeMounts = (config: Volumes): object[] =>
  sorted(config).map(([name, { path, readOnly }]) => ({
    sourceVolume: name,
    containerPath: path,
    readOnly,
  }));

/** Groups of the mount targets, each once. */
export const mountTargetGroups = (config: Volumes): string[] =>
  [...new Set(sorted(config).map(([, { securityGroupId }]) => securityGroupId))].sort();

/**
 * What the task role may do: mount by these access points and no other, and write where that is said.
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
export function volumeStatements(
  config: Volumes,
  { partition, region, account }: { partition: string; region: string; account: string },
): object[] {
  const arn = (resource: string): string =>
    `arn:${partition}:elasticfilesystem:${region}:${account}:${resource}`;
  return sorted(config).map(([, { fileSystemId, accessPointId, readOnly }]) => ({
    Effect: "Allow",
    Action: ["elasticfilesystem:ClientMount", ...(readOnly ? [] : ["elasticfilesystem:ClientWrite"])],
    Resource: arn(`file-system/${fileSystemId}`),
    Condition: {
      StringEquals: { "elasticfilesystem:AccessPointArn": arn(`access-point/${accessPointId}`) },
    },
  }));
}
