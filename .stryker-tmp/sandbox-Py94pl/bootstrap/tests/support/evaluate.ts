// @ts-nocheck
import { type Policy, type Statement } from "../../iam/policies";

/** How IAM reads the parts of its policy language that our policies use; anything else is an error. */

export interface Request {
  action: string;
  resource: string;
  /** Condition keys that AWS sends with it. */
  context?: Readonly<Record<string, string | readonly string[]>>;
}

/** Whether the policies together let a request pass. */
export function allows(policies: readonly Policy[], request: Request): boolean {
  const matching = policies.flatMap(({ Statement }) => Statement).filter((each) => matches(each, request));
  return matching.length > 0 && matching.every(({ Effect }) => Effect === "Allow");
}

function matches({ Action, Resource, Condition = {} }: Statement, request: Request): boolean {
  return (
    Action.some((pattern) => glob(pattern.toLowerCase(), request.action.toLowerCase())) &&
    Resource.some((pattern) => glob(pattern, request.resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) =>
        test(operator, [expected].flat(), valueOf(request.context ?? {}, key)),
      ),
    )
  );
}

/**
 * Names of condition keys know no case, and so neither do the keys of tags in them: `aws:ResourceTag/Project` reads a tag `project`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
function valueOf(context: NonNullable<Request["context"]>, key: string): readonly string[] | undefined {
  const found = Object.entries(context).filter(([name]) => name.toLowerCase() === key.toLowerCase());
  return found.length === 0 ? undefined : found.flatMap(([, value]) => value);
}

function test(operator: string, expected: readonly string[], actual: readonly string[] | undefined): boolean {
  const values = actual ?? [];
  const like = (value: string): boolean => expected.some((pattern) => glob(pattern, value));
  if (operator.endsWith("IfExists"))
    return actual === undefined || test(operator.slice(0, -"IfExists".length), expected, actual);
  switch (operator) {
    case "Bool":
    case "StringEquals":
      return values.length > 0 && values.every((value) => expected.includes(value));
    case "StringLike":
    case "ArnLike":
      return values.length > 0 && values.every(like);
    case "ForAllValues:StringLike":
      return values.every(like);
    case "ForAllValues:StringNotEqualsIgnoreCase": {
      const refused = expected.map((each) => each.toLowerCase());
      return values.every((value) => !refused.includes(value.toLowerCase()));
    }
    case "Null":
      return expected[0] === String(values.length === 0);
    default:
      throw new Error(`evaluate.ts does not know ${operator}`);
  }
}

/** `*` stands for any text, `?` for a character; `${*}` for an asterisk. */
export function glob(pattern: string, value: string): boolean {
  const source = pattern
    .split("${*}")
    .map((part) =>
      part
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", "."),
    )
    .join("\\*");
  return new RegExp(`^${source}$`, "s").test(value);
}

/** Whether any text fits both patterns. */
export function overlap(a: string, b: string): boolean {
  const seen = new Map<string, boolean>();
  const from = (i: number, j: number): boolean => {
    const key = `${i},${j}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const [x, y] = [a[i], b[j]];
    const found =
      x === undefined && y === undefined
        ? true
        : x === "*"
          ? from(i + 1, j) || (y !== undefined && from(i, j + 1))
          : y === "*"
            ? from(i, j + 1) || (x !== undefined && from(i + 1, j))
            : x !== undefined && x === y && from(i + 1, j + 1);
    seen.set(key, found);
    return found;
  };
  return from(0, 0);
}
