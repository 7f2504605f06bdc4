import assert from "node:assert/strict";
import { ofType } from "../../simulate/deployment";
import { find, names, problemsOf, run } from "../support/stack";

const api = { existingId: "a1b2c3d4e5" };
const flask = (...routes: unknown[]): object => ({ flask: { build: "./app", routes } });
const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
const route = "aws:apigatewayv2/route:Route";
const integration = "aws:apigatewayv2/integration:Integration";

describe("an API that somebody else owns", () => {
  for (const preview of [false, true]) {
    it(`gets a link, integrations, routes and authorizers, and nothing else, in ${preview ? "preview" : "update"}`, async () => {
      const deployment = await run(
        { api: { ...api, auth: "users", authorizers: { users } }, services: flask("ANY /shop/{proxy+}") },
        { preview },
      );
      assert.deepEqual(
        deployment.resources
          .filter(({ parent }) => parent.endsWith("::api"))
          .map(({ type, name }) => `${type.split(":").pop()} ${name}`)
          .sort(),
        ["Authorizer api-users", "Integration api-flask", "Route api-ANY /shop/{+}", "VpcLink api"],
      );
      const members = deployment.resources.filter(({ inputs }) => inputs.apiId !== undefined);
      assert.deepEqual([...new Set(members.map(({ inputs }) => inputs.apiId))], ["a1b2c3d4e5"]);
    });
  }

  it("lets a Lambda authorizer's function be called by that API alone", async () => {
    const functionArn = "arn:aws:lambda:eu-west-2:000000000000:function:keys";
    const deployment = await run({ api: { ...api, authorizers: { keys: { type: "lambda", functionArn } } } });
    assert.equal(
      find(deployment, "aws:lambda/permission:Permission", "api-keys").inputs.sourceArn,
      "arn:aws:execute-api:eu-west-2:000000000000:a1b2c3d4e5/authorizers/*",
    );
  });

  it("answers at its owner's stage, whose name the services do not see", async () => {
    const deployment = await run({ api: { ...api, stage: "v1" } });
    assert.equal(deployment.outputs.url, "https://a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com/v1");
    assert.deepEqual(find(deployment, integration, "api-flask").inputs.requestParameters, {
      "overwrite:path": "$request.path",
      "overwrite:header.x-client-ip": "$context.identity.sourceIp",
      "overwrite:header.x-forwarded-prefix": "/v1",
      "overwrite:header.x-request-id": "$context.requestId",
    });
    assert.equal((await run({ api })).outputs.url, "https://a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com/");
    assert.equal("apiLogGroup" in deployment.outputs, false);
  });

  it("is refused in preview when it is of another kind", async () => {
    const invokes = {
      "aws:apigatewayv2/getApi:getApi": () => ({
        apiEndpoint: "wss://a",
        executionArn: "a",
        protocolType: "WEBSOCKET",
        corsConfigurations: [],
      }),
    };
    await assert.rejects(run({ api }, { invokes, preview: true }), {
      message:
        "api.existingId: a1b2c3d4e5 is a WEBSOCKET API. Allowed: an HTTP API, which alone reaches Cloud Map. Fix: name one, or take it out for an " +
        "API of this stack's own.",
    });
  });

  it("warns of an API whose own address is switched off", async () => {
    const invokes = {
      "aws:apigatewayv2/getApi:getApi": () => ({
        apiEndpoint: "https://a",
        executionArn: "a",
        protocolType: "HTTP",
        disableExecuteApiEndpoint: true,
        corsConfigurations: [],
      }),
    };
    assert.deepEqual((await run({ api }, { invokes })).warnings, [
      "The API a1b2c3d4e5 answers at a domain of its owner's alone: the stack's output url is switched off.",
    ]);
  });

  it("leaves preflights to the gateway where its owner has configured CORS", async () => {
    const keys = async (corsConfigurations: object[], ...routes: unknown[]): Promise<unknown[]> => {
      const invokes = {
        "aws:apigatewayv2/getApi:getApi": () => ({
          ...{ apiEndpoint: "https://a", executionArn: "a", protocolType: "HTTP" },
          ...{ disableExecuteApiEndpoint: false, corsConfigurations },
        }),
      };
      const values = { api: { ...api, auth: "users", authorizers: { users } }, services: flask(...routes) };
      const deployment = await run(values, { invokes });
      return [...ofType(deployment, route).map(({ inputs }) => inputs.routeKey), ...deployment.warnings];
    };
    const cors = [{ allowOrigins: ["*"], allowHeaders: ["authorization"] }];
    assert.deepEqual(await keys([], "ANY /a"), ["ANY /a"]);
    assert.equal((await keys(cors, "ANY /a")).length, 6);
    assert.deepEqual(await keys(cors, { key: "ANY /a", adopt: "r1", integration: "i1" }), [
      "ANY /a",
      "CORS: preflights of ANY /a take ANY /a, and are refused by its authorization: browsers of other origins cannot call " +
        "it. They get through once adopt and integration are taken out.",
    ]);
  });

  it("warns of what its owner's CORS keeps browsers from", async () => {
    const warnings = async (cors: object, ...routes: unknown[]): Promise<string[]> => {
      const invokes = {
        "aws:apigatewayv2/getApi:getApi": () => ({
          ...{ apiEndpoint: "https://a", executionArn: "a", protocolType: "HTTP" },
          ...{ disableExecuteApiEndpoint: false, corsConfigurations: [{ allowOrigins: ["*"], ...cors }] },
        }),
      };
      const theirs = { type: "existing", id: "x1y2z3", kind: "jwt" };
      const values = { api: { ...api, authorizers: { theirs } }, services: flask(...routes) };
      return (await run(values, { invokes })).warnings;
    };
    const put = { key: "PUT /a", auth: "theirs" };
    assert.deepEqual(await warnings({}, put), [
      "CORS: browsers of other origins cannot call PUT /a: the CORS configuration of a1b2c3d4e5 (allowMethods) does not allow PUT. Have it named there.",
      "CORS: browsers of other origins cannot send authorization, by which PUT /a is authorized: the CORS configuration of a1b2c3d4e5 (allowHeaders) " +
        "does not allow it. Have authorization named there.",
    ]);
    assert.deepEqual(await warnings({ allowMethods: ["*"], allowHeaders: ["Authorization"] }, put), []);
  });

  it("is refused more routes than an API takes, where its owner's CORS makes six of one", async () => {
    const invokes = {
      "aws:apigatewayv2/getApi:getApi": () => ({
        ...{ apiEndpoint: "https://a", executionArn: "a", protocolType: "HTTP" },
        ...{ disableExecuteApiEndpoint: false },
        corsConfigurations: [{ allowOrigins: ["*"], allowHeaders: ["authorization"] }],
      }),
    };
    const of = (count: number): object => ({
      api: { ...api, auth: "users", authorizers: { users } },
      services: flask(...Array.from({ length: count }, (_, i) => `ANY /${i}`)),
    });
    await run(of(50), { invokes });
    await assert.rejects(run(of(51), { invokes }), {
      message:
        "services: 306 routes, with six for each closed ANY because a1b2c3d4e5 has CORS. Allowed: 300 in one API, with those that others have there. " +
        "Fix: use {proxy+} routes.",
    });
  });

  it("has an authorizer of this stack under a name that nobody else has", async () => {
    const deployment = await run({ api: { ...api, authorizers: { users } } });
    assert.equal(
      find(deployment, "aws:apigatewayv2/authorizer:Authorizer", "api-users").inputs.name,
      "dev--users",
    );
  });

  it("refuses what its owner decides", async () => {
    assert.deepEqual(
      await problemsOf({
        api: {
          ...api,
          autoDeploy: true,
          cors: { allowOrigins: ["*"] },
          throttle: {},
          detailedMetrics: true,
          accessLogs: {},
        },
        services: flask({ key: "GET /a", throttle: { rate: 1, burst: 1 } }),
      }),
      [
        ...["autoDeploy", "cors", "throttle", "detailedMetrics", "accessLogs"].map(
          (key) =>
            `api.${key}: set together with api.existingId. Allowed: of api: existingId, stage, auth, authorizers. Fix: take it out: the owner decides it.`,
        ),
        'services.flask.routes.0.throttle: got {"rate":1,"burst":1}. Allowed: only in an API of this stack\'s own, not with api.existingId: it is a ' +
          "setting of the stage. Fix: take it out, and let the owner of the stage limit the route.",
      ],
    );
  });

  describe("gives up its routes one at a time", () => {
    const moving = { key: "GET /orders", auth: "none", adopt: "r0ute1", integration: "1nt3gr" };

    it("imports a route as it is: it goes on leading where it did, and a destroy leaves it there", async () => {
      const { inputs, options } = find(await run({ api, services: flask(moving) }), route, "api-GET /orders");
      assert.deepEqual(inputs, {
        apiId: "a1b2c3d4e5",
        routeKey: "GET /orders",
        target: "integrations/1nt3gr",
        authorizationType: "NONE",
      });
      assert.equal(options.import, "a1b2c3d4e5/r0ute1");
      assert.equal(options.retainOnDelete, true);
    });

    it("has the integration it will lead to ready: the cutover is one change of one route", async () => {
      const before = await run({ api, services: flask(moving) });
      const after = await run({
        api,
        services: flask({ key: moving.key, auth: "none" }),
      });
      assert.deepEqual(names(before, integration), ["api-flask"]);
      const changed = after.resources.filter(({ urn, inputs }) => {
        const old = before.resources.find((resource) => resource.urn === urn);
        return JSON.stringify(old?.inputs) !== JSON.stringify(inputs);
      });
      assert.deepEqual(
        changed.map(({ name, inputs }) => [name, inputs.target]),
        [["api-GET /orders", "integrations/local-integration-api-flask"]],
      );
      // From now on a destroy deletes it: left behind, it would keep the integration it leads to from being deleted.
      assert.equal(ofType(after, route)[0]!.options.retainOnDelete, false);
      assert.equal(ofType(after, route)[0]!.options.import, "");
    });

    it("goes back by naming the old integration again: the route is theirs once more, and a destroy leaves it", async () => {
      const back = { key: moving.key, auth: "none", integration: moving.integration };
      const [{ inputs, options } = assert.fail()] = ofType(await run({ api, services: flask(back) }), route);
      assert.equal(inputs.target, "integrations/1nt3gr");
      assert.equal(options.retainOnDelete, true);
      assert.equal(options.import, "");
    });

    it("keeps who may use a route, by the API's own authorizer", async () => {
      const authorizers = { theirs: { type: "existing", id: "auth0r", kind: "jwt" } };
      const closed = { ...moving, auth: "theirs", scopes: ["read"] };
      const deployment = await run({ api: { ...api, authorizers }, services: flask(closed) });
      const { authorizationType, authorizerId, authorizationScopes } = ofType(deployment, route)[0]!.inputs;
      assert.deepEqual([authorizationType, authorizerId, authorizationScopes], ["JWT", "auth0r", ["read"]]);
      assert.deepEqual(names(deployment, "aws:apigatewayv2/authorizer:Authorizer"), []);
      const lambda = { theirs: { type: "existing", id: "auth0r", kind: "lambda" } };
      const called = await run({
        api: { ...api, authorizers: lambda },
        services: flask({ ...moving, auth: "theirs" }),
      });
      assert.equal(ofType(called, route)[0]!.inputs.authorizationType, "CUSTOM");
      assert.deepEqual(names(called, "aws:lambda/permission:Permission"), []);
    });

    it("asks who may use a route, and for each route once", async () => {
      assert.deepEqual(
        await problemsOf({
          api,
          services: flask(
            { key: "GET /a", adopt: "r1", integration: "i1" },
            { key: "GET /b", auth: "none", adopt: "r1" },
            { key: "GET /c", auth: "none", adopt: "r2", integration: "i1" },
          ),
        }),
        [
          "services.flask.routes.0.auth: got nothing. Allowed: who may use the route now, said in so many words: another value changes the live route. " +
            "Fix: write none, iam, or the name of an authorizer of type existing.",
          "services.flask.routes.1.adopt: got \"r1\". Allowed: only with integration: a route that leads to this stack's service is this stack's. Fix: to " +
            "take a route over, name the integration it leads to now; to cut over, take adopt out together with integration.",
          'services.flask.routes.1.adopt: got "r1". Allowed: a route other than that of services.flask.routes.0. Fix: adopt each route once.',
        ],
      );
    });

    it("imports nothing where nothing is said", async () => {
      for (const { options } of ofType(await run(), route)) assert.equal(options.import, "");
    });

    it("is refused for an API of the stack's own", async () => {
      const authorizers = { theirs: { type: "existing", id: "auth0r", kind: "jwt" } };
      assert.deepEqual(await problemsOf({ api: { authorizers }, services: flask(moving) }), [
        'api.authorizers.theirs.type: got "existing". Allowed: only with api.existingId. Fix: take it out, or name the API that has it.',
        'services.flask.routes.0.adopt: got "r0ute1". Allowed: only with api.existingId. Fix: take it out, or name the API that has it.',
        'services.flask.routes.0.integration: got "1nt3gr". Allowed: only with api.existingId. Fix: take it out, or name the API that has it.',
      ]);
    });
  });
});
