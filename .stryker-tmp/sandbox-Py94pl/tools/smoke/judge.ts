/**
 * What an answer means. Texts and statuses of the gateway's own answers: see tools/local/gateway.ts, which has the sources.
 */
// @ts-nocheck

import type { Throttle } from "../local/gateway/stages";

export interface Answer {
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  /** From the call to the end of its body. */
  milliseconds: number;
}

/** Why no answer came. */
export interface NoAnswer {
  /** Code of Node, undici or OpenSSL; empty if there is none. */
  code: string;
  message: string;
}

export type Verdict =
  { outcome: "passed"; detail: string } | { outcome: "failed"; expected: string; got: string; fix: string };

export type Judge = (answer: Answer) => Verdict;

export const passed = (detail: string): Verdict => ({ outcome: "passed", detail });

/** How much of a body a report shows. */
const shownBody = 120;

/** An answer in one line. */
export function show({ status, body }: Pick<Answer, "status" | "body">): string {
  const text = body.replace(/\s+/g, " ").trim();
  return text === ""
    ? String(status)
    : `${status} ${text.slice(0, shownBody)}${text.length > shownBody ? "…" : ""}`;
}

/** The gateway's own answer, and no service's. */
function isGateways({ headers, body }: Answer, method: string, message: string): boolean {
  if (!(headers["content-type"] ?? "").startsWith("application/json")) return false;
  const own = JSON.stringify({ message });
  // Without a body its length is what is left to tell it by.
  return method === "HEAD" ? headers["content-length"] === String(own.length) : body.trim() === own;
}

const logs = "see the API's access log (npx pulumi stack output apiLogGroup): integrationError names the hop";

/** A service answered: with anything but a server error, and not the gateway in its place. */
export const served =
  (method: string, throttle: Throttle | undefined): Judge =>
  (answer) => {
    const { status } = answer;
    const expected = "an answer of the service, below 500";
    const got = show(answer);
    if (status === 429 && throttle) return passed("429, its limit");
    if (status === 429) {
      return {
        outcome: "failed",
        expected,
        got,
        fix: "the stage's or the account's limit is used up: look who calls",
      };
    }
    if (status === 404 && isGateways(answer, method, "Not Found")) {
      return {
        outcome: "failed",
        expected,
        got,
        fix: "the gateway has no such route: deploy it with npm run deploy",
      };
    }
    if (status === 503) {
      const fix = `no task answers the gateway, or the VPC link wakes up, which takes minutes; ${logs}`;
      return { outcome: "failed", expected, got, fix };
    }
    if (status >= 500) return { outcome: "failed", expected, got, fix: `see the service's log; ${logs}` };
    return passed(String(status));
  };

/** The page is there, with a text. */
export const page =
  (text: string): Judge =>
  (answer) => {
    const { status, body } = answer;
    if (status === 200 && body.includes(text)) return passed(`200 with ${JSON.stringify(text)}`);
    const fix =
      status < 500 ? "another version or another service answers: npm run deploy tells what runs" : logs;
    return {
      outcome: "failed",
      expected: `200 with the text ${JSON.stringify(text)}`,
      got: show(answer),
      fix,
    };
  };

export interface Refusal {
  status: number;
  message: "Unauthorized" | "Forbidden";
  /** Whether it names the scheme: `www-authenticate`. */
  challenge: boolean;
}

/** The gateway itself refused, so that no service was asked. */
export const refused =
  (method: string, { status, message, challenge }: Refusal, throttle: Throttle | undefined): Judge =>
  (answer) => {
    const own = JSON.stringify({ message });
    const expected = `${status} ${own} of the gateway${challenge ? ", with www-authenticate" : ""}`;
    const failed = (got: string, fix: string): Verdict => ({ outcome: "failed", expected, got, fix });
    if (answer.status === 429 && throttle) return passed("429, its limit");
    if (answer.status !== status) {
      const open = answer.status < 400 || answer.status >= 500;
      return failed(
        show(answer),
        open
          ? "the route is open: its authorizer is not in effect. Deploy again, and look at the route in the console"
          : "the route is not the one that the program describes: deploy it with npm run deploy",
      );
    }
    if (!isGateways(answer, method, message)) {
      return failed(
        show(answer),
        "the service refused, so the gateway let the call through: its authorizer is not in effect",
      );
    }
    if (challenge && answer.headers["www-authenticate"] === undefined) {
      return failed(
        `${show(answer)} without www-authenticate`,
        "something between here and the gateway takes it away",
      );
    }
    return passed(`${status}, refused by the gateway`);
  };

/** A token opens the route. */
export const admitted =
  (method: string, authorizer: string, throttle: Throttle | undefined): Judge =>
  (answer) => {
    if (answer.status !== 401 && answer.status !== 403) return served(method, throttle)(answer);
    const said = answer.headers["www-authenticate"];
    return {
      outcome: "failed",
      expected: "an answer that is neither 401 nor 403",
      got: said === undefined ? show(answer) : `${show(answer)} (${said})`,
      fix: `give a token of ${authorizer} that is valid now, for its audience, with one of the route's scopes`,
    };
  };

/** No route. */
export const unrouted: Judge = (answer) => {
  if (answer.status === 404 && isGateways(answer, "GET", "Not Found")) return passed("404 of the gateway");
  return {
    outcome: "failed",
    expected: '404 {"message":"Not Found"} of the gateway',
    got: show(answer),
    fix: "the API has a route that the program does not describe: look for it in the console",
  };
};

/** The default address is switched off. That HTTP APIs refuse there is documented, with which status is not [L]. */
export const switchedOff: Judge = (answer) => {
  if (answer.status === 403 || answer.status === 404) return passed(`${answer.status}, switched off`);
  return {
    outcome: "failed",
    expected: "403 or 404: the domain is the only way in",
    got: show(answer),
    fix: "disableExecuteApiEndpoint is not in effect: deploy again",
  };
};

const reasons: [RegExp, string][] = [
  [/ENOTFOUND|EAI_AGAIN/, "DNS does not know the name, or not yet: look at the domain's record"],
  [/ECONNREFUSED/, "nothing listens there: is it deployed, or is npm start running?"],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ISSUER/,
    "the certificate is not valid for this name, see the check of TLS",
  ],
  [/TIMEOUT|ETIMEDOUT/, `the gateway itself gives up after 30 s; ${logs}`],
  [/SSL|EPROTO|ECONNRESET/, "the connection was cut: with mutual TLS give --cert and --key"],
];

/** A call without an answer. */
export function unanswered({ code, message }: NoAnswer): Verdict {
  const fix =
    reasons.find(([pattern]) => pattern.test(code))?.[1] ?? "look at the network between here and the API";
  return {
    outcome: "failed",
    expected: "an answer",
    got: code === "" ? message : `${code}: ${message}`,
    fix,
  };
}
