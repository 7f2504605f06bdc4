/** Looks up everything that the hops are judged by: what does not depend on an answer at once, the rest after it. Reads only. */
import { type Answer, Asking, foundIn, type Limits, map } from "../aws/ask";
import type { Aws } from "../aws/cli";
import type {
  Api,
  ApiDeployment,
  ApiMapping,
  Authorizer,
  Certificate,
  DiscoveryInstance,
  DiscoveryService,
  DomainName,
  Endpoint,
  Integration,
  RecordSet,
  Route,
  RouteTable,
  Rule,
  Stage,
  Subnet,
  VpcLink,
} from "../aws/shapes";
import type { Expected, ExpectedService } from "./expected";
import { lookAtLog } from "./look-log";
import { lookAtService } from "./look-service";
import type { Seen, SeenDomain, SeenRegistry } from "./seen";

/** What is asked of others than AWS. */
export interface Outside {
  /** Addresses of a name; none where it does not resolve. */
  resolve: (name: string) => Promise<string[]>;
  /** Whether an address answers over HTTPS. @throws Error that says why it does not */
  reach: (url: string) => Promise<void>;
}

export interface Narrowed {
  /** Keys of the routes. */
  routes: readonly string[];
  services: readonly ExpectedService[];
}

type Items<T> = { Items?: T[] };

/** @throws UsageError where there is no AWS CLI */
export async function look(
  expected: Expected,
  { routes: focus, services: wanted }: Narrowed,
  { aws, outside, limits, now }: { aws: Aws; outside: Outside; limits: Limits; now: number },
): Promise<Seen> {
  const asking = new Asking(aws, limits);
  const { api = "", vpc = "" } = expected;
  const listed = async <T>(call: string): Promise<Answer<T[]>> =>
    map(await asking.ask<Items<T>>("apigatewayv2", call, "--api-id", api), ({ Items = [] }) => Items);

  const services = Promise.all(wanted.map((service) => lookAtService(asking, service)));
  const gateway = Promise.all([
    asking.ask<Api>("apigatewayv2", "get-api", "--api-id", api),
    listed<Stage>("get-stages"),
    listed<ApiDeployment>("get-deployments"),
    listed<Route>("get-routes"),
    listed<Integration>("get-integrations"),
    listed<Authorizer>("get-authorizers"),
  ]);
  const domains = Promise.all(expected.domains.map((each) => lookAtDomain(asking, outside, each, limits)));
  const failures = lookAtLog(asking, expected, now);
  const inVpc = ["--filters", `Name=vpc-id,Values=${vpc}`];
  const unknown: Answer<never> = {
    is: "unseen",
    because: "the stack does not tell its VPC",
    needs: undefined,
  };
  const endpoints =
    vpc === ""
      ? unknown
      : asking.ask<{ VpcEndpoints?: Endpoint[] }>("ec2", "describe-vpc-endpoints", ...inVpc);
  const routeTables =
    vpc === ""
      ? unknown
      : asking.ask<{ RouteTables?: RouteTable[] }>("ec2", "describe-route-tables", ...inVpc);

  // All are awaited below, but the first that fails ends this: the others must not fail unheard.
  for (const each of [services, domains, failures, endpoints, routeTables])
    Promise.resolve<unknown>(each).catch(() => undefined);

  const [known, stages, deployments, routes, integrations, authorizers] = await gateway;
  const used = foundIn(integrations) ?? [];
  const linkIds = unique([
    ...used.map(({ ConnectionId }) => ConnectionId),
    ...expected.integrations.map(({ link }) => link),
  ]);
  const arns = unique([
    ...used.map(({ IntegrationUri }) => IntegrationUri).filter((uri) => uri?.includes(":servicediscovery:")),
    ...wanted.map(({ registry }) => registry),
  ]);
  const [links, registries, issuers, seen] = await Promise.all([
    keyed(linkIds, (id) => asking.ask<VpcLink>("apigatewayv2", "get-vpc-link", "--vpc-link-id", id)),
    keyed(arns, (arn) => lookAtRegistry(asking, arn)),
    keyed(
      unique((foundIn(authorizers) ?? []).map(({ JwtConfiguration }) => JwtConfiguration?.Issuer)),
      (issuer) => reachable(outside, issuer, limits),
    ),
    services,
  ]);

  const ends = foundIn(await endpoints)?.VpcEndpoints ?? [];
  const own = [...links.values()].flatMap((link) => foundIn(link) ?? []);
  const networks = seen.flatMap(
    ({ service }) => foundIn(service)?.networkConfiguration?.awsvpcConfiguration ?? [],
  );
  const subnetIds = unique(
    [...own, ...networks]
      .flatMap((each) => ("SubnetIds" in each ? each.SubnetIds : "subnets" in each ? each.subnets : []) ?? [])
      .concat(wanted.flatMap(({ subnets }) => subnets)),
  );
  const groupIds = unique([
    ...own.flatMap(({ SecurityGroupIds = [] }) => SecurityGroupIds),
    ...networks.flatMap(({ securityGroups = [] }) => securityGroups),
    ...wanted.flatMap(({ securityGroups }) => securityGroups),
    ...ends.flatMap(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId)),
  ]);
  const filtered = async <T>(call: string, filter: string, ids: string[]): Promise<Answer<T>> =>
    ids.length === 0
      ? { is: "found", found: {} as T }
      : asking.ask<T & object>("ec2", call, "--filters", `Name=${filter},Values=${ids.join(",")}`);
  const [subnets, rules] = await Promise.all([
    filtered<{ Subnets?: Subnet[] }>("describe-subnets", "subnet-id", subnetIds),
    filtered<{ SecurityGroupRules?: Rule[] }>("describe-security-group-rules", "group-id", groupIds),
  ]);
  return {
    ...{ expected, focus, api: known, stages, deployments, routes, integrations, authorizers },
    ...{ issuers, links, registries, services: seen },
    domains: await domains,
    subnets: map(subnets, ({ Subnets = [] }) => Subnets),
    rules: map(rules, ({ SecurityGroupRules = [] }) => SecurityGroupRules),
    endpoints: map(await endpoints, ({ VpcEndpoints = [] }) => VpcEndpoints),
    routeTables: map(await routeTables, ({ RouteTables = [] }) => RouteTables),
    failures: await failures,
  };
}

