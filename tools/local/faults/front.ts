/** Faults between the client and the VPC link. */
import type { Resource } from "../../../simulate/deployment";
import { type Account, changed, without } from "../aws-view/account";
import type { ServiceView } from "../ecs/views";
import { object, text } from "../recorded";
import { api, change, changeThose, has, ofType, remove, removeThose, type Which } from "./changes";
import type { Fault } from "./fault";

/** The integrations that lead to a service. */
const leadsTo: Which =
  (_, { registration }) =>
  (resource) =>
    resource.type === api("integration:Integration") && resource.inputs.integrationUri === registration?.arn;

const routesTo = (account: Account, service: ServiceView): Resource[] => {
  const ids = account.deployment.resources
    .filter(leadsTo(account, service))
    .map(({ id }) => `integrations/${id}`);
  return account.ofType(api("route:Route")).filter(({ inputs }) => ids.includes(text(inputs.target) ?? ""));
};

const domain = api("domainName:DomainName");
const authorizer = api("authorizer:Authorizer");
const hasAuthorizer = has(authorizer);

const all: readonly Fault[] = [
  {
    name: "domain-no-record",
    title: "The domain's record is gone from DNS",
    hop: "domain",
    fits: (account) => account.ofType("aws:route53/record:Record").length > 0,
    inject: (account) => {
      const names = account.ofType(domain).map(({ inputs }) => inputs.domainName);
      account.rewire((deployment) =>
        without(
          deployment,
          ({ type, inputs }) => type === "aws:route53/record:Record" && names.includes(inputs.name),
        ),
      );
    },
  },
  {
    name: "certificate-pending",
    title: "The domain's certificate is not issued",
    hop: "domain",
    fits: has("aws:acm/certificate:Certificate"),
    inject: change("aws:acm/certificate:Certificate", () => ({ certificateStatus: "PENDING_VALIDATION" })),
  },
  {
    name: "domain-no-mapping",
    title: "The domain is mapped to no API",
    hop: "domain",
    fits: has(domain),
    inject: remove(api("apiMapping:ApiMapping")),
  },
  {
    name: "api-gone",
    title: "The API was deleted",
    hop: "api",
    felt: 404,
    inject: remove(...["api:Api", "stage:Stage", "route:Route", "integration:Integration"].map(api)),
  },
  {
    name: "execute-api-off",
    title: "The API's own address is switched off",
    hop: "api",
    inject: change(api("api:Api"), () => ({ disableExecuteApiEndpoint: true })),
  },
  {
    name: "stage-gone",
    title: "The API has no stage",
    hop: "stage",
    felt: 404,
    inject: remove(api("stage:Stage")),
  },
  {
    name: "deployment-old",
    title: "The stage serves a deployment from before the routes",
    hop: "stage",
    felt: 404,
    inject: (account) => {
      const [stage] = account.ofType(api("stage:Stage"));
      if (!stage) return;
      const id = "local-deployment-before";
      const [present] = account.ofType(api("deployment:Deployment"));
      const before: Resource = {
        ...(present ?? stage),
        ...{ type: api("deployment:Deployment"), name: id, id, urn: `${stage.urn}-before` },
        inputs: { apiId: stage.inputs.apiId, triggers: { routes: "[]" } },
        outputs: { apiId: stage.inputs.apiId, createdDate: "2025-01-01T00:00:00+00:00" },
      };
      account.rewire((deployment) =>
        changed(
          { ...deployment, resources: [...deployment.resources, before] },
          ofType(api("stage:Stage")),
          () => ({ autoDeploy: false, deploymentId: id }),
        ),
      );
    },
  },
  {
    name: "throttled",
    title: "The stage lets no request through",
    hop: "stage",
    felt: 429,
    inject: change(api("stage:Stage"), () => ({
      defaultRouteSettings: { throttlingRateLimit: 0, throttlingBurstLimit: 0 },
      routeSettings: undefined,
    })),
  },
  {
    name: "route-gone",
    title: "The routes to the service were deleted",
    hop: "route",
    felt: 404,
    inject: removeThose((account, service) => {
      const gone = routesTo(account, service);
      return (resource) => gone.includes(resource);
    }),
  },
  {
    name: "authorizer-other-audience",
    title: "The authorizer asks for another audience than the program says",
    hop: "authorizer",
    fits: hasAuthorizer,
    inject: change(authorizer, ({ inputs }) => ({
      jwtConfiguration: { ...object(inputs.jwtConfiguration), audiences: ["somebody-else"] },
    })),
  },
  {
    name: "authorizer-gone",
    title: "The authorizer was deleted",
    hop: "authorizer",
    fits: hasAuthorizer,
    inject: remove(authorizer),
  },
  {
    name: "issuer-unreachable",
    title: "The issuer of tokens does not answer",
    hop: "authorizer",
    fits: hasAuthorizer,
    inject: (account) =>
      account.ofType(authorizer).forEach(({ inputs }) => {
        const issuer = text(object(inputs.jwtConfiguration).issuer);
        if (issuer !== undefined) account.missing.add(issuer);
      }),
  },
  {
    name: "integration-gone",
    title: "The routes lead to an integration that was deleted",
    hop: "integration",
    felt: 503,
    inject: removeThose(leadsTo),
  },
  {
    name: "integration-elsewhere",
    title: "The integration names a Cloud Map service that is gone",
    hop: "integration",
    felt: 503,
    inject: changeThose(leadsTo, ({ inputs }) => ({
      integrationUri: `${text(inputs.integrationUri) ?? ""}-gone`,
    })),
  },
];

export const frontFaults: readonly Fault[] = [...all];
