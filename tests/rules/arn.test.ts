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
      "arn:aws-:s3:::a",
      "arn:aws-US:s3:::a",
      "arn:aws:s3::x*:a",
      "arn:aws:s3::*x:a",
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
    for (const account of ["*", "1*", "*1", "1?2*3"])
      assert.equal(parseArn(`arn:aws:sqs:eu-west-2:${account}:a`)?.account, account);
  });

  it("may be another partition's", () => {
    for (const partition of ["aws-cn", "aws-us-gov", "aws-iso-b"])
      assert.equal(parseArn(`arn:${partition}:s3:::a`)?.partition, partition);
  });

  it("may hold policy variables in a policy, each with its end", () => {
    const bucket = "arn:aws:s3:::a/";
    for (const end of ["${aws:username}/*", "${a}${aws:PrincipalTag/team}", "$", "{}", "$${*}{"])
      assert.ok(isPolicyResource(bucket + end), end);
    for (const end of ["${aws:username", "${}", "${a${b}", "${{}"]) {
      assert.ok(!isPolicyResource(bucket + end), end);
    }
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
    for (const [text, qualifier] of table) {
      const { arn, qualifier: found } = parseLambda(text)!;
      assert.deepEqual([arn, found], [lambda, qualifier]);
    }
  });

  it("may be of any Region", () => {
    for (const region of ["eu-west-2", "us-gov-west-1", "ap-southeast-5"])
      assert.deepEqual(parseLambda(lambda.replace("eu-west-2", region)), {
        ...{ partition: "aws", service: "lambda", region, account: "111122223333", resource: "function:who" },
        ...{ arn: lambda.replace("eu-west-2", region), qualifier: undefined },
      });
  });

  it("names one function", () => {
    for (const none of [
      "",
      "who",
      "arn:aws:lambda:eu-west-2:111122223333:a",
      lambda.replace("function:", "x-function:"),
      lambda.replace("eu-west-2", "1-eu-west-2"),
      lambda.replace("eu-west-2", "eu-west-22"),
      lambda.replace("eu-west-2", "eu-2"),
      lambda.replace("111122223333", "111122223333*"),
      lambda.replace("111122223333", "*111122223333"),
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
    it(`${text} is ${resource} in a policy`, () => assert.equal(parseSecret(text)?.policyResource, resource));
  }

  it("says which store it is in", () => {
    assert.equal(parseSecret(secret)?.kind, "secretsmanager");
    assert.equal(parseSecret("arn:aws:ssm:eu-west-2:111122223333:parameter/ab/cd")?.kind, "ssm");
  });

  it("may name a version by its id, and be told from the whole secret", () => {
    const version = `${secret}-AbCdEf:user:AWSCURRENT:0a1B-2c`;
    assert.equal(parseSecret(version)?.policyResource, `${secret}-AbCdEf`);
    assert.equal(parseSecret(`${secret}-AbCdEfg`)?.policyResource, `${secret}-AbCdEfg-??????`);
    assert.ok(isWholeSecret(secret));
    assert.ok(isWholeSecret(`${secret}-AbCdEf`));
    for (const none of [version, `${secret}:::`, "arn:aws:ssm:eu-west-2:111122223333:parameter/a", "a:b", ""])
      assert.ok(!isWholeSecret(none), none);
  });

  it("names one secret, in one Region and account", () => {
    for (const none of [
      "",
      "hunter2",
      `${secret}:user::0a_`,
      secret.replace("secret:", "x-secret:"),
      secret.replace("secretsmanager", "sqs"),
      "arn:aws:ssm:eu-west-2:111122223333:x-parameter/a",
      "arn:aws:ssm:eu-west-2:111122223333:parameter/a:2",
      `${secret}*`,
      `${secret}:user`,
      `${secret}:user:`,
      `${secret}:user::x:y`,
      secret.replace("eu-west-2", ""),
      secret.replace("111122223333", ""),
      "arn:aws:ssm:eu-west-2:111122223333:parameter//a",
      "arn:aws:ssm:eu-west-2:111122223333:parameter/*",
      "arn:aws:iam::111122223333:role/a",
    ]) {
      assert.equal(parseSecret(none), undefined, none);
    }
  });
});
