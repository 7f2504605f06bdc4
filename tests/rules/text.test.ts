import assert from "node:assert/strict";
import fc from "fast-check";
import * as text from "../../rules/text";

function table(takes: (value: string) => boolean, yes: readonly string[], no: readonly string[]): void {
  for (const value of yes) assert.ok(takes(value), `${JSON.stringify(value)} is refused`);
  for (const value of no) assert.ok(!takes(value), `${JSON.stringify(value)} is taken`);
}

describe("text that AWS takes", () => {
  it("as a tag", () => {
    table(
      text.isTagKey,
      ["Team", "a", "größe", "a b", "cost:center/1=+-@_.", "a".repeat(128), "awsome"],
      ["", "a".repeat(129), "aws:a", "AWS:a", "a,b", "a\tb", "a#", "💥", "a\u0000"],
    );
    table(text.isTagValue, ["", "web", "a".repeat(256)], ["a".repeat(257), "a\nb", "(a)", "aws:a", "Aws:a"]);
  });

  it("as a variable", () => {
    table(
      text.isVariableName,
      ["A", "_a", "discovery.type", "some-flag", "a1"],
      ["", "1A", ".a", "-a", "A B", "A=B", "Ä", "A\n"],
    );
    table(text.isVariableValue, [" ", "a", "line\nline", "0"], ["", "a\0b"]);
  });

  it("as the command of a health check", () => {
    const takes = (command: string): boolean => text.isHealthCommand(JSON.parse(command) as string[]);
    table(
      takes,
      [
        '["CMD","true"]',
        '["CMD","curl","-f","http://localhost/"]',
        '["CMD-SHELL","curl -f http://localhost/ || exit 1"]',
      ],
      [
        "[]",
        '["CMD"]',
        '["CMD-SHELL"]',
        '["CMD-SHELL","a","b"]',
        '["curl","-f"]',
        '["NONE"]',
        '["cmd","true"]',
        '["CMD",""]',
        '["CMD","true",""]',
        '["CMD-SHELL"," "]',
        '["CMD","a\\u001b[31m"]',
        '["CMD-SHELL","a\\nb"]',
      ],
    );
  });

  it("as a path, a scope, an audience and an issuer", () => {
    table(
      text.isRequestPath,
      ["/", "/a?b=c", "/a%20b", "/~"],
      ["", "a", "/a b", "/a#b", "/\u007f", "/ä", "/a\n"],
    );
    table(
      text.isScope,
      ["orders", "https://a/b.read", "a".repeat(64)],
      ["", "a b", 'a"', "a\\b", "ä", "a".repeat(65)],
    );
    table(text.isPrintable, ["web", "a b"], ["", " a", "a\n", "\u001b"]);
    table(
      text.isIssuer,
      [
        "https://accounts.google.com",
        "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_a",
        "https://a.b:8443/b/",
        `https://a.b/${"a".repeat(2036)}`,
        "https://8.8.8.8/",
        "https://11.0.0.1:65535",
        "https://172.32.0.1",
        "https://localhost.example",
        "https://internal.example.com",
        "https://idp.notlocal",
        "https://100.63.0.1",
        "https://100.128.0.1",
      ],
      [
        "http://a.b",
        "https://a..b",
        "https://.a",
        "https://-a.b",
        "https://a.b:65536",
        // Nothing of these answers AWS.
        "https://issuer",
        "https://issuer/realms/a",
        "https://issuer:8443",
        "https://com",
        "https://issuer.",
        "https://localhost",
        "https://intranet",
        "https://intranet:8443/a",
        "https://100.64.0.1",
        "https://100.127.255.254",
        "https://idp.localhost:8443/",
        "https://idp.corp.internal",
        "https://idp.local/realms/a",
        "https://idp.home.arpa",
        "https://127.0.0.1",
        "https://10.0.0.1/a",
        "https://172.16.0.1",
        "https://192.168.0.1",
        "https://169.254.169.254",
        "https://0.0.0.0",
        "https://",
        "https://a.b?b",
        "https://a.b#b",
        "https://a b",
        "https://a.b/\u001b",
        `https://a.b/${"a".repeat(2037)}`,
      ],
    );
  });

  it("as an image", () => {
    const digest = `@sha256:${"0".repeat(64)}`;
    table(
      text.isImage,
      [
        "nginx",
        "nginx:1",
        `nginx:1${digest}`,
        "localhost:5000/a/b",
        "ghcr.io/a/b__c:1.2-3",
        `111122223333.dkr.ecr.eu-west-2.amazonaws.com/a${digest}`,
        `a/${"b".repeat(253)}`,
      ],
      [
        "",
        "Nginx",
        "nginx:",
        "nginx@sha256:0",
        "a//b",
        "a b",
        "https://a/b",
        "a:b:c",
        "nginx\n",
        `a/${"b".repeat(254)}`,
      ],
    );
  });

  it("as the project's name", () => {
    table(
      text.isProjectName,
      ["a", "flask-app-fargate", "A_1"],
      ["", "-a", "a.b", "a-", "a".repeat(64), "a b"],
    );
  });

  it("holds no control character where it is on one line", () => {
    const control = fc.integer({ min: 0, max: 31 }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string(), control, fc.string(), (before, character, after) => {
        const whole = `/${before}${character}${after}`;
        for (const takes of [text.isTagKey, text.isTagValue, text.isScope, text.isRequestPath, text.isImage])
          assert.ok(!takes(whole));
        assert.ok(!text.isHealthCommand(["CMD", whole]));
        assert.ok(!text.isIssuer(`https:/${whole}`));
      }),
    );
  });
});
