import { Deployed } from "./deployed";
import { Step } from "./update";

/** Who may come in, or reach out, and could not before; or the other way round. */
export interface Door {
  opens: boolean;
  /** One sentence. */
  what: string;
}

type Inputs = Readonly<Record<string, unknown>>;

/** The doors that an update opens and closes, by what of it changes: those of clients first, then of the network, then of AWS. */
export function doorsOf(steps: readonly Step[], named: (urn: string) => string): Door[] {
  const rank = ({ resource: { type } }: Step): number =>
    type in policies ? 2 : type.includes("/securityGroup") ? 1 : 0;
  const ordered = [...steps].sort((a, b) => rank(a) - rank(b));
  return ordered.flatMap((step) => {
    const { op, resource, before } = step;
    const is = op === "delete" ? undefined : resource;
    const was = op === "delete" ? resource : before;
    return [...(kinds[resource.type]?.(was, is, named) ?? []), ...policyDoors(was, is)];
  });
}

type Kind = (was: Deployed | undefined, is: Deployed | undefined, named: (urn: string) => string) => Door[];

const door = (opens: boolean, what: string): Door => ({ opens, what });

const kinds: Readonly<Record<string, Kind>> = {
  "aws:apigatewayv2/route:Route": (was, is, named) => {
    const [before, after] = [was, is].map((route) => route && guardOf(route, named));
    const key = String((is ?? was)!.inputs.routeKey);
    if (before === undefined) return [door(true, `${key} is served, ${after}.`)];
    if (after === undefined) return [door(false, `${key} is served no longer.`)];
    const keyBefore = String(was!.inputs.routeKey);
    if (keyBefore !== key)
      return [door(false, `${keyBefore} is served no longer.`), door(true, `${key} is served, ${after}.`)];
    if (before === after) return [];
    const isOpen = (guard: string): boolean => guard === open;
    const opens = isOpen(after) || (!isOpen(before) && isSubset(scopesOf(is!), scopesOf(was!)));
    return [door(opens, `${key} was served ${before}, and will be ${after}.`)];
  },
  "aws:apigatewayv2/authorizer:Authorizer": (was, is) => {
    if (!was || !is) return [];
    const jwt = ({ inputs }: Deployed): string =>
      JSON.stringify(inputs.jwtConfiguration ?? inputs.authorizerUri);
    return jwt(was) === jwt(is)
      ? []
      : [
          door(
            true,
            `The authorizer ${String(is.inputs.name)} believed ${jwt(was)}, and will believe ${jwt(is)}.`,
          ),
        ];
  },
  "aws:apigatewayv2/api:Api": (was, is) => {
    if (!was || !is) return [];
    const cors = ({ inputs }: Deployed): Inputs => (inputs.corsConfiguration ?? {}) as Inputs;
    const origins = (api: Deployed): string[] => (cors(api).allowOrigins ?? []) as string[];
    const closed = ({ inputs }: Deployed): boolean => inputs.disableExecuteApiEndpoint === true;
    return [
      ...listDoors(origins(was), origins(is), (origin) => `pages of ${origin} may read answers`),
      ...(closed(was) === closed(is)
        ? []
        : [
            closed(is)
              ? door(
                  false,
                  "The API answers at its own domain only: its execute-api address is switched off.",
                )
              : door(true, "The API's execute-api address answers again, past its own domain."),
          ]),
    ];
  },
  "aws:apigatewayv2/domainName:DomainName": (was, is) => {
    if (!was || !is) return [];
    const [before, after] = [was, is].map(({ inputs }) => inputs.mutualTlsAuthentication !== undefined);
    if (before === after) return [];
    return [
      after
        ? door(false, `${String(is.inputs.domainName)} asks for a client certificate.`)
        : door(true, `${String(is.inputs.domainName)} asks for no client certificate any more.`),
    ];
  },
  // The provider takes the rules away, and gives none back when the resource goes.
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": (was, is) =>
    was || !is ? [] : [door(false, "The VPC's default group lets nothing in and nothing out any more.")],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ruleDoors("into", "from"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ruleDoors("out of", "to"),
  "aws:ecs/service:Service": (was, is) => {
    if (!is) return [];
    const name = is.name;
    const isPublic = ({ inputs }: Deployed): boolean =>
      (inputs.networkConfiguration as Inputs | undefined)?.assignPublicIp === true;
    const shell = ({ inputs }: Deployed): boolean => inputs.enableExecuteCommand === true;
    const [publicBefore, shellBefore] = [was ? isPublic(was) : false, was ? shell(was) : false];
    return [
      ...(publicBefore === isPublic(is)
        ? []
        : [door(isPublic(is), `Tasks of ${name} have ${isPublic(is) ? "" : "no "}public addresses.`)]),
      ...(shellBefore === shell(is)
        ? []
        : [
            door(
              shell(is),
              `Commands can ${shell(is) ? "" : "no longer "}be run in tasks of ${name} (ECS Exec).`,
            ),
          ]),
    ];
  },
};

const open = "open to everybody";

/** Whom a route lets in, in words. */
function guardOf({ inputs, references }: Deployed, named: (urn: string) => string): string {
  const type = typeof inputs.authorizationType === "string" ? inputs.authorizationType : "NONE";
  if (type === "NONE") return open;
  const [authorizer] = references.authorizerId ?? [];
  const scopes = scopesOf({ inputs } as Deployed);
  return [
    type === "AWS_IAM"
      ? "to signed requests (IAM)"
      : `to ${type === "JWT" ? "tokens" : "whom a function admits"}`,
    ...(authorizer === undefined ? [] : [`of ${named(authorizer)}`]),
    ...(scopes.length > 0 ? [`with the scope ${scopes.join(" or ")}`] : []),
  ].join(" ");
}

const scopesOf = ({ inputs }: Deployed): string[] => (inputs.authorizationScopes ?? []) as string[];
/** Fewer scopes are more people, but none is everybody with a token. */
const isSubset = (after: string[], before: string[]): boolean =>
  after.length === 0 || (before.length > 0 && before.every((scope) => after.includes(scope)));

function ruleDoors(way: string, other: string): Kind {
  const text = ({ inputs, references }: Deployed, named: (urn: string) => string): string => {
    const of = (input: string): string => {
      const [urn] = references[input] ?? [];
      return urn === undefined ? String(inputs[input]) : named(urn);
    };
    const peer = ["referencedSecurityGroupId", "cidrIpv4", "cidrIpv6", "prefixListId"].find(
      (input) => inputs[input] !== undefined,
    );
    const { fromPort, toPort, ipProtocol } = inputs;
    const ports =
      String(ipProtocol) === "-1"
        ? "everything"
        : `${String(ipProtocol)} ${String(fromPort)}${fromPort === toPort ? "" : `–${String(toPort)}`}`;
    return `${ports} ${way} the group ${of("securityGroupId")} ${other} ${peer === undefined ? "anywhere" : of(peer)}`;
  };
  return (was, is, named) => {
    const [before, after] = [was, is].map((rule) => rule && text(rule, named));
    if (before === after) return [];
    return [
      ...(before === undefined ? [] : [door(false, `No more ${before}.`)]),
      ...(after === undefined ? [] : [door(true, `${after[0]!.toUpperCase()}${after.slice(1)}.`)]),
    ];
  };
}

/** Inputs that hold a policy: what they allow, and what they allow it to. */
const policies: Readonly<Record<string, { input: string; of: (resource: Deployed) => string }>> = {
  "aws:iam/rolePolicy:RolePolicy": { input: "policy", of: ({ name }) => `The role policy ${name}` },
  "aws:iam/role:Role": { input: "assumeRolePolicy", of: ({ name }) => `The role ${name}` },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { input: "policy", of: ({ name }) => `The endpoint ${name}` },
};

function policyDoors(was: Deployed | undefined, is: Deployed | undefined): Door[] {
  const kind = policies[(is ?? was)!.type];
  if (!kind) return [];
  const [before, after] = [was, is].map((resource) =>
    resource === undefined ? [] : permissionsOf(resource.inputs[kind.input]),
  ) as [Permission[], Permission[]];
  const without = (all: Permission[], known: Permission[]): Permission[] =>
    all.filter(({ text }) => !known.some((other) => other.text === text));
  const [added, removed] = [without(after, before), without(before, after)];
  // Actions on the same thing stand together.
  const list = (all: Permission[], deny: boolean): string[] => {
    const actions = new Map<string, string[]>();
    for (const one of all.filter((each) => each.deny === deny))
      actions.set(one.on, [...(actions.get(one.on) ?? []), one.action]);
    return [...actions].map(([on, names]) => `${names.join(", ")}${on}`);
  };
  const who = kind.of((is ?? was)!);
  return [
    ...sentence(true, `${who} allows`, list(added, false)),
    ...sentence(false, `${who} no longer allows`, list(removed, false)),
    ...sentence(false, `${who} denies`, list(added, true)),
    ...sentence(true, `${who} no longer denies`, list(removed, true)),
  ];
}

interface Permission {
  deny: boolean;
  action: string;
  /** On what, by whom, and under which condition. */
  on: string;
  text: string;
}
interface Statement {
  Effect: string;
  Action?: string | string[];
  Resource?: string | string[];
  Principal?: unknown;
  Condition?: unknown;
}

const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Every action with every resource; an open policy where there is none. */
function permissionsOf(policy: unknown): Permission[] {
  if (policy === undefined) return [];
  const parsed = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
    Statement: Statement | Statement[];
  };
  return list(parsed.Statement).flatMap((statement) => {
    const { Effect, Action, Resource, Principal, Condition } = statement;
    const where = `${principalText(Principal)}${conditionText(Condition)}`;
    return list(Action).flatMap((action) =>
      (Resource === undefined ? [""] : list(Resource).map((resource) => ` on ${resource}`)).map((thing) => ({
        ...{ deny: Effect === "Deny", action, on: `${thing}${where}` },
        text: `${action}${thing}${where}`,
      })),
    );
  });
}

