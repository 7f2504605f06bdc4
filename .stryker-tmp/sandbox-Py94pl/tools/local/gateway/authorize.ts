/**
 * Who may use a route, as the HTTP API decides before it asks any task.
 *
 * JWT authorizers (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html, [H]): the
 * signature by the issuer's keys, RSA alone; `iss`, `aud` (or `client_id`), `exp`, `nbf`, `iat`; and one of the route's
 * scopes. IAM signatures and Lambda functions are not on this machine: those routes answer as AWS does when the signature
 * or the function is missing.
 */
// @ts-nocheck

import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import type { Deployment, Resource } from "../../../simulate/deployment";
import type { Headers } from "./headers";
import { object, referred, text, texts } from "../recorded";

export type Authorization =
  | { type: "none" }
  | { type: "iam" }
  | {
      type: "jwt";
      authorizer: string;
      issuer: string;
      audiences: string[];
      scopes: string[];
      identitySource: string;
    }
  | { type: "lambda"; identitySources: string[] }
  /** What AWS would answer to a route whose authorizer does not exist is not documented; nobody is let through [L]. */
  | { type: "broken" };

/** What a recorded route asks for. */
export function readAuthorization(deployment: Deployment, route: Resource): Authorization {
  const { authorizationType, authorizerId, authorizationScopes, apiId } = route.inputs;
  const type = text(authorizationType) ?? "NONE";
  if (type === "NONE") return { type: "none" };
  if (type === "AWS_IAM") return { type: "iam" };
  const authorizer = referred(deployment, "aws:apigatewayv2/authorizer:Authorizer", authorizerId)?.inputs;
  if (!authorizer || authorizer.apiId !== apiId) return { type: "broken" };
  const identitySources = texts(authorizer.identitySources);
  if (type === "CUSTOM") return { type: "lambda", identitySources };
  const { issuer, audiences } = object(authorizer.jwtConfiguration);
  return {
    type: "jwt",
    authorizer: text(authorizer.name) ?? "",
    issuer: text(issuer) ?? "",
    audiences: texts(audiences),
    scopes: texts(authorizationScopes),
    identitySource: identitySources[0] ?? "$request.header.Authorization",
  };
}

/** Why a request goes no further. */
export interface Refusal {
  status: number;
  message: string;
  headers: Headers;
}

const unauthorized = (challenge?: string): Refusal => ({
  status: 401,
  message: "Unauthorized",
  headers: challenge === undefined ? [] : [["www-authenticate", challenge]],
});
const forbidden = (challenge?: string): Refusal => ({
  ...unauthorized(challenge),
  status: 403,
  message: "Forbidden",
});

/** Decides on requests; keeps the issuers' keys between them. */
export class Guard {
  private readonly issuers = new Map<string, Promise<JWTVerifyGetKey>>();

  /** @param discover finds the keys of an issuer */
  constructor(private readonly discover: (issuer: string) => Promise<JWTVerifyGetKey> = discoverKeys) {}

  /** Undefined lets the request through. */
  async check(
    authorization: Authorization,
    request: { headers: Headers; query: URLSearchParams },
  ): Promise<Refusal | undefined> {
    switch (authorization.type) {
      case "none":
        return undefined;
      case "iam":
        return forbidden();
      case "broken":
        return { status: 500, message: "Internal Server Error", headers: [] };
      case "lambda": {
        // "If an identity source is missing, API Gateway answers 401 without asking the function" (http-api-lambda-authorizer, [H]).
        const missing = authorization.identitySources.some(
          (source) => identity(source, request) === undefined,
        );
        return missing ? unauthorized() : { status: 500, message: "Internal Server Error", headers: [] };
      }
      case "jwt":
        return this.checkToken(authorization, request);
    }
  }

  private async checkToken(
    { issuer, audiences, scopes, identitySource }: Extract<Authorization, { type: "jwt" }>,
    request: { headers: Headers; query: URLSearchParams },
  ): Promise<Refusal | undefined> {
    const given = identity(identitySource, request);
    // The challenge's texts are reported by users [M].
    if (given === undefined) return unauthorized("Bearer");
    try {
      const token = given.replace(/^Bearer\s+/i, "");
      const keys = await this.keysOf(issuer);
      const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ["RS256", "RS384", "RS512"] });
      if (!isFor(payload, audiences))
        return unauthorized(invalid("the token does not have a valid audience"));
      if (scopes.length === 0 || scopes.some((scope) => scopesOf(payload).includes(scope))) return undefined;
      return forbidden(
        `Bearer scope="${scopes.join(" ")}" error="insufficient_scope" error_description="the token does not have any of the required scopes"`,
      );
    } catch (error) {
      const expired = error instanceof errors.JWTExpired;
      return unauthorized(invalid(expired ? "the token has expired" : "the token is not valid"));
    }
  }

  private keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    let keys = this.issuers.get(issuer);
    if (!keys) {
      keys = this.discover(issuer);
      this.issuers.set(issuer, keys);
      // An issuer that was away for a moment must not lock everybody out for good.
      keys.catch(() => this.issuers.delete(issuer));
    }
    return keys;
  }
}

/** The issuer says where its keys are: OpenID Connect Discovery. */
async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const { jwks_uri: address } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(address));
}

const invalid = (description: string): string =>
  `Bearer error="invalid_token" error_description="${description}"`;

/** "aud or client_id … must match one of the audience entries" [H]. */
function isFor({ aud, client_id: client }: JWTPayload, audiences: string[]): boolean {
  const named = aud === undefined ? [client] : [aud].flat();
  return named.some((name) => typeof name === "string" && audiences.includes(name));
}

/** "At least one of the scopes in the token's scope or scp claim" [H]. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  return [scope, scp].flat().flatMap((claim) => (typeof claim === "string" ? claim.split(" ") : []));
}

function identity(
  source: string,
  { headers, query }: { headers: Headers; query: URLSearchParams },
): string | undefined {
  const [, place, name = ""] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === "querystring") return query.get(name) ?? undefined;
  // Context and stage variables are always there.
  if (place === undefined) return "";
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
