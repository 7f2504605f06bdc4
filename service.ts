import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./cluster";
import { StackConfig } from "./config";
import { ImageSource } from "./image";
import { deploymentPercent, deploymentTimeoutMinutes } from "./rules/rollout";
import { ServiceConfig } from "./configuration/schema";
import { NetworkView } from "./share";
import * as task from "./task";

export interface FargateServiceArgs extends Pick<
  StackConfig,
  "project" | "stack" | "region" | "partition" | "iam"
> {
  /** AWS account id. */
  account: string;
  config: ServiceConfig;
  image: ImageSource;
  network: NetworkView;
  cluster: Cluster;
}

/**
 * One service on Fargate: its tasks register themselves in Cloud Map by address and port, and only the VPC link may connect
 * to them. `pulumi up` waits until they are healthy; a deployment whose tasks never are is rolled back.
 *
 * Costs: vCPU and GB hours of each task, and the GB it logs.
 */
export class FargateService extends pulumi.ComponentResource {
  /** Created once its tasks are healthy. */
  readonly service: aws.ecs.Service;
  /** What an operator needs to find the service in AWS. */
  readonly summary: {
    image: pulumi.Input<string>;
    /** The name that only the VPC can resolve. */
    discoveryName: string;
    service: pulumi.Output<string>;
    taskDefinition: pulumi.Output<string>;
    logGroup: pulumi.Output<string>;
    taskRole: pulumi.Output<string>;
  };

