import { performance } from "node:perf_hooks";

/** One JSON line for each request on standard output, with the id that clients get as apigw-requestid. */
export function requestLog(request, response, next) {
  const started = performance.now();
  const { "x-request-id": id, "x-client-ip": client, "user-agent": agent } = request.headers;
  // The companion asks every few seconds, and CloudWatch bills by the GB. What came by the gateway has an id.
  if (agent === "companion" && id === undefined) return next();
  const [path] = (request.originalUrl ?? request.url).split("?");
  // Also where the client left before the answer was complete.
  response.once("close", () => {
    const line = {
      time: new Date().toISOString(),
      level: "info",
      method: request.method,
      path,
      status: response.statusCode,
      duration_ms: Math.round((performance.now() - started) * 10) / 10,
      // Every route of the gateway overwrites both, so a client cannot say them.
      request_id: id,
      client,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  });
  next();
}
