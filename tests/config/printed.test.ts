import assert from "node:assert/strict";
import { isCredentials, isSecret, printable, shortened, shown, shownPath } from "../../config/printed";

describe("what a message shows of a value", () => {
  const seen: [text: string, written: string][] = [
    ["a b–ü", "a b–ü"],
    ["\n", "\\u000a"],
    ["\u202e", "\\u202e"],
    ["\uffff", "\uffff"],
    ["\ufeff", "\\ufeff"],
    ["\u{e0001}", "\\u{e0001}"],
    ["\ud800", "\\ud800"],
  ];
  for (const [text, written] of seen)
    it(`is ${JSON.stringify(written)}, which a terminal does not obey`, () =>
      assert.equal(printable(text), written));

  it("has 80 characters at most, of which the last says that there is more", () => {
    assert.equal(shortened("x".repeat(80)), "x".repeat(80));
    assert.equal(shortened("x".repeat(81)), `${"x".repeat(77)}…`);
    assert.equal(shortened("x".repeat(11), 10), `${"x".repeat(7)}…`);
  });

  it("is nothing of what lies below secrets, unless nothing does", () => {
    assert.equal(shown(undefined), "nothing");
    assert.equal(shown({ secrets: { A: "hunter2" }, b: 1 }), '{"secrets":"(not shown)","b":1}');
    assert.equal(shown([{ secrets: null }]), '[{"secrets":null}]');
  });

  const paths: [path: string, secret: boolean, shown: string][] = [
    ["secrets", true, "secrets"],
    ["services.web.secrets", true, "services.web.secrets"],
    ["services.web.secrets.DB", true, "services.web.secrets.DB"],
    ["services.web.secrets.DB=hunter2", true, "services.web.secrets.…"],
    ["services.web.secrets.a\nb", true, "services.web.secrets.…"],
    ["services.secrets.port", false, "services.secrets.port"],
    ["jobs.secrets.schedule.x=y", false, "jobs.secrets.schedule.x=y"],
    ["services.web.sidecars.secrets.image", false, "services.web.sidecars.secrets.image"],
    ["services.web.mysecrets", false, "services.web.mysecrets"],
    ["services.web.environment.A", false, "services.web.environment.A"],
  ];
  for (const [path, secret, written] of paths)
    it(`is ${secret ? "nothing" : "the value"} of ${JSON.stringify(path)}`, () => {
      assert.equal(isSecret(path), secret);
      assert.equal(shownPath(path), written);
    });

  it("is 200 characters of a path", () => {
    assert.equal(shownPath("x".repeat(200)), "x".repeat(200));
    assert.equal(shownPath("x".repeat(201)), `${"x".repeat(197)}…`);
  });

  it("is nothing of a registry's credentials", () => {
    for (const [path, credentials] of [
      ["services.web.imageCredentials", true],
      ["jobs.seed.imageCredentials", true],
      ["services.web.imageCredentials.a", false],
      ["services.web.a.imageCredentials", false],
      ["x.services.web.imageCredentials", false],
      ["network.web.imageCredentials", false],
    ] as const)
      assert.equal(isCredentials(path), credentials, path);
  });
});
