/**
 * The wiring of a deployment: API → route → integration → VPC link → Cloud Map service → ECS services → tasks, as its
 * resources refer to each other by id and ARN. Nothing here knows the program; a resource that is missing shows up as the
 * reason why requests fail.
 */
import { ofType, type Deployment, type Resource } from "../../simulate/deployment";
import { readCalls, type CallView } from "./calls";
import { readRegistries, type Registry } from "./cloud-map/registries";
import { readJobs, type JobView } from "./ecs/jobs";
import { readService } from "./ecs/services";
import type { ServiceView } from "./ecs/views";
import { readCors, type Cors } from "./gateway/cors";
import { readRoute, type RouteView } from "./gateway/routes";
import { foreignStage, readStage, type StageView } from "./gateway/stages";
import { text } from "./recorded";

export interface Topology {
  api: { id: string; endpoint: string; cors: Cors | undefined } | undefined;
  stages: StageView[];
  routes: RouteView[];
  registries: Map<string, Registry>;
  services: ServiceView[];
  /** Which of them call each other inside the VPC. */
  calls: CallView[];
  /** What runs when it is asked to, and ends. */
  jobs: JobView[];
  /** What cannot work, for the console. */
  problems: string[];
  /** What is recorded but not exercised on this machine. */
  notModelled: string[];
}

/** Reads the wiring of a deployment, broken or not; throws nothing. */
export function readTopology(deployment: Deployment): Topology {
  const notModelled = ofType(deployment, "aws:apigatewayv2/domainName:DomainName").map(
    ({ inputs }) =>
      `the domain ${text(inputs.domainName) ?? ""}, its certificate and its mutual TLS: localhost stands in`,
  );
  const problems: string[] = [];
  const apis = ofType(deployment, "aws:apigatewayv2/api:Api");
  const recorded = apis[0];
  // An API that somebody else owns is not among the resources: the program looks it up.
  const foreign = deployment.invocations.find(({ token }) => token === "aws:apigatewayv2/getApi:getApi");
  const adopted = text(foreign?.inputs.apiId);
  if (adopted !== undefined) {
    notModelled.push(
      `the API ${adopted} is somebody else's: its other routes, its CORS and its stages; here a stage serves what this ` +
        "stack adds",
    );
  }
  const id =
    (recorded && (recorded.id ?? text(recorded.outputs.id))) ??
    adopted ??
    text(ofType(deployment, "aws:apigatewayv2/stage:Stage")[0]?.inputs.apiId);
  const endpoint = text(recorded?.outputs.apiEndpoint) ?? "";
  const [theirs] = [foreign?.result?.corsConfigurations].flat();
  const cors = readCors(recorded?.inputs.corsConfiguration ?? theirs);
  const api = id === undefined ? undefined : { id, endpoint, cors };
  if (!api) problems.push("There is no HTTP API: every request is answered 404.");

  const registries = readRegistries(deployment, problems);
  const services = ofType(deployment, "aws:ecs/service:Service").map((service) =>
    readService(deployment, service, registries),
  );
  for (const service of services) {
    problems.push(...service.problems.map((problem) => `${service.name}: ${problem}`));
    notModelled.push(...service.notModelled.map((note) => `${service.name}: ${note}`));
  }

  const calls = readCalls(deployment, services, registries, problems);

  const jobs = readJobs(deployment);
  for (const { name, schedule, problems: own, notModelled: notes } of jobs) {
    problems.push(...own.map((problem) => `job ${name}: ${problem}`));
    notModelled.push(...notes.map((note) => `job ${name}: ${note}`));
    if (schedule !== undefined) {
      notModelled.push(
        `job ${name}: its schedule ${schedule}. It runs by hand: npm run job -- --stack ${deployment.stack} ${name} --local`,
      );
    }
  }

  const stages =
    adopted !== undefined
      ? [foreignStage]
      : api
        ? ofApi(deployment, "aws:apigatewayv2/stage:Stage", api.id).map((stage) =>
            readStage(deployment, stage),
          )
        : [];
  if (api && stages.length === 0) problems.push("The API has no stage: every request is answered 404.");

  const routes = api
    ? ofApi(deployment, "aws:apigatewayv2/route:Route", api.id).flatMap((resource) => {
        const view = readRoute(deployment, resource, api.id, registries, services);
        if (typeof view === "string") problems.push(view);
        else {
          const refused = { iam: "IAM signatures", lambda: "Lambda authorizers" };
          const { type } = view.authorization;
          if (type === "iam" || type === "lambda") {
            notModelled.push(
              `${view.route.key}: ${refused[type]} are not on this machine, so nobody is let through`,
            );
          }
          if (view.broken) problems.push(`${view.route.key}: ${view.broken.reason}`);
          for (const reason of view.blocked.values()) problems.push(`${view.route.key}: ${reason}`);
        }
        return typeof view === "string" ? [] : [view];
      })
    : [];
  if (api && routes.length === 0) problems.push("The API has no route: every request is answered 404.");
  const told = [...new Set(problems)];
  return { api, stages, routes, registries, services, calls, jobs, problems: told, notModelled };
}

const ofApi = (deployment: Deployment, type: string, apiId: string): Resource[] =>
  ofType(deployment, type).filter((resource) => resource.inputs.apiId === apiId);
