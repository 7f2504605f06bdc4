/**
 * What text may hold that reaches AWS. Each limit with its source; what AWS is not known to take counts as refused.
 */

/** Control characters: no name, path, expression or command needs one. */
export const hasControl = (text: string): boolean => /\p{Cc}/u.test(text);

/**
 * Tags. All services together take what the strictest of them takes.
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
 */
export const tags = { count: 50, keyLength: 128, valueLength: 256 } as const;

/** What the program writes itself; `Name` on what has no other. */
export const ownTags: readonly string[] = ["Project", "Stack", "ManagedBy", "Name"];

const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const isReserved = (text: string): boolean => /^aws:/i.test(text);

export const isTagKey = (key: string): boolean =>
  key.length >= 1 && key.length <= tags.keyLength && tagText.test(key) && !isReserved(key);

export const isTagValue = (value: string): boolean =>
  value.length <= tags.valueLength && tagText.test(value) && !isReserved(value);

/**
 * A variable's value as a task sees it. Amazon ECS drops variables that are empty, so that the program that set one would
 * find a difference at every update (https://github.com/hashicorp/terraform-provider-aws/issues/39533); no process can have a
 * zero byte in one.
 */
export const isVariableValue = (value: string): boolean => value !== "" && !value.includes("\0");

/** The list that Amazon ECS takes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
export function isHealthCommand(command: readonly string[]): boolean {
  const [form, ...rest] = command;
  const isFull = rest.every((part) => part.trim() !== "" && !hasControl(part));
  return isFull && ((form === "CMD" && rest.length >= 1) || (form === "CMD-SHELL" && rest.length === 1));
}

/** A path as a request's first line has it (RFC 9112): printable ASCII without blanks, and no fragment. */
export const isRequestPath = (path: string): boolean => /^\/[!-"$-~]*$/.test(path);

/** Of an OAuth scope: 1–64 characters for CreateRoute, without blanks or quotes (RFC 6749, 3.3). */
export const isScope = (scope: string): boolean => /^[!#-[\]-~]{1,64}$/.test(scope);

/** Text in a token or certificate: printable, neither first nor last a blank. */
export const isPrintable = (text: string): boolean =>
  text !== "" && text.trim() === text && !hasControl(text);

/**
 * A name of an environment variable. Shells know letters, digits and _; Amazon ECS and programs take dots and hyphens as well, such
 * as Elasticsearch's `discovery.type`.
 */
export const isVariableName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name);

/** The same in words. */
export const variableNameAllowed = "name of letters, digits and _ . -";

/**
 * An issuer of tokens as OpenID Connect Discovery has it: an https URL without query or fragment; 2,048 characters for
 * CreateAuthorizer. https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery
 *
 * API Gateway asks the host by public DNS, where no name of one label has an address: ICANN allows none
 * (https://www.icann.org/en/announcements/details/new-gtld-dotless-domain-names-prohibited-30-8-2013-en).
 */
export function isIssuer(url: string): boolean {
  const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
  const whole = new RegExp(
    `^https://${label}(?:\\.${label})+(?::\\d{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$`,
  );
  return url.length <= 2048 && whole.test(url) && URL.canParse(url) && !isOwnHost(new URL(url).hostname);
}

/**
 * Hosts that mean another one to everybody who asks, or that no public DNS has: AWS reaches none (RFC 6761, 6.3; RFC 6762;
 * RFC 6890; RFC 8375; ICANN keeps `internal` for private use, and forbids names without a dot: SAC053).
 */
const isOwnHost = (host: string): boolean =>
  !host.includes(".") ||
  /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/.test(host) ||
  /^(?:0|10|127|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+)+$/.test(
    host,
  );

/**
 * An image: registry, path, tag, digest; 255 characters for Amazon ECS.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html and
 * https://github.com/distribution/reference
 */
export function isImage(image: string): boolean {
  const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
  const host = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\\d{1,5})?/)?";
  const whole = new RegExp(
    `^${host}${part}(?:/${part})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
  );
  return image.length <= 255 && whole.test(image);
}

/**
 * The project's name, which begins the names of the task definitions (letters, digits, - and _) and of the cluster, and is a
 * label of the namespace's domain.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export const isProjectName = (name: string): boolean =>
  /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/.test(name);

/**
 * Whether a browser may send this as the origin of a page: it writes hosts in small letters and leaves the scheme's own port out
 * (https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin), and no host has an empty label.
 */
export function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^*]+$/.test(text) || !URL.canParse(text)) return false;
  const { origin, hostname } = new URL(text);
  return origin === text && !/^\.|\.\./.test(hostname);
}
