/**
 * How long AWS takes to create what a stack is made of, in seconds: typical, not promised, and never measured here.
 *
 * `reported`: somebody's log shows that creation. `derived`: a log shows a test of the Terraform provider, under Pulumi's as
 * well, that creates and deletes it, and about half is taken. `guessed`: calls that answer at once, and what depends on the
 * user.
 */
export interface CreationTime {
  seconds: number;
  confidence: "reported" | "derived" | "guessed";
  /** Public log; absent for a guess. */
  source?: string;
}

const issue = (repository: string, number: number): string =>
  `https://github.com/${repository}/issues/${number}`;
const provider = (number: number): string => issue("hashicorp/terraform-provider-aws", number);

const reported = (seconds: number, source: string): CreationTime => ({
  seconds,
  confidence: "reported",
  source,
});
const derived = (seconds: number, source: string): CreationTime => ({
  seconds,
  confidence: "derived",
  source,
});
const guessed = (seconds: number): CreationTime => ({ seconds, confidence: "guessed" });

const vpcLog = issue("DevopsArtFactory/terraform-provisioning", 5);
const rulesLog = issue("hashicorp-education/learn-terraform-variables", 6);
const ecsLog = issue("jina-ai/examples", 277);

const times: Readonly<Record<string, CreationTime>> = {
  "aws:ec2/vpc:Vpc": reported(22, vpcLog),
  "aws:ec2/internetGateway:InternetGateway": reported(1, vpcLog),
  "aws:ec2/eip:Eip": reported(1, vpcLog),
  "aws:ec2/routeTable:RouteTable": reported(1, vpcLog),
  "aws:ec2/natGateway:NatGateway": derived(105, provider(38363)),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": reported(3, rulesLog),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": reported(3, rulesLog),
  "aws:ecr/repository:Repository": reported(3, ecsLog),
  "aws:iam/role:Role": reported(4, ecsLog),
  "aws:ecs/taskDefinition:TaskDefinition": reported(2, ecsLog),
  // The log shows more than ten seconds.
  "aws:ecs/cluster:Cluster": reported(12, ecsLog),
  // From the request until it is steady; a first health check here comes at 35 seconds.
  "aws:ecs/service:Service": reported(92, issue("aws/amazon-ecs-cli", 628)),
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": derived(55, provider(2569)),
  "aws:apigatewayv2/vpcLink:VpcLink": derived(200, provider(33975)),
  "aws:apigatewayv2/integration:Integration": derived(2, provider(8949)),
  "aws:acm/certificateValidation:CertificateValidation": derived(90, provider(20007)),
  "aws:apigatewayv2/domainName:DomainName": derived(25, provider(20007)),
  "aws:route53/record:Record": reported(40, provider(10405)),
  // Depends on the Dockerfile, on what is cached, and on the way to ECR.
  "docker:index/image:Image": guessed(60),
};

const interfaceEndpoint = derived(90, provider(38363));
const gatewayEndpoint = derived(10, provider(38363));

/** What a call takes that AWS answers at once. */
export const callSeconds = 2;
const call = guessed(callSeconds);

/** The typical time to create a resource; nothing for what exists in no cloud. */
export function creationTime(type: string, inputs: Readonly<Record<string, unknown>>): CreationTime {
  if (type === "aws:ec2/vpcEndpoint:VpcEndpoint") {
    return inputs.vpcEndpointType === "Interface" ? interfaceEndpoint : gatewayEndpoint;
  }
  return times[type] ?? call;
}
