/** What a CloudFormation handler may do and this program never asks for, each with why. */
export const notNeeded: readonly { why: string; actions: RegExp }[] = [
  {
    why: "the VPC has neither encryption controls nor another tenancy",
    actions: /^ec2:(CreateVpcEncryptionControl|DescribeVpcEncryptionControls|ModifyVpcTenancy)$/,
  },
  { why: "no IPv6 blocks on subnets", actions: /^ec2:(Associate|Disassociate)SubnetCidrBlock$/ },
  {
    why: "the address is given to a NAT gateway when that is made, and is never moved",
    actions: /^ec2:(AcceptAddressTransfer|AssociateAddress)$/,
  },
  {
    why: "the one address of a NAT gateway never changes",
    actions:
      /^ec2:(Assign|Unassign)PrivateNatGatewayAddress$|^ec2:(Associate|Disassociate)NatGatewayAddress$/,
  },
  {
    why: "rules are resources of their own; the provider changes their descriptions by ModifySecurityGroupRules",
    actions: /^ec2:UpdateSecurityGroupRuleDescriptions(Ingress|Egress)$/,
  },
  {
    why: "read by CloudFormation's handler only, for stacks of another kind",
    actions: /^ec2:DescribeInstances$/,
  },
  { why: "no endpoints of VPC Lattice or of other Regions", actions: /^(vpc-lattice|vpce):/ },
  { why: "repositories have no policy of their own", actions: /^ecr:(Set|Get|Delete)RepositoryPolicy$/ },
  {
    why: "nothing is under a KMS key of the account's own",
    actions: /^kms:|^logs:(Associate|Disassociate)KmsKey$/,
  },
  {
    why: "roles have inline policies only, and keep their boundary: taking it off is what the boundary is there to prevent",
    actions: /^iam:(Attach|Detach)RolePolicy$|^iam:DeleteRolePermissionsBoundary$/,
  },
  { why: "the duration of a session is never set", actions: /^iam:UpdateRole$/ },
  {
    why: "log groups have a retention and nothing else: no index, data protection, subscription or token",
    actions:
      /^logs:(\w*DataProtectionPolicy|\w*IndexPolic(y|ies)|DeleteResourcePolicy|PutBearerTokenAuthentication|PutLogGroupDeletionProtection)$|^firehose:|^s3:REST/,
  },
  {
    why: "only the number of an ECS service's tasks is scaled, by alarms and by the clock",
    actions: /^lambda:\w*ProvisionedConcurrencyConfig$|^cloudwatch:GetMetricData$/,
  },
  { why: "settings of the account are not this program's", actions: /^ecs:PutAccountSetting(Default)?$/ },
  { why: "UpdateCluster does both", actions: /^ecs:UpdateClusterSettings$/ },
  { why: "Fargate's own capacity providers are known", actions: /^ecs:DescribeCapacityProviders$/ },
  { why: "skipDestroy: a rollback runs old revisions", actions: /^ecs:DeregisterTaskDefinition$/ },
  { why: "a failed deployment is rolled back by ECS", actions: /^ecs:StopServiceDeployment$/ },
  {
    why: "services have no attributes, and are found by id",
    actions: /^servicediscovery:(ListServices|\w*ServiceAttributes)$/,
  },
  {
    why: "rules have no targets: an alarm counts what they match",
    actions: /^events:(Put|Remove)Targets$|^events:ListTargetsByRule$/,
  },
  {
    why: "a topic's subscriptions are resources of their own, which are made anew where they change",
    actions: /^sns:(ListSubscriptionsByTopic|SetSubscriptionAttributes)$/,
  },
  { why: "no policy hides what alarms say", actions: /^sns:(Get|Put)DataProtectionPolicy$/ },
  { why: "a queue is known by its URL, which is its id", actions: /^sqs:GetQueueUrl$/ },
  { why: "no OpenAPI document is imported", actions: /^s3:getObject$/ },
  { why: "zones are named by id", actions: /^route53:ListHostedZones$/ },
  { why: "certificates are public ones", actions: /^acm-pca:/ },
  {
    why: "the service-linked role is left, as AWS advises while anything uses it",
    actions: /^iam:(DeleteServiceLinkedRole|GetServiceLinkedRoleDeletionStatus)$/,
  },
];
