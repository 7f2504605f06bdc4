import { arn, asks, check, deploys, tagged } from "./support/requests";

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
      "makes a subnet in an adopted VPC",
      deploys,
      { action: "ec2:CreateSubnet", resource: arn("ec2", "vpc/vpc-1") },
      true,
    ],
    [
      "tags what it makes",
      deploys,
      {
        action: "ec2:CreateTags",
        resource: arn("ec2", "vpc/vpc-1"),
        context: { "ec2:CreateAction": "CreateVpc" },
      },
      true,
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
      "opens it by a new rule, which has no tags yet",
      deploys,
      { action: "ec2:AuthorizeSecurityGroupIngress", resource: arn("ec2", "security-group-rule/*") },
      true,
    ],
    [
      "closes no rule of others",
      deploys,
      { action: "ec2:RevokeSecurityGroupIngress", resource: arn("ec2", "security-group-rule/sgr-1") },
      false,
    ],
    [
      "tags a certificate as its own",
      deploys,
      { action: "acm:AddTagsToCertificate", resource: arn("acm", "certificate/1"), context: asks("dev") },
      true,
    ],
    [
      "tags none as another stack's",
      deploys,
      { action: "acm:AddTagsToCertificate", resource: arn("acm", "certificate/1"), context: asks("prod") },
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
    [
      "lets API Gateway call an authorizer",
      deploys,
      {
        action: "lambda:AddPermission",
        resource: arn("lambda", "function:keys"),
        context: { "lambda:Principal": "apigateway.amazonaws.com" },
      },
      true,
    ],
    [
      "lets nobody else",
      deploys,
      {
        action: "lambda:AddPermission",
        resource: arn("lambda", "function:keys"),
        context: { "lambda:Principal": "*" },
      },
      false,
    ],
  ]);
});
