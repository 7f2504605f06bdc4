import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AuthorizerConfig } from "./schema-api";

/** How a route is authorized, as its resource says it. */
export interface Authorization {
  authorizationType: "NONE" | "AWS_IAM" | "JWT" | "CUSTOM";
  authorizerId?: pulumi.Input<string>;
  authorizationScopes?: string[];
}

/** The authorizers of one API: each is made once, and shared by the routes that name it. */
export class Authorizers {
  private readonly made = new Map<string, aws.apigatewayv2.Authorizer>();

  constructor(
    name: string,
    private readonly configs: Readonly<Record<string, AuthorizerConfig>>,
    api: aws.apigatewayv2.Api,
    { partition, region }: { partition: string; region: string },
    opts: pulumi.CustomResourceOptions,
  ) {
    for (const [key, config] of Object.entries(configs)) {
      const resource = `${name}-${key}`;
      if (config.type === "jwt") {
        this.made.set(
          key,
          new aws.apigatewayv2.Authorizer(
            resource,
            {
              apiId: api.id,
              name: key,
              authorizerType: "JWT",
              identitySources: ["$request.header.Authorization"],
              jwtConfiguration: { issuer: config.issuer, audiences: config.audience },
            },
            opts,
          ),
        );
        continue;
      }
      const authorizer = new aws.apigatewayv2.Authorizer(
        resource,
        {
          apiId: api.id,
          name: key,
          authorizerType: "REQUEST",
          authorizerUri: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${config.functionArn}/invocations`,
          authorizerPayloadFormatVersion: "2.0",
          enableSimpleResponses: config.simpleResponses,
          identitySources: config.identitySources,
          authorizerResultTtlInSeconds: config.cacheSeconds,
        },
        opts,
      );
      new aws.lambda.Permission(
        resource,
        {
          action: "lambda:InvokeFunction",
          function: config.functionArn,
          principal: "apigateway.amazonaws.com",
          sourceArn: pulumi.interpolate`${api.executionArn}/authorizers/${authorizer.id}`,
        },
        opts,
      );
      this.made.set(key, authorizer);
    }
  }

  /** What a route with this `auth` says. */
  of(auth: string, scopes: readonly string[]): Authorization {
    const authorizerId = this.made.get(auth)?.id;
    if (auth === "iam") return { authorizationType: "AWS_IAM" };
    if (authorizerId === undefined) return { authorizationType: "NONE" };
    if (this.configs[auth]?.type === "lambda") return { authorizationType: "CUSTOM", authorizerId };
    return {
      authorizationType: "JWT",
      authorizerId,
      ...(scopes.length > 0 && { authorizationScopes: [...scopes] }),
    };
  }
}
