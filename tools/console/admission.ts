/**
 * Whose requests the console takes. It listens on loopback, and a browser leads every page to loopback: a page of another site
 * could press the buttons (CSRF), and one whose name was made to mean 127.0.0.1 could read as well (DNS rebinding).
 */

export interface Asked {
  method: string;
  path: string;
  /** By lower-case name, as Node has them. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

const names = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Why a request is refused; undefined for one that is taken.
 *
 * @param port where the console listens: a name alone could be that of another server
 */
export function refusal({ method, path, headers }: Asked, port: number): string | undefined {
  const host = one(headers.host)?.toLowerCase();
  // Browsers leave out the port that http:// means.
  const hosts = names.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);
  if (host === undefined || !hosts.includes(host))
    return `This console is http://localhost:${port}/, and answers to no other name.`;
  const origin = one(headers.origin);
  if (headers.origin !== undefined && origin?.toLowerCase() !== `http://${host}`)
    return "Pages of other origins may not ask the console.";
  // Browsers say where a request comes from, and no page can say otherwise (https://www.w3.org/TR/fetch-metadata/).
  const site = one(headers["sec-fetch-site"]);
  if (site === undefined || site === "same-origin" || site === "none") return undefined;
  // A link may lead here: it shows the page, which nobody can frame.
  const opens = method === "GET" && path === "/" && one(headers["sec-fetch-dest"]) === "document";
  return opens ? undefined : "Pages of other origins may not ask the console.";
}

/** A header that is there twice is nothing that a browser sends. */
const one = (value: string | string[] | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;
