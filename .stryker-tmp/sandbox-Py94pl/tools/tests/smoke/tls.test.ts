// @ts-nocheck
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import type { Deployment } from "../../../simulate/deployment";
import { changed, fixture } from "../local/fixture";
import { checked, smoke } from "./run-smoke";
import { shopFront } from "./shop";

const day = 86_400_000;
// Certificates know no milliseconds.
const today = new Date(Math.floor(Date.now() / 1000) * 1000);
const domain = "aws:apigatewayv2/domainName:DomainName";

interface Made {
  cert: string;
  key: string;
}

/** A certificate of its own, or of an authority, for some days from `today`. */
async function certificate(days: number, altName: string, ca?: Made): Promise<Made> {
  const made = await generate([{ name: "commonName", value: ca ? altName : "test authority" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date("2020-01-01"),
    notAfterDate: new Date(today.getTime() + days * day),
    extensions: [
      { name: "basicConstraints", cA: !ca, critical: true },
      { name: "keyUsage", keyCertSign: !ca, digitalSignature: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: altName }] },
    ],
    ...(ca && { ca }),
  });
  return { cert: made.cert, key: made.private };
}

describe("npm run smoke over TLS", () => {
  const files = shopFront();
  let authority: Made;
  let server: Server | undefined;
  before(async () => (authority = await certificate(36_500, "authority.test")));
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(options: ServerOptions): Promise<string[]> {
    const started = createServer(options, (_, response) => void response.end("here"));
    server = started;
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
    return ["--wait", "0", "--url", `https://localhost:${(started.address() as AddressInfo).port}`];
  }
  const deployment = fixture({ routes: ["GET /"] });
  const trusting = (of: Deployment = deployment) => ({ deployment: of, today, ca: authority.cert });

  it("passes a certificate that is valid for two weeks or more", async () => {
    const argv = await serve(await certificate(14, "localhost", authority));
    const { code, checks } = await checked(argv, trusting());
    assert.equal(checks.get("TLS")?.detail, "TLSv1.3, certificate valid for 14 days");
    assert.equal(checks.get("GET /")?.outcome, "passed");
    // The server has no gateway before it, which would know no such path.
    assert.deepEqual([code, checks.get("a path without a route")?.outcome], [1, "failed"]);
  });

  it("fails one that is over in less, though it is valid", async () => {
    const { failed, checks } = await checked(
      await serve(await certificate(13, "localhost", authority)),
      trusting(),
    );
    assert.ok(failed.includes("TLS"));
    assert.equal(checks.get("TLS")?.failure?.got, "one that ends in 13 days");
    assert.equal(checks.get("GET /")?.outcome, "passed");
  });

  for (const [what, make, got] of [
    ["expired", () => certificate(-1, "localhost", authority), "CERT_HAS_EXPIRED"],
    ["that nobody trusts", () => certificate(365, "localhost"), "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["of another name", () => certificate(365, "other.test", authority), "ERR_TLS_CERT_ALTNAME_INVALID"],
  ] as const) {
    it(`fails one ${what}, and calls nothing over it`, async () => {
      const { failed, checks } = await checked(await serve(await make()), trusting());
      assert.ok(failed.includes("TLS"));
      assert.match(checks.get("TLS")?.failure?.got ?? "", new RegExp(got));
      assert.match(checks.get("GET /")?.failure?.got ?? "", new RegExp(got));
      assert.match(checks.get("GET /")?.failure?.fix ?? "", /see the check of TLS/);
    });
  }

  it("fails a server of TLS 1.1", async () => {
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const argv = await serve({ ...(await certificate(365, "localhost", authority)), ...old });
    const { checks } = await checked(argv, trusting());
    assert.match(checks.get("TLS")?.failure?.got ?? "", /^E/);
  });

  it("shows its own certificate where the domain asks for one, and refuses to start without", async () => {
    const { cert, key } = await certificate(365, "client.test", authority);
    writeFileSync(files.path("cert.pem"), cert);
    writeFileSync(files.path("key.pem"), key);
    const own = await certificate(365, "localhost", authority);
    const argv = await serve({ ...own, ca: authority.cert, requestCert: true, rejectUnauthorized: true });
    const asks = { ...fixture({ routes: ["GET /"] }) };
    const [api] = asks.resources;
    asks.resources.push({ ...api!, type: domain, inputs: {} });
    const mutual = changed(asks, domain, {
      mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem" },
    });

    const without = await smoke(argv, trusting(mutual));
    assert.match(
      without.stderr,
      /^The stack's domain asks for client certificates: give one with --cert and --key\.\n/,
    );
    assert.equal((await checked(argv, trusting())).checks.get("GET /")?.outcome, "failed");
    const both = ["--cert", files.path("cert.pem"), "--key", files.path("key.pem")];
    const { checks } = await checked([...argv, ...both], trusting(mutual));
    assert.equal(checks.get("TLS")?.outcome, "passed");
    assert.equal(checks.get("GET /")?.outcome, "passed");
  });
});
