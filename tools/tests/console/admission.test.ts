import assert from "node:assert/strict";
import { refusal, type Asked } from "../../console/admission";

const port = 8090;
const asked = (headers: Asked["headers"], more: Partial<Asked> = {}): string | undefined =>
  refusal({ method: "POST", path: "/api/actions", ...more, headers }, port);

describe("whose requests the console takes", () => {
  for (const host of ["localhost:8090", "127.0.0.1:8090", "[::1]:8090", "LOCALHOST:8090"]) {
    it(`takes those for ${host}, of its own page and of no page`, () => {
      assert.equal(asked({ host }), undefined);
      const own = { host, origin: `http://${host.toLowerCase()}`, "sec-fetch-site": "same-origin" };
      assert.equal(asked(own), undefined);
      assert.equal(asked({ host, "sec-fetch-site": "none" }, { method: "GET", path: "/" }), undefined);
    });
  }

  it("takes the names alone at the port that http:// means, which browsers leave out", () => {
    const at = (port: number, origin = "http://localhost") =>
      refusal({ method: "POST", path: "/api/actions", headers: { host: "localhost", origin } }, port);
    assert.equal(at(80), undefined);
    assert.match(at(80, "http://evil.example") ?? "", /other origins/);
    assert.match(at(8090) ?? "", /answers to no other name/);
  });

  // What a name that was made to mean 127.0.0.1 sends, and what only looks like one of the names.
  for (const host of [
    undefined,
    "",
    "localhost",
    "localhost:80",
    "localhost:8091",
    "localhost.evil.example:8090",
    "evil.example:8090",
    "127.0.0.1.nip.io:8090",
    "127.0.0.2:8090",
    "0.0.0.0:8090",
    "user@localhost:8090",
    "localhost:8090:8090",
    ["localhost:8090", "localhost:8090"],
  ]) {
    it(`refuses those for ${String(host)}`, () => {
      assert.match(asked({ host }) ?? "", /answers to no other name/);
      assert.match(asked({ host }, { method: "GET", path: "/" }) ?? "", /answers to no other name/);
    });
  }

  const host = "localhost:8090";
  for (const origin of [
    "null",
    "",
    "http://evil.example",
    "https://localhost:8090",
    "http://localhost:8080",
    "http://localhost",
    "http://127.0.0.1:8090",
    "http://localhost:8090.evil.example",
    ["http://localhost:8090", "http://evil.example"],
  ]) {
    it(`refuses those of pages of ${String(origin)}`, () => {
      for (const [method, path] of [
        ["POST", "/api/actions"],
        ["GET", "/api/events"],
      ] as const)
        assert.match(asked({ host, origin }, { method, path }) ?? "", /other origins/);
    });
  }

  // A page of another port of localhost is same-site: `npm start` itself serves one.
  for (const site of ["cross-site", "same-site", "something new"]) {
    it(`refuses what a browser calls ${site}, but for a link to the page`, () => {
      const headers = { host, "sec-fetch-site": site };
      for (const path of ["/api/events", "/api/state", "/app.js", "/picture/wide.svg"])
        assert.match(asked(headers, { method: "GET", path }) ?? "", /other origins/);
      const link = { ...headers, "sec-fetch-dest": "document" };
      assert.equal(asked(link, { method: "GET", path: "/" }), undefined);
      assert.match(asked(link, { method: "POST", path: "/" }) ?? "", /other origins/);
      assert.match(asked(link, { method: "GET", path: "/api/state" }) ?? "", /other origins/);
      const framed = { ...headers, "sec-fetch-dest": "iframe" };
      assert.match(asked(framed, { method: "GET", path: "/" }) ?? "", /other origins/);
    });
  }
});
