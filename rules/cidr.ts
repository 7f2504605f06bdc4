/** IPv4 address ranges as security group rules and VPCs take them. */

/**
 * Whether a text is an address range in the one form that AWS keeps: four bytes without leading zeros, a mask, and no bit set
 * beyond it. Another form is refused by the provider, or comes back from AWS as a second range that is the same.
 */
export function isRange(text: string): boolean {
  const range = parse(text);
  return range !== undefined && text === `${addressOf(range)}/${range.bits}`;
}

/** The range without the bits beyond its mask, such as `10.1.0.0/16` for `10.1.2.3/16`; undefined for what is none. */
export function canonicalRange(text: string): string | undefined {
  const range = parse(text);
  return range && `${addressOf(range)}/${range.bits}`;
}

/** https://datatracker.ietf.org/doc/html/rfc1918#section-3 */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * Whether a VPC of this program's can have this range: a private one, no larger than AWS takes (/16) and no smaller than
 * its subnets need (/20). https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
export function isVpcRange(text: string): boolean {
  const [address = "", mask] = text.split("/");
  const bits = Number(mask);
  const within = (outer: string): boolean => canonicalRange(`${address}/${outer.split("/")[1]}`) === outer;
  return isRange(text) && bits >= 16 && bits <= 20 && privateRanges.some(within);
}

interface Range {
  value: number;
  bits: number;
}

function parse(text: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a, b, c, d, bits] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((byte) => byte > 255) || bits > 32) return undefined;
  return { value: ((a * 256 + b) * 256 + c) * 256 + d, bits };
}

function addressOf({ value, bits }: Range): string {
  const size = 2 ** (32 - bits);
  const first = Math.floor(value / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
}
