import { z } from "zod";
import { parseArn, parseLambda } from "../rules/arn";
import { isIdentitySource } from "../rules/mapping-expressions";
import { httpApi } from "../rules/quotas";
import { isIssuer, isOrigin, isPrintable, isScope } from "../rules/text";
import { field, logRetentionDays, whole } from "./schema-fields";

/** The shape of the API's configuration and of its routes; see schema.ts. */

const text = z.record(z.string().regex(/^[A-Za-z0-9_-]+$/), z.string().min(1)).default({});

/** A route in full; one that is written as text alone is its key. */
export const routeSchema = z.strictObject({
  key: field(
    z.string(),
    "Route key.",
    "`METHOD /path`, `METHOD /path/{param}`, `METHOD /path/{proxy+}`, `$default`",
  ),
  auth: field(
    z.string().optional(),
    "Who may use this route, instead of `api.auth`.",
    "none, iam, or a name of api.authorizers",
  ),
  scopes: field(
    z.array(z.string().refine(isScope)).max(httpApi.scopesPerRoute).default([]),
    "Scopes of the token, of which one is enough. With a JWT authorizer only.",
    `list of ${httpApi.scopesPerRoute} scopes or fewer, each of 1–64 printable characters without blanks`,
  ),
  throttle: field(
    z
      .strictObject({
        rate: field(whole(1, 10_000), "Requests a second in the long run.", "1–10000"),
        burst: field(whole(1, 5000), "Requests at once.", "1–5000"),
      })
      .optional(),
    "Limit for this route instead of the stage's.",
    "{rate, burst}",
  ),
  rewrite: field(
    z
      .strictObject({
        stripPrefix: field(
          z.string().startsWith("/").optional(),
          "First parts of the path that the service does not see.",
          "a path that the route begins with",
        ),
        path: field(
          z.string().startsWith("/").optional(),
          "Path the service sees instead; `$request.path.<param>` stands for a part of the route's.",
          "a path that begins with /",
        ),
        headers: field(text, "Headers set on the way to the service.", "name → text or variable"),
        query: field(text, "Query parameters set on the way to the service.", "name → text or variable"),
      })
      .optional(),
    "What the service sees differently from what the client sent.",
    "an object",
  ),
  adopt: field(
    z
      .string()
      .regex(/^[a-z0-9]+$/)
      .optional(),
    "Id of this route in an existing API, which is imported instead of made a second time.",
    "a route id, with api.existingId only",
  ),
  integration: field(
    z
      .string()
      .regex(/^[a-z0-9]+$/)
      .optional(),
    "Existing integration that the route leads to instead of the service, until it is taken out: see docs/migrate.md.",
    "an integration id, with api.existingId only",
  ),
});

const list = (entry: RegExp): z.ZodDefault<z.ZodArray<z.ZodString>> =>
  z.array(z.string().regex(entry)).default([]);

/** A star is no pattern: with letters beside it, it is a name that nobody sends. */
const headerName = /^(?:\*|[A-Za-z0-9_-]+)$/;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
const corsSchema = z.strictObject({
  allowOrigins: field(
    z
      .array(z.string().refine((text) => ["*", "https://*", "http://*"].includes(text) || isOrigin(text)))
      .min(1),
    "Origins whose pages may call the API, as browsers write them: in small letters, without a path and without the ports 443 " +
      "of https and 80 of http.",
    "https://www.example.com, https://*, http://*, or * for all",
  ),
  allowMethods: field(
    z
      .array(z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"]))
      .min(1)
      .default(["*"]),
    "Methods they may use. With credentials, browsers take * for a name.",
    "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, or * for all",
  ),
  allowHeaders: field(
    list(headerName),
    "Headers they may send. For browsers `*` does not cover `authorization`, and with credentials nothing.",
    "names, or * for all",
  ),
  exposeHeaders: field(list(headerName), "Headers of answers they may read.", "names, or * for all"),
  allowCredentials: field(z.boolean().default(false), "Whether they may send cookies.", "true, false"),
  maxAge: field(
    whole(-1, 86_400).optional(),
    "Seconds for which a browser remembers the answer to its preflight.",
    "0–86400, or -1 for not at all",
  ),
});

/** The same for two sources that are the same: headers whose names differ in capitals alone are one. */
const likeHeader = (source: string): string =>
  source.startsWith("$request.header.") ? source.toLowerCase() : source;

const authorizerSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("jwt"),
    issuer: field(
      z.string().refine(isIssuer),
      "Issuer of the tokens. AWS asks it for its keys when the authorizer is made: it must answer from the internet by then.",
      "an https:// URL without query or fragment, as the tokens say it, of a host that the internet reaches",
    ),
    audience: field(
      z.array(z.string().refine(isPrintable)).min(1).max(httpApi.audiencesPerAuthorizer),
      "Whom the tokens are for.",
      `list of 1–${httpApi.audiencesPerAuthorizer} audiences or client ids`,
    ),
  }),
  z.strictObject({
    type: z.literal("lambda"),
    functionArn: field(
      z.string().refine((text) => parseLambda(text) !== undefined),
      "An existing function of the stack's Region, or a version or alias of it.",
      "arn:aws:lambda:…:function:name, or the same with :version or :alias, which is not $LATEST",
    ),
    identitySources: field(
      z
        .array(z.string().refine(isIdentitySource))
        .refine((sources) => new Set(sources.map(likeHeader)).size === sources.length)
        .default(["$request.header.Authorization"]),
      "What a request must have before the function is asked, and by what its answer is remembered.",
      "$request.header.<name>, $request.querystring.<name>, $context.<variable>, and in somebody else's API $stageVariables.<name>, each once",
    ),
    cacheSeconds: field(whole(0, 3600).default(300), "Seconds for which an answer is remembered.", "0–3600"),
    simpleResponses: field(
      z.boolean().default(true),
      "Whether it answers with isAuthorized instead of a policy.",
      "true, false",
    ),
  }),
  z.strictObject({
    type: z.literal("existing"),
    id: field(
      z.string().regex(/^[a-z0-9]+$/),
      "An authorizer that the existing API has.",
      "an authorizer id, with api.existingId only",
    ),
    kind: field(z.enum(["jwt", "lambda"]), "What it is.", "jwt, lambda"),
  }),
]);

