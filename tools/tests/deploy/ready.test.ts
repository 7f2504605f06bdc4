import assert from "node:assert/strict";
import { notReady, type Surroundings } from "../../deploy/ready";

type Answer = { code: number; answer?: string };

function around(
  more: Partial<Omit<Surroundings, "pulumi">> & { asked?: Record<string, Answer> } = {},
): Surroundings {
  const { asked = {}, ...rest } = more;
  return {
    pulumi: {
      run: () => assert.fail("nothing may be changed"),
      ask: (args) => {
        const other = args[1] === "export" ? '{"deployment":{}}' : '[{"name":"org/flask-app-fargate/prod"}]';
        const { code, answer = "" } = asked[args.join(" ")] ?? { code: 0, answer: other };
        return Promise.resolve({ code, answer });
      },
    },
    environment: {},
    credentials: () => Promise.resolve({}),
    engine: () => Promise.resolve("OK"),
    ...rest,
  };
}
const refused = (message: string) => () => Promise.reject(new Error(message));

describe("what a deployment needs of this machine", () => {
  const login =
    "Pulumi is logged in to no backend. Fix: `npx pulumi login`, or `npx pulumi login s3://your-bucket` (or --local) for one of your " +
    "own; in CI set PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL.";
  const noEngine =
    "No Docker engine answers at the usual socket, and images are built: connect ENOENT. Fix: start Docker or Podman's service, or set " +
    "DOCKER_HOST.";
  const noCredentials =
    "There are no AWS credentials: Could not load credentials from any providers. Fix: `aws configure` or `aws sso login`, AWS_PROFILE, " +
    "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
  const credentials = refused("Could not load credentials from any providers");

  it("is nothing where all is there", async () => {
    assert.deepEqual(await notReady("prod", true, around()), []);
    assert.deepEqual(await notReady("org/flask-app-fargate/prod", true, around()), []);
  });

  it("is told at once", async () => {
    const surroundings = around({
      asked: { whoami: { code: 255 } },
      credentials,
      engine: refused("connect ENOENT"),
    });
    assert.deepEqual(await notReady("prod", true, surroundings), [login, noCredentials, noEngine]);
  });

  it("is Pulumi itself, which a machine without a network cannot fetch", async () => {
    const surroundings = around({ asked: { whoami: { code: 1 }, version: { code: 1 } } });
    assert.deepEqual(await notReady("prod", true, surroundings), [
      "Pulumi's command line does not start: its first call downloads it, once. Fix: connect this machine, or install it " +
        "(https://www.pulumi.com/docs/install/); `npx pulumi version` says what is wrong.",
    ]);
  });

  it("is a stack's file, and then Pulumi alone can be asked", async () => {
    const surroundings = around({ credentials, engine: refused("connect ENOENT") });
    assert.deepEqual(await notReady("prot", false, surroundings), [
      "There is no Pulumi.prot.yaml. Did you mean prod? Stacks of this project: cheap, dev, pr, prod, shop; of its examples: fastapi, go, monorepo, nginx.",
    ]);
  });

  it("is a stack in the backend, where Pulumi cannot ask whether to make it", async () => {
    const surroundings = around({ asked: { "stack ls --json": { code: 0, answer: '[{"name":"dev"}]' } } });
    assert.deepEqual(await notReady("prod", true, surroundings), [
      "The backend has no stack prod. Fix: `npx pulumi stack init prod`, or choose another backend.",
    ]);
    assert.deepEqual(await notReady("prod", false, surroundings), []);
  });

  for (const answer of [{ code: 1 }, { code: 0, answer: "no JSON" }]) {
    it(`is no stack where Pulumi does not tell them: ${answer.answer ?? answer.code}`, async () => {
      assert.deepEqual(await notReady("prod", true, around({ asked: { "stack ls --json": answer } })), []);
    });
  }

  describe("is an end of the update before, which Pulumi does not ask for where it refreshes", () => {
    const pending = (type: string, kind = "aws:ec2/vpc:Vpc"): object => ({
      type,
      resource: { urn: `urn:pulumi:prod::flask-app-fargate::${kind}::network`, type: kind, custom: true },
    });
    const exported = (...operations: object[]): Record<string, Answer> => ({
      "stack export --stack prod": {
        code: 0,
        answer: JSON.stringify({ version: 3, deployment: { pending_operations: operations } }),
      },
    });
    for (const unattended of [true, false])
      it(`${unattended ? "without" : "with"} anybody there`, async () => {
        const asked = exported(pending("creating"), pending("updating"), pending("reading"));
        assert.deepEqual(await notReady("prod", unattended, around({ asked })), [
          "An update of prod has not ended, and Pulumi does not know whether AWS has made: Vpc network. Another one would make it " +
            "twice, or stop at it. Fix: wait, if it still runs; if it was cut off, `npm run recover -- --stack prod`.",
        ]);
      });

    it("but not of one that changed or deleted something, which a refresh reads again", async () => {
      const asked = exported(pending("updating"), pending("deleting"));
      assert.deepEqual(await notReady("prod", true, around({ asked })), []);
    });

    it("and not of a stack that never had one", async () => {
      const asked = { "stack export --stack prod": { code: 0, answer: '{"version":3,"deployment":null}' } };
      assert.deepEqual(await notReady("prod", true, around({ asked })), []);
    });

    it("and not where the state is not readable, which the update will tell", async () => {
      const asked = { "stack export --stack prod": { code: 255, answer: "" } };
      assert.deepEqual(await notReady("prod", true, around({ asked })), []);
    });
  });

  it("names the profile whose login has ended", async () => {
    const surroundings = around({
      environment: { AWS_PROFILE: "work" },
      credentials: refused("Token is expired. To refresh this SSO session run 'aws sso login'.\nmore"),
    });
    const [problem, ...others] = await notReady("prod", true, surroundings);
    assert.match(
      problem ?? "",
      /^There are no AWS credentials of the profile work: Token is expired.*`aws sso login --profile work`/,
    );
    assert.deepEqual(others, []);
  });
});
