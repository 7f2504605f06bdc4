/**
 * The stage's access log: one line per request in the stage's own format, with `$context.*` variables filled in.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html [H].
 */
// @ts-nocheck


/** What a line can tell. A value that does not exist for a request prints as "-", as on AWS. */
export type LogContext = Partial<Record<LogVariable, string | number>>;

/** The variables filled in here. The others (authorizers, client certificates, AWS endpoints) are always "-". */
export const logVariables = [
  "accountId",
  "apiId",
  "dataProcessed",
  "domainName",
  "domainPrefix",
  "error.message",
  "error.messageString",
  "error.responseType",
  "extendedRequestId",
  "httpMethod",
  "identity.sourceIp",
  "identity.userAgent",
  "integration.error",
  "integration.integrationStatus",
  "integration.latency",
  "integration.status",
  "integrationErrorMessage",
  "integrationLatency",
  "integrationStatus",
  "path",
  "protocol",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "responseLatency",
  "responseLength",
  "routeKey",
  "stage",
  "status",
] as const;
export type LogVariable = (typeof logVariables)[number];

/** One line of the log. Values are escaped in JSON formats [L: AWS does not say how it treats a quote in a value]. */
export function formatLine(format: string, context: LogContext): string {
  const json = format.trimStart().startsWith("{");
  return format.trim().replace(/\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)/g, (_, name: string) => {
    const value = String(context[name as LogVariable] ?? "-");
    return json ? JSON.stringify(value).slice(1, -1) : value;
  });
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `$context.requestTime` is in Common Log Format. */
export function commonLogTime(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${two(time.getUTCDate())}/${months[time.getUTCMonth()] ?? ""}/${time.getUTCFullYear()}`;
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}
