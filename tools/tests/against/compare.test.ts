import assert from "node:assert/strict";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { compare, Comparison, changesSomething } from "../../against/compare";
import { toDeployed } from "../../against/deployed";
import { renderComparison, renderComparisonMarkdown } from "../../against/text";
import { Version } from "../../against/versions";
import { advice } from "../../plan/advice";

const region = { "aws:region": "eu-west-2" };
const flask = (service: object = {}, more: object = {}): Record<string, unknown> => ({
  ...region,
  services: { flask: { build: "./app", ...service } },
  ...more,
});
const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };

async function version(config: Record<string, unknown>, name = "main"): Promise<Version> {
  const deployment = await simulate({ stack: "dev", config: toConfig(config) });
  const warnings = [...deployment.warnings, ...advice(deployment)];
  return { name, resources: toDeployed(deployment), cost: { total: 10, unpriced: [] }, warnings };
}
const between = async (
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Promise<Comparison> => compare(await version(before), await version(after, "this version"));

const lines = ({ groups }: Comparison): string[] =>
  groups.flatMap(({ component, lines: own }) =>
    own.map(
      ({ op, type, name, changes, deletesFirst }) =>
        `${component}: ${op}${deletesFirst ? " first" : ""} ${type} ${name}${changes.length > 0 ? `: ${changes.join(", ")}` : ""}`,
    ),
  );
const doors = ({ doors: all }: Comparison): string[] =>
  all.map(({ opens, what }) => `${opens ? "opens" : "closes"}: ${what}`);

describe("two versions of a stack", () => {
  it("that are equal change nothing", async () => {
    const comparison = await between(flask(), flask());
    assert.equal(changesSomething(comparison), false);
    const { unchanged, ...changed } = comparison.counts;
    assert.deepEqual(changed, { create: 0, import: 0, update: 0, replace: 0, delete: 0 });
    assert.ok(unchanged > 30);
    assert.deepEqual([comparison.notices, comparison.doors], [[], []]);
  });

  it("differ by the part of a long value that differs", async () => {
    const words = "and what the application is told besides ".repeat(3);
    const [before, after] = ["one", "two"].map((end) => flask({ environment: { WORDS: `${words}${end}` } }));
    const [line] = lines(await between(before!, after!));
    assert.equal(
      line,
      "flask: replace ecs.TaskDefinition flask: containerDefinitions.flask.environment.WORDS …old besides one → …old besides two",
    );
  });

  it("differ by the inputs that changed, leaf by leaf, and by what follows from them", async () => {
    const comparison = await between(flask(), flask({ environment: { MODE: "fast" } }));
    assert.deepEqual(lines(comparison), [
      "flask: replace ecs.TaskDefinition flask: containerDefinitions.flask.environment.MODE nothing → fast",
      "flask: update ecs.Service flask: taskDefinition → new flask",
    ]);
    assert.deepEqual(
      comparison.notices.map(({ what }) => what.split(" is")[0]!.split(".")[0]),
      ["All tasks of flask are replaced, some at a time"],
    );
  });

  it("say that old tasks are not replaced while their rights are gone, and that new ones do not start in a zone that goes", async () => {
    const TOKEN = "arn:aws:ssm:eu-west-2:000000000000:parameter/token";
    const told = async (before: Record<string, unknown>, after: Record<string, unknown>): Promise<string[]> =>
      (await between(before, after)).notices
        .map(({ what }) => what)
        .filter((what) => /^For about \d+ s /.test(what))
        .map((what) => what.replace(/\d+/, "92"));
    const [bare, secret] = [flask(), flask({ secrets: { TOKEN } })];
    assert.deepEqual(await told(bare, secret), []);
    assert.deepEqual(await told(secret, bare), [
      "For about 92 s old tasks of flask that end are not replaced, and it cannot go back to them: its execution role loses first what they start with.",
    ]);
    const three = flask({}, { network: { zones: 3 } });
    assert.deepEqual(await told(bare, three), []);
    assert.deepEqual(await told(three, bare), [
      "For about 92 s new tasks of flask do not start in the zone that goes: it loses network-s3 first.",
    ]);
  });

  it("name who interrupts whom, and for how long", async () => {
    const stage = await between(flask(), flask({}, { api: { stage: "v1" } }));
    assert.deepEqual(
      stage.notices.map(({ seconds, what }) => [seconds, what]),
      [
        [0, "api (Stage) is made anew beside the old one, which takes about 2 s; requests go on."],
        [0, "Addresses below execute-api begin with /v1 instead of /: the old ones end with the update."],
      ],
    );
    const network = await between(flask(), flask({}, { network: { cidr: "10.1.0.0/16" } }));
    const link = network.notices.find(({ what }) => what.startsWith("api (VpcLink)"));
    assert.match(link!.what, /made anew beside the old one, which takes about 200 s/);
  });

  it("say which doors open and close", async () => {
    const routes = ["GET /", "GET /orders"];
    const api = { authorizers: { users } };
    const guarded = flask(
      { routes: ["GET /", { key: "GET /orders", auth: "users", scopes: ["orders"] }] },
      { api },
    );
    const open = flask({ routes }, { api });
    assert.deepEqual(doors(await between(guarded, open)), [
      "opens: GET /orders was served to tokens of api-users with the scope orders, and will be open to everybody.",
    ]);
    assert.deepEqual(doors(await between(open, guarded)), [
      "closes: GET /orders was served open to everybody, and will be to tokens of api-users with the scope orders.",
    ]);
    assert.ok(
      lines(await between(guarded, open)).includes(
        "api: update apigatewayv2.Route api-GET /orders: authorizationScopes orders → nothing, authorizationType JWT → NONE, authorizerId api-users → nothing",
      ),
    );
    const allowed = flask({ permissions: [{ actions: ["sqs:SendMessage"], resources: ["*"] }] });
    assert.ok(
      doors(await between(flask(), allowed)).some((text) =>
        /^opens: The role policy flask.* allows sqs:SendMessage on \*\.$/.test(text),
      ),
    );
    const second = flask(
      {},
      { services: { reports: { build: "./examples/echo", port: 8080, routes: ["GET /r"] } } },
    );
    assert.deepEqual(
      doors(await between(flask(), second)).map((text) => text.replace(/arn:\S+?(?=[ ,.;])/g, "ARN")),
      [
        "opens: GET /r is served, open to everybody.",
        "closes: ANY /{proxy+} is served no longer.",
        "closes: ANY / is served no longer.",
        "opens: Tcp 8080 into the group reports from network-link.",
        "opens: Tcp 8080 out of the group network-link to network-workload.",
        "closes: No more tcp 80 out of the group network-link to network-workload.",
        "closes: No more tcp 80 into the group flask from network-link.",
        "opens: The role reports-execution allows sts:AssumeRole by ecs-tasks.amazonaws.com if aws:SourceAccount is 000000000000.",
        "opens: The role reports-task allows sts:AssumeRole by ecs-tasks.amazonaws.com if aws:SourceAccount is 000000000000 and aws:SourceArn is like ARN.",
        "opens: The role policy reports-execution allows ecr:GetAuthorizationToken on *; ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on ARN; logs:CreateLogStream, logs:PutLogEvents on ARN.",
        "closes: The role policy flask-execution no longer allows ecr:GetAuthorizationToken on *; ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on ARN; logs:CreateLogStream, logs:PutLogEvents on ARN.",
        "closes: The role flask-task no longer allows sts:AssumeRole by ecs-tasks.amazonaws.com if aws:SourceAccount is 000000000000 and aws:SourceArn is like ARN.",
        "closes: The role flask-execution no longer allows sts:AssumeRole by ecs-tasks.amazonaws.com if aws:SourceAccount is 000000000000.",
      ],
    );
    const reached = flask({}, { network: { reach: [{ to: "10.9.0.0/24", port: 5432 }] } });
    assert.deepEqual(doors(await between(flask(), reached)), [
      "opens: Tcp 5432 out of the group network-workload to 10.9.0.0/24.",
    ]);
    const closed = flask({}, { network: { closeDefaultGroup: true } });
    assert.deepEqual(doors(await between(flask(), closed)), [
      "closes: The VPC's default group lets nothing in and nothing out any more.",
    ]);
    assert.deepEqual(doors(await between(closed, flask())), []);
    const pages = flask({}, { api: { cors: { allowOrigins: ["https://example.com"] } } });
    assert.deepEqual(doors(await between(pages, flask())), [
      "closes: No more: pages of https://example.com may read answers.",
    ]);
  });

  it("of which one is not there yet are creations alone, and the other way round deletions", async () => {
    const there = await version(flask());
    const empty: Version = { name: "main", resources: [], cost: { unpriced: [] }, warnings: [] };
    const made = compare(empty, there).counts;
    const gone = compare(there, empty).counts;
    assert.equal(made.create, gone.delete);
    assert.equal(made.create + made.unchanged, made.create);
  });

  it("tell what is protected and would go", async () => {
    const protectedOnes = flask({}, { protect: true });
    const comparison = await between(
      protectedOnes,
      flask({}, { protect: true, api: { existingId: "abc123" } }),
    );
    assert.ok(
      comparison.notices.some(({ what }) =>
        /^The update ends in an error: api \(Api\) is protected/.test(what),
      ),
    );
  });

  it("warn of a route that is adopted a second time: Pulumi would delete it", async () => {
    const api = {
      existingId: "abc123",
      authorizers: { theirs: { type: "existing", id: "auth0r", kind: "jwt" } },
    };
    const route = { key: "GET /orders", auth: "theirs" };
    const over = flask({ routes: [route] }, { api });
    const again = flask({ routes: [{ ...route, adopt: "r0ut3", integration: "0ld" }] }, { api });
    const { notices } = await between(over, again);
    assert.deepEqual(
      notices.map(({ what }) => what),
      [
        "api-GET /orders (Route) is imported, and the one that the stack has is deleted: if that is the same, requests of GET /orders fail from then on. Take adopt out again.",
      ],
    );
  });

  it("fit a terminal, a comment and a program", async () => {
    const comparison = await between(flask(), flask({ desiredCount: 2 }));
    for (const width of [40, 60, 80]) {
      const folded = renderComparison("flask-app-fargate dev", comparison, undefined, width);
      for (const line of folded.split("\n").slice(1)) assert.ok(line.length <= width, `${width}: ${line}`);
      const letters = (of: string): string => of.replaceAll(/[\s·]/g, "");
      assert.equal(letters(folded), letters(renderComparison("flask-app-fargate dev", comparison)));
    }
    const text = renderComparison("flask-app-fargate dev", comparison);
    assert.match(text, /^flask-app-fargate dev against main\n1 to update; \d+ unchanged\n/);
    assert.match(text, /\n {2}~ flask {2}ecs\.Service {2}.*desiredCount 1 → 2/);
    assert.match(text, /Cost: ≈ 10\.00 → 10\.00 USD a month before traffic \(\+0\.00\)/);
    const lacking = renderComparison("t", {
      ...comparison,
      cost: { before: 10, after: 12.5, partial: true },
    });
    assert.match(
      lacking,
      /Cost: at least 10\.00 → 12\.50 USD a month before traffic \(\+2\.50\)\. Something of it has no price here and is in no sum: npm run cost names it\.\n/,
    );
    const markdown = renderComparisonMarkdown("flask-app-fargate dev", comparison);
    assert.match(markdown, /^### flask-app-fargate dev against main: 1 to update; \d+ unchanged\n/);
    assert.match(markdown, /\| ~&nbsp;update \| flask<br><sub>ecs\.Service<\/sub> \|/);
    const turned = { opens: true, what: "believes a\u202eb <i>" };
    assert.match(
      renderComparisonMarkdown("t", { ...comparison, doors: [turned] }),
      /\n- \*\*opens\*\*: believes a&#92;u202eb &#60;i&#62;\n/,
    );
    assert.deepEqual(JSON.parse(JSON.stringify(comparison)), comparison);
  });

  for (const width of [40, 60, 80, 120])
    it(`fit a terminal of ${width}, and say the same`, async () => {
      const long = { [`A_VARIABLE_${"X".repeat(30)}`]: "a value of several words and of some length" };
      const comparison = await between(
        flask({ desiredCount: 2 }),
        flask({ environment: long, port: 8080, routes: ["GET /with/a/rather/long/path/{proxy+}"] }),
      );
      assert.ok(comparison.notices.length > 0 && comparison.doors.length > 0);
      const title = "flask-app-fargate dev";
      const whole = renderComparison(title, comparison);
      const folded = renderComparison(title, comparison, undefined, width);
      for (const line of folded.split("\n")) {
        assert.ok(line.length <= width, `${line.length}: ${line}`);
        assert.equal(line, line.trimEnd());
      }
      assert.ok(whole.split("\n").some((line) => line.length > 120));
      const letters = (text: string): string => text.replace(/[\s·]/g, "");
      assert.equal(letters(folded), letters(whole));
    });

  it("let no text of theirs act in a comment", async () => {
    const loud = flask({ environment: { MODE: "<b>@team</b> | \\`x\\`" } });
    const comparison = await between(flask(), loud);
    assert.match(renderComparison("t", comparison), /MODE nothing → <b>@team/);
    assert.doesNotMatch(renderComparisonMarkdown("t", comparison), /<b>@team/);
  });
});
