/**
 * What the AWS CLI answers, as far as it is read here. Nothing is sure to be there. Each is documented below
 * https://docs.aws.amazon.com/cli/latest/reference/ with the call that answers it.
 */
import type { Moment } from "./moment";

/** apigatewayv2 get-api */
export interface Api {
  ApiId?: string;
  ApiEndpoint?: string;
  DisableExecuteApiEndpoint?: boolean;
}

export interface Throttle {
  ThrottlingRateLimit?: number;
  ThrottlingBurstLimit?: number;
}

/** apigatewayv2 get-stages */
export interface Stage {
  StageName?: string;
  AutoDeploy?: boolean;
  DeploymentId?: string;
  LastDeploymentStatusMessage?: string;
  DefaultRouteSettings?: Throttle;
  RouteSettings?: Record<string, Throttle>;
  AccessLogSettings?: { DestinationArn?: string; Format?: string };
}

/** apigatewayv2 get-deployments */
export interface ApiDeployment {
  DeploymentId?: string;
  CreatedDate?: Moment;
  DeploymentStatus?: string;
  DeploymentStatusMessage?: string;
}

/** apigatewayv2 get-routes */
export interface Route {
  RouteId?: string;
  RouteKey?: string;
  Target?: string;
  AuthorizationType?: string;
  AuthorizerId?: string;
}

/** apigatewayv2 get-integrations */
export interface Integration {
  IntegrationId?: string;
  IntegrationUri?: string;
  ConnectionType?: string;
  ConnectionId?: string;
}

/** apigatewayv2 get-authorizers */
export interface Authorizer {
  AuthorizerId?: string;
  AuthorizerType?: string;
  Name?: string;
  JwtConfiguration?: { Issuer?: string; Audience?: string[] };
}

/** apigatewayv2 get-vpc-link */
export interface VpcLink {
  VpcLinkId?: string;
  VpcLinkStatus?: string;
  VpcLinkStatusMessage?: string;
  SubnetIds?: string[];
  SecurityGroupIds?: string[];
}

/** apigatewayv2 get-domain-name */
export interface DomainName {
  DomainNameConfigurations?: {
    ApiGatewayDomainName?: string;
    CertificateArn?: string;
    DomainNameStatus?: string;
    DomainNameStatusMessage?: string;
  }[];
}

/** apigatewayv2 get-api-mappings */
export interface ApiMapping {
  ApiId?: string;
  ApiMappingKey?: string;
  Stage?: string;
}

/** acm describe-certificate */
export interface Certificate {
  Status?: string;
  FailureReason?: string;
  DomainValidationOptions?: {
    DomainName?: string;
    ValidationStatus?: string;
    ResourceRecord?: { Name?: string; Type?: string; Value?: string };
  }[];
}

/** route53 list-resource-record-sets */
export interface RecordSet {
  Name?: string;
  Type?: string;
  AliasTarget?: { DNSName?: string };
  ResourceRecords?: { Value?: string }[];
}

/** ec2 describe-subnets */
export interface Subnet {
  SubnetId?: string;
  AvailabilityZone?: string;
  CidrBlock?: string;
  AvailableIpAddressCount?: number;
}

/** ec2 describe-security-group-rules */
export interface Rule {
  SecurityGroupRuleId?: string;
  GroupId?: string;
  IsEgress?: boolean;
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  CidrIpv4?: string;
  PrefixListId?: string;
  ReferencedGroupInfo?: { GroupId?: string };
}

/** ec2 describe-vpc-endpoints */
export interface Endpoint {
  VpcEndpointId?: string;
  ServiceName?: string;
  VpcEndpointType?: string;
  State?: string;
  PolicyDocument?: string;
  PrivateDnsEnabled?: boolean;
  RouteTableIds?: string[];
  Groups?: { GroupId?: string }[];
}

/** ec2 describe-route-tables */
export interface RouteTable {
  RouteTableId?: string;
  Associations?: { Main?: boolean; SubnetId?: string }[];
  Routes?: { DestinationCidrBlock?: string; GatewayId?: string; NatGatewayId?: string; State?: string }[];
}

/** servicediscovery get-service */
export interface DiscoveryService {
  Name?: string;
  DnsConfig?: { NamespaceId?: string; DnsRecords?: { Type?: string; TTL?: number }[] };
}

/** servicediscovery list-instances; a task registers these attributes. */
export interface DiscoveryInstance {
  Id?: string;
  Attributes?: { AWS_INSTANCE_IPV4?: string; AWS_INSTANCE_PORT?: string };
}

/** ecs describe-services */
export interface EcsService {
  serviceName?: string;
  status?: string;
  desiredCount?: number;
  runningCount?: number;
  pendingCount?: number;
  taskDefinition?: string;
  serviceRegistries?: {
    registryArn?: string;
    containerName?: string;
    containerPort?: number;
    port?: number;
  }[];
  networkConfiguration?: {
    awsvpcConfiguration?: { subnets?: string[]; securityGroups?: string[]; assignPublicIp?: string };
  };
  deployments?: EcsDeployment[];
  events?: { createdAt?: Moment; message?: string }[];
}

export interface EcsDeployment {
  id?: string;
  status?: string;
  taskDefinition?: string;
  desiredCount?: number;
  runningCount?: number;
  pendingCount?: number;
  failedTasks?: number;
  createdAt?: Moment;
  updatedAt?: Moment;
  rolloutState?: string;
  rolloutStateReason?: string;
}

/** ecs list-service-deployments */
export interface ServiceDeployment {
  status?: string;
  statusReason?: string;
  createdAt?: Moment;
  startedAt?: Moment;
  finishedAt?: Moment;
  targetServiceRevisionArn?: string;
}

/** ecs describe-service-revisions */
export interface ServiceRevision {
  serviceRevisionArn?: string;
  taskDefinition?: string;
}

/** ecs describe-tasks */
export interface EcsTask {
  taskArn?: string;
  taskDefinitionArn?: string;
  lastStatus?: string;
  desiredStatus?: string;
  healthStatus?: string;
  stopCode?: string;
  stoppedReason?: string;
  createdAt?: Moment;
  startedAt?: Moment;
  stoppedAt?: Moment;
  availabilityZone?: string;
  containers?: EcsContainer[];
}

export interface EcsContainer {
  name?: string;
  image?: string;
  lastStatus?: string;
  healthStatus?: string;
  exitCode?: number;
  reason?: string;
  networkInterfaces?: { privateIpv4Address?: string }[];
}

/** ecs describe-task-definition */
export interface TaskDefinition {
  taskDefinitionArn?: string;
  cpu?: string;
  memory?: string;
  executionRoleArn?: string;
  containerDefinitions?: ContainerDefinition[];
}

export interface ContainerDefinition {
  name?: string;
  image?: string;
  essential?: boolean;
  memory?: number;
  portMappings?: { containerPort?: number }[];
  healthCheck?: { command?: string[]; interval?: number; retries?: number; startPeriod?: number };
  secrets?: { name?: string; valueFrom?: string }[];
  repositoryCredentials?: { credentialsParameter?: string };
  logConfiguration?: { logDriver?: string; options?: Record<string, string> };
}

/** cloudwatch describe-alarms */
export interface Alarm {
  AlarmName?: string;
  StateValue?: string;
  StateReason?: string;
  StateUpdatedTimestamp?: Moment;
  StateTransitionedTimestamp?: Moment;
}

/** logs get-log-events, logs filter-log-events */
export interface LogEvent {
  eventId?: string;
  logStreamName?: string;
  timestamp?: number;
  ingestionTime?: number;
  message?: string;
}
