import assert from "node:assert/strict";
import fc from "fast-check";
import { endpointsForAction, reachablePrefixes } from "../../rules/actions";
import {
  closedEndpoints,
  deriveEndpoints,
  type Endpoint,
  endpointForSecret,
  endpointServiceName,
  gatewayEndpoints,
  hasNeeds,
  knownEndpoints,
  neededEndpoints,
  type Needs,
  secretAction,
  secretResource,
} from "../../rules/endpoints";

const where = { partition: "aws", region: "eu-west-2", account: "123456789012" };
const nothing: Needs = { permissions: [], secrets: [], imageRepository: undefined };
const secretArn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:db-AbCdEf";
const parameterArn = "arn:aws:ssm:eu-west-2:123456789012:parameter/app/key";

const statement = (Action: string[], Resource: string[]) => ({
  Effect: "Allow",
  Principal: "*",
  Action,
  Resource,
});
const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const ownRepositories = "arn:aws:ecr:eu-west-2:123456789012:repository/*";
const launch = [
  ...["ecr.api", "ecr.dkr"].map((name) => ({
    name,
    type: "Interface",
    statements: [statement(["ecr:GetAuthorizationToken"], ["*"]), statement(pull, [ownRepositories])],
  })),
  {
    name: "s3",
    type: "Gateway",
    statements: [statement(["s3:GetObject"], ["arn:aws:s3:::prod-eu-west-2-starport-layer-bucket/*"])],
  },
  {
    name: "logs",
    type: "Interface",
    statements: [
      statement(
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        ["arn:aws:logs:eu-west-2:123456789012:log-group:*"],
      ),
    ],
  },
];
const named = (endpoints: Endpoint[], name: string): Endpoint | undefined =>
  endpoints.find((endpoint) => endpoint.name === name);

