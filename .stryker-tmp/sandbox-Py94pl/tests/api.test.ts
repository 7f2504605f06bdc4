// @ts-nocheck
import assert from "node:assert/strict";
import { ofType } from "../simulate/deployment";
import { find, names, run, waitsFor } from "./support/stack";

const integration = "aws:apigatewayv2/integration:Integration";
const route = "aws:apigatewayv2/route:Route";
const stage = "aws:apigatewayv2/stage:Stage";
const deploymentType = "aws:apigatewayv2/deployment:Deployment";
const discovery = "arn:aws:servicediscovery:eu-west-2:000000000000:service/srv-local-cluster";

/** Who asked, in a header that clients cannot forge. */
const client = { "overwrite:header.x-client-ip": "$context.identity.sourceIp" };

const two = {
  services: {
    flask: { build: "./app", routes: ["ANY /", "GET /users/{id}"] },
    reports: { build: "./app", routes: ["ANY /reports/{proxy+}", "$default"] },
  },
};

const authorizer = "aws:apigatewayv2/authorizer:Authorizer";
const functionArn = "arn:aws:lambda:eu-west-2:000000000000:function:who";
const guarded = {
  api: {
    auth: "users",
    authorizers: {
      users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] },
      custom: { type: "lambda", functionArn, cacheSeconds: 0, simpleResponses: false },
    },
  },
  services: {
    flask: {
      build: "./app",
      routes: [
        "GET /",
        { key: "GET /admin", scopes: ["admin"] },
        { key: "GET /public", auth: "none" },
        { key: "GET /signed", auth: "iam" },
        { key: "GET /custom", auth: "custom" },
      ],
    },
  },
};

