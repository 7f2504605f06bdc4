import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Authorizers } from "./authorizers";
import { Domain } from "./domain";
import { UserError } from "./configuration/problems";
import { Routed, Routes, RoutesArgs } from "./routes";
import { ApiConfig } from "./configuration/schema-api";
import { scopedName, under } from "./rules/names";
import { NetworkView, Shareable, SharedApi } from "./share";

/** An API that this stack does not own. */
export type ExistingApi = Pick<SharedApi, "id" | "executionArn" | "url" | "stage"> &
  Partial<Pick<SharedApi, "linkId" | "auth" | "authorizers">>;

export interface HttpApiArgs
  extends Omit<ApiConfig, "existingId">, Pick<RoutesArgs, "services" | "running" | "cluster"> {
  /** With the stack it names the log group: `/aws/vendedlogs/apis/<project>-<stack>`. */
  project: string;
  stack: string;
  /** Where it is made: names the functions of Lambda authorizers. */
  region: string;
  partition: string;
  /** Gets the routes, instead of an API of our own. A plain value: it decides which resources exist. */
  existing: ExistingApi | undefined;
  /** Where the VPC link has its interfaces, and their group. */
  network: Pick<NetworkView, "subnetIds" | "linkSecurityGroupId">;
}

/**
 * The HTTP API: one front door for all services. Each route leads by an integration through the one VPC link to the tasks
 * that Cloud Map knows. An existing API gets the link, the integrations and the routes; its stages, CORS and domains are its
 * owner's.
 *
 * Costs: about 1.16 USD for a million requests in London; the link itself is free.
 */
export class HttpApi extends pulumi.ComponentResource {
  /** Where the API answers, for example `https://<id>.execute-api.eu-west-2.amazonaws.com/`. */
  readonly invokeUrl: pulumi.Output<string>;
  /** Undefined for an existing API, whose stage has its owner's. */
  readonly logGroupName: pulumi.Output<string> | undefined;
  /** What another stack needs to have its routes here. */
  readonly shareable: Shareable<SharedApi>;

  constructor(
    private readonly name: string,
    private readonly args: HttpApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:api:HttpApi", name, {}, opts);
    const { existing, services } = args;

    const own = existing ? undefined : this.createApi();
    const api = existing ?? own!;
    const linkId = existing?.linkId ?? this.createLink().id;
    const stage = existing?.stage ?? args.stage;
    const auth = args.auth ?? existing?.auth ?? "none";
    const authorizers = new Authorizers(
      name,
      {
        ...args,
        configs: args.authorizers,
        existing: existing?.authorizers ?? {},
        // An API takes each name once, and other stacks may have theirs in it.
        nameOf: (key) => (existing ? scopedName(args.stack, key) : key),
        api,
      },
      { parent: this },
    );
    const routes = new Routes(
      name,
      {
        ...args,
        apiId: api.id,
        linkId,
        auth,
        authorizers,
        namedStage: stage !== "$default",
        existingId: existing?.id,
      },
      { parent: this },
    );
    const front = own && this.createFront(own, routes.all);

    this.invokeUrl = front?.url ?? pulumi.output(existing!.url);
    this.logGroupName = front?.logGroupName;
    this.shareable = {
      id: api.id,
      executionArn: api.executionArn,
      url: this.invokeUrl,
      linkId,
      stage,
      // Of an API of others it is not known.
      autoDeploy: own !== undefined && args.autoDeploy,
      auth,
      authorizers: authorizers.shareable,
      routes: Object.values(services).flatMap(({ routes: configured }) => configured.map(({ key }) => key)),
    };
    this.registerOutputs({ id: api.id, invokeUrl: this.invokeUrl });
  }

  private createApi(): aws.apigatewayv2.Api {
    const { cors, domain } = this.args;
    return new aws.apigatewayv2.Api(
      this.name,
      {
        protocolType: "HTTP",
        description: "Front door of the services on Fargate",
        corsConfiguration: cors && { ...cors },
        // A second way in would bypass the domain's mutual TLS.
        disableExecuteApiEndpoint: domain !== undefined,
      },
      { parent: this },
    );
  }

  private createLink(): aws.apigatewayv2.VpcLink {
    const { subnetIds, linkSecurityGroupId } = this.args.network;
    return new aws.apigatewayv2.VpcLink(
      // A link's subnets and groups can't change, so it may have to be replaced: it has no fixed name that the new one
      // would find taken.
      this.name,
      { subnetIds, securityGroupIds: [linkSecurityGroupId] },
      { parent: this },
    );
  }

  /** What clients meet: the stage with its log, and the domain. */
  private createFront(api: aws.apigatewayv2.Api, routes: readonly Routed[]): Front {
    const { project, stack, accessLogs, domain } = this.args;
    const logGroup = new aws.cloudwatch.LogGroup(
      this.name,
      {
        // Under this prefix log groups share one entry of the account's resource policy, whose size is limited.
        name: `/aws/vendedlogs/apis/${project}-${stack}`,
        retentionInDays: accessLogs.retentionDays,
      },
      { parent: this },
    );
    const stage = this.createStage(api, routes, logGroup);
    const named = domain && new Domain(this.name, { ...domain, api, stage }, { parent: this });
    return { url: named ? pulumi.output(named.url) : stage.invokeUrl, logGroupName: logGroup.name };
  }

  private createStage(
    api: aws.apigatewayv2.Api,
    routes: readonly Routed[],
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
  private createDeployment(
    api: aws.apigatewayv2.Api,
    routes: readonly Routed[],
  ): aws.apigatewayv2.Deployment {
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

interface Front {
  url: pulumi.Output<string>;
  logGroupName: pulumi.Output<string>;
}

/**
 * Looks up an API that somebody else owns, so that one that is not there, or not an HTTP API, fails in preview.
 *
 * @throws UserError for an API of another kind
 */
export async function findApi(
  { existingId, stage }: Pick<ApiConfig, "existingId" | "stage">,
  opts: pulumi.InvokeOptions,
): Promise<ExistingApi | undefined> {
  if (existingId === undefined) return undefined;
  const api = await aws.apigatewayv2.getApi({ apiId: existingId }, opts);
  const { apiEndpoint, executionArn, protocolType, disableExecuteApiEndpoint } = api;
  if (protocolType !== "HTTP") {
    throw new UserError(
      `api.existingId: ${existingId} is a ${protocolType} API. Allowed: an HTTP API, which alone reaches Cloud Map. ` +
        "Fix: name one, or take it out for an API of this stack's own.",
    );
  }
  if (disableExecuteApiEndpoint) {
    void pulumi.log.warn(
      `The API ${existingId} answers at a domain of its owner's alone: the stack's output url is switched off.`,
    );
  }
  const url = under(apiEndpoint, stage === "$default" ? "" : stage);
  return { id: existingId, executionArn, url, stage };
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
