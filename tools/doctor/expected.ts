/** What should be there, from the stack's state and its outputs: there is no second description of the system. */
import { integrationOf, type NamedService, ofTypeIn, type Resource, servicesOf } from "../aws/system";
import { list, number, object, text, texts } from "../local/recorded";

export interface ExpectedRoute {
  key: string;
  integration: string | undefined;
  authorizer: string | undefined;
}

export interface ExpectedService extends NamedService {
  port: number | undefined;
  desired: number | undefined;
  /** Its scaling may leave it without tasks, until requests wake it. */
  sleeps: boolean;
  securityGroups: string[];
  subnets: string[];
}

export interface Expected {
  stack: string;
  region: string;
  url: string | undefined;
  api: string | undefined;
  /** The API's own address is off on purpose. */
  executeApiOff: boolean;
  /** Undefined for a stack that only adds to another's API. */
  stage: { name: string; deployment: string | undefined } | undefined;
  /** Whether the API with its stage is this stack's. */
  ownsApi: boolean;
  routes: ExpectedRoute[];
  integrations: { id: string; registry: string; link: string }[];
  authorizers: { id: string; name: string; issuer: string | undefined; audiences: string[] }[];
  domains: {
    name: string;
    target: string | undefined;
    zone: string | undefined;
    certificate: string | undefined;
  }[];
  services: ExpectedService[];
  vpc: string | undefined;
  accessLog: string | undefined;
}

/** Without `outputs`, as after a first update that failed, what the resources tell. */
export function expectedOf(
  stack: string,
  region: string,
  resources: readonly Resource[],
  outputs: Record<string, unknown>,
): Expected {
  const live = resources.filter((each) => each.delete !== true);
  const ofType = ofTypeIn(live);
  const gateway = (type: string) => ofType(`aws:apigatewayv2/${type}`);
  const platform = object(outputs.platform);
  const routes = gateway("route:Route").map(({ of }) => ({
    key: text(of.routeKey) ?? "",
    integration: integrationOf(of),
    authorizer: text(of.authorizerId),
  }));
  const [api] = gateway("api:Api");
  const [stage] = gateway("stage:Stage");
  const apiId =
    api?.id ??
    text(gateway("route:Route")[0]?.of.apiId) ??
    text(object(platform.api).id) ??
    text(stage?.of.apiId);
  const networks = object(platform.network);
  return {
    ...{ stack, region, routes, url: text(outputs.url), api: apiId, ownsApi: api !== undefined },
    executeApiOff: api?.of.disableExecuteApiEndpoint === true,
    stage: stage && { name: text(stage.of.name) ?? "$default", deployment: text(stage.of.deploymentId) },
    integrations: gateway("integration:Integration").map(({ id, of }) => ({
      ...{ id, registry: text(of.integrationUri) ?? "", link: text(of.connectionId) ?? "" },
    })),
    authorizers: gateway("authorizer:Authorizer").map(({ id, of }) => ({
      ...{ id, name: text(of.name) ?? id, issuer: text(object(of.jwtConfiguration).issuer) },
      audiences: texts(object(of.jwtConfiguration).audiences),
    })),
    domains: gateway("domainName:DomainName").map(({ of }) => {
      const settings = object(of.domainNameConfiguration);
      const name = text(of.domainName) ?? "";
      const record = ofType("aws:route53/record:Record").find((each) => each.of.name === name);
      const target = text(settings.targetDomainName);
      return { name, target, certificate: text(settings.certificateArn), zone: text(record?.of.zoneId) };
    }),
    services: expectedServices(live),
    vpc:
      ofType("aws:ec2/vpc:Vpc")[0]?.id ??
      text(networks.vpcId) ??
      text(ofType("aws:ec2/securityGroup:SecurityGroup")[0]?.of.vpcId),
    accessLog: text(outputs.apiLogGroup),
  };
}

function expectedServices(resources: readonly Resource[]): ExpectedService[] {
  return servicesOf(resources).map((service) => {
    const own = resources.find(
      ({ type, outputs, inputs }) =>
        type === "aws:ecs/service:Service" &&
        text(outputs?.name ?? inputs?.name) === service.service &&
        text(outputs?.cluster ?? inputs?.cluster) === service.cluster,
    );
    const of = { ...own?.inputs, ...own?.outputs };
    const network = object(of.networkConfiguration);
    const [registry] = list(of.serviceRegistries);
    const registration = object(registry ?? of.serviceRegistries);
    return {
      ...service,
      port: number(registration.containerPort) ?? number(registration.port),
      desired: number(of.desiredCount),
      sleeps: resources.some(
        ({ type, inputs }) =>
          type === "aws:appautoscaling/target:Target" &&
          number(inputs?.minCapacity) === 0 &&
          text(inputs?.resourceId)?.endsWith(`/${service.service}`) === true,
      ),
      securityGroups: texts(network.securityGroups),
      subnets: texts(network.subnets),
    };
  });
}
