import { Replacements, rows } from "./schema";

/** What leads requests in: the API, its domain, its certificate and DNS. */
export const api: Replacements = {
  "aws:acm/certificate:Certificate": rows("acm/certificate.go", ["domainName", "validationMethod"], ["tags"]),
  "aws:acm/certificateValidation:CertificateValidation": rows(
    "acm/certificate_validation.go",
    ["certificateArn", "validationRecordFqdns"],
    [],
  ),
  "aws:apigatewayv2/api:Api": rows(
    "apigatewayv2/api.go",
    ["protocolType"],
    ["corsConfiguration", "description", "disableExecuteApiEndpoint", "name", "tags"],
  ),
  "aws:apigatewayv2/apiMapping:ApiMapping": rows(
    "apigatewayv2/api_mapping.go",
    ["apiId", "domainName"],
    ["apiMappingKey", "stage"],
  ),
  "aws:apigatewayv2/authorizer:Authorizer": rows(
    "apigatewayv2/authorizer.go",
    ["apiId"],
    [
      "authorizerPayloadFormatVersion",
      "authorizerResultTtlInSeconds",
      "authorizerType",
      "authorizerUri",
      "enableSimpleResponses",
      "identitySources",
      "jwtConfiguration",
      "name",
    ],
  ),
  "aws:apigatewayv2/deployment:Deployment": rows(
    "apigatewayv2/deployment.go",
    ["apiId", "triggers"],
    ["description"],
  ),
  "aws:apigatewayv2/domainName:DomainName": rows(
    "apigatewayv2/domain_name.go",
    ["domainName"],
    ["domainNameConfiguration", "mutualTlsAuthentication", "tags"],
  ),
  "aws:apigatewayv2/integration:Integration": rows(
    "apigatewayv2/integration.go",
    ["apiId", "integrationType"],
    [
      "connectionId",
      "connectionType",
      "integrationMethod",
      "integrationUri",
      "payloadFormatVersion",
      "requestParameters",
      "timeoutMilliseconds",
    ],
  ),
  "aws:apigatewayv2/route:Route": rows(
    "apigatewayv2/route.go",
    ["apiId"],
    ["authorizationScopes", "authorizationType", "authorizerId", "routeKey", "target"],
  ),
  "aws:apigatewayv2/stage:Stage": rows(
    "apigatewayv2/stage.go",
    ["apiId", "name"],
    ["accessLogSettings", "autoDeploy", "defaultRouteSettings", "deploymentId", "routeSettings", "tags"],
  ),
  "aws:apigatewayv2/vpcLink:VpcLink": rows(
    "apigatewayv2/vpc_link.go",
    ["securityGroupIds", "subnetIds"],
    ["name", "tags"],
  ),
  "aws:lambda/permission:Permission": rows(
    "lambda/permission.go",
    ["action", "function", "principal", "qualifier", "sourceArn", "statementId"],
    [],
  ),
  "aws:route53/record:Record": rows(
    "route53/record.go",
    ["name", "zoneId"],
    ["aliases", "allowOverwrite", "records", "ttl", "type"],
  ),
};