describe("the endpoints of a closed network", () => {
  it("are what launching a task takes, and no more", () => {
    assert.deepEqual(deriveEndpoints(where, [nothing]), launch);
    assert.deepEqual(deriveEndpoints(where, []), launch);
  });

  it("name the resources of the stack's own partition", () => {
    const china = deriveEndpoints({ partition: "aws-cn", region: "cn-north-1", account: "123456789012" }, []);
    assert.deepEqual(
      china.flatMap(({ statements }) => statements.flatMap(({ Resource }) => Resource)),
      [
        "*",
        "arn:aws-cn:ecr:cn-north-1:123456789012:repository/*",
        "*",
        "arn:aws-cn:ecr:cn-north-1:123456789012:repository/*",
        "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*",
        "arn:aws-cn:logs:cn-north-1:123456789012:log-group:*",
      ],
    );
  });

  it("let another account's image through", () => {
    const imageRepository = "arn:aws:ecr:eu-west-2:210987654321:repository/shared";
    const endpoints = deriveEndpoints(where, [{ ...nothing, imageRepository }]);
    for (const name of ["ecr.api", "ecr.dkr"]) {
      assert.deepEqual(
        named(endpoints, name)?.statements[1],
        statement(pull, [ownRepositories, imageRepository]),
      );
    }
  });

  it("add what permissions and secrets need, to an endpoint that is there or a new one", () => {
    const bucket = "arn:aws:s3:::bucket/*";
    const queue = "arn:aws:sqs:eu-west-2:123456789012:jobs";
    const endpoints = deriveEndpoints(where, [
      {
        permissions: [
          { actions: ["s3:GetObject", "sqs:SendMessage", "s3:PutObject"], resources: [bucket, queue] },
        ],
        secrets: [`${secretArn}:password::`, parameterArn],
        imageRepository: undefined,
      },
      { ...nothing, permissions: [{ actions: ["dynamodb:GetItem"], resources: ["*"] }] },
    ]);
    const [api, dkr, s3, logs] = launch;
    assert.deepEqual(endpoints, [
      api,
      dkr,
      {
        ...s3,
        statements: [...s3!.statements, statement(["s3:GetObject", "s3:PutObject"], [bucket, queue])],
      },
      logs,
      {
        name: "secretsmanager",
        type: "Interface",
        statements: [statement(["secretsmanager:GetSecretValue"], [secretArn])],
      },
      { name: "ssm", type: "Interface", statements: [statement(["ssm:GetParameters"], [parameterArn])] },
      { name: "sqs", type: "Interface", statements: [statement(["sqs:SendMessage"], [bucket, queue])] },
      { name: "dynamodb", type: "Gateway", statements: [statement(["dynamodb:GetItem"], ["*"])] },
    ]);
  });

  it("say once what two services need", () => {
    const needs: Needs = { ...nothing, secrets: [`${secretArn}:user::`, `${secretArn}:password::`] };
    assert.deepEqual(named(deriveEndpoints(where, [needs, needs]), "secretsmanager")?.statements, [
      statement(["secretsmanager:GetSecretValue"], [secretArn]),
    ]);
  });

  const resource = fc.constantFrom("*", "arn:aws:s3:::a/*", "arn:aws:sqs:eu-west-2:123456789012:b");
  const action = fc
    .tuple(fc.constantFrom(...reachablePrefixes), fc.constantFrom("Get*", "Put*", "List*"))
    .map((parts) => parts.join(":"));
  const needs: fc.Arbitrary<Needs> = fc.record({
    permissions: fc.array(
      fc.record({
        actions: fc.array(action, { minLength: 1, maxLength: 4 }),
        resources: fc.array(resource, { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
    secrets: fc.array(fc.constantFrom(secretArn, `${secretArn}:key::`, parameterArn), { maxLength: 3 }),
    imageRepository: fc.option(fc.constant("arn:aws:ecr:eu-west-2:210987654321:repository/x"), {
      nil: undefined,
    }),
  });
  /** Everything that passes, as `endpoint action resource`. */
  const passes = (endpoints: Endpoint[]): Set<string> =>
    new Set(
      endpoints.flatMap(({ name, statements }) =>
        statements.flatMap(({ Action, Resource }) =>
          Action.flatMap((a) => Resource.map((r) => `${name} ${a} ${r}`)),
        ),
      ),
    );

  it("lose nothing when a service is added", () => {
    fc.assert(
      fc.property(fc.array(needs, { maxLength: 3 }), needs, fc.nat(), (services, added, place) => {
        const more = [...services];
        more.splice(place % (services.length + 1), 0, added);
        const after = passes(deriveEndpoints(where, more));
        for (const passage of passes(deriveEndpoints(where, services)))
          assert.ok(after.has(passage), passage);
      }),
    );
  });

  it("let through exactly what launching and the services ask for", () => {
    fc.assert(
      fc.property(fc.array(needs, { maxLength: 3 }), (services) => {
        const wanted = passes(launch as Endpoint[]);
        for (const { permissions, secrets, imageRepository } of services) {
          for (const { actions, resources } of permissions)
            for (const a of actions)
              for (const r of resources)
                for (const name of endpointsForAction(a) ?? []) wanted.add(`${name} ${a} ${r}`);
          for (const arn of secrets) {
            wanted.add(
              arn === parameterArn
                ? `ssm ssm:GetParameters ${parameterArn}`
                : `secretsmanager secretsmanager:GetSecretValue ${secretArn}`,
            );
          }
          for (const name of imageRepository ? ["ecr.api", "ecr.dkr"] : [])
            for (const a of pull) wanted.add(`${name} ${a} ${imageRepository}`);
        }
        assert.deepEqual([...passes(deriveEndpoints(where, services))].sort(), [...wanted].sort());
      }),
    );
  });

  it("are each listed once, with each statement once, S3 and DynamoDB alone by the route table", () => {
    fc.assert(
      fc.property(fc.array(needs, { maxLength: 3 }), (services) => {
        const endpoints = deriveEndpoints(where, services);
        assert.equal(new Set(endpoints.map(({ name }) => name)).size, endpoints.length);
        for (const { name, type, statements } of endpoints) {
          assert.equal(type, name === "s3" || name === "dynamodb" ? "Gateway" : "Interface");
          assert.equal(new Set(statements.map((s) => JSON.stringify(s))).size, statements.length);
        }
      }),
    );
  });
});

describe("endpoints that were made for others", () => {
  const asks = (actions: string[], resources: string[]): Needs => ({
    ...nothing,
    permissions: [{ actions, resources }],
  });
  const bucket = "arn:aws:s3:::photos/*";
  const made = [asks(["s3:GetObject", "s3:List*"], [bucket]), { ...nothing, secrets: [secretArn] }];
  const table: [what: string, needs: Needs, closed: string[]][] = [
    ["launching alone", nothing, []],
    ["the same", asks(["s3:GetObject"], [bucket]), []],
    ["a part of the same", asks(["s3:ListBucket"], ["arn:aws:s3:::photos/2024/1.jpg"]), []],
    ["another resource", asks(["s3:GetObject"], ["arn:aws:s3:::letters/*"]), ["s3"]],
    ["more resources", asks(["s3:GetObject"], ["arn:aws:s3:::*"]), ["s3"]],
    ["one resource of two", asks(["s3:GetObject"], [bucket, "arn:aws:s3:::letters/*"]), ["s3"]],
    ["another action", asks(["s3:PutObject"], [bucket]), ["s3"]],
    ["one action of two", asks(["s3:GetObject", "s3:PutObject"], [bucket]), ["s3"]],
    ["more actions", asks(["s3:Get*"], [bucket]), ["s3"]],
    [
      "an action of one statement on the resource of another",
      asks(["s3:List*"], ["arn:aws:s3:::prod-eu-west-2-starport-layer-bucket/a"]),
      ["s3"],
    ],
    ["an action with the same beginning", asks(["s3:GetObjectAcl"], [bucket]), ["s3"]],
    ["a resource with the same end", asks(["s3:GetObject"], [`x${bucket}`]), ["s3"]],
    ["another service", asks(["sqs:SendMessage"], ["arn:aws:sqs:eu-west-2:123456789012:q"]), ["sqs"]],
    ["the same secret, by a key of it", { ...nothing, secrets: [`${secretArn}:password::`] }, []],
    ["another secret", { ...nothing, secrets: [`${secretArn}2`] }, ["secretsmanager"]],
    [
      "an image of somebody else's",
      { ...nothing, imageRepository: "arn:aws:ecr:eu-west-2:210987654321:repository/x" },
      ["ecr.api", "ecr.dkr"],
    ],
  ];
  for (const [what, needs, closed] of table) {
    it(closed.length > 0 ? `are closed to ${what}` : `let ${what} through`, () =>
      assert.deepEqual(closedEndpoints(where, made, [needs]), closed),
    );
  }

  it("read ? as one character, and what is special to regular expressions as itself", () => {
    const queue = (name: string): string => `arn:aws:sqs:eu-west-2:123456789012:${name}`;
    const open = (pattern: string, name: string): boolean =>
      closedEndpoints(
        where,
        [asks(["sqs:SendMessage"], [queue(pattern)])],
        [asks(["sqs:SendMessage"], [queue(name)])],
      ).length === 0;
    for (const [pattern, name, expected] of [
      ["q?", "q1", true],
      ["q?", "q", false],
      ["q?", "q12", false],
      ["?-?", "a-b", true],
      ["a.b", "a.b", true],
      ["a.b", "axb", false],
      ["a+", "a+", true],
      ["a+", "aa", false],
      ["a*b*c", "a1b2c", true],
      ["a*b*c", "a1b2d", false],
    ] as const)
      assert.equal(open(pattern, name), expected, `${pattern} and ${name}`);
  });
});

describe("what services ask of a closed network", () => {
  const queue = { actions: ["sqs:SendMessage", "iam:PassRole"], resources: ["*"] };

  it("is known by names, in their order", () => {
    assert.deepEqual(neededEndpoints([]), ["ecr.api", "ecr.dkr", "logs", "s3"]);
    assert.deepEqual(
      neededEndpoints([
        { ...nothing, permissions: [queue] },
        { ...nothing, secrets: [parameterArn, "hunter2"] },
      ]),
      ["ecr.api", "ecr.dkr", "logs", "s3", "sqs", "ssm"],
    );
  });

  it("is no endpoint for what none reaches, beside those of what one does", () => {
    const endpoints = deriveEndpoints(where, [{ ...nothing, permissions: [queue] }]);
    assert.deepEqual(endpoints.slice(4), [
      { name: "sqs", type: "Interface", statements: [statement(["sqs:SendMessage"], ["*"])] },
    ]);
  });

  it("is more than every launch where there is a permission, a secret or somebody else's image", () => {
    assert.equal(hasNeeds(nothing), false);
    assert.equal(hasNeeds({ ...nothing, permissions: [queue] }), true);
    assert.equal(hasNeeds({ ...nothing, secrets: [secretArn] }), true);
    assert.equal(hasNeeds({ permissions: [queue], secrets: [secretArn] }), true);
    assert.equal(
      hasNeeds({ ...nothing, imageRepository: "arn:aws:ecr:eu-west-2:210987654321:repository/x" }),
      true,
    );
  });
});

describe("an endpoint", () => {
  it("is one of these", () =>
    assert.deepEqual(knownEndpoints, [
      ...["application-autoscaling", "athena", "bedrock", "bedrock-agent", "bedrock-agent-runtime"],
      ...["bedrock-runtime", "dynamodb", "ecr.api", "ecr.dkr", "events", "execute-api", "glue"],
      ...["kinesis-firehose", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "rekognition", "s3"],
      ...["secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "textract", "xray"],
    ]));

  it("is reached by a route alone for two services", () =>
    assert.deepEqual(gatewayEndpoints, ["s3", "dynamodb"]));
});

describe("secrets", () => {
  const table: [arn: string, endpoint: string | undefined, resource: string, action: string][] = [
    [secretArn, "secretsmanager", secretArn, "secretsmanager:GetSecretValue"],
    [`${secretArn}:password::`, "secretsmanager", secretArn, "secretsmanager:GetSecretValue"],
    [`${secretArn}:::`, "secretsmanager", secretArn, "secretsmanager:GetSecretValue"],
    [`${secretArn}:key:AWSCURRENT:v1`, "secretsmanager", secretArn, "secretsmanager:GetSecretValue"],
    [parameterArn, "ssm", parameterArn, "ssm:GetParameters"],
  ];
  for (const [arn, endpoint, resource, action] of table) {
    it(`${arn} is read by ${action} of ${resource}`, () => {
      assert.equal(endpointForSecret(arn), endpoint);
      assert.equal(secretResource(arn), resource);
      assert.equal(secretAction(arn), action);
    });
  }

  it("are told from what is none, above all from the value of a secret", () => {
    for (const text of [
      "hunter2",
      "",
      "arn:aws:s3:::bucket/key",
      "arn:aws:secretsmanager:eu-west-2:123456789012:secret:",
      "arn:aws:secretsmanager:eu-west-2:123456789012:parameter/x",
      "arn:aws:ssm:eu-west-2:123456789012:parameter/",
      "arn:aws:ssm:eu-west-2:123456789012:secret:x",
      "arn:aws:ssm:eu-west-2:1234:parameter/x",
      ` ${secretArn}`,
      ` ${parameterArn}`,
    ]) {
      assert.equal(endpointForSecret(text), undefined, text);
    }
  });

  it("may lie in any partition", () => {
    assert.equal(
      endpointForSecret("arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:x"),
      "secretsmanager",
    );
    assert.equal(endpointForSecret("arn:aws-cn:ssm:cn-north-1:123456789012:parameter/x"), "ssm");
  });
});

describe("the name of an endpoint's service", () => {
  const table: [region: string, name: string, service: string][] = [
    ["eu-west-2", "ecr.api", "com.amazonaws.eu-west-2.ecr.api"],
    ["eu-west-2", "s3", "com.amazonaws.eu-west-2.s3"],
    ["us-gov-west-1", "ecr.dkr", "com.amazonaws.us-gov-west-1.ecr.dkr"],
    ["cn-north-1", "ecr.api", "cn.com.amazonaws.cn-north-1.ecr.api"],
    ["cn-north-1", "ecr.dkr", "cn.com.amazonaws.cn-north-1.ecr.dkr"],
    ["cn-north-1", "s3", "com.amazonaws.cn-north-1.s3"],
    ["cn-north-1", "logs", "com.amazonaws.cn-north-1.logs"],
    ["ca-central-1", "ecr.api", "com.amazonaws.ca-central-1.ecr.api"],
  ];
  for (const [region, name, service] of table) {
    it(`${name} in ${region}`, () => assert.equal(endpointServiceName(region, name), service));
  }
});
