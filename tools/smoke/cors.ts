/**
 * Preflights of browsers, by what the API's CORS configuration says
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).
 */
import { allowsHeader } from "../../rules/preflights";
import { preflightHeaders, type Cors } from "../local/gateway/cors";
import type { Headers } from "../local/gateway/headers";
import { passed, show, type Answer, type Judge } from "./judge";

export interface Preflight {
  origin: string;
  headers: Record<string, string>;
  judge: Judge;
}

export interface Wanted {
  /** The method that a page asks for. */
  method?: string;
  /** The route that takes the preflight, where the gateway does not answer by itself. */
  taker?: string | undefined;
  /** The header by which the page would be authorized. */
  header?: string | undefined;
}

const stranger = "https://smoke-test.invalid";

/**
 * An allowed origin's preflight: it is told what the API is configured to allow.
 *
 * @param wanted what a page wants to call, where that is allowed
 */
export function allowedPreflight(
  cors: Cors,
  { method: call = "GET", taker, header: proof }: Wanted = {},
): Preflight {
  const [first = ""] = cors.allowOrigins;
  const origin = first === "*" ? stranger : first.replace(/\*$/, "smoke-test.invalid");
  const all = cors.allowMethods.includes("*") || cors.allowMethods.includes(call);
  const method = all ? call : (cors.allowMethods[0] ?? call);
  const header = proof ?? cors.allowHeaders.find((name) => name !== "*") ?? "x-smoke-test";
  const request: Headers = [
    ["origin", origin],
    ["access-control-request-method", method],
    ["access-control-request-headers", header],
  ];
  const wanted = preflightHeaders(cors, request);
  const judge: Judge = (answer) => {
    const wrong = wanted.filter(
      ([name, value]) => !allows(answer.headers[name], value, name, { method, header }),
    );
    // Of any other status a browser reads no further: https://fetch.spec.whatwg.org/#cors-preflight-fetch
    const ok = answer.status >= 200 && answer.status < 300;
    const sent = proof === undefined || allowsHeader(told(answer.headers, cors.allowCredentials), proof);
    if (ok && wrong.length === 0 && !sent) {
      return {
        outcome: "failed",
        expected: `access-control-allow-headers that name ${header}, without which nobody gets in`,
        got: answer.headers["access-control-allow-headers"] ?? "none",
        fix: `name ${header} in api.cors.allowHeaders`,
      };
    }
    if (ok && wrong.length === 0) return passed(`${answer.status}, ${origin} may`);
    const got = wanted.map(([name]) => `${name}: ${answer.headers[name] ?? "none"}`);
    return {
      outcome: "failed",
      expected: ["200–299", ...wanted.map(([name, value]) => `${name}: ${value}`)].join("; "),
      got: ok ? got.join("; ") : show(answer),
      fix:
        ok || taker === undefined
          ? "the API's CORS configuration is not in effect: deploy it with npm run deploy"
          : `preflights take ${taker} and reach its service, which must answer OPTIONS with 2xx`,
    };
  };
  return { origin, headers: Object.fromEntries(request), judge };
}

/** What an answer says that a page may send. */
const told = (headers: Answer["headers"], allowCredentials: boolean) => ({
  allowMethods: [],
  allowHeaders: (headers["access-control-allow-headers"] ?? "").split(",").map((name) => name.trim()),
  allowCredentials,
});

/**
 * A preflight of an origin that is not allowed: it is told nothing.
 *
 * @returns undefined when every origin is allowed
 */
export function foreignPreflight(cors: Cors): Preflight | undefined {
  const origin = [stranger, stranger.replace("https", "http")].find(
    (candidate) => preflightHeaders(cors, [["origin", candidate]]).length === 0,
  );
  if (origin === undefined) return undefined;
  const judge: Judge = (answer) => {
    const allowed = answer.headers["access-control-allow-origin"];
    if (allowed === undefined) return passed(`${answer.status}, ${origin} may not`);
    return {
      outcome: "failed",
      expected: "no access-control-allow-origin",
      got: `access-control-allow-origin: ${allowed}`,
      fix: "the API allows an origin that the program does not name: look at its CORS configuration in the console",
    };
  };
  return { origin, headers: { origin, "access-control-request-method": "GET" }, judge };
}

/** Lists in any order and case; for a star, also a list that has what was asked for. */
function allows(
  got: string | undefined,
  wanted: string,
  name: string,
  asked: { method: string; header: string },
): boolean {
  if (got === undefined) return false;
  if (got === wanted) return true;
  const items = (list: string): string[] =>
    list
      .toLowerCase()
      .split(/\s*,\s*/)
      .sort();
  if (wanted !== "*") return name.endsWith("s") && items(got).join() === items(wanted).join();
  if (name === "access-control-allow-methods") return items(got).includes(asked.method.toLowerCase());
  return name === "access-control-allow-headers" && items(got).includes(asked.header.toLowerCase());
}