const unique = (ids: readonly (string | undefined)[]): string[] => [
  ...new Set(ids.filter((id): id is string => id !== undefined && id !== "")),
];

async function keyed<T>(ids: readonly string[], look: (id: string) => Promise<T>): Promise<Map<string, T>> {
  return new Map(await Promise.all(ids.map(async (id) => [id, await look(id)] as const)));
}

/** The id of a Cloud Map service is the last part of its ARN. */
export const registryId = (arn: string): string => arn.split("/").at(-1) ?? "";

async function lookAtRegistry(asking: Asking, arn: string): Promise<SeenRegistry> {
  const id = registryId(arn);
  const of = ["--service-id", id];
  const [service, instances, health] = await Promise.all([
    asking.ask<{ Service?: DiscoveryService }>("servicediscovery", "get-service", "--id", id),
    asking.ask<{ Instances?: DiscoveryInstance[] }>("servicediscovery", "list-instances", ...of),
    asking.ask<{ Status?: Record<string, string> }>("servicediscovery", "get-instances-health-status", ...of),
  ]);
  return {
    arn,
    service: map(service, ({ Service = {} }) => Service),
    instances: map(instances, ({ Instances = [] }) => Instances),
    // CustomHealthNotFound and InstanceNotFound are its ways to say that there is none.
    health: health.is === "absent" ? { is: "found", found: {} } : map(health, ({ Status = {} }) => Status),
  };
}

async function lookAtDomain(
  asking: Asking,
  outside: Outside,
  { name, zone, certificate: recorded }: Expected["domains"][number],
  limits: Limits,
): Promise<SeenDomain> {
  const [domain, mappings, records, addresses] = await Promise.all([
    asking.ask<DomainName>("apigatewayv2", "get-domain-name", "--domain-name", name),
    asking.ask<Items<ApiMapping>>("apigatewayv2", "get-api-mappings", "--domain-name", name),
    // The zone is sorted by name, and other people's records may be many: it begins here, and few of them are read.
    zone === undefined
      ? undefined
      : asking.ask<{ ResourceRecordSets?: RecordSet[] }>(
          ...["route53", "list-resource-record-sets", "--hosted-zone-id", zone],
          ...["--start-record-name", name, "--max-items", "10"],
        ),
    resolved(outside, name, limits),
  ]);
  const arn = foundIn(domain)?.DomainNameConfigurations?.[0]?.CertificateArn ?? recorded;
  const certificate =
    arn === undefined
      ? undefined
      : await asking.ask<{ Certificate?: Certificate }>(
          "acm",
          "describe-certificate",
          "--certificate-arn",
          arn,
        );
  return {
    ...{ name, domain, addresses },
    mappings: map(mappings, ({ Items = [] }) => Items),
    certificate: certificate && map(certificate, ({ Certificate = {} }) => Certificate),
    records: records && map(records, ({ ResourceRecordSets = [] }) => ResourceRecordSets),
  };
}

async function resolved({ resolve }: Outside, name: string, limits: Limits): Promise<Answer<string[]>> {
  return within(limits, async () => {
    const found = await resolve(name);
    return found.length === 0 ? undefined : found;
  });
}

const reachable = ({ reach }: Outside, url: string, limits: Limits): Promise<Answer<object>> =>
  within(limits, async () => {
    await reach(url);
    return {};
  });

/** Of others than AWS: what fails is told as what it was. */
async function within<T>({ each }: Limits, look: () => Promise<T | undefined>): Promise<Answer<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer<T>>((resolve) => {
    timer = setTimeout(
      () => resolve({ is: "unseen", because: `no answer in ${each / 1000} s`, needs: undefined }),
      each,
    );
  });
  const seen = look().then(
    (found): Answer<T> => (found === undefined ? { is: "absent" } : { is: "found", found }),
    (error: Error): Answer<T> => ({ is: "unseen", because: error.message, needs: undefined }),
  );
  return Promise.race([seen, late]).finally(() => clearTimeout(timer));
}
