/** With a program in the place of the AWS CLI that prints what that prints. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { awsCli } from "../../aws/cli";

describe("the AWS CLI", () => {
  let folder: string;
  let path: string | undefined;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "aws-cli-"));
    ({ PATH: path } = process.env);
    process.env.PATH = [folder, path].join(delimiter);
  });
  after(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });
  const say = (script: string): void => {
    writeFileSync(join(folder, "aws"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "aws"), 0o755);
  };

  it("is asked in the stack's Region and with its profile, for JSON", async () => {
    say(`printf '{"line":"%s"}' "$*"`);
    assert.deepEqual(await awsCli("eu-west-2", "ops")(["ecs", "list-clusters"]), {
      line: "ecs list-clusters --region eu-west-2 --output json --profile ops",
    });
  });

  it("has nothing where AWS has nothing, in the words of each service", async () => {
    for (const code of [
      "NoSuchEntity",
      "NotFoundException",
      "ResourceNotFoundException",
      "ServiceNotFound",
      "ImageNotFoundException",
      "InvalidVpcEndpointId.NotFound",
    ]) {
      say(`echo "An error occurred (${code}) when calling the X operation: it is not there" >&2; exit 254`);
      assert.equal(await awsCli("eu-west-2", undefined)(["x", "get-x"]), undefined, code);
    }
  });

  it("fails by what is no answer of AWS, and says what it was", async () => {
    for (const [answer, shown] of [
      ["<html>\\n502</html>", "<html>"],
      ["[1]", "[1]"],
      ["null", "null"],
    ]) {
      say(`printf '${answer}'`);
      await assert.rejects(awsCli("eu-west-2", undefined)(["x", "y"]), {
        message: `the AWS CLI's answer is no JSON object: ${shown}`,
      });
    }
  });

  it("is not taken for an account that has nothing where it says nothing", async () => {
    say("exit 0");
    const cli = awsCli("eu-west-2", undefined);
    for (const call of [
      ...[
        "ecs describe-services",
        "ecs list-tasks",
        "logs filter-log-events",
        "servicediscovery list-instances",
      ],
      ...["apigatewayv2 get-routes", "ec2 describe-subnets", "iam list-role-policies"],
    ])
      await assert.rejects(cli(call.split(" ")), { message: "the AWS CLI said nothing" }, call);
    // Its answer is a map alone, which may be left out.
    assert.deepEqual(
      await cli(["servicediscovery", "get-instances-health-status", "--service-id", "srv-a"]),
      {},
    );
  });

  it("fails with AWS's last line else, and ends when it is told to", async () => {
    say(`printf '\\nAn error occurred (ThrottlingException): Rate exceeded\\n' >&2; exit 254`);
    await assert.rejects(awsCli("eu-west-2", undefined)(["x", "y"]), {
      message: "An error occurred (ThrottlingException): Rate exceeded",
    });
    say("exec sleep 60");
    const controller = new AbortController();
    const asked = awsCli("eu-west-2", undefined)(["x", "y"], controller.signal);
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(asked, { message: "it was ended" });
  });
});
