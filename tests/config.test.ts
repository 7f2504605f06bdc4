import assert from "node:assert/strict";
import { ofType } from "../simulate/deployment";
import { run, find, problemsOf } from "./support/stack";
import { simulate } from "../simulate/program";

const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });
const interfaces = ["ecr.api", "ecr.dkr", "logs"];
const create = [...interfaces, "s3"];
const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:db-AbCdEf";

describe("configuration", () => {
  it("means the walkthrough's system when it names only a Region", async () => {
    const deployment = await run();
    assert.deepEqual(Object.keys(deployment.outputs.services as object), ["flask"]);
    assert.deepEqual(
      ofType(deployment, "aws:apigatewayv2/route:Route").map(({ inputs }) => inputs.routeKey),
      ["ANY /", "ANY /{proxy+}"],
    );
  });

  it("shows a value of up to 80 characters whole, and the first 77 of a longer one", async () => {
    for (const [length, shown] of [
      [78, `"${"x".repeat(78)}"`],
      [79, `"${"x".repeat(76)}…`],
    ] as const) {
      const [problem = ""] = await problemsOf({ network: { egress: "x".repeat(length) } });
      assert.ok(problem.startsWith(`network.egress: got ${shown}. Allowed`), problem);
    }
  });

  it("shows what a terminal would obey as what it is", async () => {
    const [problem = ""] = await problemsOf({ network: { egress: "\u001b[2J\u009b2J\u007f\u202e" } });
    assert.ok(
      problem.startsWith('network.egress: got "\\u001b[2J\\u009b2J\\u007f\\u202e". Allowed'),
      problem,
    );
    const [key = ""] = await problemsOf({ "\u001b[2J": 1 });
    assert.ok(key.startsWith("\\u001b[2J: unknown key"), key);
  });

  it("reports every problem at once, each with its path, value, allowed values and fix", async () => {
    assert.deepEqual(
      await problemsOf({
        netwrk: {},
        network: { egress: "ipv6", zones: 9, endpointZones: 3, cidr: "10.0.0.0/8", natGateways: "single" },
        api: { stage: "a b", throttle: { rate: 0 }, timeout: 3 },
        registry: { forceDelete: "yes" },
        protect: "yes",
        tags: { Team: 1 },
        services: {
          flask: {
            build: "./nowhere",
            image: "nginx",
            cpu: 300,
            memroy: 512,
            routes: ["GET users", "ANY /"],
            environment: { PORT: "1", "a b": "x" },
            secrets: { KEY: "hunter2" },
            healthCheck: { interval: 1, grace: 2 },
          },
          Reports: { build: "./app", desiredCount: -1 },
        },
      }),
      [
        "netwrk: unknown key. Allowed: services, jobs, network, cluster, api, registry, iam, share, alarms, dashboard, protect, tags. Fix: write network.",
        "network.zones: got 9. Allowed: 1–4, or a list of zone ids such as euw2-az1. Fix: use an allowed value, or leave it out for 2.",
        'network.egress: got "ipv6". Allowed: endpoints, nat, public. Fix: choose one of them: Fargate tasks in a dual-stack subnet ' +
          "still need an IPv4 way to ECR and CloudWatch (https://github.com/aws/containers-roadmap/issues/2641).",
        "api.timeout: unknown key. Allowed: existingId, stage, autoDeploy, auth, authorizers, domain, cors, throttle, detailedMetrics, accessLogs. Fix: take it out.",
        'api.stage: got "a b". Allowed: $default, or letters, digits, - and _. Fix: use an allowed value, or leave it out for "$default".',
        "api.throttle.rate: got 0. Allowed: 1–10000. Fix: use an allowed value, or leave it out for 1000.",
        'registry.forceDelete: got "yes". Allowed: true, false. Fix: write true.',
        'protect: got "yes". Allowed: true, false. Fix: write true.',
        'tags.Team: got 1. Allowed: name (1–128) → text (0–256) of letters, digits, blanks and _ . : / = + - @; neither begins with aws:. Fix: write "1", in quotes.',
        'network.cidr: got "10.0.0.0/8". Allowed: a private range (10/8, 172.16/12, 192.168/16) of /16 to /20 that begins on its own boundary. Fix: use for example 10.0.0.0/16.',
        "services.flask.memroy: unknown key. Allowed: build, image, imageCredentials, companion, command, entryPoint, user, readOnlyRoot, writable, initProcess, ephemeralStorage, ulimits, port, cpu, memory, architecture, desiredCount, scaling, sleep, spot, routes, healthCheck, " +
          "before, drainSeconds, environment, secrets, permissions, reach, sidecars, dependsOn, volumes, exec, logRetentionDays. Fix: write memory.",
        "services.flask.healthCheck.interval: got 1. Allowed: 5–300. Fix: use an allowed value, or leave it out for 35.",
        "services.flask.healthCheck.grace: unknown key. Allowed: command, path, interval, timeout, retries, startPeriod. Fix: write startPeriod.",
        'services.flask.environment.a b: got the name "a b". Allowed: name of letters, digits and _ . - → text that is not empty: Amazon ECS drops a variable without a value. Fix: use an allowed value.',
        "services.flask: both build and image are set. Allowed: exactly one of build, image. Fix: take one out.",
        'services.flask.build: got "./nowhere". Allowed: a folder of this project that holds a Dockerfile. Fix: name the folder relative to Pulumi.yaml.',
        "services.flask.cpu: got 300. Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384, 32768. Fix: set it to 512.",
        "services.flask.secrets.KEY: this is not the ARN of a secret or parameter. Allowed: arn:aws:secretsmanager:…:secret:… or " +
          "arn:aws:ssm:…:parameter/…. Fix: give the full ARN; the value itself never belongs in the configuration.",
        "services.Reports.desiredCount: got -1. Allowed: 0–1000. Fix: use an allowed value, or leave it out for 1.",
        "services.Reports: this name cannot name what the service makes. Allowed: 1–32 of a–z, 0–9 and -, beginning with a letter but not with sg-, not ending with -, without --. Fix: rename the service.",
        'services.flask.routes.0: got "GET users". Allowed: a path that starts with `/`. Fix: write `GET /users`.',
        'services.Reports.routes: it is not written, and the default has ANY /. Allowed: a route other than ANY / of services.flask.routes.1. Fix: write below services.Reports: `routes: ["ANY /Reports", "ANY /Reports/{proxy+}"]`.',
      ],
    );
  });

  const cases: [string, object, string | string[]][] = [
    [
      "no Region",
      { "aws:region": "" },
      "aws:region: got nothing. Allowed: a Region such as eu-west-2. Fix: write `aws:region: eu-west-2` below config: of Pulumi.dev.yaml.",
    ],
    [
      "a Region that cannot be one",
      { "aws:region": "London" },
      'aws:region: got "London". Allowed: a Region such as eu-west-2. Fix: write `aws:region: eu-west-2` below config: of Pulumi.dev.yaml.',
    ],
    [
      "text where an object belongs",
      { network: "10.0.0.0/16" },
      'network: got "10.0.0.0/16". Allowed: an object. Fix: write its keys below network:.',
    ],
    [
      "a list of services",
      { services: ["flask"] },
      'services: got ["flask"]. Allowed: name → service. Fix: write a name below services:.',
    ],
    [
      "a service without anything to run",
      { services: { flask: {} } },
      "services.flask: neither build nor image is set. Allowed: exactly one of build, image. Fix: set build to a folder with a Dockerfile.",
    ],
    [
      "CPU units that there are not, beside a memory that is no number",
      { services: { flask: { build: "./app", cpu: 300, memory: "1GB" } } },
      [
        'services.flask.memory: got "1GB". Allowed: what Fargate offers with that many CPU units. Fix: write a number, without a unit.',
        "services.flask.cpu: got 300. Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384, 32768. Fix: set it to 512.",
      ],
    ],
    [
      "a build that is no text and no object, of which build alone is told",
      { services: { flask: { build: 3 } } },
      'services.flask.build: got 3. Allowed: a folder of this project, or {context, dockerfile, target, args, cacheFrom}. Fix: write "3", in quotes.',
    ],
    [
      "a build with an unknown key",
      { services: { flask: { build: { context: "./app", file: "Dockerfile" } } } },
      "services.flask.build.file: unknown key. Allowed: context, dockerfile, target, args, cacheFrom. Fix: write dockerfile.",
    ],
    [
      "a Dockerfile outside its context",
      { services: { flask: { build: { context: "./app", dockerfile: "../Dockerfile" } } } },
      'services.flask.build.dockerfile: got "../Dockerfile". Allowed: a file within the context. Fix: use an allowed value, or leave it out for "Dockerfile".',
    ],
    [
      "a Dockerfile that is not there",
      { services: { flask: { build: { context: "./app", dockerfile: "none" } } } },
      'services.flask.build.dockerfile: got "none". Allowed: a file in ./app. Fix: name it relative to build.context, and that relative to Pulumi.yaml.',
    ],
    [
      "a user that is none",
      flask({ user: "nobody else" }),
      'services.flask.user: got "nobody else". Allowed: user or user:group, by number or name, in quotes: "10001". Fix: use an allowed value, or leave it out for "10001".',
    ],
    [
      "a folder that is writable anyway",
      flask({ writable: ["/tmp"] }),
      'services.flask.writable.0: got "/tmp". Allowed: each folder once, and /tmp not at all: it is writable anyway. Fix: take it out.',
    ],
    [
      "two folders whose volumes would share a name",
      flask({ writable: ["/a/b", "/a-b"] }),
      'services.flask.writable.1: got "/a-b". Allowed: each folder once, and /tmp not at all: it is writable anyway. Fix: make the folder above it writable: its volume would be called as that of /a/b.',
    ],
    [
      "storage that is free anyway",
      flask({ ephemeralStorage: 20 }),
      "services.flask.ephemeralStorage: got 20. Allowed: 21–200. Fix: use an allowed value.",
    ],
    [
      "fewer files than a server needs",
      flask({ ulimits: { nofile: 10 } }),
      "services.flask.ulimits.nofile: got 10. Allowed: 1024–1048576. Fix: use an allowed value.",
    ],
    [
      "credentials for ECR's own",
      flask({
        build: undefined,
        image: "111122223333.dkr.ecr.eu-west-2.amazonaws.com/web:1",
        imageCredentials: "arn:aws:secretsmanager:eu-west-2:111122223333:secret:hub-AbCdEf",
      }),
      'services.flask.imageCredentials: got "arn:aws:secretsmanager:eu-west-2:111122223333:secret:hub-AbCdEf". Allowed: only with the image of a registry that asks for a password; ECR asks for the execution role. Fix: take it out.',
    ],
    [
      "credentials for what is built here",
      flask({ imageCredentials: "arn:aws:secretsmanager:eu-west-2:111122223333:secret:hub-AbCdEf" }),
      'services.flask.imageCredentials: got "arn:aws:secretsmanager:eu-west-2:111122223333:secret:hub-AbCdEf". Allowed: only with the image of a registry that asks for a password; ECR asks for the execution role. Fix: take it out.',
    ],
    [
      "the companion beside a check of the image's own",
      flask({ companion: true, healthCheck: { command: ["CMD", "true"] } }),
      'services.flask.healthCheck.command: got ["CMD","true"]. Allowed: only without the companion, which asks in its place. Fix: take it out, or set companion: false.',
    ],
    [
      "a drain that Spot does not wait for",
      flask({ companion: true, spot: 50, drainSeconds: 81 }),
      "services.flask.drainSeconds: got 81. Allowed: with spot and the companion 80 or less: both containers have 120 s together. Fix: set it to 80, or spot to 0.",
    ],
    [
      "a service that is called as the companion is",
      { services: { "companion-x": { build: "./app", companion: true } } },
      "services.companion-x: the companion's image and container are called so. Allowed: a name that does not begin with companion, in a stack with a companion. Fix: rename the service.",
    ],
    [
      "a memory size that Fargate lacks",
      flask({ cpu: 8192, memory: 18432 }),
      "services.flask.memory: got 18432. Allowed: with 8192 CPU units 16384, 20480, 24576, 28672, 32768, 36864, 40960, 45056, 49152, 53248, 57344, 61440 (MiB). Fix: set it to 20480.",
    ],
    [
      "a drain beyond what Fargate waits",
      flask({ drainSeconds: 86 }),
      "services.flask.drainSeconds: got 86. Allowed: 0–85. Fix: use an allowed value, or leave it out for 60.",
    ],
    [
      "a variable that the program sets",
      flask({ environment: { PORT: "8080" } }),
      "services.flask.environment.PORT: the program sets this variable itself. Allowed: any name but DRAIN_SECONDS, HEALTH_PATH, PORT, SERVICE_NAME. Fix: use the service's own key (port, drainSeconds, healthCheck.path).",
    ],
    [
      "a name that is both variable and secret",
      flask({ environment: { DB: "x" }, secrets: { DB: secret } }),
      "services.flask.secrets.DB: the same name stands in environment. Allowed: each name once. Fix: take one of them out.",
    ],
    [
      "an image that tasks without internet cannot reach",
      { services: { flask: { image: "nginx:1" } } },
      'services.flask.image: got "nginx:1". Allowed: with egress endpoints an image in private ECR of eu-west-2. Fix: copy the image there, or set network.egress to nat or public.',
    ],
    [
      "an image of another Region",
      { services: { flask: { image: "000000000000.dkr.ecr.eu-west-1.amazonaws.com/a:1" } } },
      'services.flask.image: got "000000000000.dkr.ecr.eu-west-1.amazonaws.com/a:1". Allowed: with egress endpoints an image in private ECR of eu-west-2. Fix: copy the image there, or set network.egress to nat or public.',
    ],
    [
      "a permission that no endpoint serves",
      flask({ permissions: [{ actions: ["cognito-idp:AdminGetUser"], resources: ["*"] }] }),
      'services.flask.permissions.0.actions.0: got "cognito-idp:AdminGetUser". Allowed: with egress endpoints actions of application-autoscaling, athena, bedrock, cloudwatch, dynamodb, ecr, events, execute-api, firehose, glue, kinesis, kms, lambda, logs, rekognition, s3, secretsmanager, sns, sqs, ssm, ssmmessages, states, sts, textract, xray, and what stays in the VPC: dax:*, elasticache:Connect, elasticfilesystem:ClientMount, elasticfilesystem:ClientRootAccess, elasticfilesystem:ClientWrite, kafka-cluster:*, memorydb:Connect, neptune-db:*, rds-db:*. Fix: set network.egress to nat or public: no endpoint is known that would reach it.',
    ],
    [
      "everything permitted",
      flask({ permissions: [{ actions: ["*"], resources: ["*"] }] }),
      'services.flask.permissions.0.actions.0: got "*". Allowed: list of {actions: [service:Action], resources: [ARN]}. Fix: use an allowed value.',
    ],
    [
      "endpoints in more zones than there are",
      { network: { zones: 2, endpointZones: 3 } },
      "network.endpointZones: got 3. Allowed: 1–2, the zones of the network. Fix: set it to 2 or add zones.",
    ],
    [
      "a zone twice",
      { network: { zones: ["euw2-az1", "euw2-az1"] } },
      'network.zones: got ["euw2-az1","euw2-az1"]. Allowed: each zone once. Fix: take the repeated id out.',
    ],
    [
      "NAT gateways that egress does not use",
      { network: { natGateways: "onePerZone" } },
      'network.natGateways: got "onePerZone". Allowed: only with egress nat. Fix: take it out or set network.egress to nat.',
    ],
    [
      "a range that begins amid itself",
      { network: { cidr: "10.0.1.0/20" } },
      'network.cidr: got "10.0.1.0/20". Allowed: a private range (10/8, 172.16/12, 192.168/16) of /16 to /20 that begins on its own boundary. Fix: use for example 10.0.0.0/16.',
    ],
    [
      "a new layout for an existing VPC",
      {
        network: {
          cidr: "10.0.0.0/16",
          existing: { vpcId: "vpc-0", subnetIds: ["subnet-0"], routeTableIds: ["rtb-0"], create },
        },
      },
      "network.cidr: set together with network.existing. Allowed: only for a VPC that this program makes. Fix: take it out: the existing VPC decides it.",
    ],
    [
      "existing endpoints without their group",
      {
        network: {
          existing: {
            vpcId: "vpc-0",
            subnetIds: ["subnet-0"],
            endpoints: ["s3", "logs"],
            create: ["ecr.api", "ecr.dkr"],
          },
        },
      },
      "network.existing.endpointSecurityGroupId: got nothing. Allowed: sg-…. Fix: name the group of logs, which must admit the tasks.",
    ],
    [
      "an existing VPC without route tables for S3",
      { network: { existing: { vpcId: "vpc-0", subnetIds: ["subnet-0"], create } } },
      "network.existing.routeTableIds: got []. Allowed: one rtb-… or more: without, nothing leads to a gateway endpoint. Fix: name the subnets' route tables for s3.",
    ],
    [
      "a number of tasks that scaling would choose",
      flask({ desiredCount: 3, scaling: { max: 4 } }),
      "services.flask.desiredCount: got 3. Allowed: only without scaling, which chooses the number itself. Fix: take it out, or set scaling.min and scaling.max.",
    ],
    [
      "fewer tasks at most than at least",
      flask({ scaling: { min: 3, max: 2 } }),
      "services.flask.scaling.max: got 2. Allowed: 3 (scaling.min) or more. Fix: raise it, or lower scaling.min.",
    ],
    [
      "scaling without an upper bound",
      flask({ scaling: {} }),
      "services.flask.scaling.max: got nothing. Allowed: min–1000. Fix: use an allowed value.",
    ],
    [
      "more than all tasks on Spot",
      flask({ spot: 101 }),
      "services.flask.spot: got 101. Allowed: 0–100; with 100 the first runs there too. Fix: use an allowed value, or leave it out for 0.",
    ],
    [
      "a gateway endpoint that no route leads to",
      {
        network: {
          existing: {
            vpcId: "vpc-0",
            subnetIds: ["subnet-0"],
            endpoints: ["s3"],
            create: ["dynamodb", ...interfaces],
          },
        },
        ...flask({
          permissions: [{ actions: ["dynamodb:GetItem"], resources: ["arn:aws:dynamodb:::table/a"] }],
        }),
      },
      "network.existing.routeTableIds: got []. Allowed: one rtb-… or more: without, nothing leads to a gateway endpoint. Fix: name the subnets' route tables for dynamodb.",
    ],
    [
      "an existing endpoint that nothing here needs",
      {
        network: {
          existing: { vpcId: "vpc-0", subnetIds: ["subnet-0"], routeTableIds: ["rtb-0"], endpoints: ["ecr"] },
        },
      },
      'network.existing.endpoints.0: got "ecr". Allowed: application-autoscaling, athena, bedrock, bedrock-agent, bedrock-agent-runtime, bedrock-runtime, dynamodb, ecr.api, ecr.dkr, events, execute-api, glue, kinesis-firehose, kinesis-streams, kms, lambda, logs, monitoring, rekognition, s3, secretsmanager, sns, sqs, ssm, ssmmessages, states, sts, textract, xray. Fix: use an allowed value.',
    ],
    [
      "an explicit deployment of nothing",
      { api: { autoDeploy: false }, ...flask({ routes: [] }) },
      "api.autoDeploy: got false. Allowed: true while no service has a route. Fix: give a service a route, or take it out.",
    ],
    [
      "a tag of AWS's own",
      { tags: { "aws:team": "web" } },
      'tags.aws:team: got the name "aws:team". Allowed: name (1–128) → text (0–256) of letters, digits, blanks and _ . : / = + - @; neither begins with aws:. Fix: use an allowed value.',
    ],
    [
      "a service whose security group EC2 would refuse",
      { services: { "sg-web": { build: "./app" } } },
      "services.sg-web: this name cannot name what the service makes. Allowed: 1–32 of a–z, 0–9 and -, beginning with a letter but not with sg-, not ending with -, without --. Fix: rename the service.",
    ],
    [
      "rewrites that AWS would refuse or misread, all of them",
      flask({
        routes: [
          { key: "GET /shop/{id}", rewrite: { stripPrefix: "/store", path: "/x/$request.path.item" } },
          {
            key: "GET /a",
            rewrite: {
              headers: { "X-Forwarded-For": "me", "x-client-ip": "me" },
              query: { v: "$request.path.id" },
            },
          },
          { key: "GET /b", rewrite: { stripprefix: "/b" }, throttle: { rate: 0, burst: 1 } },
        ],
      }),
      [
        "services.flask.routes.2.throttle.rate: got 0. Allowed: 1–10000. Fix: use an allowed value.",
        "services.flask.routes.2.rewrite.stripprefix: unknown key. Allowed: stripPrefix, path, headers, query. Fix: write stripPrefix.",
      ],
    ],
    [
      "rewrites that do not fit their route, all of them",
      flask({
        routes: [
          { key: "GET /shop/{id}", rewrite: { stripPrefix: "/store", path: "/x/$request.path.item" } },
          {
            key: "GET /a",
            rewrite: {
              headers: { "X-Forwarded-For": "me", "x-client-ip": "me" },
              query: { v: "$request.path.id" },
            },
          },
        ],
      }),
      [
        'services.flask.routes.0.rewrite.path: got "/x/$request.path.item". Allowed: one of stripPrefix, path. Fix: take one out.',
        'services.flask.routes.0.rewrite.stripPrefix: got "/store". Allowed: the first parts of GET /shop/{id}, without {…}. Fix: write them as they stand in the route.',
        'services.flask.routes.0.rewrite.path: got "/x/$request.path.item". Allowed: of the path\'s parts id. Fix: take $request.path.item out, or name it in the route.',
        'services.flask.routes.1.rewrite.query.v: got "$request.path.id". Allowed: no part of the path: the route names none. Fix: take $request.path.id out, or name it in the route.',
        'services.flask.routes.1.rewrite.headers.X-Forwarded-For: got "me". Allowed: any header that API Gateway does not keep to itself. Fix: use a name of your own.',
        'services.flask.routes.1.rewrite.headers.x-client-ip: got "me". Allowed: any header that API Gateway does not keep to itself. Fix: use a name of your own.',
      ],
    ],
    [
      "everybody's pages with their visitors' cookies",
      { api: { cors: { allowOrigins: ["https://*"], allowCredentials: true } } },
      "api.cors.allowCredentials: got true. Allowed: false while allowOrigins holds https://*: anybody's page could act in the name of its visitor. Fix: name the origins, or take it out.",
    ],
    [
      "an origin that is none",
      { api: { cors: { allowOrigins: ["www.example.com/shop"] } } },
      'api.cors.allowOrigins.0: got "www.example.com/shop". Allowed: https://www.example.com, https://*, http://*, or * for all. Fix: use an allowed value.',
    ],
    ...[
      "https://Shop.example.com",
      "https://a.example.com:443",
      "http://a.example.com:80",
      "https://a..com",
    ].map((origin): [string, object, string] => [
      `an origin that no browser sends, ${origin}`,
      { api: { cors: { allowOrigins: [origin] } } },
      `api.cors.allowOrigins.0: got "${origin}". Allowed: https://www.example.com, https://*, http://*, or * for all. Fix: use an allowed value.`,
    ]),
    [
      "CORS for nobody",
      { api: { cors: {} } },
      "api.cors.allowOrigins: got nothing. Allowed: https://www.example.com, https://*, http://*, or * for all. Fix: use an allowed value.",
    ],
    [
      "a domain that nobody could prove or trust",
      { api: { domain: { name: "API.example.com", truststoreUri: "s3://trust/clients.pem" } } },
      [
        'api.domain.name: got "API.example.com". Allowed: a domain name in small letters. Fix: use an allowed value.',
      ],
    ],
    [
      "a domain that does not say what becomes of the address clients have",
      { api: { domain: { name: "api.example.com", hostedZoneId: "Z0A" } } },
      [
        "api.domain.only: got nothing. Allowed: true, false. Fix: write `only: true` to keep what a deployed domain has, or for an API that " +
          "nobody calls yet; write `only: false` for one that is called at its execute-api address, and `only: true` once the domain answers.",
      ],
    ],
    [
      "a proof of ownership without what needs one",
      {
        api: {
          domain: {
            name: "api.example.com",
            only: true,
            hostedZoneId: "Z0A",
            ownershipVerificationCertificateArn: "arn:aws:acm:eu-west-1:000000000000:certificate/a",
          },
        },
      },
      [
        'api.domain.ownershipVerificationCertificateArn: got "arn:aws:acm:eu-west-1:000000000000:certificate/a". Allowed: a certificate of eu-west-2. ' +
          "Fix: API Gateway takes one of its own Region alone: request or import it there.",
        'api.domain.ownershipVerificationCertificateArn: got "arn:aws:acm:eu-west-1:000000000000:certificate/a". Allowed: only beside truststoreUri and ' +
          "certificateArn. Fix: take it out: it proves nothing that the certificate itself does not.",
      ],
    ],
    [
      "a domain without a certificate or a way to one, and half a truststore",
      { api: { domain: { name: "api.example.com", truststoreUri: "s3://trust/clients.pem" } } },
      [
        "api.domain: neither certificateArn nor hostedZoneId is set. Allowed: a certificate, or a hosted zone to validate one in. Fix: set one of them, or both.",
        "api.domain: truststoreUri is set alone. Allowed: truststoreUri and truststoreVersion, or neither. Fix: set both: without a version a new truststore would not take effect.",
      ],
    ],
    [
      "a certificate of another Region",
      {
        api: {
          domain: {
            only: true,
            name: "api.example.com",
            certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/a",
          },
        },
      },
      'api.domain.certificateArn: got "arn:aws:acm:us-east-1:000000000000:certificate/a". Allowed: a certificate of eu-west-2. Fix: API Gateway takes one of its own Region alone: request or import it there.',
    ],
    [
      "authorization that nothing provides",
      {
        api: {
          auth: "user",
          authorizers: {
            users: { type: "jwt", issuer: "https://a.example.com", audience: ["web"] },
            custom: { type: "lambda", functionArn: "arn:aws:lambda:eu-west-2:000000000000:function:who" },
          },
        },
        ...flask({
          routes: [
            { key: "GET /a", auth: "nobody" },
            { key: "GET /b", auth: "custom", scopes: ["x"] },
            { key: "GET /c", auth: "users", scopes: ["x"] },
            { key: "GET /d", auth: "none", scopes: ["x"] },
          ],
        }),
      },
      [
        'api.auth: got "user". Allowed: none, iam, users, custom. Fix: name one of these, or add it to api.authorizers.',
        'services.flask.routes.0.auth: got "nobody". Allowed: none, iam, users, custom. Fix: name one of these, or add it to api.authorizers.',
        'services.flask.routes.1.scopes: got ["x"]. Allowed: only with a JWT authorizer, and this route\'s auth is custom. Fix: take them out, or set auth to one.',
        'services.flask.routes.3.scopes: got ["x"]. Allowed: only with a JWT authorizer, and this route\'s auth is none. Fix: take them out, or set auth to one.',
      ],
    ],
    [
      "authorizers that are none",
      {
        api: {
          authorizers: {
            none: { type: "jwt", issuer: "https://a.example.com", audience: ["web"] },
            plain: { type: "jwt", issuer: "http://a.example.com", audience: [] },
            other: { type: "oauth" },
            more: { type: "jwt", issuer: "https://a.example.com", audience: ["web"], scope: "a" },
          },
        },
      },
      [
        'api.authorizers.none: got the name "none". Allowed: name → authorizer of type jwt (issuer, audience), lambda (functionArn, …) or existing (id, kind); not named none or iam. Fix: use an allowed value.',
        'api.authorizers.plain.issuer: got "http://a.example.com". Allowed: an https:// URL without query or fragment, as the tokens say it, of a host that the internet reaches. Fix: use an allowed value.',
        "api.authorizers.plain.audience: got []. Allowed: list of 1–50 audiences or client ids. Fix: use an allowed value.",
        'api.authorizers.other.type: got "oauth". Allowed: name → authorizer of type jwt (issuer, audience), lambda (functionArn, …) or existing (id, kind); not named none or iam. Fix: use an allowed value.',
        "api.authorizers.more.scope: unknown key. Allowed: type, issuer, audience. Fix: take it out.",
      ],
    ],
    [
      "more authorizers than AWS has",
      {
        api: {
          authorizers: Object.fromEntries(
            Array.from({ length: 11 }, (_, i) => [
              `a${i}`,
              { type: "jwt", issuer: "https://a.example.com", audience: ["web"] },
            ]),
          ),
        },
      },
      "api.authorizers: 11 authorizers. Allowed: 10. Fix: share them between routes.",
    ],
    [
      "what to reach that is no address",
      { network: { reach: [{ to: "db", port: 0 }] } },
      [
        'network.reach.0.to: got "db". Allowed: sg-…, pl-…, or an address range such as 10.1.0.0/16. Fix: use an allowed value.',
        "network.reach.0.port: got 0. Allowed: 1–65535. Fix: use an allowed value.",
      ],
    ],
    [
      "ranges that are none, and more of them than a group has rules for",
      {
        network: {
          reach: [
            { to: "10.0.0.256/24", port: 1 },
            { to: "10.0.0.0/33", port: 1 },
            { to: "sg-0a", port: 5000 },
            ...Array.from({ length: 55 }, (_, i) => ({ to: "sg-0a", port: 5000 + i })),
          ],
        },
      },
      [
        'network.reach.0.to: got "10.0.0.256/24". Allowed: an address range with bytes of 0–255, a mask of 0–32 and no bit set beyond it. Fix: use for example 10.1.0.0/16.',
        'network.reach.1.to: got "10.0.0.0/33". Allowed: an address range with bytes of 0–255, a mask of 0–32 and no bit set beyond it. Fix: use for example 10.1.0.0/16.',
        'network.reach.3: got {"to":"sg-0a","port":5000}. Allowed: each target and port once. Fix: take the repeated one out.',
        "network.reach: 62 rules with those for AWS. Allowed: 60 in a security group. Fix: name a prefix list or a group that covers several.",
      ],
    ],
    [
      "ranges with bits beyond their mask, which come back from AWS without them",
      {
        network: {
          reach: [
            { to: "10.1.2.3/16", port: 5432 },
            { to: "010.1.0.0/16", port: 5432 },
          ],
        },
      },
      [
        'network.reach.0.to: got "10.1.2.3/16". Allowed: an address range with bytes of 0–255, a mask of 0–32 and no bit set beyond it. Fix: use for example 10.1.0.0/16.',
        'network.reach.1.to: got "010.1.0.0/16". Allowed: an address range with bytes of 0–255, a mask of 0–32 and no bit set beyond it. Fix: use for example 10.1.0.0/16.',
      ],
    ],
    [
      "a rule that the tasks' group has already: any address",
      {
        network: {
          egress: "nat",
          reach: [
            { to: "0.0.0.0/0", port: 443 },
            { to: "0.0.0.0/0", port: 80 },
          ],
        },
      },
      'network.reach.0: got {"to":"0.0.0.0/0","port":443}. Allowed: what tasks may not reach already: with egress nat any address is open on this port. Fix: take it out.',
    ],
    [
      "a rule that the tasks' group has already: the endpoints' group",
      {
        network: {
          reach: [{ to: "sg-0e", port: 443 }],
          existing: {
            vpcId: "vpc-0",
            subnetIds: ["subnet-0"],
            endpoints: create,
            endpointSecurityGroupId: "sg-0e",
          },
        },
      },
      'network.reach.0: got {"to":"sg-0e","port":443}. Allowed: what tasks may not reach already: network.existing.endpointSecurityGroupId is open on this port. Fix: take it out.',
    ],
    [
      "a Region of China, whose HTTP APIs have no VPC links",
      { "aws:region": "cn-north-1" },
      'aws:region: got "cn-north-1". Allowed: a Region whose HTTP APIs have VPC links: those of China have none, and nothing would reach the services. Fix: choose a Region outside China.',
    ],
    ...["10.0.0.0/21", "10.0.0.0/15", "192.168.0.0/21"].map((cidr): [string, object, string] => [
      `a range of another size: ${cidr}`,
      { network: { cidr } },
      `network.cidr: got "${cidr}". Allowed: a private range (10/8, 172.16/12, 192.168/16) of /16 to /20 that begins on its own boundary. Fix: use for example 10.0.0.0/16.`,
    ]),
    [
      "two spellings of one route",
      flask({ routes: ["GET /users/{id}", "GET /users/{name}"] }),
      'services.flask.routes.1: got "GET /users/{name}". Allowed: a route other than GET /users/{id} of services.flask.routes.0. Fix: give each route to one service.',
    ],
  ];
  for (const [title, values, expected] of cases) {
    it(`refuses ${title}`, async () => assert.deepEqual(await problemsOf(values), [expected].flat()));
  }

  it("counts against the quotas of AWS, by name", async () => {
    const services = Object.fromEntries(
      Array.from({ length: 61 }, (_, i) => [
        `s${i}`,
        { build: "./app", port: 8000 + i, routes: Array.from({ length: 5 }, (_, j) => `GET /s${i}/${j}`) },
      ]),
    );
    assert.deepEqual(await problemsOf({ services }), [
      "services: 61 distinct ports. Allowed: 60. Fix: let services share a port.",
      "services: 305 routes. Allowed: 300. Fix: use {proxy+} routes, or split the services over two stacks.",
    ]);
  });

  it("counts the routes that are made of a closed ANY", async () => {
    const api = {
      cors: { allowOrigins: ["*"] },
      auth: "users",
      authorizers: { users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] } },
    };
    const flask = (count: number): object => ({
      flask: { build: "./app", routes: Array.from({ length: count }, (_, i) => `ANY /${i}`) },
    });
    assert.deepEqual(await problemsOf({ api, services: flask(51) }), [
      "services: 306 routes, with six for each closed ANY because of api.cors. Allowed: 300. Fix: use {proxy+} routes, or " +
        "split the services over two stacks.",
    ]);
    await run({ api, services: flask(50) });
    await run({ api: { ...api, auth: "none" }, services: flask(51) });
  });

  it("refuses a stack whose name cannot name what it makes", async () => {
    await assert.rejects(
      simulate({ stack: "feature.x", config: { "aws:region": "eu-west-2" } }),
      /stack: got "feature\.x"\. Allowed: 1–40 small letters, digits and -, neither first nor last a -\. Fix: pulumi stack rename\.$/,
    );
  });

  it("refuses an encrypted value without showing it: decrypted it would stand in the task definition", async () => {
    const services = JSON.stringify({ flask: { build: "./app", environment: { TOKEN: "hunter2" } } });
    await assert.rejects(
      simulate({
        config: { "aws:region": "eu-west-2", "flask-app-fargate:services": services },
        secretKeys: ["flask-app-fargate:services"],
      }),
      (error: Error) => {
        assert.equal(
          error.message,
          "1 problem in the configuration of stack dev:\n  services: it holds an encrypted value. Allowed: plain values. " +
            "Fix: keep the secret in Secrets Manager or Parameter Store and name its ARN in services.<name>.secrets.",
        );
        return true;
      },
    );
  });

  it("refuses an encrypted Region", async () => {
    await assert.rejects(
      simulate({ config: { "aws:region": "eu-west-2" }, secretKeys: ["aws:region"] }),
      /\n {2}aws:region: it holds an encrypted value\. Allowed: a plain value: it stands in ARNs and addresses\. Fix: pulumi config set aws:region eu-west-2\.$/,
    );
  });

  it("does not show text in the place of an object that may hold a secret", async () => {
    assert.deepEqual(await problemsOf({ services: "{ flask: { Secrets: { KEY: hunter2 } }" }), [
      "services: this is no object, and not shown. Allowed: an object. Fix: write its keys below services:.",
    ]);
  });

  it("registers nothing when something is wrong", async () => {
    const registered: string[] = [];
    await assert.rejects(
      simulate({
        config: { "aws:region": "eu-west-2", "flask-app-fargate:tags": '{"a":1}' },
        invokes: new Proxy({}, { get: (_, token) => registered.push(String(token)) }),
      }),
      /1 problem in the configuration/,
    );
    assert.deepEqual(registered, [], "AWS was asked before the configuration was known to be good");
  });

  describe("has limits that can be reached and not passed", () => {
    const services = (count: number, each: (i: number) => object): object => ({
      services: Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`s${i}`, { build: "./app", ...each(i) }]),
      ),
    });
    const reach = (count: number): object => ({
      network: { reach: Array.from({ length: count }, (_, i) => ({ to: "sg-0a", port: 1 + i })) },
    });
    const routes = (count: number, rewrite: (i: number) => object = () => ({})): object => {
      const all = Array.from({ length: count }, (_, i) => ({ key: `GET /r${i}`, ...rewrite(i) }));
      return services(2, (i) => ({ routes: i === 0 ? all.slice(150) : all.slice(0, 150) }));
    };
    const port = (i: number): object => ({ port: 8000 + i, routes: [`GET /r${i}`] });
    const headers = (i: number): object => ({ rewrite: { headers: { "x-a": `${i}` } } });
    const authorizers = (count: number): object => ({
      api: {
        authorizers: Object.fromEntries(
          Array.from({ length: count }, (_, i) => [
            `a${i}`,
            { type: "jwt", issuer: "https://a.example", audience: ["a"] },
          ]),
        ),
      },
    });
    const existing = (subnets: number): object => ({
      network: {
        egress: "nat",
        existing: { vpcId: "vpc-0", subnetIds: Array.from({ length: subnets }, (_, i) => `subnet-${i}`) },
      },
    });
    const table: [what: string, last: object, beyond: object, path: string][] = [
      ["60 rules, of which 4 are the program's", reach(56), reach(57), "network.reach"],
      ["300 routes", routes(300), routes(301), "services"],
      [
        "300 integrations, one for each rewrite",
        routes(300, headers),
        routes(301, headers),
        "services services",
      ],
      ["60 ports", services(60, port), services(61, port), "services"],
      ["10 authorizers", authorizers(10), authorizers(11), "api.authorizers"],
      ["a subnet for each zone", existing(3), existing(4), "network.existing.subnetIds"],
      [
        "endpoints in each zone",
        { network: { zones: 2, endpointZones: 2 } },
        { network: { zones: 2, endpointZones: 3 } },
        "network.endpointZones",
      ],
      [
        "as many tasks at least as at most",
        flask({ scaling: { min: 3, max: 3 } }),
        flask({ scaling: { min: 4, max: 3 } }),
        "services.flask.scaling.max",
      ],
    ];
    for (const [what, last, beyond, path] of table) {
      it(what, async () => {
        // Refused for another reason: nothing needs to be made to know that this one is none.
        const paths = async (values: object): Promise<string> =>
          (await problemsOf({ ...values, registry: { other: 1 } }))
            .map((line) => line.split(": ")[0])
            .join(" ");
        assert.equal(await paths(last), "registry.other");
        assert.deepEqual(
          (await paths(beyond)).split(" ").sort(),
          ["registry.other", ...path.split(" ")].sort(),
        );
      });
    }
  });

  it("names more integrations than an API may have, and the way out", async () => {
    const routes = (from: number): object[] =>
      Array.from({ length: 151 }, (_, i) => ({
        key: `GET /${from + i}`,
        rewrite: { headers: { "x-a": `${from + i}` } },
      }));
    const problems = await problemsOf({
      services: { a: { build: "./app", routes: routes(0) }, b: { build: "./app", routes: routes(151) } },
    });
    assert.ok(
      problems.includes(
        "services: 302 integrations. Allowed: 300. Fix: use fewer rewrites, or split the services over two stacks.",
      ),
      problems.join("\n"),
    );
  });

  it("says which services took the default routes, once for each, with the lines to write", async () => {
    const said = (name: string): string =>
      `services.${name}.routes: it is not written, and neither is services.web.routes: both took the default, ANY / and ` +
      "ANY /{proxy+}. Allowed: the default for one service, and routes of its own for each other. " +
      `Fix: write below services.${name}: \`routes: ["ANY /${name}", "ANY /${name}/{proxy+}"]\`.`;
    const build = "./app";
    assert.deepEqual(
      await problemsOf({
        services: { web: { build }, api: { build }, echo: { build, routes: ["GET /echo"] } },
      }),
      [said("api")],
    );
    assert.deepEqual(await problemsOf({ services: { web: { build }, api: { build }, echo: { build } } }), [
      said("api"),
      said("echo"),
    ]);
    // As it says.
    await run({ services: { web: { build }, api: { build, routes: ["ANY /api", "ANY /api/{proxy+}"] } } });
  });

  it("says which routes leave $default nothing", async () => {
    assert.deepEqual(await problemsOf(flask({ routes: ["ANY /", "$default", "ANY /{proxy+}"] })), [
      'services.flask.routes.1: got "$default". Allowed: a route that requests can reach: ANY / of services.flask.routes.0 and ANY /{proxy+} of services.flask.routes.2 take all. Fix: take one of them out.',
    ]);
  });

  it("lets what is allowed pass: every field at once", async () => {
    const deployment = await run({
      network: { zones: ["euw2-az2", "euw2-az3"], endpointZones: 2, cidr: "172.16.0.0/18" },
      api: {
        stage: "v1",
        autoDeploy: false,
        throttle: { rate: 10, burst: 20 },
        accessLogs: { retentionDays: 1 },
      },
      registry: { forceDelete: true },
      tags: { Team: "web" },
      services: {
        flask: {
          build: "./app",
          port: 8080,
          cpu: 512,
          memory: 2048,
          architecture: "ARM64",
          scaling: { min: 2, max: 5, targetCpu: 50, targetMemory: 70 },
          spot: 50,
          routes: ["$default"],
          healthCheck: {
            command: ["CMD", "true"],
            path: "/up",
            interval: 10,
            timeout: 5,
            retries: 2,
            startPeriod: 0,
          },
          drainSeconds: 30,
          environment: { A: "b" },
          secrets: { DB: secret },
          permissions: [{ actions: ["s3:Get*"], resources: ["arn:aws:s3:::a/*"] }],
          logRetentionDays: 365,
        },
      },
    });
    assert.deepEqual(find(deployment, "awsx:ec2:Vpc", "network").inputs.availabilityZoneNames, [
      "eu-west-2b",
      "eu-west-2c",
    ]);
    assert.deepEqual(deployment.warnings, []);
  });

  it("says where an example's folder is now", async () => {
    assert.deepEqual(await problemsOf({ services: { echo: { build: "./echo" } } }), [
      'services.echo.build: got "./echo". Allowed: a folder of this project that holds a Dockerfile. Fix: it moved to ./examples/echo.',
    ]);
    assert.deepEqual(await problemsOf({ services: { echo: { build: { context: "echo" } } } }), [
      'services.echo.build.dockerfile: got "Dockerfile". Allowed: a file in echo. Fix: it moved to ./examples/echo.',
    ]);
    assert.deepEqual(await problemsOf({ services: { echo: { build: "../other/echo" } } }), [
      'services.echo.build: got "../other/echo". Allowed: a folder of this project that holds a Dockerfile. Fix: name the folder relative to Pulumi.yaml.',
    ]);
  });
});
