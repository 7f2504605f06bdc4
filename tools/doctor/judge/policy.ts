/** Whether a policy lets an action through, as far as a document alone tells. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
import { list, object, texts } from "../../local/recorded";

/**
 * Conditions and principals are not weighed: whoever has some of their own knows of them.
 *
 * @param document undefined for none, which lets everything through
 * @param resources what it is for; patterns among them count as text
 */
export function allows(document: string | undefined, action: string, resources: readonly string[]): boolean {
  if (document === undefined) return true;
  let statements: Record<string, unknown>[];
  try {
    statements = all(object(JSON.parse(document)).Statement).map(object);
  } catch {
    return true;
  }
  const fits = (effect: string): boolean =>
    statements.some(
      ({ Effect, Action, Resource, Condition }) =>
        Effect === effect &&
        (effect === "Allow" || Condition === undefined) &&
        strings(Action).some((pattern) => isLike(pattern.toLowerCase(), action.toLowerCase())) &&
        resources.some((one) =>
          strings(Resource).some((pattern) => isLike(pattern, one) || isLike(one, pattern)),
        ),
    );
  return fits("Allow") && !fits("Deny");
}

const all = (value: unknown): unknown[] => (Array.isArray(value) ? list(value) : [value]);
const strings = (value: unknown): string[] => (typeof value === "string" ? [value] : texts(value));

/** `*` and `?` as IAM reads them. */
function isLike(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
