import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Namespace } from "./cluster/namespace";
import { scopedName } from "./rules/names";
import { reachedName } from "./rules/reach";
import { NetworkView, Shareable, SharedCluster } from "./share";

export interface ClusterArgs {
  /** With the stack they name the cluster, and the namespace's domain: `dev.flask-app-fargate.internal`. */
  project: string;
  stack: string;
  network: Pick<NetworkView, "vpcId">;
  /** A plain list: it decides which resources exist. */
  services: readonly string[];
  /** Ports of those that others call by name. */
  reached: ReadonlyMap<string, number>;
  /** An existing private DNS namespace to register them in, instead of our own. A plain value, as the next. */
  namespace: Namespace | undefined;
  /** Cluster and namespace of another stack, instead of our own. */
  shared: SharedCluster | undefined;
  /** Whether CloudWatch collects metrics of its services and tasks. */
  containerInsights: boolean;
  /** Days that sessions of ECS Exec are kept in the log; undefined where no service has it. A plain value. */
  sessionRetentionDays: number | undefined;
}

/**
 * The ECS cluster, the private Cloud Map namespace, and in it one service for each configured service, by whose SRV records
 * API Gateway finds the tasks.
 *
 * Costs: about 0.50 USD a month for the hosted zone of a namespace of its own; the log of what is seen in sessions; with
 * Container Insights its metrics.
 */
export class Cluster extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** Domain of the namespace. Only the VPC can resolve it. */
  readonly namespaceName: string;
  /** Name of the log group of sessions of ECS Exec. Undefined: ECS logs them where the container logs. */
  readonly sessionLog: pulumi.Input<string> | undefined;
  /** What another stack needs to have its services here. */
  readonly shareable: Shareable<SharedCluster>;
  private readonly discovery: ReadonlyMap<string, aws.servicediscovery.Service>;

  constructor(
    private readonly component: string,
    private readonly args: ClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:cluster:Cluster", component, {}, opts);
    const { project, stack, services, namespace, shared } = args;
    this.namespaceName = shared?.namespaceName ?? namespace?.name ?? `${stack}.${project}.internal`;

    const { arn, name, sessionLog } = shared ?? this.createCluster();
    const namespaceId = shared?.namespaceId ?? namespace?.id ?? this.createNamespace();
    const discovery = services.map((service): [string, aws.servicediscovery.Service] => [
      service,
      this.createDiscovery(service, namespaceId),
    ]);

    this.arn = pulumi.output(arn);
    this.name = pulumi.output(name);
    this.discovery = new Map(discovery);
    this.sessionLog = sessionLog;
    this.shareable = {
      ...{ arn, name, namespaceId, namespaceName: this.namespaceName },
      ...(this.args.containerInsights && { containerInsights: true }),
      ...(sessionLog !== undefined && { sessionLog }),
    };
    this.registerOutputs({ arn, namespaceName: this.namespaceName });
  }

  /** ARN of the Cloud Map service of a configured service. */
  discoveryArn(service: string): pulumi.Output<string> {
    return this.discovery.get(service)!.arn;
  }

  /**
   * What ECS and Cloud Map call a configured service: its name, with the port where others call it, told apart where other
   * stacks have theirs.
   */
  nameOf(service: string): string {
    const { stack, namespace, shared, reached } = this.args;
    const port = reached.get(service);
    const name = port === undefined ? service : reachedName(service, port);
    return shared || namespace !== undefined ? scopedName(stack, name) : name;
  }

  /** Name of a configured service in DNS. Only the VPC can resolve it. */
  domainOf(service: string): string {
    return `${this.nameOf(service)}.${this.namespaceName}`;
  }

  private createCluster(): {
    arn: pulumi.Output<string>;
    name: pulumi.Output<string>;
    sessionLog: pulumi.Output<string> | undefined;
  } {
    const { project, stack, network, containerInsights } = this.args;
    const sessionLog = this.createSessionLog();
    const cluster = new aws.ecs.Cluster(
      this.component,
      {
        name: `${project}-${stack}`,
        settings: [{ name: "containerInsights", value: containerInsights ? "enabled" : "disabled" }],
        ...(sessionLog && { configuration: loggingTo(sessionLog) }),
      },
      {
        parent: this,
        // The provider never takes a configuration back: AWS would keep it, and each update would try again.
        ignoreChanges: sessionLog ? [] : ["configuration"],
      },
    );
    // A service's capacity provider strategy may name only providers that the cluster has.
    const providers = new aws.ecs.ClusterCapacityProviders(
      this.component,
      { clusterName: cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
      // In an account that never used ECS the first cluster makes ECS's own role, which takes effect some time later; until then
      // AWS refuses these, and the provider does not try again. The services wait for the network anyway.
      // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/818
      { parent: this, dependsOn: pulumi.Resource.isInstance(network) ? [network] : [] },
    );
    const arn = pulumi.all([cluster.arn, providers.id]).apply(([known]) => known);
    return { arn, name: cluster.name, sessionLog };
  }

  /** A group of its own, as who may read what an application logs need not see what its operators do. */
  private createSessionLog(): pulumi.Output<string> | undefined {
    const { project, stack, sessionRetentionDays: retentionInDays } = this.args;
    if (retentionInDays === undefined) return undefined;
    return new aws.cloudwatch.LogGroup(
      `${this.component}-sessions`,
      // No service's name has a slash, so this is none's.
      { name: `/ecs/${project}/${stack}/cluster/sessions`, retentionInDays },
      { parent: this },
    ).name;
  }

  private createNamespace(): pulumi.Output<string> {
    return new aws.servicediscovery.PrivateDnsNamespace(
      this.component,
      { name: this.namespaceName, vpc: this.args.network.vpcId, description: "Tasks behind the HTTP API" },
      { parent: this },
    ).id;
  }

  private createDiscovery(service: string, namespaceId: pulumi.Input<string>): aws.servicediscovery.Service {
    return new aws.servicediscovery.Service(
      `${this.component}-${service}`,
      {
        name: this.nameOf(service),
        dnsConfig: {
          // Passed on as it is, so that a destroy deletes the service before its namespace.
          namespaceId,
          dnsRecords: [
            // What ordinary clients ask for.
            ...(this.args.reached.has(service) ? [{ type: "A", ttl: 10 }] : []),
            // API Gateway needs the port as well as the address, and ECS tells it by SRV alone.
            { type: "SRV", ttl: 10 },
          ],
          routingPolicy: "MULTIVALUE",
        },
        // Without it health is ignored and every registered task gets requests. The deprecated argument stays: the
        // provider drops an empty object. https://github.com/hashicorp/terraform-provider-aws/issues/44285
        healthCheckCustomConfig: { failureThreshold: 1 },
        // Instances that a stopped task left behind would block the destroy.
        forceDestroy: true,
      },
      // What replaces it (its name, its namespace, its records, which come with another name) makes it another one: nothing
      // collides, and the integration follows once the tasks are in it. Deleted first, requests would find nobody for minutes.
      { parent: this, deleteBeforeReplace: false },
    );
  }
}

/**
 * Where ECS Exec logs. `cloudWatchEncryptionEnabled` asks for a KMS key of the account's own, and without one every session is
 * refused; CloudWatch encrypts the group by a key of its own in any case.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging
 */
const loggingTo = (logGroup: pulumi.Input<string>): aws.types.input.ecs.ClusterConfiguration => ({
  executeCommandConfiguration: {
    logging: "OVERRIDE",
    logConfiguration: { cloudWatchLogGroupName: logGroup },
  },
});
