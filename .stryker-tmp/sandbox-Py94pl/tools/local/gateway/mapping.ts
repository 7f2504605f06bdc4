/**
 * Parameter mapping of an integration's requests: `overwrite:path`, and `append:`, `overwrite:` and `remove:` for headers
 * and query strings
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html, [H]).
 */
// @ts-nocheck

import type { Headers } from "./headers";

export interface MappedRequest {
  /** With the stage's prefix, without the query. */
  path: string;
  /** Without the question mark. */
  query: string;
  headers: Headers;
}

export interface MappingSource {
  /** Without the stage's prefix: what `$request.path` stands for (aws-facts §1 "Path", [H]). */
  path: string;
  pathParameters: Record<string, string>;
  query: URLSearchParams;
  headers: Headers;
  context: Readonly<Record<string, string | number | undefined>>;
}

/** Applies the mappings in the order in which they were recorded. */
export function mapRequest(
  request: MappedRequest,
  parameters: Record<string, string>,
  source: MappingSource,
): MappedRequest {
  let { path, query, headers } = request;
  for (const [target, template] of Object.entries(parameters)) {
    const [, action, place, name] =
      /^(append|overwrite|remove):(path|header|querystring)(?:\.(.+))?$/.exec(target) ?? [];
    const value = resolve(template, source);
    if (place === "path") {
      if (action === "overwrite" && value !== undefined) path = value.startsWith("/") ? value : `/${value}`;
    } else if (place === "header" && name !== undefined) {
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

const variable = /\$\{?((?:request|context)\.[A-Za-z0-9_.-]+|request\.path)\}?/g;

function resolve(template: string, source: MappingSource): string | undefined {
  // `remove:` takes the text '' as its value.
  if (template === "''") return "";
  let missing = false;
  const resolved = template.replace(variable, (_, name: string) => {
    const value = lookUp(name, source);
    if (value === undefined) missing = true;
    return value ?? "";
  });
  return missing ? undefined : resolved;
}

function lookUp(name: string, source: MappingSource): string | undefined {
  const after = (prefix: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined);
  if (name === "request.path") return source.path;
  const parameter = after("request.path.");
  if (parameter !== undefined) return source.pathParameters[parameter];
  const header = after("request.header.")?.toLowerCase();
  if (header !== undefined) {
    const values = source.headers.filter(([key]) => key.toLowerCase() === header).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(",");
  }
  const query = after("request.querystring.");
  if (query !== undefined) return source.query.getAll(query).join(",") || undefined;
  const context = after("context.");
  const value = context === undefined ? undefined : source.context[context];
  return value === undefined ? undefined : String(value);
}
