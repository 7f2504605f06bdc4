/** One statement of a policy, before it is known for which stacks; and the ARNs and conditions that several have. */

/** What one environment's role is for. */
export interface Scope {
  partition: string;
  region: string;
  account: string;
  /** Of the program: first part of its resources' names, and their tag `Project`. */
  project: string;
  /** Names of stacks; `pr-*` for all that begin so. */
  stacks: readonly string[];
  /** ARN of the boundary that every role which the stacks make must have: the environment's own. */
  workloadBoundary: string;
  /** Security groups of an existing VPC's endpoints, which the stacks add rules to. */
  securityGroups: readonly string[];
  /** Public hosted zones in which the stacks keep the records of their domain. */
  hostedZones: readonly string[];
  /** ARNs of the truststores of their domains. */
  truststores: readonly string[];
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
/** Made by one of these stacks, as the tags say that the program's provider puts on everything. */
export const own = ({ project, stacks }: Scope): Condition => ({
  StringEquals: { "aws:ResourceTag/Project": project },
  StringLike: { "aws:ResourceTag/Stack": stacks },
});
/** Asked for with the tags of these stacks, by which it is theirs afterwards. */
export const ownTags = ({ project, stacks }: Scope): Condition => ({
  StringEquals: { "aws:RequestTag/Project": project },
  StringLike: { "aws:RequestTag/Stack": stacks },
});
