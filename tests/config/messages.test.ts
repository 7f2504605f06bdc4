import assert from "node:assert/strict";
import fc from "fast-check";
import { distance, meantBy, unknownKey } from "../../config/near-names";
import { printable, shown } from "../../config/printed";
import { sections, serviceSchema } from "../../config/schema";
import { simulate } from "../../simulate/program";
import { run, problemsOf } from "../support/stack";

const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });
const lines = async (values: object): Promise<string> => (await problemsOf(values)).join("\n");

describe("messages about the configuration", () => {
  it("never show what stands below secrets, however it is written", async () => {
    for (const secrets of [
      "hunter2",
      ["hunter2"],
      ["KEY=hunter2"],
      { KEY: "hunter2" },
      { KEY: ["hunter2"] },
      { KEY: { value: "hunter2" } },
      { "KEY=hunter2": "" },
      { "KEY=hunter2": 4 },
      { "hunter2=x": "" },
      { "hunter2.x": { "hunter2.y": 1 } },
      { KEY: 47110815 },
      { KEY: [47110815] },
      47110815,
      { KEY: "arn:aws:secretsmanager:eu-west-2:1:secret:hunter2" },
      { KEY: "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/hunter2" },
      { KEY: "arn:aws:ssm:eu-west-1:111122223333:parameter/hunter2" },
    ]) {
      for (const values of [
        flask({ secrets }),
        flask({ sidecars: { otel: { image: "otel:1", secrets } } }),
        { jobs: { seed: { image: "seed:1", secrets } } },
        { jobs: { seed: { service: "flask", command: ["a"], secrets } }, ...flask({}) },
      ]) {
        assert.doesNotMatch(await lines(values), /hunter2|47110815/, JSON.stringify(values));
      }
    }
    assert.doesNotMatch(await lines({ services: [{ secrets: { KEY: "hunter2" } }] }), /hunter2/);
    await assert.rejects(
      simulate({
        config: {
          "aws:region": "eu-west-2",
          "flask-app-fargate:services": '{"a":{"secrets":{"K":"hunter2"}',
        },
      }),
      (error: Error) => !error.message.includes("hunter2"),
    );
  });

  it("name the place of a secret, and neither it nor a name that is none", async () => {
    const said = "it is not shown, because it may be the secret itself";
    const rest =
      "Allowed: name of letters, digits and _ . - → ARN of a secret or parameter. Fix: give the full ARN; the value itself never belongs in the configuration.";
    const nat = { network: { egress: "nat" } };
    const job = (secrets: unknown): object => ({ ...nat, jobs: { seed: { image: "seed:1", secrets } } });
    const sidecar = (secrets: unknown): object => ({
      ...nat,
      ...flask({ sidecars: { otel: { image: "otel:1", secrets } } }),
    });
    for (const [values, path] of [
      [job({ KEY: 47110815 }), "jobs.seed.secrets.KEY"],
      [job({ "hunter2=x": "" }), "jobs.seed.secrets.…"],
      [job(true), "jobs.seed.secrets"],
      [flask({ secrets: { KEY: 47110815 } }), "services.flask.secrets.KEY"],
      [sidecar({ KEY: 47110815 }), "services.flask.sidecars.otel.secrets.KEY"],
      [sidecar(["hunter2"]), "services.flask.sidecars.otel.secrets"],
    ] as const) {
      assert.equal((await problemsOf(values))[0], `${path}: ${said}. ${rest}`);
    }
  });

  it("name a date that YAML made a moment of, wherever it stands", async () => {
    const read = "2024-01-01 00:00:00 +0000 UTC";
    const said = (path: string): string =>
      `${path}: got "${read}". Allowed: text in quotes: without, YAML reads a date as a moment, and Pulumi hands that on. ` +
      'Fix: write it as it is meant, for example "2024-01-01", in quotes.';
    assert.deepEqual(await problemsOf({ tags: { since: read }, ...flask({ environment: { API: read } }) }), [
      said("services.flask.environment.API"),
      said("tags.since"),
    ]);
    await run(flask({ environment: { API: "2024-01-01", B: "2024-01-01 00:00:00" } }));
  });

  it("never show a block of text with secrets in it, where an object belongs", async () => {
    const block = "build: ./app\nsecrets:\n  KEY: hunter2\n";
    for (const values of [
      { services: { flask: block } },
      { services: { flask: '{"build": "./app", "secrets": {"KEY": "hunter2"}' } },
      { jobs: { seed: block } },
      flask({ sidecars: { otel: block } }),
      flask({ sidecars: [block] }),
      flask({ environment: { nested: { block } } }),
    ]) {
      const told = await lines(values);
      assert.doesNotMatch(told, /hunter2/);
      assert.match(told, /\(not shown\)/);
    }
    const arn = "arn:aws:secretsmanager:eu-west-2:1:secret:a";
    assert.equal(
      shown([arn, "my-secrets: a", "secretsa: b"]),
      JSON.stringify([arn, "my-secrets: a", "secretsa: b"]),
    );
  });

  it("show what a service has that is itself called secrets", async () => {
    assert.deepEqual(await problemsOf({ services: { secrets: { build: "./app", port: 0 } } }), [
      "services.secrets.port: got 0. Allowed: 1–65535. Fix: use an allowed value, or leave it out for 80.",
    ]);
  });

  it("are one line each and steer no terminal", async () => {
    const wild = "a\u001b[31m\nb\u202e\u0085";
    for (const values of [
      { [wild]: 1 },
      { tags: { [wild]: wild } },
      { services: { [wild]: { build: wild, [wild]: wild } } },
      flask({ routes: [`GET /${wild}`], auth: wild }),
    ]) {
      const problems = await problemsOf(values);
      assert.doesNotMatch(problems.join(""), /[\p{Cc}\p{Cf}]/u);
      for (const problem of problems) assert.match(problem, / Allowed: .* Fix: /);
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) =>
        assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u),
      ),
    );
    assert.equal(shown({ a: 1, secrets: { b: 2 } }), '{"a":1,"secrets":"(not shown)"}');
  });

  it("say once what is wrong with a key that is there and malformed", async () => {
    assert.deepEqual((await problemsOf({ services: { flask: { build: 4 } } })).length, 1);
    assert.deepEqual((await problemsOf({ services: { flask: { image: "A B" } } })).length, 1);
    assert.deepEqual((await problemsOf({ services: { flask: "./app" } })).length, 1);
    assert.deepEqual((await problemsOf({ share: { stack: "a b", prefix: "/pr" } })).length, 1);
    const users = { type: "jwt", issuer: "http://a", audience: ["a"] };
    assert.deepEqual(
      (
        await problemsOf({
          api: { auth: "users", authorizers: { users } },
          ...flask({ routes: [{ key: "GET /a", scopes: ["s"] }] }),
        })
      ).length,
      1,
    );
    const existing = { type: "existing", id: "a1", kind: "jwt" };
    assert.deepEqual((await problemsOf({ api: { existingId: "A!", authorizers: { existing } } })).length, 1);
  });

  it("show the object to write where a single value stands", async () => {
    assert.deepEqual(await problemsOf({ api: { domain: "foo.com" } }), [
      'api.domain: got "foo.com". Allowed: an object such as { name: api.example.com, hostedZoneId: Z0123456789ABCDEFGHIJ, only: true }. ' +
        'Fix: write { name: "foo.com", hostedZoneId: Z0123456789ABCDEFGHIJ, only: true }.',
    ]);
  });

  it("take names of JavaScript's own for names", async () => {
    const words = ["constructor", "toString", "hasOwnProperty", "valueOf"];
    const all = Object.fromEntries(words.map((word) => [word, "x"]));
    const deployment = await run({
      tags: all,
      api: {
        authorizers: Object.fromEntries(
          words.map((word) => [word, { type: "jwt", issuer: "https://a.example", audience: ["a"] }]),
        ),
      },
      services: {
        constructor: {
          build: "./app",
          environment: all,
          routes: [{ key: "GET /a", auth: "toString", rewrite: { headers: all, query: all } }],
        },
      },
    });
    assert.deepEqual(Object.keys(deployment.outputs.services as object), ["constructor"]);
    const secret = "arn:aws:ssm:eu-west-2:111122223333:parameter/a";
    await run(flask({ secrets: { constructor: secret } }));
    for (const section of ["network", "api", "registry"])
      assert.match(
        await lines({ [section]: { constructor: 1 } }),
        new RegExp(`^${section}\\.constructor: unknown key`),
      );
    assert.match(await lines({ constructor: 1 }), /^constructor: unknown key/);
    assert.match(
      await lines(flask({ routes: [{ key: "GET /a", auth: "constructor" }] })),
      /auth: got "constructor"/,
    );
    assert.match(
      await lines(flask({ permissions: [{ actions: ["constructor:A"], resources: ["*"] }] })),
      /no endpoint is known/,
    );
  });

  it("refuse __proto__, which would be lost", async () => {
    const withProto = (text: string): object => JSON.parse(text) as object;
    assert.match(
      await lines(withProto('{"services":{"flask":{"build":"./app","environment":{"__proto__":"x"}}}}')),
      /^services\.flask\.environment\.__proto__: this name is JavaScript's own\. Allowed: any other name\. Fix: rename it\.$/,
    );
    assert.match(
      await lines(withProto('{"services":{"__proto__":{"build":"./app"}}}')),
      /^services\.__proto__: /,
    );
    assert.match(await lines(withProto('{"tags":{"__proto__":"x"}}')), /^tags\.__proto__: /);
  });

  it("refuse an encrypted Region, and show none", async () => {
    await assert.rejects(
      simulate({ config: { "aws:region": "eu-west-2" }, secretKeys: ["aws:region"] }),
      (error: Error) =>
        error.message.includes("aws:region: it holds an encrypted value") &&
        !error.message.includes('"eu-west-2"'),
    );
  });
});

