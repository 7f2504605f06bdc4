import { setInterval } from "node:timers";
import { greeting } from "@monorepo/greeting";
import express from "express";
import { requestLog } from "./request-log.js";

const app = express();
app.disable("x-powered-by");
app.use(requestLog);

app.get("/", (request, response) => {
  response.type("text").send(`${greeting("Node")}\n`);
});

// What the client called begins with the prefix that the gateway took away; the gateway lets no client say it.
app.get("/links", (request, response) => {
  const prefix = request.get("x-forwarded-prefix") ?? "";
  response.json({ self: `${prefix}/links`, client: request.get("x-client-ip") });
});

// HOST is 127.0.0.1 where `npm start` runs this without a container.
const server = app.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? "0.0.0.0");
// The gateway keeps connections open for reuse: Node's own 5 seconds would close one under a request.
server.keepAliveTimeout = 75_000;

// The companion has held this back until no new request comes: what is in hand is finished, and idle connections are closed.
process.on("SIGTERM", () => {
  server.close();
  setInterval(() => server.closeIdleConnections(), 500).unref();
});
