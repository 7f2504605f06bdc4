import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { keysOf, serve } from "./api/served";
import { checkInsights, checkRequests } from "./config/checks-scaling";
import { checkReach } from "./config/checks-service";
import { checkAuth, checkOtherRoutes } from "./config/checks-api";
import { fullName } from "./config/checks-share";
import { likeService } from "./config/schema-jobs";
import { StackConfig } from "./config";
import { LookUps } from "./config/look-ups";
import { ConfigurationError, Problem, Said, UserError } from "./config/problems";
import { closedEndpoints } from "./rules/endpoints";
import { under } from "./rules/names";
import { httpApi } from "./rules/quotas";
import { serviceNeeds } from "./service/permissions";

/**
 * What one stack hands to another that uses its network, cluster, namespace, VPC link and API: the output `platform`. A new
 * field is optional, because the other stack may have been deployed by an older program.
 */

const list = z.array(z.string()).readonly();
const needs = z.object({
  permissions: z.array(z.object({ actions: list, resources: list })).readonly(),
  secrets: list,
  imageRepository: z.string().optional(),
  sidecarRepositories: list.optional(),
});

const network = z.object({
  vpcId: z.string(),
  subnetIds: z.array(z.string()),
  linkSecurityGroupId: z.string(),
  workloadSecurityGroupId: z.string(),
  assignPublicIp: z.boolean(),
  /** What its endpoints were made for beyond every launch; left out where tasks have a way to the internet. */
  needs: z.array(needs).readonly().optional(),
  /** Endpoints of an adopted VPC: what those let through that it had is not known, those made there let everything. */
  unmanagedEndpoints: list.optional(),
});

const cluster = z.object({
  arn: z.string(),
  name: z.string(),
  namespaceId: z.string(),
  namespaceName: z.string(),
  /** Whether it has Container Insights; left out where it has not. */
  containerInsights: z.boolean().optional(),
  /** Log group of sessions of ECS Exec; left out where no service of the stack has it. */
  sessionLog: z.string().optional(),
});

const api = z.object({
  id: z.string(),
  executionArn: z.string(),
  /** Where it answers. */
  url: z.string(),
  linkId: z.string(),
  stage: z.string(),
  /** Whether changed routes go live by themselves. */
  autoDeploy: z.boolean(),
  /** Who may use routes that do not say so. */
  auth: z.string(),
  authorizers: z.record(z.string(), z.object({ id: z.string(), type: z.enum(["jwt", "lambda"]) })),
  /** Whether it has a CORS configuration. */
  cors: z.boolean().optional(),
  /** What of it decides which requests browsers send. */
  corsConfiguration: z
    .object({ allowMethods: list, allowHeaders: list, allowCredentials: z.boolean() })
    .optional(),
  /** Keys of the stack's own routes, as they are configured. */
  routes: z.array(z.string()),
  /** Keys by which they are served, where preflights are the gateway's. */
  served: z.array(z.string()).optional(),
  /** Whether its stage sends metrics for each route. */
  detailedMetrics: z.boolean().optional(),
});

const platform = z.object({ region: z.string(), network, cluster, api });

export type SharedNetwork = z.infer<typeof network>;
export type SharedCluster = z.infer<typeof cluster>;
export type SharedApi = z.infer<typeof api>;
export type Platform = z.infer<typeof platform>;

/** The same as it is put out, before AWS has told the ids. */
export type Shareable<T> = { readonly [K in keyof T]: Wired<T[K]> };
type Wired<T> = pulumi.Input<T extends object ? { [K in keyof T]: Wired<T[K]> } : T>;

/** What of a network the services and the API use: one of this stack's own, or another stack's. */
export type NetworkView = {
  [K in keyof Omit<SharedNetwork, "needs" | "unmanagedEndpoints">]: pulumi.Input<SharedNetwork[K]>;
};

/**
 * Reads what another stack shares with this one, and checks that it fits.
 *
 * @returns undefined for a stack that has everything of its own
 * @throws ConfigurationError that lists everything that does not fit; UserError for a stack that shares nothing
 */
export async function findPlatform(
  config: StackConfig,
  where: { partition: string; region: string; account: string },
): Promise<Platform | undefined> {
  const { stack } = config.share;
  if (stack === undefined) return undefined;
  const full = fullName(stack, config.project);
  await lookFor(stack, full);
  const output = await new pulumi.StackReference(full).getOutputDetails("platform");
  const refuseOutput = (what: string, fix: string): UserError =>
    new UserError(
      `share.stack: got ${stack}, and ${full} has ${what}. Allowed: ${shareable}. Fix: ${fix}, or name another.`,
    );
  if (output.secretValue !== undefined) {
    throw refuseOutput(
      "a secret output platform, of which nothing can be decided",
      "take out there what is secret and not below secrets, run pulumi up there",
    );
  }
  const shared = platform.safeParse(output.value);
  if (!shared.success) {
    throw refuseOutput("no output platform that this program understands", "run pulumi up there");
  }
  const problems: Problem[] = [];
  checkFit(config, where.account, shared.data, problems);
  checkEndpoints(config, where, shared.data.network, problems);
  if (problems.length > 0) throw new ConfigurationError(problems, config.stack);
  const { api: front } = shared.data;
  return { ...shared.data, api: { ...front, url: under(front.url, config.share.prefix ?? "") } };
}

