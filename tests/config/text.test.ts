import assert from "node:assert/strict";
import { ofType } from "../../simulate/deployment";
import { run, problemsOf } from "../support/stack";

const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });
const route = (rewrite: object): object =>
  flask({ routes: [{ key: "GET /a/{id}", rewrite }, { key: "GET /b" }] });
const lambda = "arn:aws:lambda:eu-west-2:111122223333:function:who";
const authorizer = (values: object): object => ({
  api: { authorizers: { who: { type: "lambda", functionArn: lambda, ...values } } },
});
const secret = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:db-AbCdEf";

const hub = (imageCredentials: string): object => ({
  network: { egress: "nat" },
  services: { flask: { image: "registry.example.com/web:1", imageCredentials } },
});
const domain = (values: object): object => ({ api: { domain: { only: true, ...values } } });
const longName = (length: number): string => `${"a".repeat(50)}.${"b".repeat(length - 55)}.com`;
const boundary = (length: number): object => ({
  iam: { permissionsBoundary: `arn:aws:iam::111122223333:policy/${"p".repeat(length - 2)}/most` },
});

describe("text of the configuration that AWS would refuse or drop", () => {
  const cases: [title: string, values: object, expected: string | string[]][] = [
    [
      "tags that IAM does not tell apart",
      { tags: { Team: "web", team: "web", stack: "a" } },
      [
        'tags.team: got the name "team". Allowed: a name that differs from Team by more than case: IAM does not tell them apart. Fix: take one of them out, or rename it.',
        'tags.stack: got the name "stack". Allowed: a name that differs from Stack by more than case: IAM does not tell them apart. Fix: write Stack, or rename it.',
      ],
    ],
    [
      "more tags than a resource has, with the program's own",
      { tags: Object.fromEntries(Array.from({ length: 47 }, (_, i) => [`t${i}`, ""])) },
      "tags: 51 tags with the program's own (Project, Stack, ManagedBy, Name). Allowed: 50 on a resource. Fix: take some out.",
    ],
    [
      "a variable without a value",
      flask({ environment: { A: "" } }),
      'services.flask.environment.A: got "". Allowed: name of letters, digits and _ . - → text that is not empty: Amazon ECS drops a variable without a value. Fix: use an allowed value.',
    ],
    [
      "numbers where text belongs",
      flask({ environment: { A: 4, B: true } }),
      [
        'services.flask.environment.A: got 4. Allowed: name of letters, digits and _ . - → text that is not empty: Amazon ECS drops a variable without a value. Fix: write "4", in quotes.',
        'services.flask.environment.B: got true. Allowed: name of letters, digits and _ . - → text that is not empty: Amazon ECS drops a variable without a value. Fix: write "true", in quotes.',
      ],
    ],
    [
      "a health command that is no list of its kind",
      flask({ healthCheck: { command: ["CMD-SHELL", "curl", "-f"] } }),
      'services.flask.healthCheck.command: got ["CMD-SHELL","curl","-f"]. Allowed: ["CMD", program, …] or ["CMD-SHELL", line]. Fix: use an allowed value.',
    ],
    [
      "more scopes than a route has",
      flask({ routes: [{ key: "GET /a", scopes: Array.from({ length: 11 }, () => "s") }] }),
      'services.flask.routes.0.scopes: got ["s","s","s","s","s","s","s","s","s","s","s"]. Allowed: list of 10 scopes or fewer, each of 1–64 printable characters without blanks. Fix: use an allowed value.',
    ],
    [
      "a claim in brackets",
      route({ headers: { "x-a": "$context.authorizer.claims['custom:a']" } }),
      "services.flask.routes.0.rewrite.headers.x-a: got \"$context.authorizer.claims['custom:a']\". Allowed: names without brackets: AWS refuses them as an invalid " +
        "mapping expression. Fix: name what needs none: a claim by $context.authorizer.claims.<name>.",
    ],
    [
      "variables of a stage that has none",
      route({ query: { a: "$stageVariables.a" } }),
      'services.flask.routes.0.rewrite.query.a: got "$stageVariables.a". Allowed: $request.header.<name>, $request.querystring.<name>, $request.body.<name>, ' +
        "$request.path, $request.path.<param>, $context.<variable>: this program's stage has no variables. Fix: write the text itself.",
    ],
    [
      "a query in a path",
      route({ path: "/b?c=d" }),
      'services.flask.routes.0.rewrite.path: got "/b?c=d". Allowed: a path: what no path holds (blanks, ?, #, %, braces and their like) is encoded as %…. ' +
        "Fix: encode it, and write query parameters below query.",
    ],
    [
      "remembered answers that nothing tells apart, of a function elsewhere",
      authorizer({
        identitySources: [],
        functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:who",
      }),
      [
        'api.authorizers.who.functionArn: got "arn:aws:lambda:eu-west-1:111122223333:function:who". Allowed: a function of eu-west-2: API Gateway asks there. Fix: put the function there too.',
        "api.authorizers.who.identitySources: got []. Allowed: one or more while answers are remembered: they are remembered by these. " +
          "Fix: name what tells callers apart, or set cacheSeconds to 0.",
      ],
    ],
    [
      "what no request can have",
      authorizer({ identitySources: ["$stageVariables.key"] }),
      'api.authorizers.who.identitySources.0: got "$stageVariables.key". Allowed: what a request has: this program\'s stage has no variables, and everybody would get 401. ' +
        "Fix: name a header or a query parameter.",
    ],
    [
      "a secret and a permission that endpoints do not reach",
      flask({
        secrets: { DB: secret.replace("eu-west-2", "eu-west-1") },
        permissions: [{ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-1:111122223333:a"] }],
      }),
      [
        "services.flask.secrets.DB: it lies in eu-west-1. Allowed: with egress endpoints one of eu-west-2: the endpoint reaches no other Region. " +
          "Fix: replicate it there and name the replica, or set network.egress to nat or public.",
        'services.flask.permissions.0.resources.0: got "arn:aws:sqs:eu-west-1:111122223333:a". Allowed: with egress endpoints what lies in eu-west-2: an endpoint reaches no other Region. ' +
          "Fix: name one there, or set network.egress to nat or public.",
      ],
    ],
    [
      "another partition's policy",
      { iam: { permissionsBoundary: "arn:aws-us-gov:iam::111122223333:policy/most" } },
      'iam.permissionsBoundary: got "arn:aws-us-gov:iam::111122223333:policy/most". Allowed: arn:aws:…, because eu-west-2 is in that partition. Fix: name one there.',
    ],
    [
      "another partition's credentials of a registry",
      hub("arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:hub-AbCdEf"),
      'services.flask.imageCredentials: got "arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:hub-AbCdEf". Allowed: arn:aws:…, because eu-west-2 is in that partition. Fix: name one there.',
    ],
    [
      "another partition's certificates",
      domain({
        name: "api.example.com",
        certificateArn: "arn:aws-us-gov:acm:eu-west-2:111122223333:certificate/a",
        ownershipVerificationCertificateArn: "arn:aws-cn:acm:eu-west-2:111122223333:certificate/b",
        truststoreUri: "s3://bucket/ca.pem",
        truststoreVersion: "1",
      }),
      [
        'api.domain.certificateArn: got "arn:aws-us-gov:acm:eu-west-2:111122223333:certificate/a". Allowed: arn:aws:…, because eu-west-2 is in that partition. Fix: name one there.',
        'api.domain.ownershipVerificationCertificateArn: got "arn:aws-cn:acm:eu-west-2:111122223333:certificate/b". Allowed: arn:aws:…, because eu-west-2 is in that partition. Fix: name one there.',
      ],
    ],
    [
      "a domain that ACM makes no certificate for",
      domain({ name: longName(65), hostedZoneId: "Z1" }),
      "api.domain.name: 65 characters. Allowed: 64 without certificateArn: ACM makes no certificate whose first name is longer. " +
        "Fix: shorten it, or set certificateArn to a certificate that has it as a further name.",
    ],
  ];
  for (const [title, values, expected] of cases) {
    it(`refuses ${title}`, async () => assert.deepEqual(await problemsOf(values), [expected].flat()));
  }

  const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/otel:1";
  const beside = (values: object): object => flask({ sidecars: { otel: { image, ...values } } });
  const job = (values: object): object => ({
    ...flask({}),
    jobs: { all: { service: "flask", command: ["all"], ...values } },
  });
  const elsewhere = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
  const gov = "arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:hub-AbCdEf";
  const volume = {
    fileSystemId: "fs-0a1b2c3d4e5f60718",
    accessPointId: "fsap-0a1b2c3d4e5f60718",
    securityGroupId: "sg-0a1b",
  };

  const refused: [path: string, values: object][] = [
    ["services.flask.routes.0.rewrite.path", route({ path: "/b/../c" })],
    ["services.flask.routes.0.rewrite.path", route({ path: "/%2E%2e" })],
    ["services.flask.routes.0.rewrite.path", route({ path: "/%zz" })],
    ["services.flask.routes.0.rewrite.headers.X-A", route({ headers: { "x-a": "a", "X-A": "b" } })],
    [
      "api.authorizers.who.identitySources",
      authorizer({ identitySources: ["$request.header.Key", "$request.header.key"] }),
    ],
    ["api.cors.allowHeaders.0", { api: { cors: { allowOrigins: ["*"], allowHeaders: ["x-*"] } } }],
    ["share.prefix", { share: { stack: "other", prefix: "/a/.." } }],
    [
      "api.domain.truststoreUri",
      domain({
        name: "api.example.com",
        certificateArn: "arn:aws:acm:eu-west-2:111122223333:certificate/a",
        truststoreUri: "s3://a..b/ca.pem",
        truststoreVersion: "1",
      }),
    ],
    [
      "services.flask.build.cacheFrom.0",
      { services: { flask: { build: { context: "./app", cacheFrom: ["No image"] } } } },
    ],
    ["services.flask.sidecars.otel.image", beside({ image: "Otel:latest" })],
    [
      "services.flask.sidecars.otel.imageCredentials",
      { network: { egress: "nat" }, ...beside({ image: "busybox", imageCredentials: gov }) },
    ],
    ["services.flask.sidecars.otel.imageCredentials", beside({ imageCredentials: "hunter2" })],
    // ECR asks for the execution role.
    [
      "services.flask.sidecars.otel.imageCredentials",
      beside({ imageCredentials: "arn:aws:secretsmanager:eu-west-2:111122223333:secret:hub-AbCdEf" }),
    ],
    ["services.flask.sidecars.otel.command.0", beside({ command: ["a\0"] })],
    ["services.flask.sidecars.otel.environment.A", beside({ environment: { A: "" } })],
    [
      "services.flask.sidecars.otel.healthCheck.command",
      beside({ healthCheck: { command: ["curl", "-f"] } }),
    ],
    ["services.flask.sidecars.otel.user", beside({ user: "a b" })],
    ["jobs.all.sidecars.otel.environment.A", job({ sidecars: { otel: { image, environment: { A: "" } } } })],
    ["jobs.all.environment.A", job({ environment: { A: "" } })],
    ["jobs.all.command.1", job({ command: ["sh", "a\u001b[31m"] })],
    [
      "jobs.all.imageCredentials",
      {
        network: { egress: "nat" },
        jobs: { all: { image: "registry.example.com/web:1", imageCredentials: gov } },
      },
    ],
    ["services.flask.before.command.0", flask({ before: ["a\0b"] })],
    ["services.flask.volumes.data.path", flask({ volumes: { data: { ...volume, path: "/a/../etc" } } })],
    ["tags.a,b", { tags: { "a,b": "" } }],
    ["tags.a", { tags: { a: "x".repeat(257) } }],
    ["services.flask.healthCheck.path", flask({ healthCheck: { path: "/a b" } })],
    ["services.flask.image", { network: { egress: "nat" }, services: { flask: { image: "Nginx:latest" } } }],
    ["services.flask.routes.0.scopes.0", flask({ routes: [{ key: "GET /a", scopes: ["a b"] }] })],
    [
      "services.flask.permissions.0.resources.0",
      flask({ permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3"] }] }),
    ],
    [
      "services.flask.permissions.0.actions.0",
      flask({ permissions: [{ actions: ["s3:**"], resources: ["*"] }] }),
    ],
    [
      "services.flask.permissions.0.resources.0",
      flask({ permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::a/${aws:username/*"] }] }),
    ],
    ...["secret:a b", "secret:x*", "secret:hub-AbCdEf:key::"].map((resource): [string, object] => [
      "services.flask.imageCredentials",
      hub(`arn:aws:secretsmanager:eu-west-2:111122223333:${resource}`),
    ]),
    ["services.flask.imageCredentials", hub("arn:aws:secretsmanager:eu:111122223333:secret:hub-AbCdEf")],
    ["iam.permissionsBoundary", boundary(513)],
    ["iam.permissionsBoundary", { iam: { permissionsBoundary: "arn:aws:iam::111122223333:policy/*" } }],
    ["api.authorizers.who.functionArn", authorizer({ functionArn: `${lambda}:$LATEST` })],
    ["api.authorizers.who.functionArn", authorizer({ functionArn: `${lambda}*` })],
    [
      "api.authorizers.who.identitySources",
      authorizer({ identitySources: ["$request.header.a", "$request.header.a"] }),
    ],
    [
      "api.authorizers.users.audience",
      {
        api: {
          authorizers: {
            users: {
              type: "jwt",
              issuer: "https://a.b",
              audience: Array.from({ length: 51 }, (_, i) => `a${i}`),
            },
          },
        },
      },
    ],
    [
      "api.authorizers.users.issuer",
      { api: { authorizers: { users: { type: "jwt", issuer: "https://a.example?b", audience: ["a"] } } } },
    ],
    [
      "api.domain.certificateArn",
      {
        api: {
          domain: {
            name: "api.example.com",
            only: true,
            certificateArn: "arn:aws:acm:eu-west-2:111122223333:certificate/*",
          },
        },
      },
    ],
  ];
  for (const [path, values] of refused) {
    it(`refuses ${JSON.stringify(values).slice(0, 90)}`, async () => {
      const problems = await problemsOf(values);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0]!.slice(path.length), /^: (?:got |it is not shown)/);
      assert.ok(problems[0]!.startsWith(path), problems[0]);
    });
  }

  it("shows no credentials of a registry that stand where their secret's ARN belongs", async () => {
    const hidden =
      "imageCredentials: it is not shown, because it may be the password itself. Allowed: arn:aws:secretsmanager:…:secret:…. Fix: give the full ARN; " +
      "the value itself never belongs in the configuration.";
    for (const written of ["web:hunter2", { username: "web", password: "hunter2" }, ["hunter2"], 47110815]) {
      assert.deepEqual(await problemsOf(hub(written as string)), [`services.flask.${hidden}`]);
      const run = { image: "registry.example.com/web:1", imageCredentials: written };
      assert.deepEqual(await problemsOf({ network: { egress: "nat" }, jobs: { run } }), [
        `jobs.run.${hidden}`,
      ]);
    }
  });

  it("reads the secrets of a job's own sidecars as a service's", async () => {
    assert.deepEqual(
      await problemsOf(job({ sidecars: { otel: { image, secrets: { A: elsewhere, B: gov } } } })),
      [
        "jobs.all.sidecars.otel.secrets.A: it lies in eu-west-1. Allowed: with egress endpoints one of eu-west-2: the endpoint reaches no other Region. " +
          "Fix: replicate it there and name the replica, or set network.egress to nat or public.",
        "jobs.all.sidecars.otel.secrets.B: it is not shown. Allowed: arn:aws:…, because eu-west-2 is in that partition. Fix: name one there.",
        "jobs.all.sidecars.otel.secrets.B: it lies in us-gov-west-1. Allowed: with egress endpoints one of eu-west-2: the endpoint reaches no other Region. " +
          "Fix: replicate it there and name the replica, or set network.egress to nat or public.",
      ],
    );
  });

  it("refuses a user or group that no container runtime takes", async () => {
    for (const user of ["2147483648", "0:2147483648", "99999999999:a"]) {
      assert.deepEqual(await problemsOf(flask({ user })), [
        `services.flask.user: got "${user}". Allowed: user or user:group, by number or name, in quotes: "10001". Fix: use an allowed value, or leave it out for "10001".`,
      ]);
    }
  });

  it("lets what is just within AWS's limits pass, and policy variables that end", async () => {
    await run(domain({ name: longName(64), hostedZoneId: "Z1" }));
    await run(domain({ name: "api.xn--e1afmkfd.xn--p1ai", hostedZoneId: "Z1" }));
    await run(flask({ user: "2147483647:2147483647" }));
    await run(
      domain({
        name: longName(65),
        certificateArn: "arn:aws:acm:eu-west-2:111122223333:certificate/a",
      }),
    );
    await run(boundary(512));
    await run(hub("arn:aws:secretsmanager:eu-west-2:111122223333:secret:hub-AbCdEf"));
    await run(
      flask({
        permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::a/${aws:username}/${$}/*"] }],
      }),
    );
  });

  it("lets one of the program's own tags be overwritten, and 46 others stand beside them", async () => {
    const tags = Object.fromEntries(Array.from({ length: 46 }, (_, i) => [`t${i}`, "größe: 1/2 @ 3+4"]));
    assert.deepEqual((await run({ tags: { ...tags, Stack: "mine" } })).warnings, []);
  });

  it("lets secrets of another Region pass where tasks reach it, decrypted there", async () => {
    const other = secret.replace("eu-west-2", "eu-west-1");
    const deployment = await run({ network: { egress: "nat" }, ...flask({ secrets: { DB: other } }) });
    const [policy] = ofType(deployment, "aws:iam/rolePolicy:RolePolicy").filter(
      ({ name }) => name === "flask-execution",
    );
    const { Statement } = JSON.parse(policy!.inputs.policy as string) as { Statement: object[] };
    assert.deepEqual(Statement.at(-1), {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:eu-west-1:111122223333:key/*",
      Condition: { StringEquals: { "kms:ViaService": ["secretsmanager.eu-west-1.amazonaws.com"] } },
    });
  });

  it("lets the API ask a version or alias, by a qualifier of its own", async () => {
    for (const [functionArn, qualifier] of [
      [lambda, undefined],
      [`${lambda}:live`, "live"],
    ]) {
      const deployment = await run(authorizer({ functionArn }));
      const [permission] = ofType(deployment, "aws:lambda/permission:Permission");
      assert.deepEqual([permission!.inputs.function, permission!.inputs.qualifier], [lambda, qualifier]);
      const [asked] = ofType(deployment, "aws:apigatewayv2/authorizer:Authorizer");
      assert.ok((asked!.inputs.authorizerUri as string).endsWith(`/functions/${functionArn}/invocations`));
    }
  });

  it("refuses an authorizer whose name another one has in AWS", async () => {
    const jwt = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
    const named = (other: object): object => ({
      api: { authorizers: { who: { type: "lambda", functionArn: lambda }, "who-lambda": other } },
    });
    assert.deepEqual(await problemsOf(named(jwt)), [
      "api.authorizers.who-lambda: who is called so in AWS, because its type is lambda. Allowed: another name. Fix: rename one of the two.",
    ]);
    const { resources } = await run(named({ type: "lambda", functionArn: lambda }));
    const names = resources
      .filter(({ type }) => type === "aws:apigatewayv2/authorizer:Authorizer")
      .map(({ inputs }) => inputs.name);
    assert.deepEqual(names, ["who-lambda", "who-lambda-lambda"]);
  });
});
