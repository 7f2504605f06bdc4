// @ts-nocheck
import { type Fields, isObject, quote } from "./json";
import { components, features, fields, resources, stackReference } from "./known";
import { checkProvider, isPlugin, type ProviderExpectations, type Report } from "./providers";

/**
 * State is code: `pulumi destroy` and `pulumi refresh` run the providers that a state names, a dynamic provider's functions
 * are in the state itself, and `pulumi up` does the same to what the program no longer has. So where others may write a state,
 * it is checked before main acts on it: everything in it has to be of a kind that this program makes.
 */

export interface Expectations extends ProviderExpectations {
  project: string;
  stack: string;
  /** As in the stack's file on main, such as `awskms://…`. Left out, secrets are the Cloud's or a passphrase's. */
  secretsProvider?: string;
  /** Of Pulumi Cloud, which is sent the access token. */
  cloudUrl: string;
  /** Whether the stack is about to be destroyed: then nothing in it may be protected. */
  destroy: boolean;
}

const providerPrefix = "pulumi:providers:";

/** Values that the engine makes into files, from this machine or from the internet. */
const signature = "4dabf18193072939515e22adb298388d";
const files: Readonly<Record<string, string>> = {
  c44067f5952c0a294b673a41bacd8c17: "an asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
};

/**
 * Checks the answer of `pulumi stack export`.
 *
 * @param state parsed
 * @returns the problems, one a line; none if it may be acted on
 */
export function checkState(state: unknown, expectations: Expectations): string[] {
  const problems: string[] = [];
  const at =
    (where: string): Report =>
    (property, got, allowed) =>
      problems.push(`${where}: ${property} is ${quote(got)}. Allowed is ${allowed}.`);
  const top = at("the state");
  if (!isObject(state)) {
    top("it", state, "an object");
    return problems;
  }

  checkFields(state, fields.export, top);
  if (state.version !== 3 && state.version !== 4) top("version", state.version, "3 or 4");
  for (const feature of list(state, "features", top)) {
    if (!features.includes(feature as string)) top("features", feature, features.join(", "));
  }
  // A stack that was never deployed.
  const deployment = state.deployment ?? {};
  if (!isObject(deployment)) {
    top("deployment", deployment, "an object");
    return problems;
  }
  checkFields(deployment, fields.deployment, top);
  checkSecretsProvider(deployment.secrets_providers, expectations, top);

  const all = list(deployment, "resources", top).map((resource) => ({ resource, of: "" }));
  for (const operation of list(deployment, "pending_operations", top)) {
    if (isObject(operation)) {
      checkFields(operation, fields.operation, at("a pending operation"));
      all.push({ resource: operation.resource, of: " (a pending operation)" });
    } else at("a pending operation")("it", operation, "an object");
  }
  for (const { resource, of } of all) {
    if (!isObject(resource)) at(`a resource${of}`)("it", resource, "an object");
    else checkResource(resource, expectations, at(`${quote(resource.urn)}${of}`));
  }
  return problems;
}

function checkResource(resource: Fields, expectations: Expectations, report: Report): void {
  const { type, urn, custom, external, inputs, outputs } = resource;
  checkFields(resource, fields.resource, report);
  checkUrn(urn, type, expectations, report);
  if (expectations.destroy && resource.protect === true) {
    report(
      "protect",
      true,
      "false: a workflow destroys nothing that is protected (`pulumi state unprotect`)",
    );
  }
  for (const value of [inputs, outputs]) checkValues(value, report);

  if (typeof type === "string" && type.startsWith(providerPrefix)) {
    const name = type.slice(providerPrefix.length);
    if (name !== "pulumi" && !isPlugin(name)) {
      return report("type", type, "a provider of aws, awsx, docker or pulumi");
    }
    if (custom !== true) report("custom", custom, "true for a provider");
    checkProvider(name, inputs, "inputs", expectations, report);
    checkProvider(name, outputs ?? inputs, "outputs", expectations, report);
    return;
  }
  if (components.includes(type as string)) {
    if (custom !== false) report("custom", custom, "false for a component");
    if (resource.provider) checkReference(resource.provider, type as string, expectations, report);
    return;
  }
  if (type !== stackReference && !resources.includes(type as string)) {
    return report("type", type, "a type that the program makes (tools/state/known.ts)");
  }
  if (custom !== true) report("custom", custom, "true for a resource");
  if (external === true && type !== stackReference) {
    report("external", external, "false: the program adopts nothing as a resource");
  }
  checkReference(resource.provider, type as string, expectations, report);
}

