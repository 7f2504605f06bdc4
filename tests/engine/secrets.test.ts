import assert from "node:assert/strict";
import { Engine, EngineStack, succeeded } from "./support/engine";

/** What is secret stands in no state and on no screen. */
describe("secrets, under Pulumi's engine", () => {
  const engine = new Engine();
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev");
  });
  after(() => engine.stop());

  const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:hub-AbCdEf";
  const plain = {
    "aws:region": "eu-west-2",
    services: {
      flask: {
        build: "./app",
        secrets: { TOKEN: secret },
        sidecars: {
          collector: {
            image: "000000000000.dkr.ecr.eu-west-2.amazonaws.com/otel:1",
            secrets: { KEY: secret },
          },
        },
      },
    },
    jobs: { migrate: { service: "flask", command: ["migrate"], secrets: { ADMIN: secret } } },
  };
  const credentials = {
    "aws:accessKey": "AKIAEXAMPLEEXAMPLE00",
    "aws:secretKey": "a-secret-key-of-forty-characters-000000",
    "aws:token": "a-session-token",
    "aws:httpProxy": "http://user:a-password@proxy.example.com:3128",
  };

  it("are in no state: credentials, the registry's password, and what tasks are given", async () => {
    // Those of the first three are secret even where they are written plainly.
    const { "aws:httpProxy": proxy, ...own } = credentials;
    stack.configure({ ...plain, ...own });
    await stack.encrypt("aws:httpProxy", proxy);
    const up = succeeded(await stack.up());
    const { text } = await stack.state();
    const shown = up.printed + text;
    for (const value of [...Object.values(credentials), "local-token"])
      assert.ok(!shown.includes(value), around(shown, value));
    // It is looked at in earnest: names of secrets are there, their ciphertext is.
    for (const seen of [secret, "aws:ecs/taskDefinition:TaskDefinition", '"ciphertext"'])
      assert.ok(text.includes(seen), seen);
  });

  it("of the configuration are refused where they would stand in a task definition, and not shown", async () => {
    stack.configure(plain);
    await stack.encrypt("flask-app-fargate:services.flask.environment.MODE", "hunter2");
    const { code, diagnostics, printed } = await stack.preview();
    assert.notEqual(code, 0);
    assert.match(
      diagnostics.map(({ message }) => message).join("\n"),
      /services: it holds an encrypted value/,
    );
    assert.ok(!printed.includes("hunter2") && !(await stack.state()).text.includes("hunter2"));
  });
});

/** Where a text stands, for whoever has to find out why. */
function around(text: string, value: string): string {
  const at = text.indexOf(value);
  return `${value} in ${text.slice(Math.max(0, at - 600), at + value.length + 200)}`;
}
