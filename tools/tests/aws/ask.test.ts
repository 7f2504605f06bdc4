import assert from "node:assert/strict";
import { actionOf, Asking, type Limits } from "../../aws/ask";
import type { Aws } from "../../aws/cli";
import { UsageError } from "../../commands/options";

const limits: Limits = { each: 10_000, atOnce: 2 };
// As the AWS CLI prints them, the last line alone.
const refusals = {
  ecs:
    "An error occurred (AccessDeniedException) when calling the DescribeServices operation: User: arn:aws:iam::111122223333:user/ops " +
    "is not authorized to perform: ecs:DescribeServices on resource: arn:aws:ecs:eu-west-2:111122223333:service/dev/web because no " +
    "identity-based policy allows the ecs:DescribeServices action",
  ec2:
    "An error occurred (UnauthorizedOperation) when calling the DescribeVpcEndpoints operation: You are not authorized to perform " +
    "this operation.",
  expired:
    "An error occurred (ExpiredTokenException) when calling the GetApi operation: The security token included in the request is expired",
};

describe("asking AWS", () => {
  const answering =
    (answer: () => Promise<object | undefined>): Aws =>
    () =>
      answer() as ReturnType<Aws>;

  it("tells what is found, what AWS does not have, and what it refuses with the action that is needed", async () => {
    const found = new Asking(answering(() => Promise.resolve({ Name: "web" })));
    assert.deepEqual(await found.ask("ecs", "describe-services"), { is: "found", found: { Name: "web" } });
    const absent = new Asking(answering(() => Promise.resolve(undefined)));
    assert.deepEqual(await absent.ask("ecs", "describe-services"), { is: "absent" });
    for (const [message, args, needs] of [
      [refusals.ecs, ["ecs", "describe-services"], "ecs:DescribeServices"],
      [refusals.ec2, ["ec2", "describe-vpc-endpoints"], "ec2:DescribeVpcEndpoints"],
      [refusals.expired, ["apigatewayv2", "get-api"], undefined],
    ] as const) {
      const asking = new Asking(answering(() => Promise.reject(new Error(message))));
      assert.deepEqual(await asking.ask(...args), { is: "unseen", because: message, needs });
    }
  });

  it("names the action of a call as IAM does", () => {
    const calls = [
      "acm describe-certificate",
      "apigatewayv2 get-vpc-link",
      "logs filter-log-events",
      "route53 list-resource-record-sets",
      "servicediscovery get-instances-health-status",
    ];
    assert.deepEqual(
      calls.map((call) => actionOf(call.split(" "))),
      [
        "acm:DescribeCertificate",
        "apigateway:GET",
        "logs:FilterLogEvents",
        "route53:ListResourceRecordSets",
        "servicediscovery:GetInstancesHealthStatus",
      ],
    );
  });

  it("asks for each thing once, and for no more than it may at once", async () => {
    const calls: string[] = [];
    let now = 0;
    let most = 0;
    const aws: Aws = async (args) => {
      calls.push(args.join(" "));
      most = Math.max(most, ++now);
      await new Promise((done) => setTimeout(done, 2));
      now -= 1;
      return { of: args[1] };
    };
    const asking = new Asking(aws, limits);
    const words = ["a", "b", "c", "a", "b", "d"];
    const answers = await Promise.all(words.map((word) => asking.ask("ecs", word)));
    assert.deepEqual(
      answers.map((answer) => (answer.is === "found" ? (answer.found as { of: string }).of : "")),
      words,
    );
    assert.deepEqual([calls, most], [["ecs a", "ecs b", "ecs c", "ecs d"], 2]);
  });

  it("goes on without what does not answer, and ends the call", async () => {
    let ended = false;
    const aws: Aws = (args, signal) =>
      args[1] === "silent"
        ? new Promise(() => signal?.addEventListener("abort", () => (ended = true)))
        : Promise.resolve({});
    const asking = new Asking(aws, { each: 20, atOnce: 1 });
    const words = ["before", "silent", "other"];
    const answers = await Promise.all(words.map((word) => asking.ask("ecs", word)));
    assert.deepEqual(answers, [
      { is: "found", found: {} },
      { is: "unseen", because: "no answer in 0.02 s", needs: undefined },
      { is: "found", found: {} },
    ]);
    assert.ok(ended);
  });

  it("asks no more where nothing was answered ever", async () => {
    const calls: string[] = [];
    const aws: Aws = ([, call = ""]) => {
      calls.push(call);
      return new Promise(() => undefined);
    };
    const asking = new Asking(aws, { each: 20, atOnce: 1 });
    const answers = await Promise.all(["a", "b", "c"].map((word) => asking.ask("ecs", word)));
    const silence = { is: "unseen", because: "no answer in 0.02 s", needs: undefined };
    assert.deepEqual([answers, calls], [[silence, silence, silence], ["a"]]);
  });

  it("fails where there is no AWS CLI: nothing can be asked then", async () => {
    const asking = new Asking(() => Promise.reject(new UsageError("There is no AWS CLI on the path.")));
    await assert.rejects(asking.ask("ecs", "list-tasks"), UsageError);
  });
});
