/** What one kind of resource needs of IAM. */
// @ts-nocheck

export interface Needs {
  /** CloudFormation resource type that makes the same thing. */
  like?: string;
  create: readonly string[];
  /** Also what `pulumi preview` and a refresh do. */
  read: readonly string[];
  update: readonly string[];
  delete: readonly string[];
}

/** `of("ec2", "A", "B")` is `ec2:A`, `ec2:B`. */
export const of = (service: string, ...actions: string[]): string[] =>
  actions.map((action) => `${service}:${action}`);

/** Only what takes no tags has this. */
export const none: readonly string[] = [];
