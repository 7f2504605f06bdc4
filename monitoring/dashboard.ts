import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { WatchedApi } from "../api/watched";
import { Cluster } from "../cluster";
import { StackConfig } from "../config";
import { ServiceConfig } from "../config/schema";
import { dashboardBody, dashboardName } from "../rules/dashboard";
import { reachOf } from "../rules/scaling";
import { createDeploymentRules } from "./deployments";

export interface DashboardArgs extends Pick<StackConfig, "project" | "stack" | "region" | "services"> {
  /** ARNs of alarms, the most telling first; none where nothing is watched. */
  alarms: readonly pulumi.Input<string>[];
  /** Names of the rules that count a service's restarts, by its name; none where nothing is watched. */
  restartRules: ReadonlyMap<string, pulumi.Input<string>>;
  api: WatchedApi;
  /** Of the API's access log; undefined for an API of others. */
  logGroupName: pulumi.Input<string> | undefined;
  /** A plain value: it decides what is shown. */
  containerInsights: boolean;
  cluster: Pick<Cluster, "name" | "namespaceName" | "nameOf">;
  /** The services, once they run. */
  running: Readonly<Record<string, { service: aws.ecs.Service }>>;
}

/**
 * One page in CloudWatch that shows the stack: what is wrong, what clients see, what was deployed, each service, and an estimate
 * of what it costs (../rules/dashboard.ts).
 *
 * Costs: 3 USD a month beyond the first three of the account; each look at errors by hop reads the access log, billed by GB.
 */
export class Dashboard extends pulumi.ComponentResource {
  /** In CloudWatch. */
  readonly name: pulumi.Output<string>;

  constructor(
    private readonly component: string,
    private readonly args: DashboardArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:monitoring:Dashboard", component, {}, opts);
    const { project, stack, region, alarms, services, containerInsights } = args;
    const facts = {
      ...{ project, stack, region, alarms, containerInsights, api: this.apiFacts() },
      services: Object.entries(services).map(([service, config]) => this.serviceFacts(service, config)),
    };
    const dashboard = new aws.cloudwatch.Dashboard(
      component,
      {
        dashboardName: dashboardName({ project, stack }),
        dashboardBody: pulumi.output(facts).apply((known) => JSON.stringify(dashboardBody(known))),
      },
      { parent: this },
    );
    this.name = dashboard.dashboardName;
    this.registerOutputs({ name: this.name });
  }

  private apiFacts() {
    const { api, logGroupName } = this.args;
    const { id, stage, own, detailedMetrics } = api;
    return { id, stage, own, detailedMetrics, logGroup: logGroupName };
  }

  private serviceFacts(name: string, config: ServiceConfig) {
    const { project, stack, api, cluster, running, restartRules } = this.args;
    const { service } = running[name]!;
    const { cpu, memory, architecture, spot, ephemeralStorage, scaling, sleep, desiredCount } = config;
    const tasks = scaling ? reachOf(scaling) : { min: sleep ? 0 : desiredCount, max: desiredCount };
    const rules = createDeploymentRules(
      this.component,
      { project, stack, service: name, serviceArn: service.arn },
      { parent: this },
    );
    return {
      ...{ name, clusterName: cluster.name, serviceName: service.name },
      discovery: { namespace: cluster.namespaceName, service: cluster.nameOf(name) },
      tasks: { fewest: tasks.min, most: tasks.max },
      routes: api.keysOf(name),
      size: { cpu, memory, architecture, spot, ephemeralStorage },
      rules: { deploys: rules.deploys.name, failures: rules.failures.name, restarts: restartRules.get(name) },
    };
  }
}
