import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Deployment, ofType, withReferences } from "../simulate/deployment";
import { toConfig } from "../simulate/stack";
import { find, names, problemsOf, run, waitsFor } from "./support/stack";

const region = { "aws:region": "eu-west-2" };

/** A stack `pr-7` that shares what `dev` has, both by configuration. */
const share = (values: object = {}, dev: object = {}, preview = false): Promise<Deployment> =>
  run(
    { share: { stack: "dev", prefix: "/pr-7" }, ...values },
    { stack: "pr-7", preview, stacks: { dev: toConfig({ ...region, ...dev }) } },
  );

const refusal = (values: object, dev: object = {}): Promise<string[]> =>
  problemsOf(
    { share: { stack: "dev" }, ...values },
    { stack: "pr-7", stacks: { dev: toConfig({ ...region, ...dev }) } },
  );

const flask = (values: object): object => ({ flask: { build: "./app", ...values } });

/** Lets the other stack's output say something else. */
async function reading<T>(
  change: (read: pulumi.StackReferenceOutputDetails) => pulumi.StackReferenceOutputDetails,
  act: () => Promise<T>,
): Promise<T> {
  const { prototype } = pulumi.StackReference;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was
  const { getOutputDetails } = prototype;
  prototype.getOutputDetails = async function (name) {
    return change(await getOutputDetails.call(this, name));
  };
  try {
    return await act();
  } finally {
    prototype.getOutputDetails = getOutputDetails;
  }
}

