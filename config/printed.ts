/** How a value of the configuration stands in a message: on one line, cut to a length, without what would steer a terminal. */

/** Characters that are not seen and do something: control characters, line ends, marks of direction and of nothing. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text with what is not seen as an escape of JSON. */
export const printable = (text: string): string =>
  text.replace(unseen, (character) =>
    character.codePointAt(0)! > 0xffff
      ? `\\u{${character.codePointAt(0)!.toString(16)}}`
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** The text, or what of it fits. */
export const shortened = (text: string, length = 80): string =>
  text.length > length ? `${text.slice(0, length - 3)}…` : text;

/** A value as JSON. What lies below `secrets` may be a secret itself, and is left out. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value, (key, inner: unknown) =>
    (key === "secrets" && inner !== null) || holdsSecrets(inner) ? "(not shown)" : inner,
  );
  return shortened(printable(json));
}

/** Whether it is text with the key `secrets` in it: a block of YAML or JSON in quotes, or behind a `|`. */
const holdsSecrets = (value: unknown): boolean =>
  typeof value === "string" && /(?<![\w-])secrets["']*\s*[:=]/i.test(value);

/**
 * Whether a value at this path could be a secret that somebody wrote where its ARN belongs. A service, job or sidecar may be
 * called so: what has its keys is none.
 */
export const isSecret = (path: string): boolean =>
  /(?:^|\.)secrets$|(?<!^services|^jobs|\.sidecars)\.secrets\./.test(path);

/** Whether the credentials of a registry belong there, by their secret's ARN. */
export const isCredentials = (path: string): boolean =>
  /^(?:services|jobs)\.[^.]+\.(?:sidecars\.[^.]+\.)?imageCredentials$/.test(path);

/** A property's path, shortened. Below `secrets` only what can name a variable is a name: `KEY=value` is not shown. */
export const shownPath = (path: string): string =>
  shortened(
    printable(path.replace(/(?<!^services|^jobs|\.sidecars)(\.secrets\.)(?![A-Za-z_]\w*$).*/s, "$1…")),
    200,
  );
