/**
 * Values of an integration's parameter mapping, and of what authorizers ask for: text with variables in it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */

/** Characters of a mapped value: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html */
export const mappedLength = 512;

/**
 * The variables of a request to an HTTP API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const contextVariables: readonly string[] = [
  "accountId",
  "apiId",
  "awsEndpointRequestId",
  "awsEndpointRequestId2",
  "customDomain.basePathMatched",
  "dataProcessed",
  "domainName",
  "domainPrefix",
  "extendedRequestId",
  "httpMethod",
  ...["accountId", "caller", "principalOrgId", "sourceIp", "user", "userAgent", "userArn"].map(
    (name) => `identity.${name}`,
  ),
  ...[
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
  ].map((name) => `identity.${name}`),
  ...[
    "clientCertPem",
    "subjectDN",
    "issuerDN",
    "serialNumber",
    "validity.notBefore",
    "validity.notAfter",
  ].map((name) => `identity.clientCert.${name}`),
  "path",
  "protocol",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
];

/**
 * What an authorizer said of the caller. "Only the special characters . and _ are supported" in names of context variables: a claim
 * with a hyphen or a colon cannot be named (https://github.com/aws/aws-cdk/issues/22010).
 */
const authorizerVariable = /^authorizer\.(?:claims\.)?(?!claims$)[A-Za-z0-9_]+$/;

/** A part of a route's path that an expression may name: of no other character is it documented that AWS reads it. */
export const isPathParameter = (name: string): boolean => /^[A-Za-z0-9_]+$/.test(name);

const isContext = (name: string): boolean => contextVariables.includes(name) || authorizerVariable.test(name);

export interface ExpressionProblem {
  allowed: string;
  fix: string;
}

interface Place {
  /** Whether the stage may have variables: those of this program have none. */
  stageVariables: boolean;
  /** Whether the value is the path that the service sees. */
  isPath?: boolean;
}

const allowedVariables =
  "$request.header.<name>, $request.querystring.<name>, $request.body.<name>, $request.path, $request.path.<param>, " +
  "$context.<variable>";

/** Names that end where they end; without braces they go on over everything that a name may hold. */
const variable = /\$(?:\{([^{}$]*)\}|([A-Za-z0-9_.-]*))/g;

/** What is wrong with a value, or undefined. AWS refuses some of it (`Invalid mapping expression specified`). */
export function expressionProblem(value: string, place: Place): ExpressionProblem | undefined {
  if (value.length > mappedLength) {
    return {
      allowed: `1–${mappedLength} characters`,
      fix: "send less, or let the service know it by its environment",
    };
  }
  if (/[^ -~]/.test(value) || value.trim() !== value || value === "") {
    return {
      allowed: "printable ASCII characters, neither first nor last a blank",
      fix: "take the others out, or encode them",
    };
  }
  const problem = place.isPath ? pathProblem(value.replace(variable, "_")) : undefined;
  if (problem) return problem;
  for (const match of value.matchAll(variable)) {
    const name = match[1] ?? match[2]!;
    const follows = value[match.index + match[0].length] ?? "";
    if (/[[('"]/.test(follows)) {
      return {
        allowed: "names without brackets: AWS refuses them as an invalid mapping expression",
        fix: "name what needs none: a claim by $context.authorizer.claims.<name>",
      };
    }
    const problem = variableProblem(name, place);
    if (problem) return problem;
  }
  return undefined;
}

/** @param path with a letter in the place of each variable */
function pathProblem(path: string): ExpressionProblem | undefined {
  if (/[^A-Za-z0-9._~!&'()*+,;=:@%/-]|%(?![0-9A-Fa-f]{2})/.test(path)) {
    return {
      allowed: "a path: what no path holds (blanks, ?, #, %, braces and their like) is encoded as %…",
      fix: "encode it, and write query parameters below query",
    };
  }
  // Who resolves them is not known, and so neither is what the service gets (RFC 3986, 6.2.2.3).
  if (path.split("/").some((part) => /^(?:\.|%2e){1,2}$/i.test(part))) {
    return { allowed: "a path without parts of dots alone", fix: "write the path that is meant" };
  }
  return undefined;
}

function variableProblem(name: string, { stageVariables }: Place): ExpressionProblem | undefined {
  const [root, kind, ...rest] = name.split(".");
  const inner = rest.join(".");
  if (root === "stageVariables" && /^[A-Za-z0-9_]{1,64}$/.test(name.slice("stageVariables.".length))) {
    if (stageVariables) return undefined;
    return {
      allowed: `${allowedVariables}: this program's stage has no variables`,
      fix: "write the text itself",
    };
  }
  if (root === "context" && isContext(name.slice("context.".length))) return undefined;
  if (root === "context" && /[^A-Za-z0-9_.]/.test(name)) {
    return {
      allowed: "names of context variables with letters, digits, . and _ alone",
      fix: `take $${name} out, or have the authorizer tell it by another name`,
    };
  }
  if (root === "request") {
    // Whether the route names that part is for rewrite.ts to say.
    if (kind === "path" && (name === "request.path" || isPathParameter(inner))) return undefined;
    if (kind === "path" && inner !== "") {
      return {
        allowed: "parts of the path whose names have letters, digits and _ alone",
        fix: "rename the part in the route, or end its name with braces: ${request.path.<param>}",
      };
    }
    if (kind === "header" && isHeaderName(inner)) return undefined;
    if (kind === "querystring" && isHeaderName(inner)) return undefined;
    // No recursive descent, no filters.
    if (kind === "body" && /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(inner)) return undefined;
  }
  return {
    allowed: allowedVariables,
    fix: name === "" ? "take the $ out: it begins a variable" : `take $${name} out, or name one of these`,
  };
}

const isHeaderName = (name: string): boolean => /^[A-Za-z0-9_-]+$/.test(name);

/**
 * What a request must have before an authorizer is asked: one variable each.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function isIdentitySource(source: string): boolean {
  const [, kind, name] =
    /^\$(request\.header|request\.querystring|context|stageVariables)\.(.+)$/.exec(source) ?? [];
  if (kind === undefined || name === undefined || source.length > mappedLength) return false;
  // Nobody has been authorized yet.
  if (kind === "context") return isContext(name) && !authorizerVariable.test(name);
  return isHeaderName(name);
}