describe("a stack that shares another's", () => {
  it("has what its services need alone: no network, no cluster, no namespace, no link, no API, no stage", async () => {
    const deployment = await share();
    assert.deepEqual(
      deployment.resources
        .filter(({ type }) => type.startsWith("aws:"))
        .map(({ type, name }) => `${type.split(":").pop()} ${name}`)
        .sort(),
      [
        "Integration api-flask-6bc54da6",
        "Integration api-flask-dc183aaf",
        "LifecyclePolicy flask",
        "LogGroup flask",
        "Repository flask",
        "Role flask-execution",
        "Role flask-task",
        "RolePolicy flask-execution",
        "Route api-ANY /pr-7",
        "Route api-ANY /pr-7/{+}",
        "SecurityGroup flask",
        "SecurityGroupEgressRule flask-link-to-port-80",
        "SecurityGroupIngressRule flask-from-link-80",
        "Service cluster-flask",
        "Service flask",
        "TaskDefinition flask",
      ].sort(),
    );
  });

  for (const preview of [false, true]) {
    it(`refers to what the other has, in ${preview ? "preview" : "update"}`, async () => {
      const deployment = await share({}, {}, preview);
      const integration = ofType(deployment, "aws:apigatewayv2/integration:Integration")[0]!;
      assert.equal(integration.inputs.apiId, "local-api");
      assert.equal(integration.inputs.connectionId, "local-vpclink-api");
      assert.equal(
        find(deployment, "aws:apigatewayv2/route:Route", "api-ANY /pr-7").inputs.apiId,
        "local-api",
      );
      const service = find(deployment, "aws:ecs/service:Service", "flask");
      assert.equal(
        service.inputs.cluster,
        "arn:aws:ecs:eu-west-2:000000000000:cluster/flask-app-fargate-dev",
      );
      const { subnets, securityGroups } = service.inputs.networkConfiguration as Record<string, unknown[]>;
      assert.deepEqual(subnets, ["local-subnet-network-tasks-1", "local-subnet-network-tasks-2"]);
      assert.equal(securityGroups![0], "local-securitygroup-network-workload");
      const { dnsConfig } = find(deployment, "aws:servicediscovery/service:Service", "cluster-flask").inputs;
      assert.equal((dnsConfig as { namespaceId: unknown }).namespaceId, "local-privatednsnamespace-cluster");
      assert.equal(
        find(deployment, "aws:ec2/securityGroup:SecurityGroup", "flask").inputs.vpcId,
        "local-vpc-network",
      );
    });
  }

  it("has public addresses where the other's tasks have them, and no other way out", async () => {
    for (const egress of ["endpoints", "nat", "public"]) {
      const deployment = await share({}, { network: { egress } });
      const { networkConfiguration } = find(deployment, "aws:ecs/service:Service", "flask").inputs;
      assert.equal(
        (networkConfiguration as { assignPublicIp: boolean }).assignPublicIp,
        egress === "public",
        egress,
      );
    }
  });

  it("opens the other's link to its own tasks by a rule of its own, before they start", async () => {
    const deployment = await share({ services: flask({ port: 8080 }) });
    assert.deepEqual(
      find(deployment, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "flask-link-to-port-8080")
        .inputs,
      {
        securityGroupId: "local-securitygroup-network-link",
        referencedSecurityGroupId: "local-securitygroup-pr-7-flask",
        description: "Tasks of a stack that shares the HTTP API",
        ipProtocol: "tcp",
        fromPort: 8080,
        toPort: 8080,
      },
    );
    const waited = waitsFor(deployment, find(deployment, "aws:ecs/service:Service", "flask"));
    for (const rule of ["EgressRule flask-link-to", "IngressRule flask-from-link"]) {
      assert.ok(
        waited.includes(`SecurityGroup${rule}${rule.endsWith("to") ? "-port" : ""}-8080`),
        waited.join(", "),
      );
    }
  });

  it("is told apart in ECS and Cloud Map by its name, in the container and the logs by the stack's own", async () => {
    const deployment = await share();
    assert.equal(find(deployment, "aws:ecs/service:Service", "flask").inputs.name, "pr-7--flask");
    assert.equal(
      find(deployment, "aws:servicediscovery/service:Service", "cluster-flask").inputs.name,
      "pr-7--flask",
    );
    assert.equal(
      find(deployment, "aws:ecs/taskDefinition:TaskDefinition", "flask").inputs.family,
      "flask-app-fargate-pr-7-flask",
    );
    const { flask: summary } = deployment.outputs.services as Record<string, Record<string, unknown>>;
    assert.equal(summary!.discoveryName, "pr-7--flask.dev.flask-app-fargate.internal");
  });

  it("puts its routes behind the prefix, which the services do not see", async () => {
    const deployment = await share({
      services: flask({
        routes: [
          "ANY /",
          "GET /users/{id}",
          { key: "ANY /shop/{proxy+}", rewrite: { stripPrefix: "/shop" } },
          { key: "POST /old", rewrite: { path: "/new" } },
        ],
      }),
    });
    const paths = new Map(
      ofType(deployment, "aws:apigatewayv2/integration:Integration").map(({ id, inputs }) => [
        `integrations/${id}`,
        (inputs.requestParameters as Record<string, string>)["overwrite:path"],
      ]),
    );
    assert.deepEqual(
      ofType(deployment, "aws:apigatewayv2/route:Route").map(({ inputs }) => [
        inputs.routeKey,
        paths.get(inputs.target as string),
      ]),
      [
        ["ANY /pr-7", "/"],
        ["GET /pr-7/users/{id}", "/users/${request.path.id}"],
        ["ANY /pr-7/shop/{proxy+}", "/${request.path.proxy}"],
        ["POST /pr-7/old", "/new"],
      ],
    );
  });

  it("tells its services what of the path they do not see", async () => {
    const prefixes = async (values: object, dev: object = {}): Promise<unknown[]> =>
      ofType(await share(values, dev), "aws:apigatewayv2/integration:Integration").map(
        ({ inputs }) =>
          (inputs.requestParameters as Record<string, string>)["overwrite:header.x-forwarded-prefix"],
      );
    const routes = ["ANY /", { key: "ANY /shop/{proxy+}", rewrite: { stripPrefix: "/shop" } }];
    const rewritten = [{ key: "POST /old", rewrite: { path: "/new" } }];
    assert.deepEqual(await prefixes({ services: flask({ routes }) }), ["/pr-7", "/pr-7/shop"]);
    assert.deepEqual(await prefixes({ services: flask({ routes: rewritten }) }), ["/pr-7"]);
    const named = { api: { stage: "v1" } };
    assert.deepEqual(await prefixes({ services: flask({ routes }) }, named), ["/v1/pr-7", "/v1/pr-7/shop"]);
    const domain = { name: "api.example.com", only: true, hostedZoneId: "Z0123456789ABCDEFGHIJ" };
    const atDomain = { api: { stage: "v1", domain } };
    assert.deepEqual(await prefixes({ services: flask({ routes }) }, atDomain), ["/pr-7", "/pr-7/shop"]);
  });

  describe("where the other's API has CORS", () => {
    const cors = { allowOrigins: ["https://www.example.com"], allowHeaders: ["authorization"] };
    const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
    const dev = (...routes: unknown[]): object => ({
      api: { cors, auth: "users", authorizers: { users } },
      services: flask({ routes }),
    });
    const keys = (deployment: Deployment): unknown[] =>
      ofType(deployment, "aws:apigatewayv2/route:Route")
        .map(({ inputs }) => inputs.routeKey)
        .sort();
    const methods = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

    it("leaves the preflights of its closed routes to the gateway", async () => {
      const deployment = await share({ services: flask({ routes: ["ANY /a"] }) }, dev("GET /"));
      assert.deepEqual(
        keys(deployment),
        methods.map((method) => `${method} /pr-7/a`),
      );
      assert.deepEqual(deployment.warnings, []);
      const without = { api: { auth: "users", authorizers: { users } } };
      assert.deepEqual(keys(await share({ services: flask({ routes: ["ANY /a"] }) }, without)), [
        "ANY /pr-7/a",
      ]);
    });

    it("leaves the other's routes theirs, also those that are made of one", async () => {
      const own = { share: { stack: "dev" }, services: flask({ routes: ["ANY /a"] }) };
      const deployment = await share(own, dev("GET /a", "POST /a"));
      assert.deepEqual(keys(deployment), ["DELETE /a", "HEAD /a", "PATCH /a", "PUT /a"]);
      const taken = (key: string): string =>
        `services.flask.routes.0: got "${key}". Allowed: a route other than ${key} of stack dev. Fix: give each route to one service.`;
      assert.deepEqual(await refusal({ services: flask({ routes: ["ANY /a"] }) }, dev("ANY /a")), [
        taken("ANY /a"),
      ]);
      assert.deepEqual(await refusal({ services: flask({ routes: ["GET /a"] }) }, dev("ANY /a")), [
        taken("GET /a"),
      ]);
    });

    it("keeps $default, which is not this stack's to divide, and says what that means", async () => {
      const deployment = await share(
        { share: { stack: "dev" }, services: flask({ routes: ["$default"] }) },
        dev("GET /"),
      );
      assert.deepEqual(keys(deployment), ["$default"]);
      assert.deepEqual(deployment.warnings, [
        "CORS: preflights of $default take $default, and are refused by its authorization: browsers of other origins " +
          "cannot call it. Write ANY / and ANY /{proxy+} instead.",
        "CORS: $default takes the preflights of GET / of another stack: its authorization refuses them, so that browsers of other origins cannot call those any " +
          "more. Give it a path of its own.",
      ]);
    });

    it("says whose preflights it takes", async () => {
      const taking = async (...routes: unknown[]): Promise<readonly string[]> => {
        const values = { share: { stack: "dev" }, services: flask({ routes }) };
        const { warnings } = await share(
          values,
          dev("GET /a", "POST /a", "ANY /b", "GET /c/{id}", "OPTIONS /d"),
        );
        return warnings.filter((line) => line.includes("takes the preflights"));
      };
      const then = "they get through only if flask answers OPTIONS with 2xx. Give it a path of its own.";
      assert.deepEqual(await taking({ key: "OPTIONS /{proxy+}", auth: "none" }), [
        `CORS: OPTIONS /{proxy+} takes the preflights of GET /a, POST /a, GET /b and 6 more of another stack: ${then}`,
      ]);
      assert.deepEqual(await taking({ key: "ANY /c/{proxy+}", auth: "none" }, "GET /e"), [
        `CORS: ANY /c/{proxy+} takes the preflights of GET /c/{id} of another stack: ${then}`,
      ]);
      assert.deepEqual(await taking("ANY /c/{proxy+}", "GET /e"), []);
    });

    it("takes no preflight for theirs where a closed ANY of the other's leaves them to the gateway", async () => {
      const { warnings } = await share({ services: flask({}) }, dev("ANY /", "ANY /{proxy+}"));
      assert.deepEqual(warnings, []);
    });

    it("warns of what that keeps browsers from", async () => {
      const narrow = { ...cors, allowHeaders: [], allowMethods: ["GET"] };
      const { warnings } = await share(
        { services: flask({ routes: ["PUT /a"] }) },
        { ...dev("GET /"), api: { cors: narrow, auth: "users", authorizers: { users } } },
      );
      assert.deepEqual(warnings, [
        "CORS: browsers of other origins cannot call PUT /pr-7/a: the CORS configuration of dev (allowMethods) does not allow PUT. Have it named there.",
        "CORS: browsers of other origins cannot send authorization, by which PUT /pr-7/a is authorized: the CORS configuration of dev (allowHeaders) does " +
          "not allow it. Have authorization named there.",
      ]);
    });

    it("says whose route takes its preflights", async () => {
      const opened = dev({ key: "ANY /{proxy+}", auth: "none" });
      const { warnings } = await share({ services: flask({ routes: ["GET /a"] }) }, opened);
      assert.deepEqual(warnings, [
        "CORS: preflights of GET /pr-7/a take ANY /{proxy+} of another stack, which has to let them through and answer 2xx.",
      ]);
    });

    it("counts what both serve", async () => {
      const any = (from: string, count: number): string[] =>
        Array.from({ length: count }, (_, i) => `ANY /${from}/${i}`);
      assert.deepEqual(await refusal({ services: flask({ routes: any("b", 26) }) }, dev(...any("a", 25))), [
        "services: 156 routes beside 150 of dev. Allowed: 300 in one API. Fix: use {proxy+} routes.",
      ]);
    });

    describe("and does not say so, as it was deployed by an earlier version", () => {
      const earlier = ({ value }: pulumi.StackReferenceOutputDetails): pulumi.StackReferenceOutputDetails => {
        const { network, api, ...rest } = value as Record<"network" | "api", object>;
        const without = (from: object, ...keys: string[]): object =>
          Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)));
        return {
          value: {
            ...rest,
            network: without(network, "unmanagedEndpoints", "needs"),
            api: without(api, "cors", "corsConfiguration", "served"),
          },
        };
      };

      it("divides no route", async () => {
        const own = { services: flask({ routes: ["ANY /a"] }) };
        const deployment = await reading(earlier, () => share(own, dev("GET /")));
        assert.deepEqual(keys(deployment), ["ANY /pr-7/a"]);
        assert.deepEqual(deployment.warnings, []);
      });

      it("counts the routes that it names", async () => {
        const any = (from: string, count: number): string[] =>
          Array.from({ length: count }, (_, i) => `GET /${from}/${i}`);
        const own = (count: number): object => ({ services: flask({ routes: any("b", count) }) });
        const other = dev(...any("a", 200));
        await reading(earlier, () => share(own(100), other));
        assert.deepEqual(await reading(earlier, () => refusal(own(101), other)), [
          "services: 101 routes beside 200 of dev. Allowed: 300 in one API. Fix: use {proxy+} routes.",
        ]);
      });
    });

    it("puts out what another stack has to know of it", async () => {
      const { outputs } = await run(dev("ANY /"), {});
      const { api } = outputs.platform as { api: Record<string, unknown> };
      assert.deepEqual([api.cors, api.routes], [true, ["ANY /"]]);
      assert.deepEqual(
        [...(api.served as string[])].sort(),
        methods.map((method) => `${method} /`),
      );
    });
  });

  it("answers where the other's API does", async () => {
    assert.equal((await share()).outputs.url, "https://local-api.execute-api.eu-west-2.amazonaws.com/pr-7");
    const domain = { name: "api.example.com", only: true, hostedZoneId: "Z0123456789ABCDEFGHIJ" };
    assert.equal((await share({}, { api: { domain } })).outputs.url, "https://api.example.com/pr-7");
    assert.equal(
      (await share({}, { api: { stage: "v1" } })).outputs.url,
      "https://local-api.execute-api.eu-west-2.amazonaws.com/v1/pr-7",
    );
    const whole = await share({ share: { stack: "dev" }, services: flask({ routes: ["GET /b"] }) });
    assert.equal(whole.outputs.url, "https://local-api.execute-api.eu-west-2.amazonaws.com/");
  });

  it("has the other's stage taken off the path where that is a named one", async () => {
    const deployment = await share(
      { share: { stack: "dev" }, services: flask({ routes: ["GET /b"] }) },
      { api: { stage: "v1" } },
    );
    assert.deepEqual(
      ofType(deployment, "aws:apigatewayv2/integration:Integration").map(
        ({ inputs }) => (inputs.requestParameters as Record<string, string>)["overwrite:path"],
      ),
      ["$request.path"],
    );
  });

  describe("authentication", () => {
    const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
    const authorization = (deployment: Deployment): unknown[] =>
      ofType(deployment, "aws:apigatewayv2/route:Route")
        .map(({ inputs }) => [
          inputs.routeKey,
          inputs.authorizationType,
          inputs.authorizerId,
          inputs.authorizationScopes,
        ])
        .sort();

    it("is the other's where nothing is said: a copy of a closed service is not open", async () => {
      const deployment = await share({}, { api: { auth: "users", authorizers: { users } } });
      assert.deepEqual(authorization(deployment), [
        ["ANY /pr-7", "JWT", "local-authorizer-api-users", undefined],
        ["ANY /pr-7/{proxy+}", "JWT", "local-authorizer-api-users", undefined],
      ]);
      assert.deepEqual(names(deployment, "aws:apigatewayv2/authorizer:Authorizer"), []);
    });

    it("can name the other's authorizers, and have more", async () => {
      const routes = [
        { key: "GET /a", auth: "users", scopes: ["read"] },
        { key: "GET /b", auth: "mine" },
        "GET /c",
      ];
      const deployment = await share(
        { services: flask({ routes }), api: { auth: "none", authorizers: { mine: users } } },
        { api: { authorizers: { users } } },
      );
      assert.deepEqual(authorization(deployment), [
        ["GET /pr-7/a", "JWT", "local-authorizer-api-users", ["read"]],
        ["GET /pr-7/b", "JWT", "local-authorizer-pr-7-api-mine", undefined],
        ["GET /pr-7/c", "NONE", undefined, undefined],
      ]);
      assert.equal(
        find(deployment, "aws:apigatewayv2/authorizer:Authorizer", "api-mine").inputs.apiId,
        "local-api",
      );
    });

    it("refuses a name that neither has, and one that both have", async () => {
      assert.deepEqual(
        await refusal(
          {
            services: flask({ routes: [{ key: "GET /a", auth: "keys" }] }),
            api: { auth: "none", authorizers: { users } },
          },
          { api: { authorizers: { users } } },
        ),
        [
          "api.authorizers.users: dev has one of this name. Allowed: a name of its own in the API. Fix: take it out to use the other stack's, or rename it.",
          'services.flask.routes.0.auth: got "keys". Allowed: none, iam, users. Fix: name one of these, or add it to api.authorizers.',
        ],
      );
    });

    it("has to be said where the other closes its routes one by one", async () => {
      const dev = {
        api: { authorizers: { users } },
        services: flask({ routes: [{ key: "GET /b", auth: "users" }] }),
      };
      const services = flask({ routes: ["GET /a"] });
      assert.deepEqual(await refusal({ services }, dev), [
        "api.auth: got nothing. Allowed: said in so many words: dev asks for tokens route by route, and a copy of such a route would be open. " +
          "Fix: write one of none, iam, users.",
      ]);
      await share({ services, api: { auth: "none" } }, dev);
    });

    it("has authorizers under a name that other stacks in the same API do not have", async () => {
      const deployment = await share({ api: { authorizers: { mine: users } } });
      assert.equal(
        find(deployment, "aws:apigatewayv2/authorizer:Authorizer", "api-mine").inputs.name,
        "pr-7--mine",
      );
    });
  });

  describe("refuses", () => {
    it("what the other decides, each key by name", async () => {
      assert.deepEqual(
        await refusal({
          network: { egress: "nat" },
          cluster: { namespace: "a.internal" },
          api: { stage: "v1", auth: "none" },
          services: flask({ routes: [{ key: "GET /a", throttle: { rate: 1, burst: 1 } }] }),
        }),
        [
          "network.egress: set together with share.stack. Allowed: nothing of network. Fix: take it out: the owner decides it.",
          "cluster.namespace: set together with share.stack. Allowed: nothing of cluster. Fix: take it out: the owner decides it.",
          "api.stage: set together with share.stack. Allowed: of api: auth, authorizers. Fix: take it out: the owner decides it.",
          'services.flask.routes.0.throttle: got {"rate":1,"burst":1}. Allowed: only in an API of this stack\'s own, not with share.stack: it is a ' +
            "setting of the stage. Fix: take it out, and let the owner of the stage limit the route.",
        ],
      );
    });

    it("to be rolled back by the errors of others, unless its stage tells them apart", async () => {
      const alarms = { notify: "arn:aws:sns:eu-west-2:111122223333:oncall", rollback: true };
      const services = flask({ routes: ["GET /mine"] });
      assert.deepEqual(await refusal({ services, alarms }), [
        "alarms.rollback: got true. Allowed: false, as the stage of dev sends no metrics by route: by the API's a service would be " +
          "rolled back for others' errors. Fix: set api.detailedMetrics: true there and run pulumi up there, or take it out.",
      ]);
      const deployment = await share({ alarms }, { api: { detailedMetrics: true } });
      assert.deepEqual(find(deployment, "aws:ecs/service:Service", "flask").inputs.alarms, {
        ...{ enable: true, rollback: true, alarmNames: ["flask-app-fargate-pr-7.flask.rollback"] },
      });
      const watched = names(deployment, "aws:cloudwatch/metricAlarm:MetricAlarm");
      assert.deepEqual(
        watched,
        ["cpu", "memory", "restarts", "rollback", "running"].map((kind) => `monitoring-flask-${kind}`),
      );
    });

    it("a parameter that cannot be handed on behind a prefix", async () => {
      const routes = [
        "GET /orders/{order-id}",
        { key: "GET /items/{item-id}", rewrite: { stripPrefix: "/items" } },
        { key: "GET /all/{item-id}", rewrite: { path: "/all" } },
      ];
      const allowed =
        "Allowed: behind a prefix that the service does not see, parameters named with letters, digits and _ alone. Fix: write";
      assert.deepEqual(
        await problemsOf(
          {
            share: { stack: "dev", prefix: "/pr-7" },
            services: { flask: { build: "./app", routes } },
          },
          { stack: "pr-7" },
        ),
        [
          `services.flask.routes.0: got "GET /orders/{order-id}". ${allowed} {order_id} for {order-id}: clients see no difference.`,
          `services.flask.routes.1.rewrite.stripPrefix: got "GET /items/{item-id}". ${allowed} {item_id} for {item-id}: clients see no difference.`,
        ],
      );
    });

    it("a prefix without a stack, and $default behind a prefix", async () => {
      const services = flask({ routes: ["$default"] });
      assert.deepEqual(await problemsOf({ share: { prefix: "/pr-7" }, services }), [
        'share.prefix: got "/pr-7". Allowed: only with share.stack. Fix: name the stack, or write the prefix in the routes.',
        'services.flask.routes.0: got "$default". Allowed: routes with a path, which can begin with share.prefix (/pr-7). Fix: write ANY / and ANY /{proxy+}.',
      ]);
    });

    it("an API that does not deploy by itself, another Region, and routes the other has", async () => {
      assert.deepEqual(await refusal({ "aws:region": "eu-west-1" }, { api: { autoDeploy: false } }), [
        'aws:region: got "eu-west-1". Allowed: eu-west-2, where dev is. Fix: pulumi config set aws:region eu-west-2.',
        'share.stack: got "dev". Allowed: a stack with an API of its own that deploys automatically: the routes of this one would not go live. Fix: share another, or let that one deploy automatically.',
        'services.flask.routes.0: got "ANY /". Allowed: a route other than ANY / of stack dev. Fix: give each route to one service.',
        'services.flask.routes.1: got "ANY /{proxy+}". Allowed: a route other than ANY /{proxy+} of stack dev. Fix: give each route to one service.',
      ]);
    });

    it("no long name, and no -- in the stack's, where nobody else has names", async () => {
      const services = (name: string): object => ({ services: { [name]: { build: "./app" } } });
      const long = "s".repeat(40);
      const refused = async (stack: string, name: string, cluster: object): Promise<string[]> =>
        problemsOf({ ...services(name), ...cluster }, { stack });
      const namespace = { cluster: { namespace: "a.internal" } };
      await run(services("a".repeat(22)), { stack: long });
      await run(services("flask"), { stack: "a--b" });
      await run({ ...services("a".repeat(21)), ...namespace }, { stack: long });
      assert.deepEqual(await refused(long, "a".repeat(22), namespace), [
        `services.${"a".repeat(22)}: got "${long}--${"a".repeat(22)}". Allowed: 63 characters with the stack's name. Fix: shorten one of the two.`,
      ]);
      assert.deepEqual(await refused("a--b", "flask", namespace), [
        'stack: got "a--b". Allowed: a name without --, which divides it from those of the services. Fix: pulumi stack rename.',
      ]);
    });

    it("a stack of another account", async () => {
      const caller = "aws:index/getCallerIdentity:getCallerIdentity";
      const problems = await problemsOf(
        { share: { stack: "dev", prefix: "/pr-7" } },
        {
          stack: "pr-7",
          stacks: { dev: toConfig(region) },
          invokes: { [caller]: () => ({ accountId: "111122223333" }) },
        },
      );
      assert.deepEqual(problems, [
        'share.stack: got "dev". Allowed: a stack in the account 111122223333. Fix: use the credentials of 000000000000.',
      ]);
    });

    it("permissions that the other's endpoints do not let through", async () => {
      const permissions = [
        { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-2:000000000000:a"] },
      ];
      const services = flask({ permissions, routes: ["GET /a"] });
      assert.deepEqual(await refusal({ services }), [
        "services.flask: it needs more of the endpoint sqs than dev lets through. Allowed: permissions, secrets, images and exec that a service there has " +
          "as well. Fix: give one the same, or set network.egress of dev to nat or public.",
      ]);
      await share({ services }, { services: flask({ permissions }) });
      const any = [{ actions: ["sqs:*"], resources: ["*"] }];
      await share({ services }, { services: flask({ permissions: any }) });
      const others = [{ ...permissions[0]!, resources: ["arn:aws:sqs:eu-west-2:000000000000:b"] }];
      assert.equal((await refusal({ services }, { services: flask({ permissions: others }) })).length, 1);
      // What an endpoint lets through that the VPC had already is not known here, and one that was made there lets everything.
      const existing = {
        vpcId: "vpc-0",
        subnetIds: ["subnet-0a"],
        routeTableIds: ["rtb-0a"],
        endpoints: ["sqs"],
        create: ["ecr.api", "ecr.dkr", "logs", "s3"],
        endpointSecurityGroupId: "sg-0a",
      };
      await share({ services }, { network: { existing } });
      const made = { ...existing, endpoints: [], create: [...existing.create, "sqs"] };
      const { endpointSecurityGroupId, ...rest } = made;
      assert.ok(endpointSecurityGroupId);
      await share({ services }, { network: { existing: rest } });
    });

    it("images and actions that no endpoint reaches, unless the other has a way to the internet", async () => {
      const permissions = [{ actions: ["route53:ListHostedZones"], resources: ["*"] }];
      const services = { flask: { image: "nginx", permissions, routes: ["GET /a"] } };
      assert.deepEqual(
        (await refusal({ services })).map((line) => line.split(": ")[0]),
        ["services.flask.image", "services.flask.permissions.0.actions.0"],
      );
      await share({ services }, { network: { egress: "nat" } });
    });

    it("names that are too long for Cloud Map", async () => {
      const service = "a".repeat(32);
      const stack = `pr-${"7".repeat(37)}`;
      const values = {
        share: { stack: "dev" },
        services: { [service]: { build: "./app", routes: ["GET /a"] } },
      };
      assert.deepEqual(await problemsOf(values, { stack, stacks: { dev: toConfig(region) } }), [
        `services.${service}: got "${stack}--${service}". Allowed: 63 characters with the stack's name. Fix: shorten one of the two.`,
      ]);
      const ofLength = (length: number): string => `pr-${"7".repeat(length - 3 - 2 - service.length)}`;
      assert.equal(`${ofLength(63)}--${service}`.length, 63);
      await run(values, { stack: ofLength(63), stacks: { dev: toConfig(region) } });
      const tooLong = await problemsOf(values, { stack: ofLength(64), stacks: { dev: toConfig(region) } });
      assert.match(tooLong.join(), /^services\.a+: got "pr-7+--a+"\. Allowed: 63 characters/);
    });

    it("those alone: a label of DNS has room for 63 characters", async () => {
      const stack = `pr-${"7".repeat(37)}`;
      const tooLong = async (length: number): Promise<string[]> => {
        const service = "a".repeat(length - stack.length - "--".length);
        const values = {
          share: { stack: "dev", prefix: "/x" },
          services: { [service]: { build: "./app", routes: ["GET /a"] } },
        };
        const options = { stack, stacks: { dev: toConfig(region) } };
        return length > 63 ? problemsOf(values, options) : (await run(values, options), []);
      };
      assert.deepEqual(await tooLong(63), []);
      assert.equal((await tooLong(64)).length, 1);
    });

    it("more routes than one API has", async () => {
      const routes = (from: string, count: number): string[] =>
        Array.from({ length: count }, (_, i) => `GET /${from}/${i}`);
      assert.deepEqual(
        await refusal(
          { services: flask({ routes: routes("a", 200) }) },
          { services: flask({ routes: routes("b", 101) }) },
        ),
        ["services: 200 routes beside 101 of dev. Allowed: 300 in one API. Fix: use {proxy+} routes."],
      );
    });

    it("a stack that shares another itself, and a circle", async () => {
      const stacks = {
        pr: toConfig({ ...region, share: { stack: "dev" }, services: flask({ routes: ["GET /a"] }) }),
      };
      await assert.rejects(run({ share: { stack: "pr" } }, { stack: "pr-7", stacks }), {
        message:
          "share.stack: got pr, and organization/flask-app-fargate/pr has no output platform that this program understands. Allowed: a stack of this " +
          "program that is deployed, with a network, cluster and API of its own. Fix: run pulumi up there, or name another.",
      });
      await assert.rejects(run({ share: { stack: "pr" } }, { stacks }), {
        message: "Stacks share in a circle: dev → pr → dev.",
      });
    });

    it("one that is not there, in Pulumi's words", async () => {
      const invokes = {
        "pulumi:pulumi:readStackOutputs": ({ name }: Record<string, unknown>): never => {
          throw new Error(
            `invocation of pulumi:pulumi:readStackOutputs returned an error: unknown stack "${String(name)}"`,
          );
        },
      };
      const values = { share: { stack: "gone" }, services: flask({ routes: ["GET /a"] }) };
      await assert.rejects(run(values, { stack: "pr-7", invokes, preview: true }), {
        message:
          'share.stack: got gone, and Pulumi answered: unknown stack "organization/flask-app-fargate/gone". Allowed: a stack of this program that is ' +
          "deployed, with a network, cluster and API of its own. Fix: name one that pulumi stack ls --all shows, of another project as " +
          "organization/project/stack.",
        stack: undefined,
      });
    });

    it("one whose output is encrypted: nothing can be decided by it", () =>
      reading(
        () => ({ secretValue: {} }),
        () =>
          assert.rejects(share(), {
            message:
              "share.stack: got dev, and organization/flask-app-fargate/dev has a secret output platform, of which nothing can be decided. Allowed: a " +
              "stack of this program that is deployed, with a network, cluster and API of its own. Fix: take out there what is secret and not below " +
              "secrets, run pulumi up there, or name another.",
          }),
      ));

    it("itself, under either name: it would give up what it shares", async () => {
      for (const stack of ["dev", "organization/flask-app-fargate/dev"]) {
        assert.deepEqual(await problemsOf({ share: { stack, prefix: "/a" } }), [
          `share.stack: got "${stack}". Allowed: another stack: this one would give up what it shares. Fix: take it out, or name the stack that has the ` +
            "network and the API.",
        ]);
      }
    });

    it("a stack's name that could end where a service's begins", async () => {
      const values = { share: { stack: "dev" }, services: flask({ routes: ["GET /a"] }) };
      assert.deepEqual(await problemsOf(values, { stack: "pr--7", stacks: { dev: toConfig(region) } }), [
        'stack: got "pr--7". Allowed: a name without --, which divides it from those of the services. Fix: pulumi stack rename.',
      ]);
      assert.deepEqual(
        (await problemsOf({ services: { "a--b": { build: "./app" } } })).map((line) => line.split(".")[0]),
        ["services"],
      );
    });
  });

  it("is served together with the other, whose ids are not its own", async () => {
    const deployment = await share();
    assert.deepEqual(
      deployment.references.map(({ stack }) => stack),
      ["dev"],
    );
    const all = withReferences(deployment).flatMap(({ id, type }) =>
      id === undefined ? [] : [`${type} ${id}`],
    );
    const own = all.filter((id) => !id.startsWith("pulumi:providers"));
    assert.equal(new Set(own).size, own.length);
  });
});

describe("an existing namespace", () => {
  it("is looked up by its name, and has the services under the stack's", async () => {
    const deployment = await run({ cluster: { namespace: "corp.internal" } });
    assert.deepEqual(names(deployment, "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace"), []);
    assert.deepEqual(deployment.invocations.find(({ token }) => token.endsWith("getDnsNamespace"))?.inputs, {
      name: "corp.internal",
      type: "DNS_PRIVATE",
    });
    const { name, dnsConfig } = find(
      deployment,
      "aws:servicediscovery/service:Service",
      "cluster-flask",
    ).inputs;
    assert.equal(name, "dev--flask");
    assert.equal((dnsConfig as { namespaceId: string }).namespaceId, "ns-local-corp.internal");
    const { flask: summary } = deployment.outputs.services as Record<string, Record<string, unknown>>;
    assert.equal(summary!.discoveryName, "dev--flask.corp.internal");
  });
});
