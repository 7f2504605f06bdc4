import { callSeconds, creationTime } from "../plan/creation-times";
import { Deployed } from "./deployed";
import { Step, Update } from "./update";

/** What an update does to those who send requests, or wait for it. */
export interface Notice {
  /** Seconds in which requests fail; 0 where they go on. */
  seconds: number;
  /** One or two sentences. */
  what: string;
}

/** What stands on the way of a request, and what is not served while it is missing. */
const onTheWay: Readonly<Record<string, (resource: Deployed) => string>> = {
  "aws:apigatewayv2/api:Api": () => "all requests",
  "aws:apigatewayv2/stage:Stage": () => "all requests",
  "aws:apigatewayv2/apiMapping:ApiMapping": () => "requests to the API's own domain",
  "aws:apigatewayv2/domainName:DomainName": () => "requests to the API's own domain",
  "aws:apigatewayv2/vpcLink:VpcLink": () => "all requests",
  "aws:apigatewayv2/integration:Integration": ({ name }) => `requests through ${name}`,
  "aws:apigatewayv2/route:Route": ({ inputs }) => `requests of ${String(inputs.routeKey)}`,
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": () => "all requests",
  "aws:servicediscovery/service:Service": ({ name }) => `requests to ${name}`,
  "aws:ecs/cluster:Cluster": () => "all requests",
  "aws:ecs/service:Service": ({ name }) => `requests to ${name}`,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": () => "requests through this rule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": () => "requests through this rule",
};

/** @param warnings what the plan of the new version warns of */
export function noticesOf({ steps }: Update, warnings: readonly string[]): Notice[] {
  return steps.flatMap((step) => [
    ...replacement(step, steps),
    ...reregistration(step, steps),
    ...addresses(step),
    ...rollout(step, warnings),
    ...restarts(step, steps),
    ...refusal(step),
  ]);
}

function replacement(step: Step, steps: readonly Step[]): Notice[] {
  const { op, resource, deletesFirst, replacedFor } = step;
  const missing = onTheWay[resource.type];
  if (op !== "replace" || !missing) return [];
  if (replacedFor.includes("import"))
    return [
      {
        seconds: 0,
        what: `${resource.name} (${kindOf(resource)}) is imported, and the one that the stack has is deleted: if that is the same, ${missing(resource)} fail from then on. Take adopt out again.`,
      },
    ];
  if (!deletesFirst) {
    const seconds = creationTime(resource.type, resource.inputs).seconds;
    return [
      {
        seconds: 0,
        what: `${resource.name} (${kindOf(resource)}) is made anew beside the old one, which takes about ${seconds} s; requests go on.`,
      },
    ];
  }
  // What is deleted for the sake of another one is told of with that one.
  const first = new Set(steps.filter((other) => other.deletesFirst).map((other) => other.resource.urn));
  if (replacedFor.join() === "dependency" || resource.dependencies.some((urn) => first.has(urn))) return [];
  const seconds = gap(step, steps);
  return [
    {
      seconds,
      what: `${missing(resource)} fail for about ${seconds} s: ${resource.name} (${kindOf(resource)}) is deleted before it is made anew, for ${replacedFor.join(", ")}.`,
    },
  ];
}

/**
 * A service whose tasks go to another Cloud Map service, and that keeps its own name: it is updated in place, and by the time
 * its integrations follow, nobody is left where they ask.
 */
function reregistration(step: Step, steps: readonly Step[]): Notice[] {
  const { op, resource, changed } = step;
  if (
    op !== "update" ||
    resource.type !== "aws:ecs/service:Service" ||
    !changed.includes("serviceRegistries")
  )
    return [];
  const registry = steps.find(
    (other) =>
      other.op === "replace" &&
      !other.deletesFirst &&
      other.resource.type === "aws:servicediscovery/service:Service" &&
      resource.dependencies.includes(other.resource.urn),
  );
  if (registry === undefined) return [];
  const seconds = duration(step);
  return [
    {
      seconds,
      what:
        `${onTheWay[resource.type]!(resource)} fail for about ${seconds} s: its tasks go to another ${registry.resource.name} ` +
        "(Service of Cloud Map), and the API asks the old one until all have gone. Take cluster.namespace out in one update, and " +
        "name the other one in the next: each of the two loses nothing.",
    },
  ];
}

/**
 * From the deletion of one resource until it is there again, and all that stands on the way and refers to it has followed,
 * with whatever that waits for besides.
 */
function gap(first: Step, steps: readonly Step[]): number {
  const made = new Map(steps.filter(({ op }) => op !== "delete").map((step) => [step.resource.urn, step]));
  const known = new Map<string, number>();
  const waitsFor = ({ resource }: Step): Step[] =>
    resource.dependencies.flatMap((urn) => made.get(urn) ?? []);
  const begins = (step: Step): number => Math.max(0, ...waitsFor(step).map(ends));
  const ends = (step: Step): number => {
    const { urn } = step.resource;
    const end = known.get(urn) ?? begins(step) + duration(step);
    known.set(urn, end);
    return end;
  };
  const follows = (step: Step): boolean => step === first || waitsFor(step).some(follows);
  const followers = [...made.values()].filter(({ resource }) => onTheWay[resource.type]).filter(follows);
  return Math.round(Math.max(...followers.map(ends)) - begins(first));
}

