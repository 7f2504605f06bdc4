import { Scope } from "../../iam/grant";
import { State } from "../../iam/policies";

/** As long as names get: the Region's, and a project's as in the program. */
export const scope = (...stacks: string[]): Scope => sharing(stacks);

/** The same of stacks that use the network, cluster and API of others. */
export const sharing = (stacks: readonly string[], ...shares: string[]): Scope => ({
  partition: "aws",
  region: "ap-southeast-2",
  account: "000000000000",
  project: "flask-app-fargate",
  stacks,
  shares,
  closesDefaultGroup: false,
  workloadBoundary: "arn:aws:iam::000000000000:policy/flask-app-fargate-workloads",
  vpcs: ["vpc-0123456789abcdef0"],
  subnets: ["subnet-0123456789abcdef0", "subnet-1123456789abcdef0"],
  routeTables: ["rtb-0123456789abcdef0"],
  securityGroups: ["sg-0123456789abcdef0"],
  hostedZones: ["Z0123456789ABCDEFGHIJ"],
  truststores: ["arn:aws:s3:::example-truststore/authorities.pem"],
  functions: ["arn:aws:lambda:ap-southeast-2:000000000000:function:keys"],
});

export const state: State = {
  bucketArn: "arn:aws:s3:::flask-app-fargate-state-000000000000-ap-southeast-2",
  logBucketArn: "arn:aws:s3:::flask-app-fargate-state-000000000000-ap-southeast-2-logs",
  keyArn: "arn:aws:kms:ap-southeast-2:000000000000:key/00000000-0000-0000-0000-000000000000",
};
