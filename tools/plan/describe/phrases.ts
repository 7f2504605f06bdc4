/**
 * The inputs that matter, by type: phrases in which `{input}` becomes its value, `{input|format}` what the format makes of
 * it, and `{input?words}` the words if it is true. A phrase whose input is absent is left out. The order of the types is the
 * order in which a component's resources are listed.
 */
export const phrases: Readonly<Record<string, readonly string[]>> = {
  "pulumi:providers:aws": ["{region}", "default tags {defaultTags|tags}"],

  "awsx:ec2:Vpc": ["{cidrBlock} over {availabilityZoneNames}", "NAT gateways: {natGateways.strategy}"],
  "aws:ec2/vpc:Vpc": ["{cidrBlock}", "{enableDnsHostnames?DNS hostnames}"],
  "aws:ec2/internetGateway:InternetGateway": ["{vpcId}"],
  "aws:ec2/eip:Eip": [],
  "aws:ec2/natGateway:NatGateway": ["subnet {subnetId}", "address {allocationId}"],
  "aws:ec2/subnet:Subnet": ["{cidrBlock} in {availabilityZone}", "{tags.SubnetType}"],
  "aws:ec2/routeTable:RouteTable": [],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": [],
  "aws:ec2/route:Route": ["{destinationCidrBlock} {gatewayId}", "{destinationCidrBlock} {natGatewayId}"],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["without rules", "{vpcId}"],
  "aws:ec2/securityGroup:SecurityGroup": ["{description}"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    "{ipProtocol} {fromPort}{toPort|upTo}",
    "group {securityGroupId}",
    "from {referencedSecurityGroupId}",
    "from {cidrIpv4}",
    "from {prefixListId}",
  ],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
    "{ipProtocol} {fromPort}{toPort|upTo}",
    "group {securityGroupId}",
    "to {referencedSecurityGroupId}",
    "to {cidrIpv4}",
    "to {prefixListId}",
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [
    "{vpcEndpointType} {serviceName}",
    "{privateDnsEnabled?private DNS}",
    "policy {policy|actions}",
  ],

  "aws:ecs/cluster:Cluster": [
    "{name}",
    "sessions logged in {configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName}",
  ],
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ["{capacityProviders}"],
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": ["{name}", "VPC {vpc}"],
  "aws:servicediscovery/service:Service": [
    "{name}",
    "{dnsConfig.dnsRecords|records}",
    "namespace {dnsConfig.namespaceId}",
  ],

  "aws:apigatewayv2/api:Api": ["{protocolType}"],
  "aws:apigatewayv2/vpcLink:VpcLink": ["subnets {subnetIds}", "group {securityGroupIds}"],
  "aws:apigatewayv2/integration:Integration": [
    "{integrationType} {integrationUri}",
    "link {connectionId}",
    "{timeoutMilliseconds} ms",
    "sets {requestParameters|names}",
  ],
  "aws:apigatewayv2/route:Route": ["{routeKey} {target}", "authorization {authorizationType}"],
  "aws:apigatewayv2/authorizer:Authorizer": [
    "{authorizerType|authorizer}",
    "issuer {jwtConfiguration.issuer}",
    "for {jwtConfiguration.audiences}",
    "calls {authorizerUri|lambda}",
    "identity from {identitySources}",
    "answers kept {authorizerResultTtlInSeconds} s",
  ],
  "aws:lambda/permission:Permission": ["{principal} may call {function|lambda}"],
  "aws:apigatewayv2/deployment:Deployment": ["API {apiId}"],
  "aws:apigatewayv2/stage:Stage": [
    "{name}",
    "{autoDeploy?auto-deploy}",
    "deployment {deploymentId}",
    "{defaultRouteSettings.throttlingRateLimit} requests/s, bursts of {defaultRouteSettings.throttlingBurstLimit}",
    "{defaultRouteSettings.detailedMetricsEnabled?metrics of each route}",
    "log {accessLogSettings.destinationArn}",
  ],

  "aws:apigatewayv2/domainName:DomainName": [
    "{domainName}",
    "{domainNameConfiguration.securityPolicy|tls}",
    "certificate {domainNameConfiguration.certificateArn}",
    "only clients with a certificate of {mutualTlsAuthentication.truststoreUri}",
  ],
  "aws:apigatewayv2/apiMapping:ApiMapping": ["domain {domainName}", "stage {stage}"],
  "aws:acm/certificate:Certificate": ["{domainName}", "proved by {validationMethod}"],
  "aws:acm/certificateValidation:CertificateValidation": ["certificate {certificateArn}"],
  "aws:route53/record:Record": [
    "{type|recordType}",
    "{name}",
    "zone {zoneId}",
    "{aliases|alias}",
    "value {records}",
    "{ttl} s",
    "{allowOverwrite?taken over where it is there}",
  ],

  "aws:ecr/repository:Repository": [
    "{imageTagMutability}",
    "{imageScanningConfiguration.scanOnPush?scanned on push}",
    "{forceDelete?deleted with its images}",
  ],
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["{policy|descriptions}"],
  "docker:index/image:Image": ["{build.context} for {build.platform}", "repository {imageName}"],

  "aws:cloudwatch/logGroup:LogGroup": ["{name}", "{retentionInDays} days"],
  "aws:iam/role:Role": ["{description}", "for {assumeRolePolicy|principals}"],
  "aws:iam/rolePolicy:RolePolicy": ["role {role}", "policy {policy|actions}"],
  "aws:ecs/taskDefinition:TaskDefinition": [
    "{cpu} CPU, {memory} MiB",
    "{runtimePlatform.cpuArchitecture}",
    "containers {containerDefinitions|containers}",
    "{volumes|sidecars}",
    "{volumes|fileSystems}",
  ],
  "aws:ecs/service:Service": [
    "{desiredCount|tasks} {taskDefinition}",
    "on {capacityProviderStrategies|providers}",
    "port {serviceRegistries.containerPort} registered in {serviceRegistries.registryArn}",
    "network {networkConfiguration}",
    "{networkConfiguration.assignPublicIp?public addresses}",
    "{enableExecuteCommand?can be entered (ECS Exec)}",
    "{alarms.rollback?rolled back by alarms}",
    "every change rolls all tasks, at {deploymentMinimumHealthyPercent}–{deploymentMaximumPercent} %",
  ],

  "aws:cloudwatch/metricAlarm:MetricAlarm": ["{name}", "{alarmDescription|sentence}"],
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": [
    "{alarmName}",
    "{alarmDescription|sentence}",
    "tells {alarmActions}",
  ],
  "aws:cloudwatch/dashboard:Dashboard": ["{dashboardName}"],
  "aws:cloudwatch/eventRule:EventRule": ["{name}", "{description}"],
  "aws:sns/topic:Topic": ["{name}"],
  "aws:sns/topicSubscription:TopicSubscription": ["{endpoint}", "by {protocol}, once confirmed there"],

  "aws:appautoscaling/target:Target": ["{minCapacity} to {maxCapacity} tasks"],
  "aws:appautoscaling/policy:Policy": [
    "sets {stepScalingPolicyConfiguration.stepAdjustments|steps} when its alarm says so",
    "{targetTrackingScalingPolicyConfiguration.targetValue|perTask}",
    "keeps {targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType|metric} at {targetTrackingScalingPolicyConfiguration.targetValue} %",
    "out after {targetTrackingScalingPolicyConfiguration.scaleOutCooldown} s",
    "in after {targetTrackingScalingPolicyConfiguration.scaleInCooldown} s",
  ],

  "aws:appautoscaling/scheduledAction:ScheduledAction": [
    "from {schedule} {timezone} on {scalableTargetAction.minCapacity} to {scalableTargetAction.maxCapacity} tasks",
  ],

  "aws:scheduler/scheduleGroup:ScheduleGroup": ["{name}"],
  "aws:sqs/queue:Queue": ["{name}", "{sqsManagedSseEnabled?encrypted}", "kept {messageRetentionSeconds} s"],
  "aws:scheduler/schedule:Schedule": [
    "{scheduleExpression} {scheduleExpressionTimezone}",
    "{state}",
    "runs {target}",
    "{target.retryPolicy.maximumRetryAttempts} retries in {target.retryPolicy.maximumEventAgeInSeconds} s",
  ],
};
