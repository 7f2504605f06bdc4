import type { Change } from "../../../../simulate/cloud";
import type { Thing } from "../../../../simulate/thing";
import { Deployment, noOptions, Resource } from "../../../../simulate/deployment";
import type { RouteView } from "../../../local/gateway/routes";
import { readTopology, Topology } from "../../../local/topology";
import { stuck, Stuck } from "./starts";

/**
 * What clients meet while an update goes on: after each of its changes the account is read by the local stack's own reader,
 * route by route, from each address of the API to the tasks, and call by call from service to service.
 */

/** What an address of the API does at one moment. */
export interface Answer {
  /** Why requests fail; absent where all of them reach a running task. */
  fails?: string;
  /** Whether everybody may call it. */
  open: boolean;
}

/** Answers by address, such as `local-api/v1 GET /orders`, and by call: `flask calls ORDERS_URL`. */
export type Moment = Map<string, Answer>;

/** What was wrong at a moment, and the change that made it so. */
export interface Interruption {
  address: string;
  /** `delete aws:apigatewayv2/stage:Stage api`. */
  since: string;
  why: string;
}

export interface Watched {
  /** How many moments were looked at. */
  moments: number;
  /** Addresses that there are before and after, and that failed in between; the first moment of each. */
  interruptions: Interruption[];
  /** Addresses closed before and after, and open in between. */
  opened: Interruption[];
  /** Services that were there at a moment, and of which no new task would have started; the first moment of each reason. */
  stuck: (Stuck & { since: string })[];
  /** Where clients could come in before, and cannot after. */
  ended: string[];
}

/** What the program looked up: what others own is read from there. */
type Looked = Deployment["invocations"];

const service = "aws:ecs/service:Service";
const stage = "aws:apigatewayv2/stage:Stage";
const deployment = "aws:apigatewayv2/deployment:Deployment";
/** What an explicit deployment publishes, and keeps as it was then. */
const published = ["Authorizer", "Integration", "Route"].map(
  (kind) => `aws:apigatewayv2/${kind.toLowerCase()}:${kind}`,
);

export const told = ({ op, thing }: Change): string => `${op} ${thing.type} ${thing.resource}`;

/** Follows an update, change by change. */
export function watch(before: readonly Thing[], changes: readonly Change[], looked: Looked): Watched {
  let things = [...before];
  const snapshots = new Map<string, Thing[]>();
  const publish = (id: string): void =>
    void snapshots.set(
      id,
      things.filter(({ type }) => published.includes(type)),
    );
  // Whatever was deployed before was complete.
  for (const { type, id } of before) if (type === deployment) publish(id);
  const moments: [since: string, moment: Moment][] = [];
  const first = readMoment(things, snapshots, looked);
  const stopped = new Map<string, Stuck & { since: string }>();
  const start = (since: string, there: readonly Thing[]): void => {
    for (const found of stuck(recorded(there, looked))) {
      const key = `${found.service} ${found.why}`;
      if (!stopped.has(key)) stopped.set(key, { ...found, since });
    }
  };
  for (const change of changes) {
    const { op, thing } = change;
    const isIt = ({ type, id }: Thing): boolean => type === thing.type && id === thing.id;
    if (op === "update" && thing.type === service) {
      // While it rolls, old tasks and new ones are asked.
      const rolling = { ...thing, id: `${thing.id} rolling` };
      moments.push([`during ${told(change)}`, readMoment([...things, rolling], snapshots, looked)]);
      start(`during ${told(change)}`, [...things, rolling]);
    }
    if (op === "update") things = things.map((other) => (isIt(other) ? thing : other));
    else things = [...things.filter((other) => !isIt(other)), ...(op === "create" ? [thing] : [])];
    if (op === "create" && thing.type === deployment) publish(thing.id);
    moments.push([told(change), readMoment(things, snapshots, looked)]);
    start(told(change), things);
  }
  const last = readMoment(things, snapshots, looked);
  return { moments: moments.length, stuck: [...stopped.values()], ...judge(first, moments, last) };
}

function judge(first: Moment, moments: [string, Moment][], last: Moment): Omit<Watched, "moments" | "stuck"> {
  // What fails beforehand is not interrupted.
  const both = [...first].flatMap(([address, { fails }]) =>
    last.has(address) && fails === undefined ? [address] : [],
  );
  const interruptions = new Map<string, Interruption>();
  const opened = new Map<string, Interruption>();
  for (const [since, moment] of moments) {
    for (const address of both) {
      const answer = moment.get(address) ?? { fails: "nothing is served there", open: false };
      const { fails } = answer;
      if (fails !== undefined && !interruptions.has(address))
        interruptions.set(address, { address, since, why: fails });
      if (answer.open && !first.get(address)!.open && !last.get(address)!.open && !opened.has(address))
        opened.set(address, { address, since, why: "everybody may call it" });
    }
  }
  const doorsOf = (moment: Moment): Set<string> =>
    new Set([...moment.keys()].filter(isDoor).map((address) => address.slice(0, address.indexOf(" "))));
  const after = doorsOf(last);
  const ended = [...doorsOf(first)].filter((door) => !after.has(door));
  return { interruptions: [...interruptions.values()], opened: [...opened.values()], ended };
}