const shareable = "a stack of this program that is deployed, with a network, cluster and API of its own";

/**
 * Asks for the outputs before the reference does: the engine ends a program whose reference finds nothing, before that can
 * say which key named it.
 */
async function lookFor(stack: string, full: string): Promise<void> {
  const lookUps = new LookUps();
  const fix = "name one that pulumi stack ls --all shows, of another project as organization/project/stack";
  await lookUps.find({ path: "share.stack", got: stack, allowed: shareable, fix, of: "Pulumi" }, () =>
    pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: full }),
  );
  lookUps.check();
}

/** The output by which other stacks share this one; none for a stack that shares another's network itself. */
export function platformOf(
  region: string,
  network: NetworkView | { shareable: Shareable<SharedNetwork> },
  cluster: { shareable: Shareable<SharedCluster> },
  front: { shareable: Shareable<SharedApi> },
): object {
  if (!("shareable" in network)) return {};
  return {
    platform: { region, network: network.shareable, cluster: cluster.shareable, api: front.shareable },
  };
}

function checkFit(
  config: StackConfig,
  account: string,
  { region, cluster: theirs, api: front }: Platform,
  problems: Problem[],
): void {
  const stack = config.share.stack!;
  const refuse = (path: string, got: unknown, allowed: string, fix: string): void => {
    problems.push({ path, got, allowed, fix });
  };
  if (region !== config.region) {
    refuse(
      "aws:region",
      config.region,
      `${region}, where ${stack} is`,
      `pulumi config set aws:region ${region}`,
    );
  }
  const [, , , , owner] = theirs.arn.split(":");
  // "Same account for API, link, namespace": https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
  if (owner !== account) {
    refuse("share.stack", stack, `a stack in the account ${account}`, `use the credentials of ${owner}`);
  }
  if (!front.autoDeploy) {
    refuse(
      "share.stack",
      stack,
      "a stack with an API of its own that deploys automatically: the routes of this one would not go live",
      "share another, or let that one deploy automatically",
    );
  }
  if (config.alarms?.rollback === true && front.detailedMetrics !== true) {
    refuse(
      "alarms.rollback",
      true,
      `false, as the stage of ${stack} sends no metrics by route: by the API's a service would be rolled back for others' errors`,
      "set api.detailedMetrics: true there and run pulumi up there, or take it out",
    );
  }
  const claimed = [...new Set([...front.routes, ...(front.served ?? [])])];
  const servedThere = front.served ?? front.routes;
  const served = serve({
    ...{ cors: front.cors ?? false, own: false, auth: config.api.auth ?? front.auth },
    ...{ others: servedThere, services: config.services },
  });
  const own = served.table.size;
  const beside = servedThere.length;
  if (own + beside > httpApi.routes) {
    refuse(
      "services",
      new Said(`${own} routes beside ${beside} of ${stack}`),
      `${httpApi.routes} in one API`,
      "use {proxy+} routes",
    );
  }
  for (const name of Object.keys(config.api.authorizers).filter((known) => known in front.authorizers)) {
    refuse(
      `api.authorizers.${name}`,
      new Said(`${stack} has one of this name`),
      "a name of its own in the API",
      "take it out to use the other stack's, or rename it",
    );
  }
  checkAuth(
    { ...config.api, auth: config.api.auth ?? front.auth },
    front.authorizers,
    config.services,
    problems,
  );
  const detailed = front.detailedMetrics ?? false;
  checkInsights(config.services, { insights: theirs.containerInsights ?? false, owner: stack }, problems);
  checkRequests(
    config.services,
    (name) => ({ keys: keysOf(served, name), alone: false, detailed }),
    problems,
    stack,
  );
  checkOtherRoutes(config.services, { owner: `stack ${stack}`, keys: claimed }, problems);
  if (front.auth === "none" && Object.keys(front.authorizers).length > 0 && config.api.auth === undefined) {
    refuse(
      "api.auth",
      undefined,
      `said in so many words: ${stack} asks for tokens route by route, and a copy of such a route would be open`,
      `write one of none, iam, ${Object.keys(front.authorizers).join(", ")}`,
    );
  }
}

/** The endpoints belong to the other stack, and let through what its own services need. */
function checkEndpoints(
  { share: { stack }, services, jobs, region }: StackConfig,
  where: { partition: string; region: string; account: string },
  { needs: made, unmanagedEndpoints = [] }: SharedNetwork,
  problems: Problem[],
): void {
  if (made === undefined) return;
  const tasks = [
    ...Object.entries(services).map(([name, service]) => [`services.${name}`, service] as const),
    ...Object.entries(jobs).map(([name, job]) => [`jobs.${name}`, likeService(job, services)] as const),
  ];
  for (const [at, service] of tasks) {
    checkReach(service, at, region, problems);
    const closed = closedEndpoints(where, made, [serviceNeeds(service, where)]);
    for (const endpoint of closed.filter((candidate) => !unmanagedEndpoints.includes(candidate))) {
      problems.push({
        path: at,
        got: new Said(`it needs more of the endpoint ${endpoint} than ${stack} lets through`),
        allowed: "permissions, secrets, images and exec that a service there has as well",
        fix: `give one the same, or set network.egress of ${stack} to nat or public`,
      });
    }
  }
}
