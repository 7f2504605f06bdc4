/** The words that the AWS CLI is called with. */

/** Values behind an option, up to the next one. */
export function valuesOf(args: readonly string[], option: string): string[] {
  const at = args.indexOf(option);
  if (at < 0) return [];
  const end = args.findIndex((word, i) => i > at && word.startsWith("--"));
  return args.slice(at + 1, end < 0 ? undefined : end);
}

export const valueOf = (args: readonly string[], option: string): string => valuesOf(args, option)[0] ?? "";

/** `--filters Name=vpc-id,Values=a,b`: the values of one filter; undefined where it is not set. */
export function filterOf(args: readonly string[], name: string): string[] | undefined {
  const found = valuesOf(args, "--filters").find((filter) => filter.startsWith(`Name=${name},Values=`));
  return found?.slice(`Name=${name},Values=`.length).split(",");
}

/** A part of the account: what it answers to calls by name; undefined is what AWS does not have. */
export type Answers = Readonly<Record<string, (args: readonly string[]) => object | undefined>>;
