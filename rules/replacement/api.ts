import { at, read, Replacements } from "./schema";

/** What leads requests in: the API, its domain, its certificate and DNS. */
export const api: Replacements = {
  "aws:acm/certificate:Certificate": read(
    at("01661ea3cbe6b07ed725b03c587d24ceb464484a", "acm/certificate.go"),
    {
      replaces: { domainName: "names.AttrDomainName", validationMethod: "validation_method" },
      inPlace: { tags: "names.AttrTags" },
    },
  ),
  "aws:acm/certificateValidation:CertificateValidation": read(
    at("004eea7f9b6658d88d652e89e10c7520a10ad6b8", "acm/certificate_validation.go"),
    {
      replaces: {
        certificateArn: "names.AttrCertificateARN",
        validationRecordFqdns: "validation_record_fqdns",
      },
    },
  ),
  "aws:apigatewayv2/api:Api": read(at("00a35305dc1b297a6fcdecdfbba33f1e63c3da39", "apigatewayv2/api.go"), {
    replaces: { protocolType: "protocol_type" },
    inPlace: {
      corsConfiguration: "cors_configuration",
      description: "names.AttrDescription",
      disableExecuteApiEndpoint: "disable_execute_api_endpoint",
      name: "names.AttrName",
      tags: "names.AttrTags",
    },
  }),
  "aws:apigatewayv2/apiMapping:ApiMapping": read(
    at("0576a14249ed15cfe6fd3c42417782b845e8a12b", "apigatewayv2/api_mapping.go"),
    {
      replaces: { apiId: "api_id", domainName: "domain_name" },
      inPlace: { apiMappingKey: "api_mapping_key", stage: "stage" },
    },
  ),
  "aws:apigatewayv2/authorizer:Authorizer": read(
    at("01f431114674c27cf790fafb67ac274bf8f765e1", "apigatewayv2/authorizer.go"),
    {
      replaces: { apiId: "api_id" },
      inPlace: {
        authorizerPayloadFormatVersion: "authorizer_payload_format_version",
        authorizerResultTtlInSeconds: "authorizer_result_ttl_in_seconds",
        authorizerType: "authorizer_type",
        authorizerUri: "authorizer_uri",
        enableSimpleResponses: "enable_simple_responses",
        identitySources: "identity_sources",
        jwtConfiguration: "jwt_configuration",
        name: "names.AttrName",
      },
    },
  ),
  "aws:apigatewayv2/deployment:Deployment": read(
    at("0576a14249ed15cfe6fd3c42417782b845e8a12b", "apigatewayv2/deployment.go"),
    { replaces: { apiId: "api_id", triggers: "triggers" }, inPlace: { description: "description" } },
  ),
  "aws:apigatewayv2/domainName:DomainName": read(
    at("00a35305dc1b297a6fcdecdfbba33f1e63c3da39", "apigatewayv2/domain_name.go"),
    {
      replaces: { domainName: "names.AttrDomainName" },
      inPlace: {
        domainNameConfiguration: "domain_name_configuration",
        mutualTlsAuthentication: "mutual_tls_authentication",
        tags: "names.AttrTags",
      },
    },
  ),
  "aws:apigatewayv2/integration:Integration": read(
    at("03412d530417901a6e5360333350b8d3c802cece", "apigatewayv2/integration.go"),
    {
      replaces: { apiId: "api_id", integrationType: "integration_type" },
      inPlace: {
        connectionId: "connection_id",
        connectionType: "connection_type",
        integrationMethod: "integration_method",
        integrationUri: "integration_uri",
        payloadFormatVersion: "payload_format_version",
        requestParameters: "request_parameters",
        timeoutMilliseconds: "timeout_milliseconds",
      },
    },
  ),
  "aws:apigatewayv2/route:Route": read(
    at("00a35305dc1b297a6fcdecdfbba33f1e63c3da39", "apigatewayv2/route.go"),
    {
      replaces: { apiId: "api_id" },
      inPlace: {
        authorizationScopes: "authorization_scopes",
        authorizationType: "authorization_type",
        authorizerId: "authorizer_id",
        routeKey: "route_key",
        target: "names.AttrTarget",
      },
    },
  ),
  "aws:apigatewayv2/stage:Stage": read(
    at("02f6d2d9fb6028a483e4c2b92d7e2432ff0b9127", "apigatewayv2/stage.go"),
    {
      replaces: { apiId: "api_id", name: "names.AttrName" },
      inPlace: {
        accessLogSettings: "access_log_settings",
        autoDeploy: "auto_deploy",
        defaultRouteSettings: "default_route_settings",
        deploymentId: "deployment_id",
        routeSettings: "route_settings",
        tags: "names.AttrTags",
      },
    },
  ),
  "aws:apigatewayv2/vpcLink:VpcLink": read(
    at("050ac11163cab8cdae5936a7f40b0e528ff780df", "apigatewayv2/vpc_link.go"),
    {
      replaces: { securityGroupIds: "security_group_ids", subnetIds: "subnet_ids" },
      inPlace: { name: "name", tags: "names.AttrTags" },
    },
  ),
  "aws:lambda/permission:Permission": read(
    at("04592f03e5d83a5e1504b52a6d07063ffa3f708d", "lambda/permission.go"),
    {
      replaces: {
        action: "names.AttrAction",
        function: "function_name",
        principal: "names.AttrPrincipal",
        qualifier: "qualifier",
        sourceArn: "source_arn",
        statementId: "statement_id",
      },
    },
  ),
  "aws:route53/record:Record": read(at("00655c1681ea1e49ab10cd32d3f8bee372b2095b", "route53/record.go"), {
    replaces: { name: "names.AttrName", zoneId: "zone_id" },
    inPlace: {
      aliases: "names.AttrAlias",
      allowOverwrite: "allow_overwrite",
      records: "records",
      ttl: "ttl",
      type: "names.AttrType",
    },
  }),
};
