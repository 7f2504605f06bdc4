import { arn, everything, type Grant, own, ownTags, type Scope } from "./grant";
import { of } from "./need";

/** Paths of the Region's API Gateway, which have no account. https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html */
const gateway =
  (...paths: string[]) =>
  ({ partition, region }: Scope): readonly string[] =>
    paths.map((path) => `arn:${partition}:apigateway:${region}::${path}`);

export const api: Grant[] = [
  {
    sid: "HttpApis",
    actions: ["DELETE", "GET", "PATCH", "POST", "PUT"].map((method) => `apigateway:${method}`),
    on: gateway("/apis", "/apis/*", "/vpclinks", "/vpclinks/*", "/domainnames", "/domainnames/*", "/tags/*"),
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
    sid: "RequestCertificates",
    actions: ["acm:RequestCertificate"],
    on: everything,
    when: ownTags,
  },
  {
    sid: "Certificates",
    actions: ["acm:DescribeCertificate", "acm:ListTagsForCertificate"],
    on: arn("acm", "certificate/*"),
  },
  {
    sid: "TagCertificates",
    actions: ["acm:AddTagsToCertificate"],
    on: arn("acm", "certificate/*"),
    when: ownTags,
  },
  {
    sid: "OwnCertificates",
    actions: ["acm:DeleteCertificate", "acm:RemoveTagsFromCertificate", "acm:UpdateCertificateOptions"],
    on: arn("acm", "certificate/*"),
    when: own,
  },
  {
    sid: "DomainRecords",
    actions: [
      "ChangeResourceRecordSets",
      "GetHostedZone",
      "ListResourceRecordSets",
      "ListTagsForResource",
    ].map((a) => `route53:${a}`),
    on: ({ partition, hostedZones }) =>
      hostedZones.map((id) => `arn:${partition}:route53:::hostedzone/${id}`),
  },
  {
    sid: "DomainChanges",
    actions: ["route53:GetChange"],
    on: ({ partition, hostedZones }) =>
      hostedZones.length === 0 ? [] : [`arn:${partition}:route53:::change/*`],
  },
  {
    sid: "Truststores",
    actions: ["s3:GetObject", "s3:GetObjectVersion"],
    on: ({ truststores }) => truststores,
  },
  {
    sid: "Authorizers",
    actions: ["lambda:AddPermission", "lambda:RemovePermission"],
    on: arn("lambda", "function:*"),
    when: () => ({ StringEquals: { "lambda:Principal": "apigateway.amazonaws.com" } }),
  },
  { sid: "ReadAuthorizers", actions: ["lambda:GetPolicy"], on: arn("lambda", "function:*") },
];
