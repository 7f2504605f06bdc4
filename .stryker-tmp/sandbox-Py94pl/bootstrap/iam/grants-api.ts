// @ts-nocheck
import {
  everything,
  type Grant,
  keepsMarks,
  own,
  ownStill,
  ownTags,
  type Scope,
  tagsOfNobodyElse,
} from "./grant";
import { of } from "./need";

/** Paths of the Region's API Gateway, which have no account. https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html */
const gateway =
  (...paths: string[]) =>
  ({ partition, region }: Scope): readonly string[] =>
    paths.map((path) => `arn:${partition}:apigateway:${region}::${path}`);

/** Also their versions and aliases. */
const functions = (scope: Scope): readonly string[] => scope.functions.flatMap((arn) => [arn, `${arn}:*`]);
const methods = (...names: string[]): string[] => names.map((method) => `apigateway:${method}`);

export const api: Grant[] = [
  {
    sid: "ReadApis",
    actions: ["apigateway:GET"],
    on: gateway("/apis", "/apis/*", "/vpclinks", "/vpclinks/*", "/domainnames", "/domainnames/*", "/tags/*"),
  },
  {
    sid: "NewApis",
    actions: ["apigateway:POST"],
    on: gateway("/apis", "/vpclinks", "/domainnames"),
    when: ownTags,
  },
  {
    // With /apis/* a stage too, which has tags of its own.
    sid: "OwnApis",
    actions: methods("DELETE", "PATCH", "POST", "PUT"),
    on: gateway("/apis/*", "/vpclinks/*", "/domainnames/*"),
    when: own,
  },
  {
    // These have no tags, and of HTTP APIs do not inherit their API's either.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
    sid: "PartsOfApis",
    actions: methods("DELETE", "PATCH", "POST"),
    on: gateway(
      ...["authorizers", "deployments", "integrations", "routes"].flatMap((part) => [
        `/apis/*/${part}`,
        `/apis/*/${part}/*`,
      ]),
      "/apis/*/cors",
      "/apis/*/stages",
      "/apis/*/stages/*/accesslogsettings",
      "/apis/*/stages/*/routesettings/*",
      "/domainnames/*/apimappings",
      "/domainnames/*/apimappings/*",
    ),
  },
  {
    // Creating with tags asks for a path of /tags that ends with an asterisk for the id that is not known yet, or with nothing at
    // all; where a name is known it may be a domain's or a stage's. `${*}` is an asterisk and no other text.
    // https://github.com/mattclay/aws-terminator/pull/284
    // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/997
    sid: "TagNewApis",
    actions: ["apigateway:POST"],
    on: (scope: Scope): readonly string[] => {
      const paths = gateway("/tags/", "/tags/*${*}", "/tags/*domainnames*", "/tags/*stages*")(scope);
      return [...paths, `${gateway("")(scope)[0]}${paths[0]}`];
    },
    when: tagsOfNobodyElse,
  },
  {
    // Of what is there already any tag but those that say whose it is: these paths do not tell the tags of what they lead to.
    sid: "TagApis",
    actions: ["apigateway:POST"],
    on: gateway("/tags/*"),
    when: () => ({ Null: { "aws:RequestTag/Project": "true", "aws:RequestTag/Stack": "true" } }),
  },
  { sid: "UntagApis", actions: ["apigateway:DELETE"], on: gateway("/tags/*"), when: keepsMarks },
  {
    // The same by the actions' names, where AWS asks by them.
    sid: "TagNewApisByName",
    actions: ["apigateway:TagResource"],
    on: gateway("/apis", "/apis/*/stages", "/vpclinks", "/domainnames"),
    when: tagsOfNobodyElse,
  },
  {
    sid: "TagOwnApisByName",
    actions: ["apigateway:TagResource", "apigateway:UntagResource"],
    on: gateway("/apis/*", "/vpclinks/*", "/domainnames/*"),
    when: ownStill,
  },
  {
    sid: "DomainCertificates",
    actions: ["apigateway:AddCertificateToDomain", "apigateway:RemoveCertificateFromDomain"],
    on: gateway("/domainnames", "/domainnames/*"),
  },
  {
    // None of these knows resources.
    sid: "AccessLogs",
    actions: of(
      "logs",
      "CreateLogDelivery",
      "DeleteLogDelivery",
      "GetLogDelivery",
      "ListLogDeliveries",
      "PutResourcePolicy",
      "UpdateLogDelivery",
    ),
    on: everything,
  },
  {
    // No key says which API a function lets call it, so the functions are named.
    sid: "Authorizers",
    actions: ["lambda:AddPermission", "lambda:RemovePermission"],
    on: functions,
    when: () => ({ StringEquals: { "lambda:Principal": "apigateway.amazonaws.com" } }),
  },
  { sid: "ReadAuthorizers", actions: ["lambda:GetPolicy"], on: functions },
];
