import { arn, asks, check, deploys, development, tagged } from "./support/requests";

describe("what deploys may do to the network and the front door", () => {
  check([
    [
      "deletes its own VPC",
      deploys,
      { action: "ec2:DeleteVpc", resource: arn("ec2", "vpc/vpc-1"), context: tagged("dev") },
      true,
    ],
    [
      "deletes nobody else's",
      deploys,
      { action: "ec2:DeleteVpc", resource: arn("ec2", "vpc/vpc-1"), context: tagged("prod") },
      false,
    ],
    [
      "deletes none of another project",
      deploys,
      { action: "ec2:DeleteVpc", resource: arn("ec2", "vpc/vpc-1"), context: tagged("dev", "other") },
      false,
    ],
    [
      "makes a subnet in its own VPC",
      deploys,
      { action: "ec2:CreateSubnet", resource: arn("ec2", "vpc/vpc-1"), context: tagged("dev") },
      true,
    ],
    [
      "which is its own as well",
      deploys,
      { action: "ec2:CreateSubnet", resource: arn("ec2", "subnet/*"), context: asks("dev") },
      true,
    ],
    [
      "makes none in another's, whatever it asks for",
      deploys,
      {
        action: "ec2:CreateSubnet",
        resource: arn("ec2", "vpc/vpc-1"),
        context: { ...tagged("prod"), ...asks("dev") },
      },
      false,
    ],
    [
      "makes a security group in an adopted VPC that was named",
      deploys,
      { action: "ec2:CreateSecurityGroup", resource: arn("ec2", "vpc/vpc-0123456789abcdef0") },
      true,
    ],
    [
      "makes none in another that nobody tagged",
      deploys,
      { action: "ec2:CreateSecurityGroup", resource: arn("ec2", "vpc/vpc-1"), context: asks("dev") },
      false,
    ],
    [
      "puts an endpoint into an adopted subnet that was named",
      deploys,
      { action: "ec2:CreateVpcEndpoint", resource: arn("ec2", "subnet/subnet-0123456789abcdef0") },
      true,
    ],
    [
      "adds an adopted route table that was named to it",
      deploys,
      { action: "ec2:ModifyVpcEndpoint", resource: arn("ec2", "route-table/rtb-0123456789abcdef0") },
      true,
    ],
    [
      "adds no other",
      deploys,
      { action: "ec2:ModifyVpcEndpoint", resource: arn("ec2", "route-table/rtb-1") },
      false,
    ],
    [
      "tags what it makes",
      deploys,
      {
        action: "ec2:CreateTags",
        resource: arn("ec2", "vpc/vpc-1"),
        context: { "ec2:CreateAction": "CreateVpc", ...asks("dev") },
      },
      true,
    ],
    [
      "makes nothing in the name of another stack",
      deploys,
      {
        action: "ec2:CreateTags",
        resource: arn("ec2", "vpc/vpc-1"),
        context: { "ec2:CreateAction": "CreateVpc", ...asks("prod") },
      },
      false,
    ],
    [
      "adds a tag to its own",
      deploys,
      {
        action: "ec2:CreateTags",
        resource: arn("ec2", "vpc/vpc-1"),
        context: { ...tagged("dev"), "aws:RequestTag/Team": "x" },
      },
      true,
    ],
    [
      "takes over no group without tags",
      deploys,
      { action: "ec2:CreateTags", resource: arn("ec2", "security-group/sg-1"), context: asks("dev") },
      false,
    ],
    [
      "takes over a default group where it is to close them",
      () => deploys({ ...development, closesDefaultGroup: true }),
      { action: "ec2:CreateTags", resource: arn("ec2", "security-group/sg-1"), context: asks("dev") },
      true,
    ],
    [
      "takes over none of others even so",
      () => deploys({ ...development, closesDefaultGroup: true }),
      {
        action: "ec2:CreateTags",
        resource: arn("ec2", "security-group/sg-1"),
        context: { ...tagged("prod"), ...asks("dev") },
      },
      false,
    ],
    ["tags nothing else", deploys, { action: "ec2:CreateTags", resource: arn("ec2", "vpc/vpc-1") }, false],
    [
      "opens its own security group",
      deploys,
      {
        action: "ec2:AuthorizeSecurityGroupIngress",
        resource: arn("ec2", "security-group/sg-1"),
        context: tagged("pr-7"),
      },
      true,
    ],
    [
      "opens an adopted one that was named",
      deploys,
      {
        action: "ec2:AuthorizeSecurityGroupIngress",
        resource: arn("ec2", "security-group/sg-0123456789abcdef0"),
      },
      true,
    ],
    [
      "opens no other",
      deploys,
      { action: "ec2:AuthorizeSecurityGroupIngress", resource: arn("ec2", "security-group/sg-1") },
      false,
    ],
    [
      "opens it by a new rule, which is its own",
      deploys,
      {
        action: "ec2:AuthorizeSecurityGroupIngress",
        resource: arn("ec2", "security-group-rule/*"),
        context: asks("dev"),
      },
      true,
    ],
    [
      "closes no rule of others",
      deploys,
      { action: "ec2:RevokeSecurityGroupIngress", resource: arn("ec2", "security-group-rule/sgr-1") },
      false,
    ],
    [
      "changes records of its namespace",
      deploys,
      {
        action: "route53:ChangeResourceRecordSets",
        resource: "arn:aws:route53:::hostedzone/Z1",
        context: {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["flask.pr-7.flask-app-fargate.internal"],
        },
      },
      true,
    ],
    [
      "gives an endpoint of its Region private names",
      deploys,
      {
        action: "route53:AssociateVPCWithHostedZone",
        resource: "arn:aws:route53:::hostedzone/Z1",
        context: { "route53:VPCs": ["VPCId=vpc-1,VPCRegion=ap-southeast-2"] },
      },
      true,
    ],
    [
      "gives none elsewhere",
      deploys,
      {
        action: "route53:AssociateVPCWithHostedZone",
        resource: "arn:aws:route53:::hostedzone/Z1",
        context: { "route53:VPCs": ["VPCId=vpc-1,VPCRegion=eu-west-2"] },
      },
      false,
    ],
    [
      "changes no others there",
      deploys,
      {
        action: "route53:ChangeResourceRecordSets",
        resource: "arn:aws:route53:::hostedzone/Z1",
        context: {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
            "flask.dev.flask-app-fargate.internal",
            "www.example.com",
          ],
        },
      },
      false,
    ],
    [
      "changes records of the named zones",
      deploys,
      {
        action: "route53:ChangeResourceRecordSets",
        resource: "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ",
        context: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["www.example.com"] },
      },
      true,
    ],
  ]);
});
