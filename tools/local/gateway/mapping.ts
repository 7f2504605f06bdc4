/**
 * Parameter mapping of an integration's requests: `overwrite:path`, and `append:`, `overwrite:` and `remove:` for headers
 * and query strings
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html, [H]).
 */
import { decodePath, writePath } from "./path";
import type { Headers } from "./headers";

export interface MappedRequest {
  /** With the stage's prefix, without the query. */
  path: string;
  /** Without the question mark. */
  query: string;
  headers: Headers;
}

export interface MappingSource {
  /** As it was sent, without the stage's prefix; `$request.path` stands for it (aws-facts §1 "Path", [H]), decoded [L]. */
  path: string;
  pathParameters: Record<string, string>;
  query: URLSearchParams;
  headers: Headers;
  context: Readonly<Record<string, string | number | undefined>>;
}

/** Applies the mappings in the order in which they were recorded; tells the header whose value no header can have. */
export function mapRequest(
  request: MappedRequest,
  parameters: Record<string, string>,
  source: MappingSource,
): MappedRequest | { unsendable: string } {
  let { path, query, headers } = request;
  for (const [target, template] of Object.entries(parameters)) {
    const [, action, place, name] =
      /^(append|overwrite|remove):(path|header|querystring)(?:\.(.+))?$/.exec(target) ?? [];
    const value = resolve(template, source, place === "header");
    if (place === "path") {
      if (action === "overwrite" && value !== undefined) {
        path = writePath(value.startsWith("/") ? value : `/${value}`);
      }
    } else if (place === "header" && name !== undefined) {
      // A line break that a client encoded would begin a header of its own; what AWS does with it is not documented [L].
      if (value !== undefined && /[^\t\x20-\x7e\x80-\xff]/.test(value)) return { unsendable: name };
      const kept = headers.filter(([header]) => header.toLowerCase() !== name.toLowerCase());
      // A value that does not exist is not sent [L].
      if (action === "append") headers = value === undefined ? headers : [...headers, [name, value]];
      else headers = action === "remove" || value === undefined ? kept : [...kept, [name, value]];
    } else if (place === "querystring" && name !== undefined) {
      const search = new URLSearchParams(query);
      if (action !== "append") search.delete(name);
      if (action !== "remove" && value !== undefined) search.append(name, value);
      query = search.toString();
    }
  }
  return { path, query, headers };
}

/** "Only the special characters . and _ are supported" in names of context variables (http-api-parameter-mapping, [H]). */
const variable = /\$\{?(request\.[A-Za-z0-9_.-]+|context\.[A-Za-z0-9_.]+)\}?/g;

/** @param bytes whether the value is for a header: its characters stand for the bytes of UTF-8, as those received do */
function resolve(template: string, source: MappingSource, bytes: boolean): string | undefined {
  // `remove:` takes the text '' as its value.
  if (template === "''") return "";
  let missing = false;
  const resolved = template.replace(variable, (_, name: string) => {
    const value = lookUp(name, source);
    if (value === undefined) missing = true;
    const received = name.startsWith("request.header.") || name.startsWith("context.identity.");
    return bytes && !received ? Buffer.from(value ?? "").toString("latin1") : (value ?? "");
  });
  return missing ? undefined : resolved;
}

function lookUp(name: string, source: MappingSource): string | undefined {
  const after = (prefix: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined);
  if (name === "request.path") return decodePath(source.path);
  const parameter = after("request.path.");
  if (parameter !== undefined) return own(source.pathParameters, parameter);
  const header = after("request.header.")?.toLowerCase();
  if (header !== undefined) {
    const values = source.headers.filter(([key]) => key.toLowerCase() === header).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(",");
  }
  const query = after("request.querystring.");
  if (query !== undefined) return source.query.getAll(query).join(",") || undefined;
  const context = after("context.");
  const value = context === undefined ? undefined : own(source.context, context);
  return value === undefined ? undefined : String(value);
}

/** A name from a configuration may be one that every object has. */
const own = <T>(values: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;
