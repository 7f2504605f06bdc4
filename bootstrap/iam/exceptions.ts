/**
 * What the roles reach beyond their own, each with why it can be no narrower and who says so. A test tries everything that a role is
 * granted on what is not its own, and finds these and no others (../tests/escalation.test.ts).
 */
export interface Exception {
  why: string;
  source: string;
  actions: RegExp;
  /** Left out: whatever the resource. */
  resources?: RegExp;
  /**
   * Of these alone: things without a tag `Project`; requests that say nothing of whose something is; things of a stack that the
   * role's stacks share.
   */
  only?: "untagged" | "unmarked" | "shared";
}

const reference = (list: string): string =>
  `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${list}.html`;

export const exceptions: readonly Exception[] = [
  // What there is, and how it is set up; what it holds, none of these tells.
  {
    why: "lists know no resources: they tell what there is in the account and the Region",
    source: reference("amazonec2"),
    actions:
      /^(ec2:Describe\w+|ecs:DescribeTaskDefinition|logs:Describe\w+|application-autoscaling:Describe\w+|cloudwatch:DescribeAlarms|servicediscovery:List\w+|route53:ListHostedZonesByName|sts:GetCallerIdentity)$/,
  },
  {
    why: "a prefix list that tasks may reach is somebody else's, AWS's or the company's; its ranges are read alone, to be counted",
    source: reference("amazonec2"),
    actions: /^ec2:GetManagedPrefixListEntries$/,
  },
  {
    why: "an API to adopt or to share is found by reading it, and parts of an HTTP API have no tags",
    source:
      "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html",
    actions: /^apigateway:GET$/,
  },
  {
    why: "a certificate that the program is given has nobody's tags",
    source: reference("awscertificatemanager"),
    actions: /^acm:DescribeCertificate$/,
  },
  {
    why: "a hosted zone and a change have neither tags nor names in Route 53's conditions; both are read alone",
    source: reference("amazonroute53"),
    actions: /^route53:(GetHostedZone|GetChange)$/,
  },
  {
    why: "an operation of Cloud Map belongs to what it makes, which is not tagged while it runs; it is read alone",
    source: reference("awscloudmap"),
    actions: /^servicediscovery:GetOperation$/,
  },
  {
    why: "docker login is the account's; what may be pushed and pulled is asked for each repository",
    source: reference("amazonelasticcontainerregistry"),
    actions: /^ecr:GetAuthorizationToken$/,
  },
  {
    why: "tasks run the image that their service names, of whichever repository",
    source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html",
    actions: /^ecr:(BatchCheckLayerAvailability|BatchGetImage|GetDownloadUrlForLayer)$/,
  },

  // State, which is one bucket and one key.
  {
    why: "names of state files, and the backend's own description, are every stack's",
    source: "https://github.com/pulumi/pulumi/tree/master/pkg/backend/diy",
    actions: /^s3:(ListBucket|GetObject)$/,
    resources: /^arn:aws:s3:::[^/]+(\/\.pulumi\/meta\.yaml)?$/,
  },
  {
    why: "a role that destroys finds out which stacks there are, and one that previews reads them all: both read every state of the project",
    source: "https://github.com/pulumi/pulumi/tree/master/pkg/backend/diy",
    actions: /^s3:GetObject$/,
    resources: /\/\.pulumi\/stacks\/flask-app-fargate\/[^/]+$/,
  },
  {
    why: "one key encrypts the secrets of all stacks; whose they are is told by who reads the state",
    source: "https://www.pulumi.com/docs/iac/concepts/secrets/#aws-key-management-service-kms",
    actions: /^kms:(Decrypt|Encrypt|GenerateDataKey)$/,
  },

  // What is made new, and is nobody's: AWS refuses a name that is taken.
  {
    why: "a repository is made by name, with the stack's tags; RepositoryAlreadyExistsException protects the others",
    source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
    actions: /^ecr:CreateRepository$/,
  },
  {
    why: "a service of Cloud Map is made with the stack's tags; the namespace it is made in is asked for as well",
    source: reference("awscloudmap"),
    actions: /^servicediscovery:CreateService$/,
    resources: /:service\//,
  },
  {
    why: "APIs, links, domains and certificates are made with the stack's tags, beside those of others",
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-iam-policy.html",
    actions: /^(apigateway:(POST|TagResource)|acm:RequestCertificate)$/,
    resources: /^\*$|::\/(apis|vpclinks|domainnames|apis\/x\/stages)$/,
  },
  {
    why: "AWS's own roles, once in an account, which nobody can change",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html",
    actions: /^iam:CreateServiceLinkedRole$/,
  },

  // What pull requests have within dev, whose network, cluster and API they share.
  {
    why: "services run in the other stack's VPC and namespace: groups and services of Cloud Map are made there, with the stack's own tags",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-ec2-console.html",
    actions: /^(ec2:CreateSecurityGroup|servicediscovery:CreateService)$/,
    only: "shared",
  },
  {
    why: "the other's VPC link has to reach the services: rules of its group and of no other, which AWS does not tell apart where one is taken away",
    source: reference("amazonec2"),
    actions: /^ec2:(AuthorizeSecurityGroupEgress|RevokeSecurityGroupEgress|ModifySecurityGroupRules)$/,
    resources: /:security-group\//,
    only: "shared",
  },
  {
    why: "a job's task is tagged in the moment that RunTask makes it, and has no name; AWS says so in this key, no caller",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html",
    actions: /^ecs:TagResource$/,
    resources: /:task\/flask-app-fargate-dev\//,
  },

  // Where a conspiring branch gets further. Within one account these are why dev is no hard wall before prod.
  {
    why: "what has no tag Project may be new: creating with tags asks for the same. Tag what is older, and it is out of reach",
    source: "https://github.com/estahn/k8s-image-swapper/issues/416",
    actions: /^(ecr:TagResource|acm:AddTagsToCertificate|application-autoscaling:TagResource)$/,
    only: "untagged",
  },
  {
    why: "AWS takes no narrower scope for composite alarms than all; what has a tag Project is refused by that. They tell, and do nothing else",
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
    actions: /^cloudwatch:PutCompositeAlarm$/,
    only: "untagged",
  },
  {
    why: "with closesDefaultGroup: the default group of a new VPC has no tags, and no key tells which VPC is new",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
    actions: /^ec2:CreateTags$/,
    resources: /:security-group\//,
    only: "untagged",
  },
  {
    why: "a scaling target is made with the stack's tags; of whom it scales, the caller has to be allowed ecs:UpdateService as well",
    source:
      "https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html",
    actions: /^application-autoscaling:RegisterScalableTarget$/,
    only: "untagged",
  },
  {
    why: "parts of an HTTP API have no tags, and do not inherit their API's",
    source:
      "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html",
    actions: /^apigateway:(DELETE|PATCH|POST)$/,
    resources:
      /::\/(apis\/x\/(authorizers|deployments|integrations|routes|cors|stages|stages\/x\/(accesslogsettings|routesettings\/x))|domainnames\/x\/apimappings)(\/x)?$/,
  },
  {
    why: "paths of /tags tell no tags of what they lead to: tags that do not say whose something is may be set and removed",
    source: reference("amazonapigatewaymanagementv2"),
    actions: /^apigateway:(POST|DELETE)$/,
    resources: /::\/tags\//,
    only: "unmarked",
  },
  {
    why: "domains and stages have a name before they are made, which the path of their tags may end with",
    source: reference("amazonapigatewaymanagementv2"),
    actions: /^apigateway:POST$/,
    resources: /::\/tags\/.*(domainnames|stages)/,
  },
  {
    why: "where the path of tags leads to nothing, something is being made",
    source: "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/997",
    actions: /^apigateway:POST$/,
    resources: /::\/tags\/$/,
  },
  {
    why: "a further control of POST and PATCH on a domain, of no use without those",
    source: reference("amazonapigatewaymanagementv2"),
    actions: /^apigateway:(Add|Remove)Certificate(To|From)Domain$/,
    resources: /::\/domainnames/,
  },
  {
    why: "deliveries of access logs know no resources; API Gateway makes them in the caller's name",
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html",
    actions: /^logs:((Create|Delete|Get|Update)LogDelivery|ListLogDeliveries|PutResourcePolicy)$/,
  },
  {
    why: "Cloud Map's tags know no resources, and making a namespace knows neither its name nor its VPC",
    source: reference("awscloudmap"),
    actions: /^servicediscovery:(CreatePrivateDnsNamespace|TagResource|UntagResource)$/,
  },
  {
    why: "a zone is made or associated in the caller's name for a VPC whose id nobody knows beforehand",
    source: reference("amazonroute53"),
    actions: /^route53:(CreateHostedZone|AssociateVPCWithHostedZone)$/,
  },
  {
    why: "a gateway's interface has no tags; the address that leaves it is asked for as well, and has to be the stack's",
    source: reference("amazonec2"),
    actions: /^ec2:DisassociateAddress$/,
    resources: /:network-interface\//,
  },
  {
    why: "the name of a stack `dev-2` begins as a service `2-…` of `dev` would; name no stack another's and a hyphen more",
    source: reference("amazonelasticcontainerservice"),
    actions: /^ecs:(RegisterTaskDefinition|ListTagsForResource|TagResource|UntagResource)$/,
    resources: /:task-definition\/flask-app-fargate-dev-2-/,
  },
];
