import assert from "node:assert/strict";
import { Problem, Said } from "../../config/problems";
import { checkSizes } from "../../config/checks-sizes";
import { jobSchema } from "../../config/schema-jobs";
import { ofType } from "../../simulate/deployment";
import { find, problemsOf, run } from "../support/stack";

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

  /** Characters that Pulumi appends to a repository's name, less those that the simulation does. */
  const appended = "0000000".length - "local".length;

  const secretsOf = (count: number): object => ({
    secrets: Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `S${100 + i}`,
        `arn:aws:secretsmanager:eu-west-2:111122223333:secret:some-name-${100 + i}-AbCdEf`,
      ]),
    ),
  });

  for (const [what, values, repositories] of [
    ["a service's", {}, 1],
    ["that of one with a companion", { companion: true }, 2],
  ] as const) {
    it(`is an execution role's policy with too many secrets, ${what}, character by character`, async () => {
      const written = async (count: number): Promise<number> => {
        const deployment = await run({ ...nat, ...flask({ ...values, ...secretsOf(count) }) });
        const { inputs } = find(deployment, "aws:iam/rolePolicy:RolePolicy", "flask-execution");
        return (inputs.policy as string).length + repositories * appended;
      };
      const around = await written(10);
      const each = (await written(11)) - around;
      const most = 10 + Math.floor((10_240 - around) / each);
      await written(most);
      assert.deepEqual(await problemsOf({ ...nat, ...flask({ ...values, ...secretsOf(most + 1) }) }), [
        `services.flask.secrets: ${around + (most - 9) * each} characters in the policy of the execution role. Allowed: 10240. ` +
          "Fix: name fewer secrets: one secret can hold several keys.",
      ]);
    });
  }

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
    const [one = 0, two = 0] = await Promise.all(
      [1, 2].map(async (count) => {
        const endpoint = find(await run(services(count)), "aws:ec2/vpcEndpoint:VpcEndpoint", "network-s3");
        return (endpoint.inputs.policy as string).length;
      }),
    );
    assert.deepEqual(await problemsOf(services(3)), [
      `services: ${two + two - one} characters in the policy of the endpoint s3. Allowed: 20480. Fix: let services name fewer resources or ` +
        "secrets, with a * for those that are named alike, or set network.egress to nat or public.",
    ]);
    await run({ ...nat, ...services(3) });
  });

  /** The longest address that a service can have in DNS. */
  const longest = `http://${"0".repeat(255)}:65535`;
  const pushed = `000000000000.dkr.ecr.eu-west-2.amazonaws.com/flask-0000000@sha256:${"0".repeat(64)}`;
  interface Written {
    image: string;
    environment?: { name: string; value: string }[];
  }

  for (const [what, values] of [
    ["of one container", {}],
    ["with a companion", { companion: true }],
    ["with the address of a service that is reached", { reach: [{ service: "other" }] }],
  ] as const) {
    it(`is a task definition ${what}, with too much environment, byte by byte`, async () => {
      const having = (length: number): object => ({
        services: {
          flask: { build: "./app", ...values, environment: { A: "x".repeat(length) } },
          other: { build: "./app", routes: [] },
        },
      });
      const { inputs } = find(await run(having(1)), "aws:ecs/taskDefinition:TaskDefinition", "flask");
      const volumes = (inputs.volumes as { name: string }[]).map(({ name }) => name);
      const containers = (JSON.parse(inputs.containerDefinitions as string) as Written[]).map(
        ({ environment, ...container }) => ({
          ...container,
          image: pushed,
          environment: environment?.map(({ name, value }) => ({
            name,
            value: name === "OTHER_URL" ? longest : value,
          })),
        }),
      );
      const most = 65_536 - 1024 - JSON.stringify([...containers, ...volumes]).length + 1;
      await run(having(most));
      assert.deepEqual(await problemsOf(having(most + 1)), [
        "services.flask: 64513 bytes of task definition. Allowed: 64512. Fix: shorten its environment: large values belong in Parameter Store or in the image.",
      ]);
    });
  }

  const job = (values: object): object => ({ ...nat, jobs: { seed: { image: "seed:1", ...values } } });

  it("is a job's policies too, character by character", async () => {
    const { permissions } = reading(200) as { permissions: object[] };
    const fits = await run(job({ permissions }));
    const [policy] = ofType(fits, "aws:iam/rolePolicy:RolePolicy").filter(
      ({ name }) => name === "job-seed-task",
    );
    const each = JSON.stringify(buckets(1)[0]).length + 1;
    const around = (policy!.inputs.policy as string).length - 200 * each;
    const most = Math.floor((10_240 - around) / each);
    await run(job(reading(most)));
    assert.deepEqual(await problemsOf(job(reading(most + 1))), [
      `jobs.seed.permissions: ${around + (most + 1) * each} characters in the policy of the task role. Allowed: 10240. ` +
        "Fix: name fewer resources, with a * for those that are named alike.",
    ]);
    const secrets = Object.fromEntries(
      Array.from({ length: 150 }, (_, i) => [
        `S${i}`,
        `arn:aws:secretsmanager:eu-west-2:111122223333:secret:some-name-${i}-AbCdEf`,
      ]),
    );
    assert.match(
      (await problemsOf(job({ secrets }))).join("\n"),
      /^jobs\.seed\.secrets: \d{5} characters in the policy of the execution role\. Allowed: 10240\. Fix: name fewer/,
    );
  });

  it("is a job's task definition, with what it has of its service", async () => {
    const [half, other] = ["a", "b"].map((letter) => letter.repeat(33_000));
    const values = {
      ...nat,
      services: { flask: { build: "./app", environment: { A: half } } },
      jobs: { seed: { service: "flask", command: ["seed"], environment: { B: other } } },
    };
    assert.match(
      (await problemsOf(values)).join("\n"),
      /^jobs\.seed: 66\d{3} bytes of task definition\. Allowed: 64512\. Fix: shorten its environment/,
    );
  });

  it("is a task definition whose environment stands in it twice, for what runs before", async () => {
    const environment = { A: "x".repeat(33_000) };
    await run(flask({ environment }));
    assert.match(
      (await problemsOf(flask({ environment, before: ["migrate"] }))).join("\n"),
      /^services\.flask: 6\d{4} bytes of task definition\. Allowed: 64512\. Fix: shorten its environment/,
    );
  });

  it("is a sidecar's environment", async () => {
    const sidecars = { otel: { image: "otel:1", environment: { A: "x".repeat(65_000) } } };
    assert.match(
      (await problemsOf({ ...nat, ...flask({ sidecars }) })).join("\n"),
      /^services\.flask: 6\d{4} bytes of task definition\. Allowed: 64512\./,
    );
  });

  it("is the policy of an endpoint with what jobs need", async () => {
    const jobs = Object.fromEntries(
      [0, 1, 2].map((i) => [
        `j${i}`,
        {
          service: "flask",
          command: ["a"],
          permissions: [{ actions: [`s3:Get${i}`], resources: buckets(180) }],
        },
      ]),
    );
    assert.match(
      (await problemsOf({ ...flask({}), jobs })).join("\n"),
      /^services: 2\d{4} characters in the policy of the endpoint s3\. Allowed: 20480\. Fix: let services and jobs name fewer/,
    );
  });

  it("is the name of a schedule group, which has the project's and the stack's", () => {
    const ofJob = (project: string, job: object): Problem[] => {
      const problems: Problem[] = [];
      const where = { project, stack: "s".repeat(40), region: "eu-west-2", partition: "aws" };
      checkSizes({ services: {}, jobs: { seed: jobSchema.parse(job) } }, where, false, problems);
      return problems;
    };
    const scheduled = { image: "seed:1", schedule: { expression: "rate(1 day)" } };
    assert.deepEqual(ofJob("p".repeat(23), scheduled), []);
    assert.deepEqual(ofJob("p".repeat(24), scheduled), [
      {
        path: "jobs",
        got: new Said(
          `65 characters in the name of their schedule group, ${"p".repeat(24)}-${"s".repeat(40)}`,
        ),
        allowed: "64",
        fix: "shorten the name of the stack, or of the project in Pulumi.yaml",
      },
    ]);
    // Without a schedule there is none.
    assert.deepEqual(ofJob("p".repeat(24), { image: "seed:1" }), []);
  });
});
