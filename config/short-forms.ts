/** What may be written shorter than the schema has it. */

/** A route that is written as text is its key. */
export function withRoutes(raw: unknown): unknown {
  const routes = (raw as { routes?: unknown } | null | undefined)?.routes;
  if (!Array.isArray(routes)) return raw;
  const full = routes.map((route: unknown) => (typeof route === "string" ? { key: route } : route));
  return { ...(raw as object), routes: full };
}

/** A value that is written as a list or as text means the object with that one key. */
export function expanded(raw: unknown, key: string, inner: string): unknown {
  const value = (raw as Record<string, unknown> | null | undefined)?.[key];
  return Array.isArray(value) || (typeof value === "string" && inner !== "command")
    ? { ...(raw as object), [key]: { [inner]: value } }
    : raw;
}
