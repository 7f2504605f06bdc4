/** One statement of a policy, before it is known for which stacks; and the ARNs and conditions that several have. */

/** What the stacks use without having made it, so that neither name nor tags tell whose it is. */
export interface Adopted {
  /** Existing VPCs, in which the stacks make security groups and endpoints. */
  vpcs: readonly string[];
  /** Their subnets and route tables, which the stacks' endpoints are put into. */
  subnets: readonly string[];
  routeTables: readonly string[];
  /** Security groups of an existing VPC's endpoints, which the stacks add rules to. */
  securityGroups: readonly string[];
  /** Public hosted zones in which the stacks keep the records of their domain. */
  hostedZones: readonly string[];
  /** ARNs of the truststores of their domains. */
  truststores: readonly string[];
  /** ARNs of the Lambda functions that authorize requests, which the stacks let API Gateway call. */
  functions: readonly string[];
}

/** What one environment's role is for. */
export interface Scope extends Adopted {
  partition: string;
  region: string;
  account: string;
  /** Of the program: first part of its resources' names, and their tag `Project`. */
  project: string;
  /** Names of stacks; `pr-*` for all that begin so. */
  stacks: readonly string[];
  /** Stacks of others, whose network, cluster and API those use (../../share.ts): what is theirs stays theirs. */
  shares: readonly string[];
  /** Whether they close the default security group of their VPCs, which has no tag until then. */
  closesDefaultGroup: boolean;
  /** ARN of the boundary that every role which the stacks make must have: the environment's own. */
  workloadBoundary: string;
}

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Grant {
  /** Name of the statement. */
  sid: string;
  actions: readonly string[];
  /** None at all leaves the statement out. */
  on: (scope: Scope) => readonly string[];
  when?: (scope: Scope) => Condition;
}

export const everything = (): readonly string[] => ["*"];
export const arn =
  (service: string, ...paths: string[]) =>
  ({ partition, region, account }: Scope): readonly string[] =>
    paths.map((path) => `arn:${partition}:${service}:${region}:${account}:${path}`);
/** The same for each stack: `{}` stands for project and stack. */
export const named =
  (service: string, ...paths: string[]) =>
  (scope: Scope): readonly string[] =>
    scope.stacks.flatMap((stack) =>
      paths.flatMap((path) => arn(service, path.replace("{}", `${scope.project}-${stack}`))(scope)),
    );
/** The same of what is in no Region. */
export const namedEverywhere =
  (service: string, ...paths: string[]) =>
  (scope: Scope): readonly string[] =>
    named(service, ...paths)({ ...scope, region: "" });
/** The same of those that these stacks share. */
export const namedShared =
  (service: string, ...paths: string[]) =>
  (scope: Scope): readonly string[] =>
    named(service, ...paths)({ ...scope, stacks: scope.shares });
/** What these stacks have within those that they share: its name begins with its own stack's (../../rules/names.ts). */
export const guests =
  (service: string, ...paths: string[]) =>
  (scope: Scope): readonly string[] =>
    scope.stacks.flatMap((stack) =>
      namedShared(service, ...paths.map((path) => path.replace("{guest}", `${stack}--*`)))(scope),
    );
const marks =
  (kind: "Request" | "Resource", suffix = "", of: "stacks" | "shares" = "stacks") =>
  (scope: Scope): Condition => ({
    [`StringEquals${suffix}`]: { [`aws:${kind}Tag/Project`]: scope.project },
    [`StringLike${suffix}`]: { [`aws:${kind}Tag/Stack`]: scope[of] },
  });
/** Both conditions; an operator that both have holds the keys of both. */
export const both =
  (...conditions: ((scope: Scope) => Condition)[]) =>
  (scope: Scope): Condition => {
    const merged: Record<string, Record<string, string | readonly string[]>> = {};
    for (const [operator, keys] of conditions.flatMap((condition) => Object.entries(condition(scope))))
      merged[operator] = { ...merged[operator], ...keys };
    return merged;
  };
/** Made by one of these stacks, as the tags say that the program's provider puts on everything. */
export const own = marks("Resource");
/** Made by one that these stacks share. */
export const ofShared = marks("Resource", "", "shares");
/** Asked for with the tags of these stacks, by which it is theirs afterwards. */
export const ownTags = marks("Request");
/** Own, and not given away: a request names the tags that change, and those that say whose it is may be among them. */
export const ownStill = both(own, marks("Request", "IfExists"));
/**
 * Asked for as own, and nobody's until then. An action that tags what is just made asks IAM about something without tags; what has
 * a `Project` is somebody's, and would be taken over.
 */
export const ownFromNobody = both(ownTags, () => ({ Null: { "aws:ResourceTag/Project": "true" } }));
/** Of an action that does not say what it tags: at least never as another stack's. */
export const tagsOfNobodyElse = marks("Request", "IfExists");
/** Takes no tag off that says whose something is. */
export const keepsMarks = (): Condition => ({
  "ForAllValues:StringNotEqualsIgnoreCase": { "aws:TagKeys": ["Project", "Stack"] },
});
