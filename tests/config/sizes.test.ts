import assert from "node:assert/strict";
import { ofType } from "../../simulate/deployment";
import { problemsOf, run } from "../support/stack";

const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });
const buckets = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, i) => `arn:aws:s3:::bucket-with-a-long-name-${String(i).padStart(6, "0")}/*`,
  );
const reading = (count: number): object => ({
  permissions: [{ actions: ["s3:GetObject"], resources: buckets(count) }],
});
const nat = { network: { egress: "nat" } };

describe("what is longer than AWS takes", () => {
  it("is a task role's policy, character by character", async () => {
    // 98 characters around the list; 47 for each bucket and its comma but the last.
    const fits = await run({ ...nat, ...flask(reading(200)) });
    const [policy] = ofType(fits, "aws:iam/rolePolicy:RolePolicy").filter(
      ({ name }) => name === "flask-task",
    );
    const each = JSON.stringify(buckets(1)[0]).length + 1;
    const around = (policy!.inputs.policy as string).length - 200 * each;
    const most = Math.floor((10_240 - around) / each);
    await run({ ...nat, ...flask(reading(most)) });
    assert.deepEqual(await problemsOf({ ...nat, ...flask(reading(most + 1)) }), [
      `services.flask.permissions: ${around + (most + 1) * each} characters in the policy of the task role. Allowed: 10240. ` +
        "Fix: name fewer resources, with a * for those that are named alike.",
    ]);
  });

  it("is an execution role's policy with too many secrets", async () => {
    const secrets = Object.fromEntries(
      Array.from({ length: 150 }, (_, i) => [
        `S${i}`,
        `arn:aws:secretsmanager:eu-west-2:111122223333:secret:some-name-${i}-AbCdEf`,
      ]),
    );
    const [problem, ...others] = await problemsOf({ ...nat, ...flask({ secrets }) });
    assert.match(
      problem!,
      /^services\.flask\.secrets: \d{5} characters in the policy of the execution role\. Allowed: 10240\. Fix: name fewer secrets: one secret can hold several keys\.$/,
    );
    assert.deepEqual(others, []);
  });

  it("is the policy of an endpoint, by what all services need together", async () => {
    const services = (count: number): object => ({
      services: Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `s${i}`,
          {
            build: "./app",
            routes: [],
            permissions: [{ actions: [`s3:Get${i}`], resources: buckets(180) }],
          },
        ]),
      ),
    });
    await run(services(2));
    assert.match(
      (await problemsOf(services(3))).join("\n"),
      /^services: 2\d{4} characters in the policy of the endpoint s3\. Allowed: 20480\. Fix: .*or set network\.egress to nat or public\.$/,
    );
    await run({ ...nat, ...services(3) });
  });

  it("is a task definition with too much environment", async () => {
    assert.match(
      (await problemsOf(flask({ environment: { A: "x".repeat(65_000) } }))).join("\n"),
      /^services\.flask: 6\d{4} bytes of task definition\. Allowed: 64512\. Fix: shorten its environment/,
    );
  });
});