  constructor(
    private readonly name: string,
    private readonly args: FargateServiceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:service:FargateService", name, {}, opts);
    const { config, project, stack } = args;

    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: `/ecs/${project}/${stack}/${name}`, retentionInDays: config.logRetentionDays },
      { parent: this },
    );
    const execution = this.createExecutionRole(logGroup);
    const application = this.createTaskRole();
    const taskDefinition = this.createTaskDefinition(logGroup, execution.role, application.role);
    const group = this.createSecurityGroup();
    this.service = this.createService(taskDefinition, group.id, [
      ...execution.policies,
      ...application.policies,
      ...group.rules,
    ]);

    if (config.scaling) this.createScaling(this.service, config.scaling);

    this.summary = {
      image: args.image.reference,
      discoveryName: `${args.cluster.nameOf(name)}.${args.cluster.namespaceName}`,
      service: this.service.name,
      taskDefinition: taskDefinition.arn,
      logGroup: logGroup.name,
      taskRole: application.role.arn,
    };
    this.registerOutputs(this.summary);
  }

  private createExecutionRole(logGroup: aws.cloudwatch.LogGroup): Role {
    const { config, image } = this.args;
    const role = this.createRole("execution", task.executionTrust(this.args), "Starts the tasks of");
    const policy = pulumi
      .all([image.repositoryArn, logGroup.arn])
      .apply(([repositoryArn, logGroupArn]) =>
        JSON.stringify(task.executionPolicy(config, this.args, { repositoryArn, logGroupArn })),
      );
    return { role, policies: [this.attach("execution", role, policy)] };
  }

  private createTaskRole(): Role {
    const role = this.createRole(
      "task",
      task.taskTrust(this.args),
      "What the application may do in tasks of",
    );
    const policy = task.taskPolicy(this.args.config);
    return { role, policies: policy ? [this.attach("task", role, JSON.stringify(policy))] : [] };
  }

  private createTaskDefinition(
    logGroup: aws.cloudwatch.LogGroup,
    execution: aws.iam.Role,
    application: aws.iam.Role,
  ): aws.ecs.TaskDefinition {
    const { config, project, stack, region, image } = this.args;
    return new aws.ecs.TaskDefinition(
      this.name,
      {
        family: `${project}-${stack}-${this.name}`,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(config.cpu),
        memory: String(config.memory),
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: config.architecture },
        executionRoleArn: execution.arn,
        taskRoleArn: application.arn,
        volumes: [{ name: task.temporaryVolume, configureAtLaunch: false }],
        containerDefinitions: pulumi
          .all([image.reference, logGroup.name])
          .apply(([reference, logGroupName]) =>
            JSON.stringify(
              task.containerDefinitions(config, {
                name: this.name,
                region,
                image: reference,
                logGroup: logGroupName,
              }),
            ),
          ),
        // A rollback runs the revision before this one.
        skipDestroy: true,
      },
      { parent: this },
    );
  }

  /** Admits the VPC link on the service's port and nobody else. */
  private createSecurityGroup(): { id: pulumi.Output<string>; rules: pulumi.Resource[] } {
    const { network, config } = this.args;
    const group = new aws.ec2.SecurityGroup(
      this.name,
      {
        vpcId: network.vpcId,
        description: "Tasks of one service: reached by the VPC link on its port",
        tags: { Name: this.name },
      },
      { parent: this },
    );
    const { port } = config;
    const to = { ipProtocol: "tcp", fromPort: port, toPort: port };
    const admit = new aws.vpc.SecurityGroupIngressRule(
      // A change of port makes a rule before the deployment and takes the old one away after it; one rule for both would
      // cut the running tasks off.
      `${this.name}-from-link-${port}`,
      { securityGroupId: group.id, referencedSecurityGroupId: network.linkSecurityGroupId, ...to },
      { parent: this },
    );
    if (pulumi.Resource.isInstance(network)) return { id: group.id, rules: [admit] };
    // The link of another stack lets out what that stack's own services need, and may stop to.
    const reach = new aws.vpc.SecurityGroupEgressRule(
      `${this.name}-link-to-port-${port}`,
      { securityGroupId: network.linkSecurityGroupId, referencedSecurityGroupId: group.id, ...to },
      { parent: this },
    );
    return { id: group.id, rules: [admit, reach] };
  }

  private createService(
    taskDefinition: aws.ecs.TaskDefinition,
    groupId: pulumi.Input<string>,
    dependsOn: pulumi.Resource[],
  ): aws.ecs.Service {
    const { config, cluster, network } = this.args;
    const { desiredCount, scaling, drainSeconds, healthCheck } = config;
    const percent = deploymentPercent(scaling?.min ?? desiredCount);
    const minutes = deploymentTimeoutMinutes(
      scaling?.max ?? desiredCount,
      drainSeconds,
      healthCheck.startPeriod + healthCheck.interval * healthCheck.retries,
    );
    const capacityProviderStrategies = capacity(config.spot);
    return new aws.ecs.Service(
      this.name,
      {
        name: cluster.nameOf(this.name),
        cluster: cluster.arn,
        taskDefinition: taskDefinition.arn,
        desiredCount: scaling?.min ?? desiredCount,
        // Never launchType: to switch from it to a strategy replaces the service.
        capacityProviderStrategies,
        // The provider changes a strategy only together with these two.
        forceNewDeployment: true,
        triggers: { capacityProviders: JSON.stringify(capacityProviderStrategies) },
        platformVersion: "LATEST",
        networkConfiguration: {
          subnets: network.subnetIds,
          securityGroups: [network.workloadSecurityGroupId, groupId],
          assignPublicIp: network.assignPublicIp,
        },
        serviceRegistries: {
          registryArn: cluster.discoveryArn(this.name),
          containerName: this.name,
          containerPort: config.port,
        },
        deploymentMinimumHealthyPercent: percent.minimum,
        deploymentMaximumPercent: percent.maximum,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        availabilityZoneRebalancing: "ENABLED",
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: true,
      },
      {
        parent: this,
        // No input refers to these, yet a task that starts before them can't pull, log or be reached; and a first deployment
        // that fails has nothing to roll back to. On destroy the roles must outlive the tasks.
        dependsOn: [...(pulumi.Resource.isInstance(network) ? [network] : []), ...dependsOn],
        // Where scaling owns the number, an update would set it back in the middle of the day.
        ignoreChanges: scaling ? ["desiredCount"] : [],
        customTimeouts: { create: `${minutes}m`, update: `${minutes}m`, delete: "20m" },
      },
    );
  }

  private createScaling(service: aws.ecs.Service, scaling: NonNullable<ServiceConfig["scaling"]>): void {
    const target = new aws.appautoscaling.Target(
      this.name,
      {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: pulumi.interpolate`service/${this.args.cluster.name}/${service.name}`,
        minCapacity: scaling.min,
        maxCapacity: scaling.max,
      },
      { parent: this },
    );
    const metrics = {
      ECSServiceAverageCPUUtilization: scaling.targetCpu,
      ECSServiceAverageMemoryUtilization: scaling.targetMemory,
    };
    for (const [metric, targetValue] of Object.entries(metrics)) {
      if (targetValue === undefined) continue;
      new aws.appautoscaling.Policy(
        `${this.name}-${metric}`,
        {
          policyType: "TargetTrackingScaling",
          serviceNamespace: target.serviceNamespace,
          scalableDimension: target.scalableDimension,
          resourceId: target.resourceId,
          targetTrackingScalingPolicyConfiguration: {
            targetValue,
            predefinedMetricSpecification: { predefinedMetricType: metric },
            // Out fast, in slowly: a task too many costs cents, one too few costs requests.
            scaleOutCooldown: 60,
            scaleInCooldown: 300,
          },
        },
        { parent: this },
      );
    }
  }

  private createRole(suffix: string, trust: task.PolicyDocument, purpose: string): aws.iam.Role {
    return new aws.iam.Role(
      `${this.name}-${suffix}`,
      {
        // Who deploys can be limited to the roles of his stacks: IAM knows who may pass a role by its path, not by its tags.
        path: `/${this.args.project}/${this.args.stack}/`,
        permissionsBoundary: this.args.iam.permissionsBoundary,
        assumeRolePolicy: JSON.stringify(trust),
        description: `${purpose} ${this.name}`,
      },
      { parent: this },
    );
  }

  private attach(suffix: string, role: aws.iam.Role, policy: pulumi.Input<string>): aws.iam.RolePolicy {
    return new aws.iam.RolePolicy(`${this.name}-${suffix}`, { role: role.id, policy }, { parent: this });
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html */
function capacity(spot: number): aws.types.input.ecs.ServiceCapacityProviderStrategy[] {
  if (spot === 0) return [{ capacityProvider: "FARGATE", weight: 1 }];
  if (spot === 100) return [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
  return [
    // The first task, so that one is left when AWS takes the others back.
    { capacityProvider: "FARGATE", base: 1, weight: 100 - spot },
    { capacityProvider: "FARGATE_SPOT", weight: spot },
  ];
}

interface Role {
  role: aws.iam.Role;
  /** In effect before the first task starts. */
  policies: pulumi.Resource[];
}
