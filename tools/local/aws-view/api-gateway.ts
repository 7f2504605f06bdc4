/**
 * What Amazon API Gateway would answer of a local stack, and AWS Certificate Manager and Amazon Route 53 of its domain.
 * https://docs.aws.amazon.com/cli/latest/reference/apigatewayv2/
 */
import type { Resource } from "../../../simulate/deployment";
import { list, number, object, properties, text, texts } from "../recorded";
import type { Account } from "./account";
import { type Answers, valueOf } from "./words";

const type = (name: string): string => `aws:apigatewayv2/${name}`;

export function apiGateway({ ofType }: Account): Answers {
  const api = (id: string) => ofType(type("api:Api")).find((each) => each.id === id);
  const below = (name: string, args: readonly string[]): Resource[] | undefined => {
    const id = valueOf(args, "--api-id");
    // An API that somebody else owns is there, and not among the resources.
    const known = api(id) !== undefined || ofType(type(name)).some(({ inputs }) => inputs.apiId === id);
    return known ? ofType(type(name)).filter(({ inputs }) => inputs.apiId === id) : undefined;
  };
  const items = (found: readonly object[] | undefined): object | undefined => found && { Items: found };
  const domain = (name: string) =>
    ofType(type("domainName:DomainName")).find(({ inputs }) => inputs.domainName === name);
  return {
    "apigatewayv2 get-api": (args) => {
      const found = api(valueOf(args, "--api-id"));
      return (
        found && {
          ApiId: found.id,
          ApiEndpoint: found.outputs.apiEndpoint,
          DisableExecuteApiEndpoint: found.inputs.disableExecuteApiEndpoint === true,
          Name: found.outputs.name ?? found.name,
          ProtocolType: "HTTP",
        }
      );
    },
    "apigatewayv2 get-stages": (args) => items(below("stage:Stage", args)?.map(stage)),
    "apigatewayv2 get-deployments": (args) =>
      items(
        below("deployment:Deployment", args)?.map(({ id, outputs }) => ({
          DeploymentId: id,
          DeploymentStatus: "DEPLOYED",
          AutoDeployed: false,
          CreatedDate: outputs.createdDate ?? "2026-01-01T00:00:00+00:00",
        })),
      ),
    "apigatewayv2 get-routes": (args) =>
      items(
        below("route:Route", args)?.map(({ id, inputs }) => ({
          RouteId: id,
          RouteKey: inputs.routeKey,
          Target: inputs.target,
          AuthorizationType: inputs.authorizationType ?? "NONE",
          ...(inputs.authorizerId !== undefined && { AuthorizerId: inputs.authorizerId }),
          ...(inputs.authorizationScopes !== undefined && {
            AuthorizationScopes: inputs.authorizationScopes,
          }),
        })),
      ),
    "apigatewayv2 get-integrations": (args) =>
      items(
        below("integration:Integration", args)?.map(({ id, inputs }) => ({
          IntegrationId: id,
          IntegrationType: inputs.integrationType,
          IntegrationUri: inputs.integrationUri,
          ConnectionType: inputs.connectionType,
          ConnectionId: inputs.connectionId,
          TimeoutInMillis: number(inputs.timeoutMilliseconds) ?? 30_000,
        })),
      ),
    "apigatewayv2 get-authorizers": (args) =>
      items(
        below("authorizer:Authorizer", args)?.map(({ id, inputs }) => {
          const { issuer, audiences } = object(inputs.jwtConfiguration);
          return {
            AuthorizerId: id,
            AuthorizerType: inputs.authorizerType,
            Name: inputs.name,
            IdentitySource: inputs.identitySources,
            ...(inputs.authorizerUri !== undefined && { AuthorizerUri: inputs.authorizerUri }),
            ...(issuer !== undefined && { JwtConfiguration: { Issuer: issuer, Audience: audiences } }),
          };
        }),
      ),
    "apigatewayv2 get-vpc-link": (args) => {
      const found = ofType(type("vpcLink:VpcLink")).find(({ id }) => id === valueOf(args, "--vpc-link-id"));
      return (
        found && {
          VpcLinkId: found.id,
          Name: found.outputs.name,
          VpcLinkStatus: found.outputs.vpcLinkStatus ?? "AVAILABLE",
          VpcLinkStatusMessage: found.outputs.vpcLinkStatusMessage ?? "VPC link is ready to route traffic",
          SubnetIds: texts(found.inputs.subnetIds),
          SecurityGroupIds: texts(found.inputs.securityGroupIds),
          VpcLinkVersion: "V2",
        }
      );
    },
    "apigatewayv2 get-domain-name": (args) => {
      const found = domain(valueOf(args, "--domain-name"));
      const settings = object(found?.outputs.domainNameConfiguration);
      return (
        found && {
          DomainName: found.inputs.domainName,
          DomainNameConfigurations: [
            {
              ApiGatewayDomainName: settings.targetDomainName,
              CertificateArn: settings.certificateArn,
              DomainNameStatus: found.outputs.domainNameStatus ?? "AVAILABLE",
              EndpointType: "REGIONAL",
              HostedZoneId: settings.hostedZoneId,
              SecurityPolicy: settings.securityPolicy,
            },
          ],
        }
      );
    },
    "apigatewayv2 get-api-mappings": (args) => {
      const found = domain(valueOf(args, "--domain-name"));
      const stages = ofType(type("stage:Stage"));
      return items(
        found &&
          ofType(type("apiMapping:ApiMapping"))
            .filter(({ inputs }) => [found.id, found.inputs.domainName].includes(text(inputs.domainName)))
            .map(({ id, inputs }) => ({
              ApiMappingId: id,
              ApiId: inputs.apiId,
              ApiMappingKey: inputs.apiMappingKey ?? "",
              Stage: stages.find((each) => each.id === inputs.stage)?.inputs.name ?? inputs.stage,
            })),
      );
    },
    "acm describe-certificate": (args) => {
      const arn = valueOf(args, "--certificate-arn");
      const found = ofType("aws:acm/certificate:Certificate").find(({ outputs }) => outputs.arn === arn);
      if (!found) return undefined;
      const status = text(found.outputs.certificateStatus) ?? "ISSUED";
      const options = list(found.outputs.domainValidationOptions).map(object);
      return {
        Certificate: {
          CertificateArn: arn,
          DomainName: found.inputs.domainName,
          Status: status,
          ...(text(found.outputs.failureReason) && { FailureReason: found.outputs.failureReason }),
          DomainValidationOptions: options.map((option) => ({
            DomainName: option.domainName,
            ValidationMethod: "DNS",
            ValidationStatus:
              status === "ISSUED" ? "SUCCESS" : status === "FAILED" ? "FAILED" : "PENDING_VALIDATION",
            ResourceRecord: {
              Name: option.resourceRecordName,
              Type: option.resourceRecordType,
              Value: option.resourceRecordValue,
            },
          })),
        },
      };
    },
    "route53 list-resource-record-sets": (args) => {
      const zone = valueOf(args, "--hosted-zone-id");
      const first = valueOf(args, "--start-record-name");
      return {
        ResourceRecordSets: ofType("aws:route53/record:Record")
          .filter(({ inputs }) => inputs.zoneId === zone && dotted(inputs.name) >= dotted(first))
          .map(({ inputs }) => ({
            ...{ Name: dotted(inputs.name), Type: inputs.type },
            ...(Array.isArray(inputs.aliases)
              ? { AliasTarget: { DNSName: dotted(object(inputs.aliases[0]).name) } }
              : { TTL: inputs.ttl, ResourceRecords: texts(inputs.records).map((Value) => ({ Value })) }),
          })),
      };
    },
  };
}

const dotted = (name: unknown): string => `${(text(name) ?? "").replace(/\.$/, "")}.`;

function stage(resource: Resource): object {
  const { inputs, outputs } = resource;
  const limits = (settings: unknown): object => {
    const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = object(settings);
    return {
      ...(number(rate) !== undefined && { ThrottlingRateLimit: number(rate) }),
      ...(number(burst) !== undefined && { ThrottlingBurstLimit: number(burst) }),
    };
  };
  const routes = list(inputs.routeSettings).map(object);
  return {
    StageName: text(inputs.name) ?? resource.name,
    AutoDeploy: inputs.autoDeploy === true,
    ...(text(inputs.deploymentId) && { DeploymentId: inputs.deploymentId }),
    ...(text(outputs.lastDeploymentStatusMessage) && {
      LastDeploymentStatusMessage: outputs.lastDeploymentStatusMessage,
    }),
    DefaultRouteSettings: limits(inputs.defaultRouteSettings),
    RouteSettings: Object.fromEntries(routes.map((route) => [text(route.routeKey) ?? "", limits(route)])),
    AccessLogSettings: {
      DestinationArn: object(properties(resource).accessLogSettings).destinationArn,
      Format: object(properties(resource).accessLogSettings).format,
    },
  };
}
