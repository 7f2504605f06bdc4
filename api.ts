import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Authorizers } from "./authorizers";
import { Cluster } from "./cluster";
import { Domain } from "./domain";
import { Network } from "./network";
import { httpApi } from "./rules/quotas";
import { requestParameters } from "./rules/rewrite";
import { canonicalRoute, parseRouteKey, Route } from "./rules/routes";
import { ApiConfig, RouteConfig } from "./schema-api";

export interface HttpApiArgs extends ApiConfig {
  /** With the stack it names the log group: `/aws/vendedlogs/apis/<project>-<stack>`. */
  project: string;
  stack: string;
  /** Where it is made: names the functions of Lambda authorizers. */
  region: string;
  partition: string;
  /** Where the VPC link has its interfaces, and their group. */
  network: Network;
  /** Where the services are discovered. */
  cluster: Cluster;
  /** A plain map: its routes decide which resources exist. */
  services: Readonly<Record<string, { routes: readonly RouteConfig[] }>>;
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
  private readonly authorizers: Authorizers;

  constructor(
    private readonly name: string,
    private readonly args: HttpApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:api:HttpApi", name, {}, opts);

    const api = new aws.apigatewayv2.Api(
      name,
      {
        protocolType: "HTTP",
        description: "Front door of the services on Fargate",
        corsConfiguration: args.cors && { ...args.cors },
        // A second way in would bypass the domain's mutual TLS.
        disableExecuteApiEndpoint: args.domain !== undefined,
      },
      { parent: this },
    );
    // A link's subnets and groups can't change, so it may have to be replaced: it has no fixed name that the new one would
    // find taken.
    const link = new aws.apigatewayv2.VpcLink(
      name,
      { subnetIds: args.network.subnetIds, securityGroupIds: [args.network.linkSecurityGroupId] },
      { parent: this },
    );
    this.authorizers = new Authorizers(name, args.authorizers, api, args, { parent: this });
    const routes = Object.entries(args.services).flatMap(([service, { routes: configured }]) =>
      this.createRoutes(service, configured, api, link),
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

    const domain = args.domain && new Domain(name, { ...args.domain, api, stage }, { parent: this });

    this.id = api.id;
    this.invokeUrl = domain ? pulumi.output(domain.url) : stage.invokeUrl;
    this.logGroupName = logGroup.name;
    this.registerOutputs({ id: this.id, invokeUrl: this.invokeUrl });
  }

  private createRoutes(
    service: string,
    routes: readonly RouteConfig[],
    api: aws.apigatewayv2.Api,
    link: aws.apigatewayv2.VpcLink,
  ): Routed[] {
    // Mappings sit on the integration, so routes share one only where they map alike.
    const integrations = new Map<string, aws.apigatewayv2.Integration>();
    return routes.map(({ key, rewrite, throttle, auth, scopes }) => {
      const { route: parsed } = parseRouteKey(key) as { route: Route };
      const namedStage = this.args.stage !== "$default";
      const parameters = requestParameters(parsed, rewrite, namedStage);
      const mapping = JSON.stringify(parameters);
      const plain = JSON.stringify(requestParameters(parsed, undefined, namedStage));
      const integration =
        integrations.get(mapping) ??
        this.createIntegration(
          service,
          mapping === plain ? "" : `-${digest(mapping)}`,
          parameters,
          api,
          link,
        );
      integrations.set(mapping, integration);
      const route = new aws.apigatewayv2.Route(
        // Named by what AWS holds unique, not by its service: a route that moves between services is updated in place
        // instead of being made a second time.
        `${this.name}-${canonicalRoute(parsed)}`,
        {
          apiId: api.id,
          routeKey: key,
          target: pulumi.interpolate`integrations/${integration.id}`,
          ...this.authorizers.of(auth ?? this.args.auth, scopes),
        },
        // A route that moves to a new service must not arrive before its tasks.
        { parent: this, dependsOn: this.args.running[service]?.service },
      );
      return { route, integration, key, throttle };
    });
  }

  private createIntegration(
    service: string,
    suffix: string,
    parameters: Record<string, string>,
    api: aws.apigatewayv2.Api,
    link: aws.apigatewayv2.VpcLink,
  ): aws.apigatewayv2.Integration {
    return new aws.apigatewayv2.Integration(
      `${this.name}-${service}${suffix}`,
      {
        apiId: api.id,
        integrationType: "HTTP_PROXY",
        connectionType: "VPC_LINK",
        connectionId: link.id,
        integrationMethod: "ANY",
        integrationUri: this.args.cluster.discoveryArn(service),
        payloadFormatVersion: "1.0",
        timeoutMilliseconds: httpApi.timeoutMilliseconds,
        requestParameters: parameters,
      },
      { parent: this },
    );
  }

  private createStage(
    api: aws.apigatewayv2.Api,
    routes: Routed[],
    logGroup: aws.cloudwatch.LogGroup,
  ): aws.apigatewayv2.Stage {
    const { stage, autoDeploy, throttle } = this.args;
    const throttled = routes.filter((route) => route.throttle !== undefined);
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
        routeSettings:
          throttled.length === 0
            ? undefined
            : throttled.map(({ key, throttle: limit }) => ({
                routeKey: key,
                throttlingRateLimit: limit?.rate,
                throttlingBurstLimit: limit?.burst,
              })),
      },
      // AWS refuses settings of a route that does not exist yet.
      { parent: this, dependsOn: throttled.map(({ route }) => route) },
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
  key: string;
  throttle: RouteConfig["throttle"];
}

/** Tells mappings apart in names. */
const digest = (mapping: string): string => createHash("sha256").update(mapping).digest("hex").slice(0, 8);

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
