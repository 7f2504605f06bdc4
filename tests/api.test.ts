import assert from "node:assert/strict";
import { Deployment, ofType } from "../simulate/deployment";
import { httpApi } from "../rules/quotas";
import { formerIdentities } from "./support/identity";
import { find, names, run, waitsFor } from "./support/stack";

const integration = "aws:apigatewayv2/integration:Integration";
const route = "aws:apigatewayv2/route:Route";
const stage = "aws:apigatewayv2/stage:Stage";
const deploymentType = "aws:apigatewayv2/deployment:Deployment";
const discovery = "arn:aws:servicediscovery:eu-west-2:000000000000:service/srv-local-cluster";

/** Who asked, and the request's id, in headers that clients cannot forge. */
const asked = {
  "overwrite:header.x-client-ip": "$context.identity.sourceIp",
  "overwrite:header.x-request-id": "$context.requestId",
};
/** And no prefix, which only the gateway can have taken away. */
const client = { ...asked, "remove:header.x-forwarded-prefix": "''" };
const stripped = (prefix: string): object => ({ ...asked, "overwrite:header.x-forwarded-prefix": prefix });

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

  describe("with CORS", () => {
    const closed = {
      cors: { allowOrigins: ["https://www.example.com"], allowHeaders: ["authorization"] },
      auth: "users",
      authorizers: { users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] } },
    };
    const flask = (...routes: unknown[]): object => ({ flask: { build: "./app", routes } });
    const keys = (deployment: Deployment): unknown[] =>
      ofType(deployment, route)
        .map(({ inputs }) => inputs.routeKey)
        .sort();
    const methods = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

    it("serves a closed ANY by its methods, so that the gateway answers preflights", async () => {
      const throttle = { rate: 5, burst: 10 };
      const any = { key: "ANY /a/{proxy+}", scopes: ["a"], throttle, rewrite: { stripPrefix: "/a" } };
      const deployment = await run({ api: closed, services: flask(any) });
      assert.deepEqual(
        keys(deployment),
        methods.map((method) => `${method} /a/{proxy+}`),
      );
      for (const method of methods) {
        const { inputs } = find(deployment, route, `api-${method} /a/{+}`);
        assert.equal(inputs.authorizationType, "JWT");
        assert.deepEqual(inputs.authorizationScopes, ["a"]);
      }
      assert.deepEqual(names(deployment, integration), ["api-flask-dc183aaf"]);
      assert.deepEqual(
        find(deployment, stage, "api").inputs.routeSettings,
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].map((method) => ({
          routeKey: `${method} /a/{proxy+}`,
          throttlingRateLimit: 5,
          throttlingBurstLimit: 10,
        })),
      );
      assert.deepEqual(deployment.warnings, []);
    });

    it("warns of a catch-all that takes what a closed ANY is then not served by", async () => {
      const found = await run({
        api: { ...closed, cors: { ...closed.cors, allowOrigins: ["https://a.example.com"] } },
        services: flask(
          "ANY /a",
          { key: "OPTIONS /{proxy+}", auth: "none" },
          { key: "ANY /{proxy+}", auth: "none" },
        ),
      });
      assert.deepEqual(found.warnings, [
        "ANY /a of flask asks for authorization (users), and ANY /{proxy+} leads around it: PROPFIND /a arrives as PROPFIND /a, " +
          "as does every method that no route can name: beside cors they are not served by the closed one. Close it alike, or " +
          "let it lead to other paths.",
      ]);
    });

    it("has a format of its access log that AWS takes", async () => {
      const [stage] = ofType(await run(), "aws:apigatewayv2/stage:Stage");
      const { format } = stage!.inputs.accessLogSettings as { format: string };
      assert.ok(format.includes("$context.requestId") && !format.includes("\n"));
      assert.ok(format.length <= httpApi.logFormatCharacters, `${format.length} characters`);
    });

    it("warns once of two authorizers on the way to the same", async () => {
      const functionArn = "arn:aws:lambda:eu-west-2:123456789012:function:keys";
      const keys = { type: "lambda", functionArn, identitySources: ["$request.header.X-Key"] };
      const { warnings } = await run({
        api: { authorizers: { ...closed.authorizers, keys } },
        services: flask(
          { key: "GET /orders", auth: "users" },
          { key: "ANY /echo/{proxy+}", auth: "keys", rewrite: { stripPrefix: "/echo" } },
        ),
      });
      assert.deepEqual(warnings, [
        "GET /orders of flask asks for authorization (users), and ANY /echo/{proxy+} asks for another (keys) on the way to the same: GET /echo/orders " +
          "arrives as GET /orders. Whom either lets in reaches it: close them alike, or let one lead to other paths.",
      ]);
    });

    it("warns of what browsers of other origins may not send", async () => {
      const warnings = async (cors: object, ...routes: unknown[]): Promise<string[]> => {
        const functionArn = "arn:aws:lambda:eu-west-2:123456789012:function:keys";
        const keys = { type: "lambda", functionArn, identitySources: ["$request.header.X-Key"] };
        const api = {
          cors: { allowOrigins: ["https://www.example.com"], ...cors },
          authorizers: { ...closed.authorizers, keys },
        };
        return (await run({ api, services: flask(...routes) })).warnings;
      };
      const token =
        "CORS: browsers of other origins cannot send authorization, by which GET /a is authorized: api.cors.allowHeaders";
      const users = { key: "GET /a", auth: "users" };
      assert.deepEqual(await warnings({}, users), [`${token} does not allow it. Name authorization there.`]);
      assert.deepEqual(await warnings({}, { ...users, auth: "iam" }), [
        `${token} does not allow it. Name authorization there.`,
      ]);
      assert.deepEqual(await warnings({ allowHeaders: ["*"] }, users), [
        `${token} does not allow it. For browsers * does not cover it. Name authorization there.`,
      ]);
      assert.deepEqual(await warnings({ allowHeaders: ["Authorization"] }, users), []);
      const key = { key: "GET /k", auth: "keys" };
      assert.deepEqual(await warnings({}, key), [
        "CORS: browsers of other origins cannot send x-key, by which GET /k is authorized: api.cors.allowHeaders does not allow " +
          "it. Name x-key there.",
      ]);
      assert.deepEqual(await warnings({ allowHeaders: ["*"] }, key), []);
      assert.deepEqual(await warnings({ allowHeaders: ["*"], allowCredentials: true }, key), [
        "CORS: browsers of other origins cannot send x-key, by which GET /k is authorized: api.cors.allowHeaders does not allow " +
          "it. With allowCredentials browsers take * for a name. Name x-key there.",
      ]);
      const put =
        "CORS: browsers of other origins cannot call PUT /b: api.cors.allowMethods does not allow PUT.";
      assert.deepEqual(await warnings({ allowMethods: ["GET"] }, "PUT /b", "POST /c", "ANY /d"), [
        `${put} Name it there.`,
      ]);
      assert.deepEqual(await warnings({ allowCredentials: true }, "PUT /b"), [
        `${put} With allowCredentials browsers take * for a name. Name it there.`,
      ]);
      assert.deepEqual(await warnings({}, "PUT /b", "OPTIONS /b"), []);
      assert.deepEqual(await warnings({ allowHeaders: ["*"], allowCredentials: true }, users), [
        `${token} does not allow it. With allowCredentials browsers take * for a name. Name authorization there.`,
      ]);
      assert.deepEqual(await warnings({}, users, { ...users, key: "GET /b" }), [
        `${token.replace("GET /a is", "GET /a, GET /b is")} does not allow it. Name authorization there.`,
      ]);
      const get = { allowMethods: ["GET"] };
      assert.deepEqual(await warnings(get, "OPTIONS /b"), []);
      assert.deepEqual(await warnings(get, "$default"), []);
      assert.deepEqual(await warnings({ ...get, allowCredentials: true }, "PUT /b"), [
        `${put} Name it there.`,
      ]);
      assert.deepEqual(await warnings(get, "PUT /b", "DELETE /c"), [
        "CORS: browsers of other origins cannot call PUT /b, DELETE /c: api.cors.allowMethods does not allow PUT, DELETE. Name " +
          "them there.",
      ]);
      assert.deepEqual(await warnings({}, { key: "OPTIONS /a", auth: "users" }), []);
    });

    it("makes a deployed ANY the first of them, once the others are there", async () => {
      const deployment = await run({ api: closed, services: flask("ANY /a", "GET /a") });
      const first = find(deployment, route, "api-POST /a");
      assert.deepEqual(formerIdentities(first), [
        "fargate-app:api:HttpApi > aws:apigatewayv2/route:Route api-ANY /a",
      ]);
      assert.deepEqual(
        waitsFor(deployment, first).filter((name) => name.startsWith("Route ")),
        ["DELETE", "HEAD", "PATCH", "PUT"].map((method) => `Route api-${method} /a`),
      );
      const aliased = ofType(deployment, route).filter((found) => formerIdentities(found).length > 0);
      assert.deepEqual(aliased, [first]);
    });

    it("serves a closed $default by its methods, at the root and below", async () => {
      assert.deepEqual(
        keys(await run({ api: closed, services: flask("$default") })),
        methods.flatMap((method) => ["/", "/{proxy+}"].map((path) => `${method} ${path}`)),
      );
    });

    it("leaves open routes, routes with an OPTIONS route of the user's, and APIs without CORS as they are", async () => {
      const routes = [{ key: "ANY /open", auth: "none" }, "ANY /a", { key: "OPTIONS /a", auth: "none" }];
      const found = await run({ api: closed, services: flask(...routes) });
      assert.deepEqual(keys(found), ["ANY /a", "ANY /open", "OPTIONS /a"]);
      assert.deepEqual(found.warnings, []);
      const { auth, authorizers } = closed;
      const without = await run({ api: { auth, authorizers }, services: flask("ANY /a") });
      assert.deepEqual(keys(without), ["ANY /a"]);
    });

    it("warns of preflights that reach a service, or another route's authorization", async () => {
      const opened = { key: "ANY /{proxy+}", auth: "none" };
      assert.deepEqual((await run({ api: closed, services: flask("POST /a", opened) })).warnings, [
        "CORS: preflights of POST /a take ANY /{proxy+} of flask, without authorization: they get through only if it answers " +
          "OPTIONS with 2xx.",
      ]);
      assert.deepEqual(
        (await run({ api: closed, services: flask("POST /a", "OPTIONS /{proxy+}") })).warnings,
        [
          "CORS: preflights of POST /a take OPTIONS /{proxy+}, and are refused by its authorization: browsers of other origins " +
            "cannot call it. Open OPTIONS /{proxy+}, or take it out.",
        ],
      );
    });
  });

  describe("warns of ways around a closed route", () => {
    const warnings = async (...routes: unknown[]): Promise<string[]> => {
      const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
      const deployment = await run({
        api: { authorizers: { users } },
        services: { flask: { build: "./app", routes } },
      });
      return deployment.warnings;
    };
    const strip = { key: "ANY /echo/{proxy+}", rewrite: { stripPrefix: "/echo" } };

    it("once for each route that leads around others", async () => {
      assert.deepEqual(
        await warnings(
          ...["a", "b", "c", "d", "e"].map((name) => ({ key: `GET /${name}`, auth: "users" })),
          { key: "GET /f", throttle: { rate: 1, burst: 1 } },
          strip,
        ),
        [
          "GET /a of flask asks for authorization (users), and ANY /echo/{proxy+} leads around it: GET /echo/a arrives as GET /a. " +
            "So it does around GET /b, GET /c, GET /d and 1 more. Close it alike, or let it lead to other paths.",
          "GET /f of flask asks for no more than 1 requests a second, and ANY /echo/{proxy+} leads around it: GET /echo/f arrives " +
            "as GET /f. Close it alike, or let it lead to other paths.",
        ],
      );
    });

    it("with all of their keys where they are four", async () => {
      assert.deepEqual(
        await warnings(
          ...["a", "b", "c", "d"].map((name) => ({ key: `GET /${name}`, auth: "users" })),
          strip,
        ),
        [
          "GET /a of flask asks for authorization (users), and ANY /echo/{proxy+} leads around it: GET /echo/a arrives as GET /a. " +
            "So it does around GET /b, GET /c, GET /d. Close it alike, or let it lead to other paths.",
        ],
      );
    });

    it("by scopes, and by HEAD", async () => {
      assert.deepEqual(
        await warnings({ key: "GET /a", auth: "users", scopes: ["a", "b"] }, { ...strip, auth: "users" }),
        [
          "GET /a of flask asks for one of the scopes a, b, and ANY /echo/{proxy+} leads around it: GET /echo/a arrives as GET /a. " +
            "Close it alike, or let it lead to other paths.",
        ],
      );
      assert.deepEqual(await warnings({ key: "GET /a", auth: "users" }, "ANY /{proxy+}"), [
        "GET /a of flask asks for authorization (users), and ANY /{proxy+} leads around it: HEAD /a arrives as HEAD /a, which " +
          "services answer as GET. Close it alike, or let it lead to other paths.",
      ]);
    });

    it("and of none where there is none", async () => {
      assert.deepEqual(await warnings({ key: "ANY /a", auth: "users" }, "ANY /{proxy+}"), []);
    });
  });

  it("keeps the names of integrations that were deployed before they told the prefix", async () => {
    const routes = (...keys: [string, string][]): object => ({
      services: {
        flask: {
          build: "./app",
          routes: keys.map(([key, stripPrefix]) => ({ key, rewrite: { stripPrefix } })),
        },
      },
    });
    const a: [string, string] = ["GET /a/x", "/a"];
    const b: [string, string] = ["GET /b/x", "/b"];
    // Both paths become /x: they shared one integration, and are told apart by the prefix now.
    const alone = names(await run(routes(a)), integration);
    const both = names(await run(routes(a, b)), integration);
    assert.equal(alone.length, 1);
    assert.equal(both.length, 2);
    assert.ok(both.includes(alone[0]!));
    assert.deepEqual(names(await run(routes(b, a)), integration), both);
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
        ["ANY /shop/{proxy+}", { "overwrite:path": "/${request.path.proxy}", ...stripped("/shop") }],
        ["GET /shop/items/{id}", { "overwrite:path": "/${request.path.id}", ...stripped("/shop/items") }],
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
            sourceArn: "arn:aws:execute-api:eu-west-2:000000000000:local-api/authorizers/*",
          },
        ],
      );
      // Otherwise an authorizer that is led to another function would not be let in there at first.
      assert.deepEqual(waitsFor(deployment, find(deployment, authorizer, "api-custom")), [
        "Api api",
        "Permission api-custom",
      ]);
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

  it("sends metrics of each route where it is told to, also of those with settings of their own", async () => {
    const throttle = { rate: 5, burst: 10 };
    const routes = ["ANY /", { key: "GET /limited", throttle }];
    const deployment = await run({
      api: { detailedMetrics: true },
      services: { flask: { build: "./app", routes } },
    });
    const { defaultRouteSettings, routeSettings } = find(deployment, stage, "api").inputs;
    assert.deepEqual(defaultRouteSettings, {
      ...{ throttlingRateLimit: 1000, throttlingBurstLimit: 500 },
      detailedMetricsEnabled: true,
    });
    assert.deepEqual(routeSettings, [
      {
        ...{ routeKey: "GET /limited", throttlingRateLimit: 5, throttlingBurstLimit: 10 },
        detailedMetricsEnabled: true,
      },
    ]);
    const { platform } = deployment.outputs as { platform: { api: { detailedMetrics: boolean } } };
    assert.equal(platform.api.detailedMetrics, true);
  });

  it("strips a named stage, which would reach the service as the first part of the path", async () => {
    const deployment = await run({ api: { stage: "v1" }, ...two });
    for (const { inputs } of ofType(deployment, integration)) {
      assert.deepEqual(inputs.requestParameters, { "overwrite:path": "$request.path", ...stripped("/v1") });
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
