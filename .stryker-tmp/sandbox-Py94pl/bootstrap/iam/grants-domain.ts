// @ts-nocheck
import { arn, everything, type Grant, own, ownFromNobody, ownStill, ownTags } from "./grant";

/** A domain's certificate, records and truststore; the domain itself is API Gateway's. */
export const domain: Grant[] = [
  {
    sid: "RequestCertificates",
    actions: ["acm:RequestCertificate"],
    on: everything,
    when: ownTags,
  },
  {
    // API Gateway may ask for a certificate that was given to the program as well.
    sid: "Certificates",
    actions: ["acm:DescribeCertificate"],
    on: arn("acm", "certificate/*"),
  },
  {
    // Asking for one with tags asks for this on a certificate that has none yet.
    // https://github.com/hashicorp/terraform-provider-aws/issues/11903
    sid: "TagNewCertificates",
    actions: ["acm:AddTagsToCertificate"],
    on: arn("acm", "certificate/*"),
    when: ownFromNobody,
  },
  {
    sid: "TagOwnCertificates",
    actions: ["acm:AddTagsToCertificate"],
    on: arn("acm", "certificate/*"),
    when: ownStill,
  },
  {
    sid: "OwnCertificates",
    actions: [
      "acm:DeleteCertificate",
      "acm:ListTagsForCertificate",
      "acm:RemoveTagsFromCertificate",
      "acm:UpdateCertificateOptions",
    ],
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
];
