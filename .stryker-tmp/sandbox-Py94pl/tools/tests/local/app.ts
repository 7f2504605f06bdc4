/** A tiny service to build and roll: it tells its version, and drains as a good one does. */
// @ts-nocheck

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TinyApp {
  folder: string;
  context: string;
  /** Writes new code; `broken` never becomes healthy, `crash` ends at once. */
  edit(version: string, fault?: "broken" | "crash"): void;
  remove(): void;
}

const server = (version: string, fault: string | undefined) => `
const { createServer } = require("node:http");
if (${JSON.stringify(fault)} === "crash") throw new Error("crash as told");
let draining = false;
const server = createServer((request, response) => {
  if (draining) response.setHeader("Connection", "close");
  if (request.url === "/pid") return response.end(String(process.pid));
  if (request.url === "/env") return response.end(JSON.stringify(process.env));
  if (request.url === "/healthz" && ${JSON.stringify(fault)} === "broken") response.statusCode = 500;
  request.resume().on("end", () => setTimeout(() => response.end(${JSON.stringify(version)}), Math.random() * 20));
});
server.keepAliveTimeout = 75000;
server.listen(process.env.PORT, () => console.log("listening, version ${version}"));
process.on("SIGTERM", () => {
  console.log("draining");
  draining = true;
  setTimeout(() => server.close(() => process.exit(0)), 300);
  setTimeout(() => server.closeIdleConnections(), 400);
});
`;

const health = `
require("node:http").get({ port: process.env.PORT, path: "/healthz" }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
}).on("error", () => process.exit(1));
`;

const dockerfile = `FROM node:22 AS unused
ENV STAGE=first
FROM node:22
ENV GREETING="hello world" BASE=/srv HOST=0.0.0.0
ENV NESTED=$BASE/app
WORKDIR /app
COPY . .
CMD ["node", "server.js"]
`;

export const tinyHealthCheck = {
  command: ["CMD", "node", "health.js"],
  interval: 1,
  timeout: 2,
  retries: 2,
  startPeriod: 1,
};

export function tinyApp(): TinyApp {
  const folder = mkdtempSync(join(tmpdir(), "local-stack-"));
  const context = join(folder, "app");
  mkdirSync(context);
  const edit = (version: string, fault?: string) =>
    writeFileSync(join(context, "server.js"), server(version, fault));
  edit("v1");
  writeFileSync(join(context, "health.js"), health);
  writeFileSync(join(context, "Dockerfile"), dockerfile);
  writeFileSync(join(context, ".dockerignore"), "ignored\n*.log\n");
  return { folder, context, edit, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
