import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AuthorizerConfig } from "../config/schema-api";
import { parseLambda } from "../rules/arn";

/** How a route is authorized, as its resource says it. */
export interface Authorization {
  authorizationType: "NONE" | "AWS_IAM" | "JWT" | "CUSTOM";
  authorizerId?: pulumi.Input<string>;
  authorizationScopes?: string[];
}

export interface AuthorizersArgs {
  /** What each is called in the API, from its name in the configuration and its type. */
  nameOf: (name: string, type: "jwt" | "lambda") => string;
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
  /** All that a deployment keeps of them: what each is made of. */
  readonly snapshot: Readonly<Record<string, aws.apigatewayv2.AuthorizerArgs>>;
  private readonly known: Map<string, Known>;

  constructor(
    name: string,
    { nameOf, configs, existing, api, partition, region }: AuthorizersArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    this.known = new Map(Object.entries(existing));
    const snapshot: Record<string, aws.apigatewayv2.AuthorizerArgs> = {};
    for (const [key, config] of Object.entries(configs)) {
      if (config.type === "existing") {
        this.known.set(key, { id: config.id, type: config.kind });
        continue;
      }
      const resource = `${name}-${key}`;
      const args = {
        apiId: api.id,
        name: nameOf(key, config.type),
        ...argsOf(config, { partition, region }),
      };
      const permissions = config.type === "lambda" ? [permit(resource, config, api, opts)] : [];
      const authorizer = new aws.apigatewayv2.Authorizer(resource, args, {
        ...opts,
        // One that asks another function than before may do so from its first request on.
        dependsOn: permissions,
        // In place, routes of the one type would for a moment name an authorizer of the other. The name differs by type, so
        // that the new one can be made while the routes still name the old one.
        replaceOnChanges: ["authorizerType"],
        deleteBeforeReplace: false,
      });
      snapshot[key] = args;
      this.known.set(key, { id: authorizer.id, type: config.type });
    }
    this.snapshot = snapshot;
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

type Own = Exclude<AuthorizerConfig, { type: "existing" }>;

function argsOf(
  config: Own,
  { partition, region }: { partition: string; region: string },
): Omit<aws.apigatewayv2.AuthorizerArgs, "apiId" | "name"> {
  if (config.type === "jwt") {
    return {
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: config.issuer, audiences: config.audience },
    };
  }
  return {
    authorizerType: "REQUEST",
    authorizerUri: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${config.functionArn}/invocations`,
    authorizerPayloadFormatVersion: "2.0",
    enableSimpleResponses: config.simpleResponses,
    identitySources: config.identitySources,
    authorizerResultTtlInSeconds: config.cacheSeconds,
  };
}

/**
 * Lets the API's authorizers ask the function. Not this one alone by its id: the permission would wait for the authorizer, which
 * asks a new function without one until then, and every closed route would answer 500.
 */
function permit(
  name: string,
  { functionArn }: Own & { type: "lambda" },
  api: AuthorizersArgs["api"],
  opts: pulumi.CustomResourceOptions,
): aws.lambda.Permission {
  const { arn, qualifier } = parseLambda(functionArn)!;
  return new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      // The provider takes a version or alias off the function, and would find a difference at every update.
      function: arn,
      qualifier,
      principal: "apigateway.amazonaws.com",
      sourceArn: pulumi.interpolate`${api.executionArn}/authorizers/*`,
    },
    opts,
  );
}
