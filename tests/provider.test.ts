import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkProvider, forwarded } from "../config/checks-provider";
import { Problem } from "../config/problems";
import { ofType } from "../simulate/deployment";
import { find, problemsOf, run } from "./support/stack";

const three = {
  services: {
    flask: { build: "./app" },
    reports: { build: "./app", routes: ["GET /reports"], port: 8080 },
    worker: { image: "000000000000.dkr.ecr.eu-west-2.amazonaws.com/worker:1", routes: [] },
  },
};

describe("provider", () => {
  for (const [mode, values] of Object.entries({
    endpoints: three,
    nat: { network: { egress: "nat" }, ...three },
    public: { network: { egress: "public" }, ...three },
    "explicit deployment": { api: { autoDeploy: false } },
  })) {
    it(`serves every aws and awsx resource and look-up (${mode})`, async () => {
      const deployment = await run(values);
      const provider = find(deployment, "pulumi:providers:aws", "aws");
      const reference = `${provider.urn}::${provider.id}`;
      const ours = [
        ...deployment.resources.filter(({ type }) => /^awsx?:/.test(type)).map((r) => [r.urn, r.provider]),
        ...deployment.invocations
          .filter(({ token }) => token.startsWith("aws:"))
          .map((i) => [i.token, i.provider]),
      ];
      assert.ok(ours.length > 40, `only ${ours.length} were checked`);
      assert.deepEqual(
        ours.filter(([, used]) => used !== reference),
        [],
      );
      assert.equal(ofType(deployment, "pulumi:providers:aws").length, 1);
    });
  }

  it("carries the Region and the default tags, the stack's own last", async () => {
    const { inputs } = find(
      await run({ tags: { Team: "web", Stack: "mine" } }),
      "pulumi:providers:aws",
      "aws",
    );
    assert.equal(inputs.region, "eu-west-2");
    assert.deepEqual(JSON.parse(inputs.defaultTags as string), {
      tags: { Project: "flask-app-fargate", Stack: "mine", ManagedBy: "Pulumi", Team: "web" },
    });
  });

  it("says of everything whose it is, by which deploy roles and look-ups know it", async () => {
    const { inputs } = find(await run({}, { stack: "shop" }), "pulumi:providers:aws", "aws");
    assert.deepEqual(JSON.parse(inputs.defaultTags as string), {
      tags: { Project: "flask-app-fargate", Stack: "shop", ManagedBy: "Pulumi" },
    });
  });

  it("hands the stack's aws configuration on, credentials as secrets", async () => {
    const { inputs, secretInputs } = find(
      await run({
        "aws:profile": "web",
        "aws:allowedAccountIds": ["111122223333"],
        "aws:assumeRoles": [{ roleArn: "arn:aws:iam::111122223333:role/deploy" }],
        "aws:maxRetries": 7,
        "aws:secretKey": "hidden",
      }),
      "pulumi:providers:aws",
      "aws",
    );
    assert.equal(inputs.profile, "web");
    assert.equal(inputs.allowedAccountIds, '["111122223333"]');
    assert.deepEqual(JSON.parse(inputs.assumeRoles as string), [
      { roleArn: "arn:aws:iam::111122223333:role/deploy" },
    ]);
    assert.equal(inputs.maxRetries, "7");
    assert.equal(inputs.secretKey, "hidden");
    assert.deepEqual(secretInputs, ["secretKey"]);
  });

  it("keeps secret whatever is encrypted of it, not credentials alone", async () => {
    const { secretInputs } = find(
      await run(
        {
          "aws:profile": "web",
          "aws:maxRetries": 7,
          "aws:httpProxy": "http://user:hunter2@proxy",
          "aws:assumeRoles": [{ roleArn: "arn:aws:iam::111122223333:role/deploy", externalId: "hunter2" }],
        },
        { secretKeys: ["aws:httpProxy", "aws:assumeRoles"] },
      ),
      "pulumi:providers:aws",
      "aws",
    );
    assert.deepEqual([...secretInputs].sort(), ["assumeRoles", "httpProxy"]);
  });

  it("refuses values that are not what the provider reads, and shows none that is encrypted", async () => {
    const table = {
      allowedAccountIds: ["a list of account ids of 12 digits, in quotes", '["111122223333"]'],
      assumeRoles: ["a list of objects", "[{ roleArn: arn:aws:iam::111122223333:role/deploy }]"],
      ignoreTags: ["an object", "{ keys: [Owner] }"],
      insecure: ["true, false", "true"],
      maxRetries: ["a whole number, 0 or more", "5"],
      sharedConfigFiles: ["a list of files", '["~/.aws/config"]'],
    };
    const values = Object.fromEntries(Object.keys(table).map((key) => [`aws:${key}`, "hunter2"]));
    const said = (found: string): string[] =>
      Object.entries(table).map(
        ([key, [allowed, example]]) =>
          `aws:${key}: ${found}. Allowed: ${allowed}. Fix: write for example aws:${key}: ${example}.`,
      );
    assert.deepEqual(await problemsOf(values), said('got "hunter2"'));
    assert.deepEqual(
      await problemsOf(values, { secretKeys: Object.keys(values) }),
      said("its encrypted value, which is not shown, is none"),
    );
  });

  it("refuses JSON of another kind, and an account without the zeros it begins with", async () => {
    const problems = await problemsOf({
      "aws:allowedAccountIds": [12345678901],
      "aws:assumeRoles": { roleArn: "a" },
      "aws:maxRetries": 1.5,
      "aws:useFipsEndpoint": 1,
    });
    assert.deepEqual(
      problems.map((problem) => problem.split(". Allowed")[0]),
      [
        "aws:allowedAccountIds: got [12345678901]",
        'aws:assumeRoles: got {"roleArn":"a"}',
        "aws:maxRetries: got 1.5",
        "aws:useFipsEndpoint: got 1",
      ],
    );
  });

  it("looks at each value of a list, and at the least number", async () => {
    const refused = {
      "aws:allowedAccountIds": ["111122223333", "1111"],
      "aws:assumeRoles": [{ roleArn: "a" }, "a"],
      "aws:forbiddenAccountIds": [true],
      "aws:maxRetries": -1,
      "aws:sharedConfigFiles": ["a", ""],
      "aws:sharedCredentialsFiles": ["a", 4],
      "aws:tokenBucketRateLimiterCapacity": "5.0.0",
    };
    assert.deepEqual(
      (await problemsOf(refused)).map((problem) => problem.split(":", 2).join(":")),
      Object.keys(refused),
    );
    const { inputs } = find(
      await run({
        "aws:allowedAccountIds": [111122223333, "000000000000"],
        "aws:maxRetries": 0,
        "aws:sharedConfigFiles": ["a", "b"],
        "aws:insecure": false,
      }),
      "pulumi:providers:aws",
      "aws",
    );
    assert.equal(inputs.maxRetries, "0");
    assert.equal(inputs.sharedConfigFiles, '["a","b"]');
    assert.equal(inputs.insecure, "false");
  });

  it("knows the kind of each value that the provider's getters parse", () => {
    // The getters speak when they read what is no JSON.
    for (const key of forwarded) {
      pulumi.runtime.setAllConfig({ [`aws:${key}`]: "no JSON" });
      const problems: Problem[] = [];
      checkProvider(problems);
      let parses = false;
      try {
        void (aws.config as Record<string, unknown>)[key];
      } catch {
        parses = true;
      }
      assert.equal(problems.length, parses ? 1 : 0, key);
    }
    pulumi.runtime.setAllConfig({});
  });

  it("refuses to leave out the account's id", async () => {
    assert.deepEqual(await problemsOf({ "aws:skipRequestingAccountId": true }), [
      "aws:skipRequestingAccountId: without the account's id each refresh finds every security group rule changed. " +
        "Allowed: nothing: the provider asks for the id, which any credentials may. Fix: take it out.",
    ]);
  });

  it("refuses aws configuration that it would not hand on", async () => {
    const [defaultTags, unknown, tags, ...rest] = await problemsOf({
      "aws:defaultTags": { tags: {} },
      "aws:profil": "web",
      tags: { Team: 1 },
    });
    assert.equal(
      defaultTags,
      "aws:defaultTags: the program sets the provider's default tags. Allowed: tags of this project. Fix: write them below tags:.",
    );
    assert.match(
      unknown ?? "",
      /^aws:profil: unknown key\. Allowed: region, .*, profile, .*\. Fix: write profile\.$/,
    );
    assert.match(tags ?? "", /^tags\.Team: got 1\./, "together with what is wrong elsewhere");
    assert.deepEqual(rest, []);
  });
});