function principalText(principal: unknown): string {
  if (principal === undefined || principal === "*") return "";
  if (typeof principal !== "object" || principal === null) return ` by ${JSON.stringify(principal)}`;
  return ` by ${Object.values(principal).flat().map(String).join(" or ")}`;
}

const operators: Readonly<Record<string, string>> = {
  ...{ StringEquals: "is", ArnEquals: "is", StringLike: "is like", ArnLike: "is like" },
  ...{ StringNotEquals: "is not", StringNotLike: "is not like", Bool: "is" },
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html: all of them have to hold. */
function conditionText(condition: unknown): string {
  if (condition === undefined) return "";
  const all = Object.entries(condition as Record<string, Record<string, string | string[]>>);
  const tests = all.flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, values]) => `${key} ${operators[operator] ?? operator} ${list(values).join(" or ")}`,
    ),
  );
  return ` if ${tests.join(" and ")}`;
}

const most = 4;
const sentence = (opens: boolean, start: string, items: string[]): Door[] =>
  items.length === 0
    ? []
    : [
        door(
          opens,
          `${start} ${items.slice(0, most).join("; ")}${items.length > most ? ` and ${items.length - most} more` : ""}.`,
        ),
      ];

const listDoors = (before: string[], after: string[], text: (item: string) => string): Door[] => {
  const capital = (words: string): string => `${words[0]!.toUpperCase()}${words.slice(1)}`;
  return [
    ...after.filter((item) => !before.includes(item)).map((item) => door(true, `${capital(text(item))}.`)),
    ...before.filter((item) => !after.includes(item)).map((item) => door(false, `No more: ${text(item)}.`)),
  ];
};
