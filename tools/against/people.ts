import { creationTime } from "../plan/creation-times";
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
    ...addresses(step),
    ...rollout(step, warnings),
    ...refusal(step),
  ]);
}

function replacement(step: Step, steps: readonly Step[]): Notice[] {
  const { op, resource, deletesFirst, replacedFor } = step;
  const missing = onTheWay[resource.type];
  if (op !== "replace" || !missing) return [];
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
  if (replacedFor.length === 1 && replacedFor[0] === "dependency") return [];
  const seconds = gap(step, steps);
  return [
    {
      seconds,
      what: `${missing(resource)} fail for about ${seconds} s: ${resource.name} (${kindOf(resource)}) is deleted before it is made anew, for ${replacedFor.join(", ")}.`,
    },
  ];
}

/** From the deletion of one resource until it, and what goes with it, is there again: the longest chain of creations. */
function gap(first: Step, steps: readonly Step[]): number {
  const along = new Map(
    steps
      .filter(({ op, deletesFirst }) => op === "replace" && deletesFirst)
      .map((step) => [step.resource.urn, step]),
  );
  const from = (step: Step, seen: ReadonlySet<string>): number => {
    const { urn, type, inputs } = step.resource;
    const users = [...along.values()].filter(
      ({ resource }) => resource.dependencies.includes(urn) && !seen.has(resource.urn),
    );
    const rest = users.map((user) => from(user, new Set([...seen, user.resource.urn])));
    return creationTime(type, inputs).seconds + Math.max(0, ...rest);
  };
  return Math.round(from(first, new Set([first.resource.urn])));
}

function addresses({ op, resource, before, changed }: Step): Notice[] {
  if (op === "replace" && resource.type === "aws:apigatewayv2/api:Api")
    return [
      { seconds: 0, what: "The API gets another address: what clients know leads nowhere after the update." },
    ];
  if (resource.type !== "aws:apigatewayv2/stage:Stage" || !changed.includes("name")) return [];
  const path = (stage: Deployed): string => {
    const name = String(stage.inputs.name);
    return name === "$default" ? "/" : `/${name}`;
  };
  return [
    {
      seconds: 0,
      what: `Addresses below execute-api begin with ${path(resource)} instead of ${path(before!)}: the old ones end with the update.`,
    },
  ];
}

function rollout({ op, resource }: Step, warnings: readonly string[]): Notice[] {
  if (op !== "update" || resource.type !== "aws:ecs/service:Service") return [];
  const risks = warnings.filter((warning) => warning.startsWith(`${resource.name} can lose requests.`));
  const risk = risks.map((warning) => ` ${warning}`).join("");
  return [{ seconds: 0, what: `All tasks of ${resource.name} are replaced, some at a time.${risk}` }];
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