/** A service that is updated rolls its tasks, which takes about as long as to start the first ones. */
function duration({ op, resource: { type, inputs } }: Step): number {
  return op === "update" && type !== "aws:ecs/service:Service"
    ? callSeconds
    : creationTime(type, inputs).seconds;
}

/** Addresses that clients have, and that lead nowhere afterwards. */
function addresses({ op, resource, before, changed }: Step): Notice[] {
  const told = (what: string): Notice[] => [{ seconds: 0, what }];
  switch (resource.type) {
    case "aws:apigatewayv2/api:Api":
      if (op === "replace")
        return told("The API gets another address: what clients know leads nowhere after the update.");
      if (op === "delete") return told("The API is deleted: its address leads nowhere after the update.");
      if (changed.includes("disableExecuteApiEndpoint") && resource.inputs.disableExecuteApiEndpoint === true)
        return told("The API's own address below execute-api ends: clients need the domain.");
      return [];
    case "aws:apigatewayv2/domainName:DomainName": {
      const name = String((before ?? resource).inputs.domainName);
      const ends = op === "delete" || (op === "replace" && changed.includes("domainName"));
      return ends ? told(`${name} leads nowhere after the update.`) : [];
    }
    case "aws:apigatewayv2/stage:Stage": {
      if (!changed.includes("name")) return [];
      const path = (stage: Deployed): string => {
        const name = String(stage.inputs.name);
        return name === "$default" ? "/" : `/${name}`;
      };
      return told(
        `Addresses below execute-api begin with ${path(resource)} instead of ${path(before!)}: the old ones end with the update.`,
      );
    }
    default:
      return [];
  }
}

function rollout({ op, resource }: Step, warnings: readonly string[]): Notice[] {
  if (op !== "update" || resource.type !== "aws:ecs/service:Service") return [];
  const risks = warnings.filter((warning) => warning.startsWith(`${resource.name} can lose requests.`));
  const risk = risks.map((warning) => ` ${warning}`).join("");
  return [{ seconds: 0, what: `All tasks of ${resource.name} are replaced, some at a time.${risk}` }];
}

/**
 * What tasks of before start with is taken away before ECS has moved to those of after, because a task waits for its rights
 * and its ways. Requests go on; but of the old ones none is started any more.
 */
function restarts({ op, resource, before, changed }: Step, steps: readonly Step[]): Notice[] {
  if (op !== "update" || before === undefined) return [];
  const services = steps.filter((step) => step.op === "update" && step.resource.type === ecsService);
  if (
    resource.type === "aws:iam/rolePolicy:RolePolicy" &&
    loses(before.inputs.policy, resource.inputs.policy)
  )
    return services
      .filter((service) => startedBy(service, resource, steps))
      .map((service) =>
        stranded(
          service,
          (name) =>
            `old tasks of ${name} that end are not replaced, and it cannot go back to them: its execution role loses first what they start with`,
        ),
      );
  if (resource.type === "aws:ec2/route:Route" && changed.includes("natGatewayId"))
    return services.map((service) =>
      stranded(
        service,
        (name) =>
          `new tasks of ${name} do not start, and those that run reach nothing outside: their way out, ${resource.name}, changes before they do`,
      ),
    );
  const { routeTableIds } = resource.inputs;
  const tables = (before.inputs.routeTableIds ?? []) as string[];
  if (changed.includes("routeTableIds") && tables.some((id) => !(routeTableIds as string[]).includes(id)))
    return services.map((service) =>
      stranded(
        service,
        (name) => `new tasks of ${name} do not start in the zone that goes: it loses ${resource.name} first`,
      ),
    );
  return [];
}

const ecsService = "aws:ecs/service:Service";

/** For as long as ECS takes to move a service. */
const stranded = ({ resource: { name, type, inputs } }: Step, what: (service: string) => string): Notice => ({
  seconds: 0,
  what: `For about ${creationTime(type, inputs).seconds} s ${what(name)}.`,
});

/** Whether a service's tasks of before are started by the role that a policy is of. */
function startedBy({ resource }: Step, policy: Deployed, steps: readonly Step[]): boolean {
  const roles = policy.references.role ?? [];
  return steps.some(
    ({ op, resource: definition, before }) =>
      op === "replace" &&
      resource.references.taskDefinition?.includes(definition.urn) === true &&
      before?.references.executionRoleArn?.some((urn) => roles.includes(urn)) === true,
  );
}

/** Whether a policy allows less than it did. */
function loses(before: unknown, after: unknown): boolean {
  const pairs = (policy: unknown): Set<string> => {
    const { Statement = [] } = JSON.parse(String(policy)) as {
      Statement?: { Action: string | string[]; Resource: string | string[] }[];
    };
    return new Set(
      Statement.flatMap(({ Action, Resource }) =>
        [Action].flat().flatMap((action) => [Resource].flat().map((one) => `${action} ${one}`)),
      ),
    );
  };
  const left = pairs(after);
  return [...pairs(before)].some((pair) => !left.has(pair));
}

function refusal({ op, resource, before }: Step): Notice[] {
  if (!(before ?? resource).protect || (op !== "delete" && op !== "replace")) return [];
  return [
    {
      seconds: 0,
      what: `The update ends in an error: ${resource.name} (${kindOf(resource)}) is protected, and would be ${op === "delete" ? "deleted" : "replaced"}.`,
    },
  ];
}

const kindOf = ({ type }: Deployed): string => type.split(":").pop()!;