const isCertificate = (text: string): boolean => {
  const { service, region = "", account = "", resource = "" } = parseArn(text) ?? {};
  return (
    service === "acm" &&
    /^[a-z0-9-]+$/.test(region) &&
    /^\d{12}$/.test(account) &&
    /^certificate\/[A-Za-z0-9-]+$/.test(resource)
  );
};

const domainSchema = z.strictObject({
  name: field(
    // The last part of a domain in another script is written as xn--….
    z
      .string()
      .regex(
        /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/,
      ),
    "The domain, for example api.example.com.",
    "a domain name in small letters",
  ),
  only: field(
    z.boolean().optional(),
    "Whether the API answers at the domain alone, and its `execute-api` address is switched off: at once, before a new domain " +
      "answers. With a truststore left out means true.",
    "true, false",
  ),
  hostedZoneId: field(
    z
      .string()
      .regex(/^Z[A-Z0-9]+$/)
      .optional(),
    "Public hosted zone in Route 53 for the alias record, and for the validation of a certificate. Without it, you point the " +
      "domain to the API yourself.",
    "Z…",
  ),
  certificateArn: field(
    z.string().refine(isCertificate).optional(),
    "Certificate in ACM, of the stack's Region. Left out, one is made and validated by DNS.",
    "arn:aws:acm:…:certificate/…",
  ),
  ownershipVerificationCertificateArn: field(
    z.string().refine(isCertificate).optional(),
    "Public certificate in ACM that proves the domain is yours. AWS asks for it where a truststore meets a certificate that " +
      "was imported or is private.",
    "arn:aws:acm:…:certificate/…",
  ),
  truststoreUri: field(
    z
      .string()
      .regex(/^s3:\/\/(?![^/]*(?:\.\.|\.-|-\.))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[!-~]{1,1024}$/)
      .optional(),
    "Certificates of the authorities whose clients may call (mutual TLS).",
    "s3://bucket/key of a PEM file in a versioned bucket",
  ),
  truststoreVersion: field(
    z
      .string()
      .regex(/^[!-~]{1,64}$/)
      .optional(),
    "Version of that object. API Gateway keeps the one it read: without a version a new file changes nothing.",
    "an object version",
  ),
});

export const apiSchema = z.strictObject({
  existingId: field(
    z
      .string()
      .regex(/^[a-z0-9]+$/)
      .optional(),
    "An HTTP API that somebody else owns: it gets the link, the integrations and the routes, and nothing of it is changed.",
    "an API id",
  ),
  stage: field(
    z
      .string()
      .regex(/^(\$default|[A-Za-z0-9_-]{1,128})$/)
      .default("$default"),
    "Stage of the API. Any other than `$default` becomes the first segment of the URL. Of an existing API: its owner's.",
    "$default, or letters, digits, - and _",
  ),
  autoDeploy: field(
    z.boolean().default(true),
    "Whether changed routes go live at once, or with an explicit deployment at the end of the update.",
    "true, false",
  ),
  auth: field(
    z.string().optional(),
    "Who may use the routes that do not say otherwise: everybody (`none`, also when it is left out), callers that sign with " +
      "IAM credentials, or whom an authorizer lets through. Left out in a stack that shares: as there.",
    "none, iam, or a name of api.authorizers",
  ),
  authorizers: field(
    z.record(z.string().regex(/^(?!(?:none|iam)$)[A-Za-z0-9_-]{1,64}$/), authorizerSchema).default({}),
    "Authorizers by name, each shared by the routes that name it: `{type: jwt, issuer, audience}`, `{type: lambda, " +
      "functionArn, identitySources, cacheSeconds, simpleResponses}`, or of an existing API `{type: existing, id, kind}`.",
    "name → authorizer of type jwt (issuer, audience), lambda (functionArn, …) or existing (id, kind); not named none or iam",
  ),
  domain: field(
    domainSchema.optional(),
    "A domain of your own.",
    "an object such as { name: api.example.com, hostedZoneId: Z0123456789ABCDEFGHIJ, only: true }",
  ),
  cors: field(
    corsSchema.optional(),
    "Pages of other origins that may call the API. The gateway answers their preflights where no route takes OPTIONS, and " +
      "ignores the headers of services.",
    "an object",
  ),
  throttle: field(
    z
      .strictObject({
        rate: field(whole(1, 10_000).default(1000), "Requests a second in the long run.", "1–10000"),
        burst: field(whole(1, 5000).default(500), "Requests at once.", "1–5000"),
      })
      .prefault({}),
    "Limit for each route of the stage; beyond it clients get 429.",
    "an object",
  ),
  detailedMetrics: field(
    z.boolean().default(false),
    "Whether the stage sends its metrics for each route as well, which alarms and scaling need where several services share " +
      "the API. CloudWatch bills each as a custom metric: up to six of a route that is asked.",
    "true, false",
  ),
  accessLogs: field(
    z.strictObject({ retentionDays: logRetentionDays }).prefault({}),
    "The API's access log.",
    "an object",
  ),
});

export type RouteConfig = z.infer<typeof routeSchema>;
export type AuthorizerConfig = z.infer<typeof authorizerSchema>;
export type DomainConfig = z.infer<typeof domainSchema>;
export type ApiConfig = z.infer<typeof apiSchema>;
