import assert from "node:assert/strict";
import fc from "fast-check";
import { isPolicyResource, isWholeSecret, parseArn, parseLambda, parseSecret } from "../../rules/arn";

const lambda = "arn:aws:lambda:eu-west-2:111122223333:function:who";
const secret = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:db";

describe("an ARN", () => {
  it("has six fields", () => {
    assert.deepEqual(parseArn("arn:aws:logs:eu-west-2:111122223333:log-group:/a:*"), {
      partition: "aws",
      service: "logs",
      region: "eu-west-2",
      account: "111122223333",
      resource: "log-group:/a:*",
    });
    for (const none of [
      "",
      "arn:",
      "arn:x",
      "arn:aws:s3",
      "arn:aws:s3:::",
      "arn:aws:sqs:eu-west-2:1111:a",
      "arn:gcp:s3:::a",
      "arn:aws:s3:::a b",
      "arn:aws:*:::a",
      " arn:aws:s3:::a",
    ]) {
      assert.equal(parseArn(none), undefined, none);
    }
  });

  it("may have a * where a policy names several", () => {
    for (const some of [
      "*",
      "arn:aws:s3:::a/*",
      "arn:aws:sqs:*:111122223333:*",
      "arn:aws:sqs:eu-west-?:*:a",
      "arn:aws:iam::aws:policy/a",
    ]) {
      assert.ok(isPolicyResource(some), some);
    }
    assert.ok(!isPolicyResource("arn:*"));
  });

  it("may have policy variables, each with its brace", () => {
    assert.ok(isPolicyResource("arn:aws:s3:::a/${aws:PrincipalTag/team}/*"));
    assert.ok(isPolicyResource("arn:aws:s3:::a/${*}${?}"));
    for (const none of ["arn:aws:s3:::a/${aws:username", "arn:aws:s3:::${a}/${b", "arn:aws:s3:::a/${}"])
      assert.ok(!isPolicyResource(none), none);
  });

  it("is put together again from its fields", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(
        word,
        word,
        fc.stringMatching(/^\d{12}$/),
        fc.stringMatching(/^[!-~]{1,20}$/),
        (service, region, account, resource) =>
          assert.deepEqual(parseArn(`arn:aws:${service}:${region}:${account}:${resource}`), {
            partition: "aws",
            service,
            region,
            account,
            resource,
          }),
      ),
    );
  });
});

describe("a function's ARN", () => {
  it("is divided into the function and its version or alias", () => {
    const table: [string, string | undefined][] = [
      [lambda, undefined],
      [`${lambda}:7`, "7"],
      [`${lambda}:live`, "live"],
    ];
    for (const [text, qualifier] of table)
      assert.deepEqual(parseLambda(text), { ...parseArn(text)!, arn: lambda, qualifier });
  });

  it("names one function", () => {
    for (const none of [
      `${lambda}*`,
      `${lambda}:`,
      `${lambda}:$LATEST`,
      `${lambda}:a:b`,
      lambda.replace("eu-west-2", "*"),
      lambda.replace("eu-west-2", ""),
      lambda.replace("111122223333", ""),
      lambda.replace("lambda", "sqs"),
    ]) {
      assert.equal(parseLambda(none), undefined, none);
    }
  });
});

describe("a secret's ARN", () => {
  const table: [text: string, resource: string][] = [
    [`${secret}-AbCdEf`, `${secret}-AbCdEf`],
    [`${secret}-AbCdEf:user::`, `${secret}-AbCdEf`],
    [`${secret}-AbCdEf::AWSPREVIOUS:`, `${secret}-AbCdEf`],
    [secret, `${secret}-??????`],
    [`${secret}:user::`, `${secret}-??????`],
    [`${secret}-AbCdE`, `${secret}-AbCdE-??????`],
    ["arn:aws:ssm:eu-west-2:111122223333:parameter/a/b", "arn:aws:ssm:eu-west-2:111122223333:parameter/a/b"],
  ];
  for (const [text, resource] of table) {
    it(`${text} is ${resource} in a policy`, () =>
      assert.deepEqual(parseSecret(text), {
        ...parseArn(text)!,
        kind: text.includes(":ssm:") ? "ssm" : "secretsmanager",
        policyResource: resource,
      }));
  }

  it("is whole without a key, a stage or a version", () => {
    assert.ok(isWholeSecret(secret));
    assert.ok(isWholeSecret(`${secret}-AbCdEf`));
    for (const none of [
      "",
      `${secret}-AbCdEf:user::`,
      "arn:aws:ssm:eu-west-2:111122223333:parameter/a",
      "arn:aws:ssm:eu-west-2:111122223333:parameter/a:b",
    ])
      assert.ok(!isWholeSecret(none), none);
  });

  it("names one secret, in one Region and account", () => {
    for (const none of [
      `${secret}*`,
      `${secret}:user`,
      `${secret}:user:`,
      `${secret}:user::x:y`,
      secret.replace("eu-west-2", ""),
      secret.replace("111122223333", ""),
      "arn:aws:ssm:eu-west-2:111122223333:parameter//a",
      "arn:aws:ssm:eu-west-2:111122223333:parameter/*",
      "arn:aws:iam::111122223333:role/a",
      "arn:aws:sqs:eu-west-2:111122223333:secret:db",
    ]) {
      assert.equal(parseSecret(none), undefined, none);
    }
  });
});
