import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ClusterArgs {
  /** With the stack they name the cluster, and the namespace's domain: `dev.flask-app-fargate.internal`. */
  project: string;
  stack: string;
  vpcId: pulumi.Input<string>;
  /** A plain list: it decides which resources exist. */
  services: readonly string[];
}

/**
 * The ECS cluster, the private Cloud Map namespace, and in it one service for each configured service, by whose SRV records
 * API Gateway finds the tasks.
 *
 * Costs: about 0.50 USD a month for the namespace's hosted zone.
 */
export class Cluster extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** Domain of the namespace. Only the VPC can resolve it. */
  readonly namespaceName: string;
  private readonly discovery: ReadonlyMap<string, aws.servicediscovery.Service>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fargate-app:cluster:Cluster", name, {}, opts);
    this.namespaceName = `${args.stack}.${args.project}.internal`;

    const cluster = new aws.ecs.Cluster(
      name,
      { name: `${args.project}-${args.stack}`, settings: [{ name: "containerInsights", value: "disabled" }] },
      { parent: this },
    );
    // A service's capacity provider strategy may name only providers that the cluster has.
    const providers = new aws.ecs.ClusterCapacityProviders(
      name,
      { clusterName: cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
      { parent: this },
    );

    const namespace = new aws.servicediscovery.PrivateDnsNamespace(
      name,
      { name: this.namespaceName, vpc: args.vpcId, description: "Tasks behind the HTTP API" },
      { parent: this },
    );
    const discovery = args.services.map((service): [string, aws.servicediscovery.Service] => [
      service,
      new aws.servicediscovery.Service(
        `${name}-${service}`,
        {
          name: service,
          dnsConfig: {
            // Passed on as it is, so that a destroy deletes the service before its namespace.
            namespaceId: namespace.id,
            // API Gateway needs the port as well as the address, and ECS tells it by SRV alone.
            dnsRecords: [{ type: "SRV", ttl: 10 }],
            routingPolicy: "MULTIVALUE",
          },
          // Without it health is ignored and every registered task gets requests. The deprecated argument stays: the
          // provider drops an empty object. https://github.com/hashicorp/terraform-provider-aws/issues/44285
          healthCheckCustomConfig: { failureThreshold: 1 },
          // Instances that a stopped task left behind would block the destroy.
          forceDestroy: true,
        },
        { parent: this },
      ),
    ]);

    this.arn = pulumi.all([cluster.arn, providers.id]).apply(([arn]) => arn);
    this.name = cluster.name;
    this.discovery = new Map(discovery);
    this.registerOutputs({ arn: this.arn, namespaceName: this.namespaceName });
  }

  /** ARN of the Cloud Map service of a configured service. */
  discoveryArn(service: string): pulumi.Output<string> {
    return this.discovery.get(service)!.arn;
  }
}