describe("an unknown key", () => {
  const ofService = Object.keys(serviceSchema.shape);
  const table: [key: string, known: readonly string[], meant: string | undefined][] = [
    ["env", ofService, "environment"],
    ["count", ofService, "desiredCount"],
    ["replicas", ofService, "desiredCount"],
    ["dockerfile", ofService, "build"],
    ["executeCommand", ofService, "exec"],
    ["serviceConnect", ofService, "reach"],
    ["env_file", ofService, undefined],
    ["health", ofService, "healthCheck"],
    ["healthcheck", ofService, "healthCheck"],
    ["health_check", ofService, "healthCheck"],
    ["memroy", ofService, "memory"],
    ["efs", ofService, "volumes"],
    ["mountPoints", ofService, "volumes"],
    ["containers", ofService, "sidecars"],
    ["commando", ofService, "command"],
    ["x", ofService, undefined],
    ["vpc", ["services", ...Object.keys(sections)], "network"],
    ["vpc", Object.keys(sections.network.shape), "existing"],
    ["domainName", Object.keys(sections.api.shape), "domain"],
    ["domainName", ["name", "only"], "name"],
    ["throtle", Object.keys(sections.api.shape), "throttle"],
    ["scope", ["type", "issuer", "audience"], undefined],
    ["constructor", ofService, undefined],
  ];
  for (const [key, known, meant] of table) {
    it(`${key} means ${meant ?? "none"}`, () => assert.equal(meantBy(key, known), meant));
  }

  it("of several in one place has all that is allowed written out once", async () => {
    const message = (await lines(flask({ env: {}, replicas: 2 }))).split("\n");
    assert.match(
      message[0]!,
      /^services\.flask\.env: unknown key\. Allowed: build, image, .+\. Fix: write environment\.$/,
    );
    assert.equal(
      message[1]!.trim(),
      "services.flask.replicas: unknown key. Allowed: the same as for services.flask.env. Fix: write desiredCount.",
    );
  });

  it("that has no place here says what to do instead", () => {
    assert.equal(
      unknownKey("a", "loadBalancer", ofService).fix,
      "take it out: API Gateway and Cloud Map do without one",
    );
    assert.equal(
      unknownKey("a", "env_file", ofService).fix,
      "write its lines below environment: no file is read",
    );
  });

  it("of any length is judged at once: its letters are not compared", async () => {
    const long = "k".repeat(100_000);
    const message = await lines(flask({ [long]: 1 }));
    assert.match(message, /unknown key/);
    assert.ok(message.length < 1000, `${message.length}`);
    assert.equal(meantBy(long, ofService), undefined);
  });

  it("is near by its edits: none for itself, the same both ways, one for a swap", () => {
    assert.equal(distance("memroy", "memory"), 1);
    assert.equal(distance("kitten", "sitting"), 3);
    assert.equal(distance("", "abc"), 3);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        assert.equal(distance(a, a), 0);
        assert.equal(distance(a, b), distance(b, a));
        assert.ok(distance(a, b) <= Math.max(a.length, b.length));
        assert.ok(distance(a, b) >= Math.abs(a.length - b.length));
      }),
    );
  });
});
