/** The stack `shop` behind the local gateway, for tests of one `describe`. */
// @ts-nocheck

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withReferences, type Deployment } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { StandInIssuer } from "../../local/gateway/issuer";
import { readTopology } from "../../local/topology";
import { testServers, type TestServers } from "../local/http";
import type { Clock } from "./run-smoke";

export const pageText = "Serving flask app";

/** A task that works. */
export const healthy: RequestListener = (request, response) => {
  request.resume().on("end", () => response.end(request.url === "/" ? `<h1>${pageText}</h1>` : "ok"));
};

export interface ShopFront extends Pick<TestServers, "closeAll"> {
  deployment(): Deployment;
  /** Puts a deployment, this one or another, behind a gateway; returns the option that names its address. */
  serve(deployment: Deployment, listener?: RequestListener, clock?: Clock): Promise<[string, string]>;
  /** Writes a token of the shop's users, with every scope or without any; returns its file. */
  token(scopes: boolean): Promise<string>;
  path(name: string): string;
  read(name: string): string;
}

export function shopFront(): ShopFront {
  const servers = testServers();
  let deployment: Deployment;
  let issuer: StandInIssuer;
  let folder: string;
  before(async () => {
    deployment = await simulate({ stack: "shop" });
    issuer = await StandInIssuer.create();
  });
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "smoke-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  return {
    closeAll: servers.closeAll,
    deployment: () => deployment,
    serve: async (served, listener = healthy, clock) => {
      const task = await servers.backend(listener);
      const whole = { ...served, resources: withReferences(served) };
      const { port } = await servers.front(whole, [task.port], {
        keys: issuer.keys,
        ...(clock && { now: clock.now }),
      });
      return ["--url", `http://localhost:${port}`];
    },
    token: async (scopes) => {
      const tokens = await issuer.tokens(readTopology(deployment));
      const { token } = tokens.find((issued) => issued.scopes.length > 0 === scopes)!;
      writeFileSync(path("token"), `${token}\n`);
      return path("token");
    },
    path,
    read: (name) => readFileSync(path(name), "utf8"),
  };
}