/** The engine goes by `type` in one place and by the URN in another. */
function checkUrn(urn: unknown, type: unknown, { project, stack }: Expectations, report: Report): void {
  // The name comes last and may hold `::` itself.
  const [prefix, inProject, path, ...name] = typeof urn === "string" ? urn.split("::") : [];
  const allowed = `urn:pulumi:${stack}::${project}::, its type, :: and its name`;
  const ownType = path?.split("$").at(-1);
  const control = typeof urn === "string" && /\p{Cc}/u.test(urn);
  const inStack = prefix === `urn:pulumi:${stack}` && inProject === project;
  if (!inStack || ownType !== type || name.join("") === "" || control) report("urn", urn, allowed);
}

/** `urn::id` of the provider that the engine calls for the resource. */
function checkReference(
  provider: unknown,
  type: string,
  { project, stack }: Expectations,
  report: Report,
): void {
  const wanted = `${providerPrefix}${type.split(":")[0]}`;
  const [prefix, inProject, path, ...rest] = typeof provider === "string" ? provider.split("::") : [];
  const ownType = path?.split("$").at(-1);
  const inStack = prefix === `urn:pulumi:${stack}` && inProject === project;
  if (!inStack || ownType !== wanted || rest.length < 2) {
    report("provider", provider, `one of the type ${wanted} in this stack`);
  }
}

function checkValues(value: unknown, report: Report): void {
  if (Array.isArray(value)) for (const item of value) checkValues(item, report);
  else if (isObject(value)) {
    const file = files[value[signature] as string];
    if (file !== undefined) report("a value", value, `none that is ${file}`);
    for (const item of Object.values(value)) checkValues(item, report);
  }
}

/** Decrypting asks whom the state names: another could be given a token, or hold a key. */
function checkSecretsProvider(
  secrets: unknown,
  { secretsProvider, cloudUrl }: Expectations,
  report: Report,
): void {
  if (secrets === undefined || secrets === null) return;
  const { type, state } = isObject(secrets) ? secrets : {};
  const url = isObject(state) ? state.url : undefined;
  const good =
    secretsProvider !== undefined
      ? type === "cloud" && url === secretsProvider
      : type === "passphrase" || (type === "service" && (url === undefined || url === cloudUrl));
  const allowed =
    secretsProvider !== undefined
      ? `cloud with ${secretsProvider}, as in the stack's file or PULUMI_SECRETS_PROVIDER`
      : `passphrase, or service with ${cloudUrl}`;
  if (!good) report("secrets_providers", { type, url }, allowed);
  else if (isObject(state)) {
    for (const key of Object.keys(state)) {
      if (!secretFields.includes(key)) report(`secrets_providers.state.${key}`, state[key], "none");
    }
    if (state.insecure === true) report("secrets_providers.state.insecure", true, "false");
  }
}

const secretFields = ["url", "encryptedkey", "salt", "owner", "project", "stack", "insecure"];

function checkFields(object: Fields, known: readonly string[], report: Report): void {
  for (const [key, value] of Object.entries(object)) {
    // An older version wrote empty ones.
    if (known.includes(key) || isEmpty(value)) continue;
    report(
      `the field ${quote(key)}`,
      value,
      "none: it is not known here, or makes the engine run what stands in it",
    );
  }
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && !Object.keys(value).length);

function list(object: Fields, key: string, report: Report): unknown[] {
  const value = object[key] ?? [];
  if (Array.isArray(value)) return value as unknown[];
  report(key, value, "a list");
  return [];
}
