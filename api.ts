import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Authorizers } from "./api/authorizers";
import { Domain, isOnlyDoor } from "./api/domain";
import { ExistingApi } from "./api/existing";
import { Routes, RoutesArgs } from "./api/routes";
import { isAlone, keysOf, serve, ServedApi } from "./api/served";
import { Stage } from "./api/stage";
import { corsWarnings, routeWarnings } from "./api/warnings";
import { WatchedApi } from "./api/watched";
import { ApiConfig } from "./config/schema-api";
import { authorizerName, scopedName } from "./rules/names";
import { Cors } from "./rules/preflights";
import { requestsOf } from "./rules/requests";
import { Counted } from "./rules/scaling";
import { NetworkView, Shareable, SharedApi } from "./share";

export interface HttpApiArgs extends Omit<ApiConfig, "existingId">, Pick<RoutesArgs, "services" | "cluster"> {
  /** With the stack it names the log group: `/aws/vendedlogs/apis/<project>-<stack>`. */
  project: string;
  stack: string;
  /** Where it is made: names the functions of Lambda authorizers. */
  region: string;
  partition: string;
  /** Gets the routes, instead of an API of our own. A plain value: it decides which resources exist. */
  existing: ExistingApi | undefined;
  /** The stack that made it, where that is known. */
  owner: string | undefined;
  /** Where this stack's routes begin in an API that it shares. */
  prefix: string | undefined;
  /** Where the VPC link has its interfaces, and their group. */
  network: Pick<NetworkView, "subnetIds" | "linkSecurityGroupId">;
}

/** Where clients come in, once the routes lead somewhere. */
export interface FrontDoor {
  /** Where the API answers, for example `https://<id>.execute-api.eu-west-2.amazonaws.com/`. */
  invokeUrl: pulumi.Output<string>;
  /** Undefined for an existing API, whose stage has its owner's. */
  logGroupName: pulumi.Output<string> | undefined;
  /** What the record of a domain points to; undefined without one. */
  domainTarget: Domain["target"] | undefined;
  /** What another stack needs to have its routes here. */
  shareable: Shareable<SharedApi>;
}

/**
 * The HTTP API: one front door for all services. Each route leads by an integration through the one VPC link to the tasks
 * that Cloud Map knows. An existing API gets the link, the integrations and the routes; its stages, CORS and domains are its
 * owner's.
 *
 * Costs: about 1.16 USD for a million requests in London; the link itself is free.
 */
export class HttpApi extends pulumi.ComponentResource {
  readonly id: pulumi.Input<string>;
  /** Name of the stage that clients meet. */
  readonly stage: string;
  private readonly own: aws.apigatewayv2.Api | undefined;
  private readonly apiArgs: aws.apigatewayv2.ApiArgs;
  private readonly linkId: pulumi.Input<string>;
  /** Who may use the routes that do not say so. */
  private readonly auth: string;
  private readonly served: ServedApi;

  constructor(
    private readonly name: string,
    private readonly args: HttpApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:api:HttpApi", name, {}, opts);
    const { existing, services } = args;
    this.auth = args.auth ?? existing?.auth ?? "none";
    this.served = serve({
      ...{ auth: this.auth, services, own: existing === undefined },
      cors: existing ? (existing.cors ?? false) : args.cors !== undefined,
      // Those that it is served by: a closed ANY may be none of them.
      others: existing?.served ?? existing?.routes ?? [],
    });
    this.apiArgs = this.argsOfApi();
    this.own = existing ? undefined : new aws.apigatewayv2.Api(name, this.apiArgs, { parent: this });
    this.id = (existing ?? this.own!).id;
    this.stage = existing?.stage ?? args.stage;
    this.linkId = existing?.linkId ?? this.createLink().id;
  }

  /** Where CloudWatch counts the requests of a service; undefined where they can't be told from others'. */
  requestsOf(service: string): Counted<pulumi.Input<string>> | undefined {
    const requests = requestsOf({
      keys: keysOf(this.served, service),
      alone: isAlone(this.served, service),
      detailed: this.args.existing?.detailedMetrics ?? this.args.detailedMetrics,
    });
    return "fix" in requests ? undefined : { ...requests, apiId: this.id, stage: this.stage };
  }

