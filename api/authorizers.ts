import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AuthorizerConfig } from "../config/schema-api";

/** How a route is authorized, as its resource says it. */
export interface Authorization {
  authorizationType: "NONE" | "AWS_IAM" | "JWT" | "CUSTOM";
  authorizerId?: pulumi.Input<string>;
  authorizationScopes?: string[];
}

export interface AuthorizersArgs {
  /** What each is called in the API, from its name in the configuration. */
  nameOf: (name: string) => string;
  /** By name. A plain map: it decides which resources exist. */
  configs: Readonly<Record<string, AuthorizerConfig>>;
  /** What the API has already, made by its own stack. */
  existing: Readonly<Record<string, Known>>;
  api: { id: pulumi.Input<string>; executionArn: pulumi.Input<string> };
  partition: string;
  region: string;
}

interface Known {
  id: pulumi.Input<string>;
  type: "jwt" | "lambda";
}

/** The authorizers of one API: each is made once, and shared by the routes that name it. */
export class Authorizers {
  private readonly known: Map<string, Known>;

  constructor(
    name: string,
    { nameOf, configs, existing, api, partition, region }: AuthorizersArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    this.known = new Map(Object.entries(existing));
    for (const [key, config] of Object.entries(configs)) {
      const resource = `${name}-${key}`;
      if (config.type === "existing") {
        this.known.set(key, { id: config.id, type: config.kind });
        continue;
      }
      if (config.type === "jwt") {
        const { id } = new aws.apigatewayv2.Authorizer(
          resource,
          {
            apiId: api.id,
            name: nameOf(key),
            authorizerType: "JWT",
            identitySources: ["$request.header.Authorization"],
            jwtConfiguration: { issuer: config.issuer, audiences: config.audience },
          },
          opts,
        );
        this.known.set(key, { id, type: "jwt" });
        continue;
      }
      const authorizer = new aws.apigatewayv2.Authorizer(
        resource,
        {
          apiId: api.id,
          name: nameOf(key),
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
      this.known.set(key, { id: authorizer.id, type: "lambda" });
    }
  }

  /** What another stack needs to name them. */
  get shareable(): Readonly<Record<string, Known>> {
    return Object.fromEntries(this.known);
  }

  /** What a route with this `auth` says. */
  of(auth: string, scopes: readonly string[]): Authorization {
    if (auth === "iam") return { authorizationType: "AWS_IAM" };
    const authorizer = this.known.get(auth);
    if (authorizer === undefined) return { authorizationType: "NONE" };
    const authorizerId = authorizer.id;
    if (authorizer.type === "lambda") return { authorizationType: "CUSTOM", authorizerId };
    return {
      authorizationType: "JWT",
      authorizerId,
      ...(scopes.length > 0 && { authorizationScopes: [...scopes] }),
    };
  }
}
