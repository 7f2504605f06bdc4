// @ts-nocheck
import { type Needs, none, of } from "./need";

/** HTTP APIs are managed by methods on paths: https://docs.aws.amazon.com/apigateway/latest/developerguide/security_iam_service-with-iam.html */
const gateway = (like: string, extra: Partial<Needs> = {}): Needs => ({
  like,
  create: of("apigateway", "POST", "GET"),
  read: of("apigateway", "GET"),
  update: of("apigateway", "PATCH", "PUT", "GET"),
  delete: of("apigateway", "DELETE", "GET"),
  ...extra,
});

/**
 * Tags are POST and DELETE on /tags. AWS's reference knows no other action for them, yet CloudFormation's handlers name these, and
 * a stage that was made with tags was refused for want of one: https://github.com/aws-amplify/amplify-cli/issues/12316
 */
const tagging = (like: string, extra: Partial<Needs> = {}): Needs => {
  const needs = gateway(like, extra);
  return {
    ...needs,
    create: [...needs.create, "apigateway:TagResource"],
    update: [...needs.update, ...of("apigateway", "POST", "DELETE", "TagResource", "UntagResource")],
  };
};

/**
 * A stage's access log goes to CloudWatch by a log delivery, which API Gateway makes in the caller's name.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
 */
const accessLog = of(
  "logs",
  "CreateLogDelivery",
  "GetLogDelivery",
  "UpdateLogDelivery",
  "DeleteLogDelivery",
  "ListLogDeliveries",
  "PutResourcePolicy",
  "DescribeResourcePolicies",
  "DescribeLogGroups",
);

export const api: Readonly<Record<string, Needs>> = {
  "aws:apigatewayv2/api:Api": tagging("AWS::ApiGatewayV2::Api"),
  "aws:apigatewayv2/vpcLink:VpcLink": tagging("AWS::ApiGatewayV2::VpcLink", {
    create: [...of("apigateway", "POST", "GET"), ...of("iam", "CreateServiceLinkedRole")],
  }),
  "aws:apigatewayv2/integration:Integration": gateway("AWS::ApiGatewayV2::Integration"),
  "aws:apigatewayv2/route:Route": gateway("AWS::ApiGatewayV2::Route"),
  "aws:apigatewayv2/authorizer:Authorizer": gateway("AWS::ApiGatewayV2::Authorizer"),
  "aws:apigatewayv2/deployment:Deployment": gateway("AWS::ApiGatewayV2::Deployment"),
  "aws:apigatewayv2/stage:Stage": tagging("AWS::ApiGatewayV2::Stage", {
    create: [...of("apigateway", "POST", "GET"), ...accessLog],
    update: [...of("apigateway", "PATCH", "PUT", "POST", "DELETE", "GET"), ...accessLog],
    delete: [...of("apigateway", "DELETE", "GET"), ...accessLog],
  }),
  "aws:apigatewayv2/domainName:DomainName": tagging("AWS::ApiGatewayV2::DomainName", {
    create: [
      ...of("apigateway", "POST", "GET", "AddCertificateToDomain"),
      ...of("acm", "DescribeCertificate"),
      ...of("s3", "GetObject", "GetObjectVersion"),
    ],
    update: [
      ...of("apigateway", "PATCH", "PUT", "GET", "AddCertificateToDomain", "RemoveCertificateFromDomain"),
      ...of("s3", "GetObject", "GetObjectVersion"),
    ],
    delete: of("apigateway", "DELETE", "GET", "RemoveCertificateFromDomain"),
  }),
  "aws:apigatewayv2/apiMapping:ApiMapping": gateway("AWS::ApiGatewayV2::ApiMapping"),
  "aws:acm/certificate:Certificate": {
    like: "AWS::CertificateManager::Certificate",
    create: of("acm", "RequestCertificate", "AddTagsToCertificate", "DescribeCertificate"),
    read: of("acm", "DescribeCertificate", "ListTagsForCertificate"),
    update: of("acm", "UpdateCertificateOptions", "AddTagsToCertificate", "RemoveTagsFromCertificate"),
    delete: of("acm", "DeleteCertificate"),
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    create: of("acm", "DescribeCertificate"),
    read: of("acm", "DescribeCertificate"),
    update: none,
    delete: none,
  },
  "aws:route53/record:Record": {
    like: "AWS::Route53::RecordSet",
    create: of("route53", "ChangeResourceRecordSets", "GetChange"),
    read: of("route53", "GetHostedZone", "ListResourceRecordSets"),
    update: of("route53", "ChangeResourceRecordSets", "GetChange"),
    delete: of("route53", "ChangeResourceRecordSets", "GetChange"),
  },
  "aws:lambda/permission:Permission": {
    like: "AWS::Lambda::Permission",
    create: of("lambda", "AddPermission"),
    read: of("lambda", "GetPolicy"),
    update: none,
    delete: of("lambda", "RemovePermission"),
  },
};
