import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectFolder, readStack } from "../../simulate/stack";

describe("a stack's file", () => {
  const stack = `slip-${process.pid}`;
  const file = path.join(projectFolder, `Pulumi.${stack}.yaml`);
  afterEach(() => fs.rmSync(file, { force: true }));

  const table: [what: string, text: string, message: RegExp][] = [
    ["a tab", "config:\n\taws:region: eu-west-2\n", /, line 2, column 1: this is no YAML\. [^\n]+\.$/],
    ["an open bracket", "config:\n  a: [1, 2\n", /, line 3, column 1: this is no YAML\. [^\n]+\.$/],
    ["a key twice", "config:\n  a: 1\n  a: 2\n", /, line 3, column 3: this is no YAML\. [^\n]+\.$/],
    [
      "a list",
      "- a\n",
      /: below config: belongs an object\. Fix: write `key: value` lines there, indented\.$/,
    ],
    [
      "keys without config: above them",
      "aws:region: eu-west-2\n",
      /: aws:region stands beside config:, where Pulumi does not look\. Fix: write it below config:, indented\.$/,
    ],
    [
      "services beside config:",
      "config:\n  aws:region: eu-west-2\nservices:\n  web: { build: ./web }\n",
      /: services stands beside config:, where Pulumi does not look\. Fix: write it below config:, indented\.$/,
    ],
    [
      "a key that is meant for one, beside config:",
      "config:\n  a: 1\nservice: {}\n",
      /: service stands beside config:/,
    ],
    ["a list of settings", "config:\n  - a\n", /: below config: belongs an object\./],
  ];
  for (const [what, text, message] of table) {
    it(`that holds ${what} is named, in one line without a trace`, () => {
      fs.writeFileSync(file, text);
      assert.throws(
        () => readStack(stack),
        (error: Error) => {
          assert.ok(pulumi.RunError.isInstance(error));
          assert.equal(error.stack, undefined);
          assert.ok(error.message.startsWith(`Pulumi.${stack}.yaml`), error.message);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it("may have what Pulumi writes beside config:", () => {
    const salt =
      "secretsprovider: awskms://alias/x\nencryptedkey: a\nencryptionsalt: v1:a:b\nenvironment: [shared]\n";
    fs.writeFileSync(file, `${salt}config:\n  aws:region: eu-west-2\n`);
    assert.equal(readStack(stack)["aws:region"], "eu-west-2");
  });

  it("may be empty", () => {
    fs.writeFileSync(file, "");
    assert.equal(readStack(stack)["aws:region"], undefined);
  });
});