  /** Leads the routes to the services, each once its tasks run: what these wait for may itself need the API. */
  lead(running: RoutesArgs["running"]): FrontDoor {
    const { name, args, own, linkId, stage, auth, served } = this;
    const { existing } = args;
    const api = existing ?? own!;
    const authorizers = new Authorizers(
      name,
      {
        ...args,
        configs: args.authorizers,
        existing: existing?.authorizers ?? {},
        // An API takes each name once, and other stacks may have theirs in it.
        nameOf: (key, type) => authorizerName(existing ? scopedName(args.stack, key) : key, type),
        api,
      },
      { parent: this },
    );
    const warnings = [...routeWarnings(served, own && args.throttle), ...this.corsWarnings(served)];
    for (const text of warnings) void pulumi.log.warn(text);
    const routes = new Routes(
      name,
      {
        ...args,
        ...{ apiId: api.id, linkId, auth, authorizers, served, running },
        namedStage: stage !== "$default",
        base: this.inAddress(stage) ? `/${stage}` : "",
        prefix: args.prefix ?? "",
        existingId: existing?.id,
      },
      { parent: this },
    );
    const { apiArgs } = this;
    const front =
      own &&
      new Stage(name, { ...args, api: own, apiArgs, authorizers, routes: routes.all }, { parent: this });
    const domain =
      front &&
      args.domain &&
      new Domain(name, { ...args.domain, api: own, stage: front.stage }, { parent: this });

    const invokeUrl = pulumi.output(domain?.url ?? front?.stage.invokeUrl ?? existing!.url);
    this.registerOutputs({ id: api.id, invokeUrl });
    return {
      invokeUrl,
      domainTarget: domain?.target,
      logGroupName: front?.logGroupName,
      shareable: {
        id: api.id,
        executionArn: api.executionArn,
        url: invokeUrl,
        linkId,
        stage,
        // Of an API of others it is not known.
        autoDeploy: own !== undefined && args.autoDeploy,
        auth,
        authorizers: authorizers.shareable,
        cors: served.cors,
        ...(args.cors && { corsConfiguration: sent(args.cors) }),
        routes: served.routes.map(({ route }) => route.key),
        served: [...served.table.keys()].map(({ key }) => key),
        // Of an API of others it is not known: the provider has no look-up for stages.
        detailedMetrics: own !== undefined && args.detailedMetrics,
      },
    };
  }

  /** The API as alarms see it, and all that counts its requests. */
  get watched(): WatchedApi {
    const { id, stage, own, served } = this;
    const { existing, detailedMetrics } = this.args;
    return {
      ...{ id, stage, own: own !== undefined },
      detailedMetrics: existing ? (existing.detailedMetrics ?? false) : detailedMetrics,
      keysOf: (service) =>
        served.routes
          .filter((route) => route.service === service && !route.elsewhere)
          .flatMap((route) => route.served.map(({ key }) => key)),
    };
  }

  /** By the settings of whoever owns the API. */
  private corsWarnings(served: ServedApi): string[] {
    const { authorizers, existing, owner } = this.args;
    const cors = existing ? existing.corsConfiguration : this.args.cors;
    if (!cors) return [];
    const shared = Object.entries(existing?.authorizers ?? {}).map(
      ([name, { type }]) => [name, { type: "shared" as const, kind: type }] as const,
    );
    return corsWarnings(
      served,
      cors,
      { ...Object.fromEntries(shared), ...authorizers },
      existing && (owner ?? existing.id),
    );
  }

  /** Whether clients write the stage: a domain leads to it by itself. */
  private inAddress(stage: string): boolean {
    const { existing, domain } = this.args;
    if (existing) return `${new URL(existing.url).pathname}/`.startsWith(`/${stage}/`);
    return stage !== "$default" && domain === undefined;
  }

  private argsOfApi(): aws.apigatewayv2.ApiArgs {
    const { cors, domain } = this.args;
    return {
      protocolType: "HTTP",
      description: "Front door of the services on Fargate",
      corsConfiguration: cors && { ...cors },
      disableExecuteApiEndpoint: domain !== undefined && isOnlyDoor(domain),
    };
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
}

/** What of a CORS configuration decides which requests browsers send. */
const sent = ({ allowMethods, allowHeaders, allowCredentials }: Cors): Cors => ({
  allowMethods,
  allowHeaders,
  allowCredentials,
});
