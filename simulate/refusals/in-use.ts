import type { Inputs } from "../thing";

/** A resource of `of` is not deleted while one of `type` names it in `property`. */
export interface InUse {
  of: string;
  by: string;
  property: string;
  /** Left out: always. */
  unless?: (used: Inputs) => boolean;
  refusal: string;
  source: string;
}

const ec2Errors = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";
const dependency = (of: string, uses: [type: string, property: string][]): InUse[] =>
  uses.map(([type, property]) => ({
    of,
    by: type,
    property,
    refusal: "DependencyViolation: resource has a dependent object",
    source: ec2Errors,
  }));

/**
 * What AWS refuses only for a while is not among them, because the provider tries until it is over: a group or a subnet whose
 * interfaces are being removed, an internet gateway while addresses are mapped (hashicorp/terraform#497), a certificate that a
 * domain has just left, an authorizer whose route has just let it go (a ConflictException for 30 minutes: authorizer.go), the instances of a Cloud Map service with `forceDestroy`, the name of an ECS service that drains
 * (spinnaker/spinnaker#5476; the provider's deletion waits for INACTIVE, hashicorp/terraform-provider-aws#17548). What it does
 * not wait for is refused here at once, which is never kinder than AWS.
 */
export const inUse: readonly InUse[] = [
  {
    of: "aws:apigatewayv2/integration:Integration",
    by: "aws:apigatewayv2/route:Route",
    property: "target",
    refusal: "ConflictException: Cannot delete Integration, it is referenced by a route",
    source:
      "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid.html",
  },
  {
    of: "aws:apigatewayv2/authorizer:Authorizer",
    by: "aws:apigatewayv2/route:Route",
    property: "authorizerId",
    refusal: "ConflictException: Cannot delete authorizer, it is referenced by a route",
    source:
      "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html",
  },
  {
    of: "aws:apigatewayv2/deployment:Deployment",
    by: "aws:apigatewayv2/stage:Stage",
    property: "deploymentId",
    refusal: "BadRequestException: Active stages pointing to this deployment must be moved or deleted",
    source:
      "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments-deploymentid.html",
  },
  {
    of: "aws:apigatewayv2/api:Api",
    by: "aws:apigatewayv2/apiMapping:ApiMapping",
    property: "apiId",
    refusal:
      "BadRequestException: Deleting API failed. Please remove all API mappings for the API from your custom domain names",
    source: "https://github.com/gruntwork-io/cloud-nuke/issues/370",
  },
  {
    of: "aws:apigatewayv2/stage:Stage",
    by: "aws:apigatewayv2/apiMapping:ApiMapping",
    property: "stage",
    refusal: "BadRequestException: Deleting stage failed. Please remove all mappings related to the stage",
    source: "https://github.com/terraform-aws-modules/terraform-aws-apigateway-v2/issues/83",
  },
  {
    of: "aws:apigatewayv2/vpcLink:VpcLink",
    by: "aws:apigatewayv2/integration:Integration",
    property: "connectionId",
    refusal: "BadRequestException: Cannot delete vpc link, it is referenced by an integration",
    source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks-vpclinkid.html",
  },
  {
    of: "aws:acm/certificate:Certificate",
    by: "aws:apigatewayv2/domainName:DomainName",
    property: "domainNameConfiguration",
    refusal:
      "ResourceInUseException: The certificate is in use by another AWS service in the caller's account",
    source:
      "https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html#API_DeleteCertificate_Errors",
  },
  {
    of: "aws:ecs/cluster:Cluster",
    by: "aws:ecs/service:Service",
    property: "cluster",
    refusal: "ClusterContainsServicesException: The cluster cannot be deleted while services are active",
    source:
      "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html#API_DeleteCluster_Errors",
  },
  {
    of: "aws:iam/role:Role",
    by: "aws:iam/rolePolicy:RolePolicy",
    property: "role",
    refusal: "DeleteConflict: Cannot delete entity, must delete policies first",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
  },
  {
    of: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
    by: "aws:servicediscovery/service:Service",
    property: "dnsConfig",
    refusal: "ResourceInUse: The namespace has services",
    source:
      "https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteNamespace.html#API_DeleteNamespace_Errors",
  },
  {
    of: "aws:servicediscovery/service:Service",
    by: "aws:ecs/service:Service",
    property: "serviceRegistries",
    // The provider deregisters the instances before it deletes the service.
    unless: ({ forceDestroy }) => forceDestroy === true,
    refusal: "ResourceInUse: Service contains registered instances",
    source:
      "https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteService.html#API_DeleteService_Errors",
  },
  {
    of: "aws:ecr/repository:Repository",
    by: "docker:index/image:Image",
    property: "imageName",
    unless: ({ forceDelete }) => forceDelete === true,
    refusal: "RepositoryNotEmptyException: The repository cannot be deleted because it still contains images",
    source:
      "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html#API_DeleteRepository_Errors",
  },
  ...dependency("aws:ec2/securityGroup:SecurityGroup", [
    ["aws:apigatewayv2/vpcLink:VpcLink", "securityGroupIds"],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"],
    ["aws:ecs/service:Service", "networkConfiguration"],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "referencedSecurityGroupId"],
    ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "referencedSecurityGroupId"],
  ]),
  ...dependency("aws:ec2/subnet:Subnet", [
    ["aws:apigatewayv2/vpcLink:VpcLink", "subnetIds"],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds"],
    ["aws:ecs/service:Service", "networkConfiguration"],
    ["aws:ec2/natGateway:NatGateway", "subnetId"],
  ]),
  ...dependency("aws:ec2/routeTable:RouteTable", [
    ["aws:ec2/routeTableAssociation:RouteTableAssociation", "routeTableId"],
  ]),
  ...dependency("aws:ec2/vpc:Vpc", [
    ["aws:ec2/subnet:Subnet", "vpcId"],
    ["aws:ec2/internetGateway:InternetGateway", "vpcId"],
    ["aws:ec2/routeTable:RouteTable", "vpcId"],
    ["aws:ec2/securityGroup:SecurityGroup", "vpcId"],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId"],
  ]),
  {
    of: "aws:ec2/eip:Eip",
    by: "aws:ec2/natGateway:NatGateway",
    property: "allocationId",
    refusal: "InvalidIPAddress.InUse: the address is in use",
    source: ec2Errors,
  },
];

const gateway = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html";
const ecr = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html";
const sns = "https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html";
const group = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html";
const table = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html";
const target =
  "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html";

/** What AWS takes away together with the thing that `property` names: what has no life outside of it. */
export const goesWith: readonly { type: string; property: string; source: string }[] = [
  { type: "aws:apigatewayv2/route:Route", property: "apiId", source: gateway },
  { type: "aws:apigatewayv2/integration:Integration", property: "apiId", source: gateway },
  { type: "aws:apigatewayv2/authorizer:Authorizer", property: "apiId", source: gateway },
  { type: "aws:apigatewayv2/stage:Stage", property: "apiId", source: gateway },
  { type: "aws:apigatewayv2/deployment:Deployment", property: "apiId", source: gateway },
  { type: "aws:ecr/lifecyclePolicy:LifecyclePolicy", property: "repository", source: ecr },
  { type: "docker:index/image:Image", property: "imageName", source: ecr },
  { type: "aws:sns/topicSubscription:TopicSubscription", property: "topic", source: sns },
  {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    property: "securityGroupId",
    source: group,
  },
  {
    type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    property: "securityGroupId",
    source: group,
  },
  { type: "aws:ec2/route:Route", property: "routeTableId", source: table },
  { type: "aws:appautoscaling/policy:Policy", property: "resourceId", source: target },
];