const isDoor = (address: string): boolean => !address.includes(" calls ");

function readMoment(
  things: readonly Thing[],
  snapshots: ReadonlyMap<string, readonly Thing[]>,
  looked: Looked,
): Moment {
  const moment: Moment = new Map();
  const readings = new Map<string | undefined, Topology>();
  for (const { address, deploymentId } of doors(things, looked)) {
    const snapshot = deploymentId === undefined ? undefined : snapshots.get(deploymentId);
    const seen = snapshot
      ? [...things.filter(({ type }) => !published.includes(type)), ...snapshot]
      : [...things];
    const topology = readings.get(deploymentId) ?? readTopology(recorded(seen, looked));
    readings.set(deploymentId, topology);
    for (const view of topology.routes) moment.set(`${address} ${view.route.key}`, answerOf(view, topology));
  }
  const inside = readings.get(undefined) ?? readTopology(recorded(things, looked));
  for (const { caller, variable, blocked } of inside.calls) {
    const call = `${caller.name} calls ${variable}`;
    // Tasks of before and of after may both be there.
    const fails = blocked ?? moment.get(call)?.fails;
    moment.set(call, { open: false, ...(fails !== undefined && { fails }) });
  }
  return moment;
}

interface Door {
  address: string;
  /** Of a stage that serves what was deployed explicitly. */
  deploymentId: string | undefined;
}

/** By which clients come in: stages at the API's own address, and the paths of a domain that lead to one. */
function doors(things: readonly Thing[], looked: Looked): Door[] {
  const stages = things.filter(({ type }) => type === stage);
  const publishedBy = ({ inputs }: Thing): string | undefined =>
    inputs.autoDeploy === true ? undefined : (inputs.deploymentId as string | undefined);
  const own = things
    .filter(
      ({ type, inputs }) => type === "aws:apigatewayv2/api:Api" && inputs.disableExecuteApiEndpoint !== true,
    )
    .flatMap((api) =>
      stages
        .filter(({ inputs }) => inputs.apiId === api.id)
        .map((one) => ({ address: `${api.id}/${String(one.inputs.name)}`, deploymentId: publishedBy(one) })),
    );
  const names = things.filter(({ type }) => type === "aws:apigatewayv2/domainName:DomainName");
  const mapped = things
    .filter(({ type }) => type === "aws:apigatewayv2/apiMapping:ApiMapping")
    .flatMap(({ inputs }) => {
      const target = stages.find(({ id, inputs: { apiId, name } }) =>
        apiId === inputs.apiId ? name === inputs.stage || id === inputs.stage : false,
      );
      const domain = names.find(({ id, inputs: { domainName } }) =>
        [id, domainName].includes(inputs.domainName as string),
      );
      const key = (inputs.apiMappingKey as string | undefined) ?? "";
      return target && domain
        ? [{ address: `${String(domain.inputs.domainName)}/${key}`, deploymentId: publishedBy(target) }]
        : [];
    });
  const foreign = looked
    .filter(({ token }) => token === "aws:apigatewayv2/getApi:getApi")
    .map(({ inputs }) => ({ address: `${String(inputs.apiId)}/`, deploymentId: undefined }));
  return [
    ...own,
    ...mapped,
    ...foreign.filter((door, i) => foreign.findIndex((one) => one.address === door.address) === i),
  ];
}

function answerOf(view: RouteView, topology: Topology): Answer {
  const { authorization, broken, integration, blocked } = view;
  const open = authorization.type === "none";
  if (authorization.type === "broken") return { open, fails: "the route's authorizer does not exist" };
  // Where a route leads to others, nobody here knows more: 501 is the reader's word for it.
  if (broken) return broken.status === 501 ? { open } : { open, fails: broken.reason };
  const running = topology.services.filter(
    ({ registration, task, desiredCount }) =>
      registration?.arn === integration?.registry && task !== undefined && desiredCount > 0,
  );
  if (running.length === 0) return { open, fails: "no task runs" };
  // Cloud Map names all of them, so each has to be within reach.
  const [reason] = running.flatMap(({ urn }) => blocked.get(urn) ?? []);
  return reason === undefined ? { open } : { open, fails: reason };
}

/** The account as the local stack reads a deployment. */
function recorded(things: readonly Thing[], looked: Looked): Deployment {
  const resources = things.map(({ type, resource, id, inputs, outputs }): Resource => ({
    urn: `${type}::${id}`,
    type,
    name: resource,
    parent: "",
    custom: true,
    id,
    inputs,
    outputs: { ...inputs, ...outputs, id },
    secretInputs: [],
    dependencies: [],
    propertyDependencies: {},
    provider: "",
    options: noOptions,
  }));
  return {
    project: "flask-app-fargate",
    stack: "dev",
    region: "eu-west-2",
    preview: false,
    resources,
    invocations: looked,
    outputs: {},
    warnings: [],
    references: [],
  };
}
