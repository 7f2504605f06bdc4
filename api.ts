import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./cluster";
import { Network } from "./network";
import { httpApi } from "./rules/quotas";
import { canonicalRoute, parseRouteKey } from "./rules/routes";
import { ApiConfig } from "./schema";

export interface HttpApiArgs extends ApiConfig {
  /** With the stack it names the log group: `/aws/vendedlogs/apis/<project>-<stack>`. */
  project: string;
  stack: string;
  /** Where the VPC link has its interfaces, and their group. */
  network: Network;
  /** Where the services are discovered. */
  cluster: Cluster;
  /** A plain map: its routes decide which resources exist. */
  services: Readonly<Record<string, { routes: readonly string[] }>>;
  /** What runs each service: a route leads to it only once it does. */
  running: Readonly<Record<string, { service: pulumi.Resource }>>;
}

/**
 * The HTTP API: one front door for all services. Each route leads by an integration through the one VPC link to the tasks
 * that Cloud Map knows.
 *
 * Costs: about 1.16 USD for a million requests in London; the link itself is free.
 */
export class HttpApi extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** Where the API answers, for example `https://<id>.execute-api.eu-west-2.amazonaws.com/`. */
  readonly invokeUrl: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    private readonly args: HttpApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:api:HttpApi", name, {}, opts);

    const api = new aws.apigatewayv2.Api(
      name,
      { protocolType: "HTTP", description: "Front door of the services on Fargate" },
      { parent: this },
    );
    // A link's subnets and groups can't change, so it may have to be replaced: it has no fixed name that the new one would
    // find taken.
    const link = new aws.apigatewayv2.VpcLink(
      name,
      { subnetIds: args.network.subnetIds, securityGroupIds: [args.network.linkSecurityGroupId] },
      { parent: this },
    );
    const routes = Object.entries(args.services).flatMap(([service, { routes: keys }]) =>
      this.createRoutes(service, keys, api, link),
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      {
        // Under this prefix log groups share one entry of the account's resource policy, whose size is limited.
        name: `/aws/vendedlogs/apis/${args.project}-${args.stack}`,
        retentionInDays: args.accessLogs.retentionDays,
      },
      { parent: this },
    );
    const stage = this.createStage(api, routes, logGroup);

    this.id = api.id;
    this.invokeUrl = stage.invokeUrl;
    this.logGroupName = logGroup.name;
    this.registerOutputs({ id: this.id, invokeUrl: this.invokeUrl });
  }

  private createRoutes(
    service: string,
    routes: readonly string[],
    api: aws.apigatewayv2.Api,
    link: aws.apigatewayv2.VpcLink,
  ): Routed[] {
    if (routes.length === 0) return [];
    const integration = new aws.apigatewayv2.Integration(
      `${this.name}-${service}`,
      {
        apiId: api.id,
        integrationType: "HTTP_PROXY",
        connectionType: "VPC_LINK",
        connectionId: link.id,
        integrationMethod: "ANY",
        integrationUri: this.args.cluster.discoveryArn(service),
        payloadFormatVersion: "1.0",
        timeoutMilliseconds: httpApi.timeoutMilliseconds,
        // A named stage is the path's first segment, and would reach the service with it.
        requestParameters: this.args.stage === "$default" ? undefined : { "overwrite:path": "$request.path" },
      },
      { parent: this },
    );
    return routes.map((routeKey) => {
      const route = new aws.apigatewayv2.Route(
        // Named by what AWS holds unique, not by its service: a route that moves between services is updated in place
        // instead of being made a second time.
        `${this.name}-${identity(routeKey)}`,
        {
          apiId: api.id,
          routeKey,
          target: pulumi.interpolate`integrations/${integration.id}`,
          authorizationType: "NONE",
        },
        // A route that moves to a new service must not arrive before its tasks.
        { parent: this, dependsOn: this.args.running[service]?.service },
      );
      return { route, integration };
    });
  }

  private createStage(
    api: aws.apigatewayv2.Api,
    routes: Routed[],
    logGroup: aws.cloudwatch.LogGroup,
  ): aws.apigatewayv2.Stage {
    const { stage, autoDeploy, throttle } = this.args;
    return new aws.apigatewayv2.Stage(
      this.name,
      {
        apiId: api.id,
        name: stage,
        autoDeploy,
        deploymentId: autoDeploy ? undefined : this.createDeployment(api, routes).id,
        accessLogSettings: { destinationArn: logGroup.arn, format: accessLogFormat },
        defaultRouteSettings: {
          throttlingRateLimit: throttle.rate,
          throttlingBurstLimit: throttle.burst,
        },
      },
      { parent: this },
    );
  }

  /** A snapshot of the routes, made anew whenever one of them or its integration changes. */
  private createDeployment(api: aws.apigatewayv2.Api, routes: Routed[]): aws.apigatewayv2.Deployment {
    const snapshot = routes.map(({ route, integration }) =>
      pulumi.all([
        route.routeKey,
        route.target,
        integration.integrationUri,
        integration.connectionId,
        integration.requestParameters,
      ]),
    );
    return new aws.apigatewayv2.Deployment(
      this.name,
      { apiId: api.id, triggers: { routes: pulumi.jsonStringify(snapshot) } },
      { parent: this, dependsOn: routes.map(({ route }) => route) },
    );
  }
}

interface Routed {
  route: aws.apigatewayv2.Route;
  integration: aws.apigatewayv2.Integration;
}

/** The route as AWS tells routes apart; keys were validated with the configuration. */
function identity(routeKey: string): string {
  const parsed = parseRouteKey(routeKey);
  return "route" in parsed ? canonicalRoute(parsed.route) : routeKey;
}

/**
 * One JSON object a request: who asked for what, what the client got, and where the time and the error came from.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const accessLogFormat = JSON.stringify({
  time: "$context.requestTime",
  requestId: "$context.requestId",
  ip: "$context.identity.sourceIp",
  userAgent: "$context.identity.userAgent",
  method: "$context.httpMethod",
  path: "$context.path",
  routeKey: "$context.routeKey",
  protocol: "$context.protocol",
  status: "$context.status",
  responseLength: "$context.responseLength",
  responseLatency: "$context.responseLatency",
  errorMessage: "$context.error.message",
  integrationStatus: "$context.integrationStatus",
  integrationLatency: "$context.integrationLatency",
  integrationError: "$context.integrationErrorMessage",
});
