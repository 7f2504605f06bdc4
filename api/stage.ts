import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ApiConfig } from "../config/schema-api";
import { Authorizers } from "./authorizers";
import { Routed } from "./routes";

export interface StageArgs extends Pick<
  ApiConfig,
  "stage" | "autoDeploy" | "throttle" | "detailedMetrics" | "accessLogs"
> {
  /** With the stack it names the log group: `/aws/vendedlogs/apis/<project>-<stack>`. */
  project: string;
  stack: string;
  api: aws.apigatewayv2.Api;
  /** What the API is made of. */
  apiArgs: aws.apigatewayv2.ApiArgs;
  authorizers: Authorizers;
  /** All that the stage serves. */
  routes: readonly Routed[];
}

/** What of an API clients meet: its one stage, with the access log and the limits. */
export class Stage {
  readonly stage: aws.apigatewayv2.Stage;
  readonly logGroupName: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    private readonly args: StageArgs,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    const logGroup = this.createLogGroup();
    this.stage = this.createStage(logGroup);
    this.logGroupName = logGroup.name;
  }

  private createLogGroup(): aws.cloudwatch.LogGroup {
    const { project, stack, accessLogs } = this.args;
    return new aws.cloudwatch.LogGroup(
      this.name,
      {
        // Under this prefix log groups share one entry of the account's resource policy, whose size is limited.
        name: `/aws/vendedlogs/apis/${project}-${stack}`,
        retentionInDays: accessLogs.retentionDays,
      },
      this.opts,
    );
  }

  private createStage(logGroup: aws.cloudwatch.LogGroup): aws.apigatewayv2.Stage {
    const { api, stage, autoDeploy, throttle, detailedMetrics, routes } = this.args;
    // A route with settings of its own takes none of the stage's: terraform-aws-modules/terraform-aws-apigateway-v2#78.
    const metrics = detailedMetrics && { detailedMetricsEnabled: true };
    const throttled = routes.filter((route) => route.throttle !== undefined);
    return new aws.apigatewayv2.Stage(
      this.name,
      {
        apiId: api.id,
        name: stage,
        autoDeploy,
        deploymentId: autoDeploy ? undefined : this.createDeployment().id,
        accessLogSettings: { destinationArn: logGroup.arn, format: accessLogFormat },
        defaultRouteSettings: {
          throttlingRateLimit: throttle.rate,
          throttlingBurstLimit: throttle.burst,
          ...metrics,
        },
        routeSettings:
          throttled.length === 0
            ? undefined
            : throttled.map(({ key, throttle: limit }) => ({
                routeKey: key,
                throttlingRateLimit: limit?.rate,
                throttlingBurstLimit: limit?.burst,
                ...metrics,
              })),
      },
      {
        ...this.opts,
        // AWS refuses settings of a route that does not exist yet.
        dependsOn: throttled.map(({ route }) => route),
        // Another stage has another name or another API. Deleted first, the old one would leave clients without any, and
        // under a domain's mapping AWS refuses to delete it.
        deleteBeforeReplace: false,
      },
    );
  }

  /**
   * A snapshot, made anew whenever something of what it keeps changes: routes, integrations, authorizers, and the API's own
   * settings. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
   */
  private createDeployment(): aws.apigatewayv2.Deployment {
    const { api, apiArgs, authorizers, routes } = this.args;
    const triggers = {
      api: apiArgs,
      authorizers: authorizers.snapshot,
      routes: routes.map(({ snapshot }) => snapshot),
    };
    return new aws.apigatewayv2.Deployment(
      this.name,
      {
        apiId: api.id,
        triggers: Object.fromEntries(
          Object.entries(triggers).map(([of, content]) => [of, pulumi.jsonStringify(content)]),
        ),
      },
      {
        ...this.opts,
        dependsOn: routes.map(({ route }) => route),
        // A stage that deploys by itself from now on may still serve the last snapshot, and AWS refuses to delete what a
        // stage serves. Snapshots cost nothing and end with their API.
        retainOnDelete: true,
      },
    );
  }
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