describe("api", () => {
  it("is an HTTP API with one VPC link that has no fixed name", async () => {
    const deployment = await run();
    assert.deepEqual(find(deployment, "aws:apigatewayv2/api:Api", "api").inputs, {
      protocolType: "HTTP",
      description: "Front door of the services on Fargate",
      disableExecuteApiEndpoint: false,
    });
    assert.deepEqual(find(deployment, "aws:apigatewayv2/vpcLink:VpcLink", "api").inputs, {
      subnetIds: ["local-subnet-network-tasks-1", "local-subnet-network-tasks-2"],
      securityGroupIds: ["local-securitygroup-network-link"],
    });
  });

  it("lets pages of other origins call it where the configuration says so", async () => {
    const cors = { allowOrigins: ["https://www.example.com"], allowHeaders: ["authorization"], maxAge: 600 };
    const { inputs } = find(await run({ api: { cors } }), "aws:apigatewayv2/api:Api", "api");
    assert.deepEqual(inputs.corsConfiguration, {
      allowOrigins: ["https://www.example.com"],
      allowMethods: ["*"],
      allowHeaders: ["authorization"],
      exposeHeaders: [],
      allowCredentials: false,
      maxAge: 600,
    });
  });

  it("integrates each service by the ARN of its Cloud Map service", async () => {
    const deployment = await run(two);
    for (const service of ["flask", "reports"]) {
      assert.deepEqual(find(deployment, integration, `api-${service}`).inputs, {
        apiId: "local-api",
        integrationType: "HTTP_PROXY",
        connectionType: "VPC_LINK",
        connectionId: "local-vpclink-api",
        integrationMethod: "ANY",
        integrationUri: `${discovery}-${service}`,
        payloadFormatVersion: "1.0",
        timeoutMilliseconds: 30000,
        requestParameters: client,
      });
    }
  });

  it("makes one integration for each mapping, and routes that map alike share it", async () => {
    const deployment = await run({
      services: {
        flask: {
          build: "./app",
          routes: [
            "ANY /",
            { key: "GET /plain", rewrite: {} },
            { key: "ANY /shop/{proxy+}", rewrite: { stripPrefix: "/shop" } },
            { key: "GET /shop/items/{id}", rewrite: { stripPrefix: "/shop/items" } },
            { key: "GET /a", rewrite: { path: "/b", headers: { "x-from": "a" }, query: { v: "2" } } },
            { key: "POST /a", rewrite: { path: "/b", headers: { "x-from": "a" }, query: { v: "2" } } },
          ],
        },
      },
    });
    const mappings = Object.fromEntries(
      ofType(deployment, integration).map(({ id, inputs }) => [
        `integrations/${id}`,
        inputs.requestParameters,
      ]),
    );
    assert.deepEqual(
      ofType(deployment, route).map(({ inputs }) => [inputs.routeKey, mappings[inputs.target as string]]),
      [
        ["ANY /", client],
        ["GET /plain", client],
        ["ANY /shop/{proxy+}", { "overwrite:path": "/${request.path.proxy}", ...client }],
        ["GET /shop/items/{id}", { "overwrite:path": "/${request.path.id}", ...client }],
        ...["GET /a", "POST /a"].map((key) => [
          key,
          {
            "overwrite:path": "/b",
            ...client,
            "overwrite:header.x-from": "a",
            "overwrite:querystring.v": "2",
          },
        ]),
      ],
    );
    assert.equal(Object.keys(mappings).length, 4);
  });

  it("limits single routes beside the stage, once they exist", async () => {
    const deployment = await run({
      services: {
        flask: {
          build: "./app",
          routes: ["ANY /", { key: "POST /upload", throttle: { rate: 5, burst: 10 } }],
        },
      },
    });
    const found = find(deployment, stage, "api");
    assert.deepEqual(found.inputs.routeSettings, [
      { routeKey: "POST /upload", throttlingRateLimit: 5, throttlingBurstLimit: 10 },
    ]);
    assert.deepEqual(
      waitsFor(deployment, found).filter((name) => name.startsWith("Route ")),
      ["Route api-POST /upload"],
    );
  });

  it("leads each route to its service's integration", async () => {
    const deployment = await run(two);
    assert.deepEqual(
      ofType(deployment, route).map(({ inputs }) => [inputs.routeKey, inputs.target]),
      [
        ["ANY /", "integrations/local-integration-api-flask"],
        ["GET /users/{id}", "integrations/local-integration-api-flask"],
        ["ANY /reports/{proxy+}", "integrations/local-integration-api-reports"],
        ["$default", "integrations/local-integration-api-reports"],
      ],
    );
    for (const { inputs } of ofType(deployment, route)) {
      assert.deepEqual(Object.keys(inputs).sort(), ["apiId", "authorizationType", "routeKey", "target"]);
      assert.equal(inputs.authorizationType, "NONE");
    }
  });

  it("opens a route, and points an integration, when the service runs, and builds everything else meanwhile", async () => {
    const deployment = await run(two);
    for (const [name, service] of [
      ["api-ANY /", "flask"],
      ["api-$default", "reports"],
    ] as const) {
      const waits = waitsFor(deployment, find(deployment, route, name));
      assert.ok(waits.includes(`Service ${service}`), waits.join(", "));
    }
    for (const service of ["flask", "reports"]) {
      const waits = waitsFor(deployment, find(deployment, integration, `api-${service}`));
      assert.ok(waits.includes(`Service ${service}`), waits.join(", "));
    }
    for (const type of [stage, "aws:apigatewayv2/vpcLink:VpcLink"]) {
      for (const found of ofType(deployment, type)) {
        assert.deepEqual(
          waitsFor(deployment, found).filter((name) => /^Service (flask|reports)$/.test(name)),
          [],
          found.name,
        );
      }
    }
  });

  describe("authorizes routes", () => {
    it("each by its own auth, or the API's", async () => {
      const deployment = await run(guarded);
      assert.deepEqual(
        names(deployment, route).map((name) => {
          const { routeKey, authorizationType, authorizerId, authorizationScopes } = find(
            deployment,
            route,
            name,
          ).inputs;
          return [routeKey, authorizationType, authorizerId, authorizationScopes];
        }),
        [
          ["GET /", "JWT", "local-authorizer-api-users", undefined],
          ["GET /admin", "JWT", "local-authorizer-api-users", ["admin"]],
          ["GET /custom", "CUSTOM", "local-authorizer-api-custom", undefined],
          ["GET /public", "NONE", undefined, undefined],
          ["GET /signed", "AWS_IAM", undefined, undefined],
        ],
      );
    });

    it("by authorizers that are made once, and functions that only they may call", async () => {
      const deployment = await run(guarded);
      assert.deepEqual(find(deployment, authorizer, "api-users").inputs, {
        apiId: "local-api",
        name: "users",
        authorizerType: "JWT",
        identitySources: ["$request.header.Authorization"],
        jwtConfiguration: { issuer: "https://issuer.example.com", audiences: ["web"] },
      });
      assert.deepEqual(find(deployment, authorizer, "api-custom").inputs, {
        apiId: "local-api",
        name: "custom-lambda",
        authorizerType: "REQUEST",
        authorizerUri: `arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
        authorizerPayloadFormatVersion: "2.0",
        enableSimpleResponses: false,
        identitySources: ["$request.header.Authorization"],
        authorizerResultTtlInSeconds: 0,
      });
      assert.deepEqual(
        ofType(deployment, "aws:lambda/permission:Permission").map(({ inputs }) => inputs),
        [
          {
            action: "lambda:InvokeFunction",
            function: functionArn,
            principal: "apigateway.amazonaws.com",
            sourceArn:
              "arn:aws:execute-api:eu-west-2:000000000000:local-api/authorizers/local-authorizer-api-custom",
          },
        ],
      );
    });

    it("by another authorizer when its type changes, which is there before the routes leave the old one", async () => {
      for (const { options } of ofType(await run(guarded), authorizer)) {
        assert.deepEqual(options.replaceOnChanges, ["authorizerType"]);
        assert.equal(options.deleteBeforeReplace, false);
      }
    });

    it("in preview too, where no authorizer has an id", async () => {
      const found = find(await run(guarded, { preview: true }), route, "api-GET /admin");
      assert.equal(found.inputs.authorizationType, "JWT");
      assert.equal(typeof found.inputs.authorizerId, "symbol");
    });
  });

  it("names routes by what AWS holds unique, so that a route that moves is updated and not made twice", async () => {
    const before = await run(two);
    const after = await run({
      services: {
        flask: { build: "./app", routes: ["ANY /"] },
        reports: { build: "./app", routes: ["GET /users/{name}", "ANY /reports/{proxy+}", "$default"] },
      },
    });
    assert.deepEqual(names(before, route), names(after, route));
    assert.deepEqual(names(before, route), [
      "api-$default",
      "api-ANY /",
      "api-ANY /reports/{+}",
      "api-GET /users/{}",
    ]);
  });

  it("makes no integration for a service without routes", async () => {
    const deployment = await run({ services: { ...two.services, worker: { build: "./app", routes: [] } } });
    assert.deepEqual(names(deployment, integration), ["api-flask", "api-reports"]);
  });

  it("serves the $default stage, deployed automatically, throttled and logged", async () => {
    const deployment = await run();
    const { accessLogSettings, ...inputs } = find(deployment, stage, "api").inputs;
    assert.deepEqual(inputs, {
      apiId: "local-api",
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: { throttlingRateLimit: 1000, throttlingBurstLimit: 500 },
    });
    const { destinationArn, format } = accessLogSettings as { destinationArn: string; format: string };
    assert.equal(
      destinationArn,
      "arn:aws:logs:eu-west-2:000000000000:log-group:/aws/vendedlogs/apis/flask-app-fargate-dev",
    );
    assert.deepEqual(JSON.parse(format), {
      time: "$context.requestTime",
      requestId: "$context.requestId",
      ip: "$context.identity.sourceIp",
      userAgent: "$context.identity.userAgent",
      method: "$context.httpMethod",
      path: "$context.path",
      routeKey: "$context.routeKey",
      protocol: "$context.protocol",
      status: "$context.status",
      responseLength: "$context.responseLength",
      responseLatency: "$context.responseLatency",
      errorMessage: "$context.error.message",
      integrationStatus: "$context.integrationStatus",
      integrationLatency: "$context.integrationLatency",
      integrationError: "$context.integrationErrorMessage",
    });
    assert.deepEqual(find(deployment, "aws:cloudwatch/logGroup:LogGroup", "api").inputs, {
      name: "/aws/vendedlogs/apis/flask-app-fargate-dev",
      retentionInDays: 30,
    });
    assert.equal(deployment.outputs.url, "https://local-api.execute-api.eu-west-2.amazonaws.com/");
    assert.deepEqual(names(deployment, deploymentType), []);
  });

  it("replaces a stage by another name before it deletes the old one", async () => {
    assert.equal(find(await run(), stage, "api").options.deleteBeforeReplace, false);
  });

  it("takes throttling and retention from the configuration", async () => {
    const deployment = await run({ api: { throttle: { rate: 50 }, accessLogs: { retentionDays: 7 } } });
    assert.deepEqual(find(deployment, stage, "api").inputs.defaultRouteSettings, {
      throttlingRateLimit: 50,
      throttlingBurstLimit: 500,
    });
    assert.equal(find(deployment, "aws:cloudwatch/logGroup:LogGroup", "api").inputs.retentionInDays, 7);
  });

  it("strips a named stage, which would reach the service as the first part of the path", async () => {
    const deployment = await run({ api: { stage: "v1" }, ...two });
    for (const { inputs } of ofType(deployment, integration)) {
      assert.deepEqual(inputs.requestParameters, { "overwrite:path": "$request.path", ...client });
    }
    assert.equal(deployment.outputs.url, "https://local-api.execute-api.eu-west-2.amazonaws.com/v1");
  });

  describe("deployed explicitly", () => {
    const explicit = (services: object = two.services): object => ({ api: { autoDeploy: false }, services });
    const triggers = async (values: object): Promise<unknown> =>
      find(await run(values), deploymentType, "api").inputs.triggers;

    it("publishes a snapshot that waits for every route", async () => {
      const deployment = await run(explicit());
      const snapshot = find(deployment, deploymentType, "api");
      assert.deepEqual(
        waitsFor(deployment, snapshot).filter((name) => name.startsWith("Route ")),
        names(deployment, route).map((name) => `Route ${name}`),
      );
      const { deploymentId, autoDeploy } = find(deployment, stage, "api").inputs;
      assert.equal(deploymentId, snapshot.id);
      assert.equal(autoDeploy, false);
    });

    it("is a snapshot of all that AWS keeps in one: every input of the API, its authorizers, routes and integrations", async () => {
      const deployment = await run({ ...guarded, api: { ...guarded.api, autoDeploy: false } });
      const snapshot = find(deployment, deploymentType, "api").inputs.triggers as Record<string, string>;
      const kept = Object.fromEntries(
        Object.entries(snapshot).map(([key, text]) => [key, JSON.parse(text) as unknown]),
      );
      const inputsOf = (type: string, name: string): object => find(deployment, type, name).inputs;
      const led = (key: string): object[] => [
        inputsOf(route, `api-${key}`),
        inputsOf(integration, "api-flask"),
      ];
      assert.deepEqual(kept, {
        api: inputsOf("aws:apigatewayv2/api:Api", "api"),
        authorizers: { users: inputsOf(authorizer, "api-users"), custom: inputsOf(authorizer, "api-custom") },
        routes: ["GET /", "GET /admin", "GET /public", "GET /signed", "GET /custom"].map(led),
      });
    });

    const changes: Record<string, object> = {
      "who may use the routes": { auth: "iam" },
      "a scope": { scopes: ["read"] },
      "what an authorizer believes": { issuer: "https://other.example.com" },
      "whose pages may call it": { cors: { allowOrigins: ["https://www.example.com"] } },
      "the other way in": {
        domain: { name: "api.example.com", only: true, hostedZoneId: "Z0A" },
      },
    };
    for (const [what, { scopes, issuer, ...change }] of Object.entries(changes) as [
      string,
      { scopes?: string[]; issuer?: string },
    ][]) {
      it(`makes a new one when ${what} changes: without it AWS would go on serving the old`, async () => {
        const of = (api: object, more: object): Promise<unknown> =>
          triggers({
            api: {
              autoDeploy: false,
              auth: "users",
              authorizers: {
                users: { type: "jwt", issuer: issuer ?? "https://issuer.example.com", audience: ["web"] },
              },
              ...api,
            },
            services: { flask: { build: "./app", routes: [{ key: "GET /", ...more }] } },
          });
        const before = await triggers({
          api: {
            autoDeploy: false,
            auth: "users",
            authorizers: { users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] } },
          },
          services: { flask: { build: "./app", routes: [{ key: "GET /" }] } },
        });
        assert.notDeepEqual(await of(change, scopes ? { scopes } : {}), before);
      });
    }

    it("stays when a stage deploys by itself from now on: AWS refuses to delete what a stage may still serve", async () => {
      const { options } = find(await run(explicit()), deploymentType, "api");
      assert.equal(options.retainOnDelete, true);
    });

    it("makes a new one when routes or their services change, and only then", async () => {
      const before = await triggers(explicit());
      assert.deepEqual(await triggers(explicit()), before);
      assert.deepEqual(await triggers({ ...explicit(), tags: { Team: "web" } }), before);
      const fewer = { ...two.services, flask: { build: "./app", routes: ["ANY /"] } };
      assert.notDeepEqual(await triggers(explicit(fewer)), before);
      const swapped = {
        flask: { build: "./app", routes: two.services.reports.routes },
        reports: { build: "./app", routes: two.services.flask.routes },
      };
      assert.notDeepEqual(await triggers(explicit(swapped)), before);
    });
  });

  it("previews without knowing where it will answer", async () => {
    const deployment = await run({}, { preview: true });
    const found = find(deployment, integration, "api-flask");
    assert.deepEqual(waitsFor(deployment, found), [
      "Api api",
      "Service cluster-flask",
      "Service flask",
      "VpcLink api",
    ]);
    assert.equal(typeof deployment.outputs.url, "symbol");
  });
});
