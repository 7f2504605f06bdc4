/** How much of a security group's rules a prefix list takes. */
// @ts-nocheck


/**
 * Weights of AWS's own lists, by the end of their names; AWS tells no maximum for these.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html#aws-managed-prefix-list-weights
 */
const weights: Readonly<Record<string, number>> = {
  "cloudfront.origin-facing": 55,
  "cloudfront-ipv6.origin-facing": 55,
  dynamodb: 1,
  "ec2-instance-connect": 2,
  groundstation: 5,
  "route53-healthchecks": 25,
  s3: 1,
  s3express: 6,
  "vpc-lattice": 10,
};

/**
 * Rules that a rule with this list counts as: the entries that the list may have, not those that it has.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-prefix-lists.html
 */
export function prefixListWeight(list: {
  name: string;
  /** 0 or nothing for AWS's own lists. */
  maxEntries?: number | undefined;
  entries: readonly unknown[];
}): number {
  const name = /^com\.amazonaws\.[a-z0-9-]+\.(?:ipv6\.)?(.+)$/.exec(list.name)?.[1];
  const known = name === undefined ? undefined : weights[name];
  return known ?? (list.maxEntries || Math.max(1, list.entries.length));
}
