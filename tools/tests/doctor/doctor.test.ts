/** The command over recorded answers of AWS. */
import assert from "node:assert/strict";
import type { Item } from "../../aws/cli";
import { actionOf } from "../../aws/ask";
import { main, type World } from "../../commands/doctor";
import { actions } from "../../doctor/needs";
import { answering, answers, state, stopped } from "./recorded";

interface Asked {
  argv?: string[];
  answers?: Record<string, Item | Error | undefined>;
  world?: Partial<World>;
}

async function doctor({ argv = [], answers: others = {}, world = {} }: Asked = {}) {
  const written = { stdout: "", stderr: "" };
  const calls: string[][] = [];
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  const code = await main(argv, io, {
    pulumi: {
      run: () => Promise.resolve(0),
      ask: ([command]) => Promise.resolve({ code: 0, answer: command === "config" ? "{}" : state }),
    },
    aws: () => answering(others, calls),
    outside: { resolve: () => Promise.resolve(["192.0.2.1"]), reach: () => Promise.resolve() },
    now: () => Date.parse("2026-11-26T12:00:00Z"),
    ...world,
  });
  return { code, ...written, calls };
}

interface Report {
  verdict: string;
  first: { hop: string; of: string; says: string; evidence: string[]; fix: string[] } | null;
  findings: { hop: string; verdict: string; of: string; says: string; needs?: string }[];
  needs: string[];
}
const diagnosed = async (asked: Asked): Promise<Report & { code: number }> => {
  const { code, stdout } = await doctor({ ...asked, argv: ["--json", ...(asked.argv ?? [])] });
  return { code, ...(JSON.parse(stdout) as Report) };
};

const denied = (action: string) =>
  new Error(
    `An error occurred (AccessDeniedException) when calling the X operation: User: arn:aws:iam::111122223333:user/ops is not authorized to perform: ${action} on resource: *`,
  );
const service = (of: Item): Item => ({
  services: [{ ...(answers["ecs describe-services"] as { services: object[] }).services[0], ...of }],
});

describe("npm run doctor", () => {
  it("says that nothing is wrong, hop by hop, in lines of a terminal", async () => {
    const { code, stdout } = await doctor();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^The doctor of stack dev\n/);
    assert.match(stdout, /\n✓ Tasks +flask: 1 healthy\n/);
    assert.match(stdout, /\n✓ Ways to AWS +flask: by the internet\n/);
    assert.match(stdout, /\nNothing wrong\.\n$/);
    assert.ok(
      stdout.split("\n").every((line) => line.length <= 80),
      "80 columns",
    );
  });

  it("does not take a deployment that was rolled back for what breaks requests", async () => {
    const rolled = {
      "ecs list-service-deployments": {
        serviceDeployments: [{ status: "ROLLBACK_SUCCESSFUL", createdAt: 1795690000.5 }],
      },
    };
    const works = await diagnosed({ answers: rolled });
    assert.deepEqual(
      [works.code, works.verdict, works.first?.hop, works.first?.says],
      [1, "weak", "service", "its last deployment failed, and the one before runs"],
    );
    const dead = await diagnosed({
      answers: {
        ...rolled,
        "ecs describe-services": service({ runningCount: 0 }),
        "ecs list-tasks RUNNING": { taskArns: [] },
        "ecs list-tasks STOPPED": { taskArns: ["arn:aws:ecs:eu-west-2:111122223333:task/c/4d2b"] },
        "servicediscovery list-instances": { Instances: [] },
        "servicediscovery get-instances-health-status": undefined,
        "ecs describe-tasks": stopped({
          ...{ stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" },
          ...{ stoppedAt: "2026-11-26T11:59:00+00:00", containers: [{ name: "flask", exitCode: 1 }] },
        }),
      },
    });
    const told = dead.findings.find(({ hop }) => hop === "service");
    assert.equal(dead.first?.hop, "tasks");
    assert.deepEqual(
      [told?.verdict, told?.says],
      ["not judged", "its last deployment failed, and no task of the one before runs (follows from Tasks)"],
    );
  });

  it("reads moments of either version of the AWS CLI", async () => {
    const of = [2, 1].map((version) => ({
      status: version === 2 ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL",
      statusReason: "tasks failed to start",
      createdAt: version === 2 ? 1795690000.5 : 1795680000.5,
    }));
    const { first } = await diagnosed({
      answers: { "ecs list-service-deployments": { serviceDeployments: of.reverse() } },
    });
    assert.deepEqual(
      [first?.hop, first?.evidence[0]],
      ["service", "ROLLBACK_SUCCESSFUL: tasks failed to start"],
    );
  });

  it("names the hop, the evidence and the command", async () => {
    const container = {
      name: "flask",
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    };
    const { code, first, findings } = await diagnosed({
      answers: {
        "ecs describe-services": service({ runningCount: 0 }),
        "ecs list-tasks RUNNING": { taskArns: [] },
        "ecs list-tasks STOPPED": { taskArns: ["arn:aws:ecs:eu-west-2:111122223333:task/c/4d2b"] },
        "ecs describe-tasks": stopped({
          ...{ stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" },
          ...{ stoppedAt: "2026-11-26T11:59:00+00:00", containers: [container] },
        }),
        "servicediscovery list-instances": { Instances: [] },
        "servicediscovery get-instances-health-status": undefined,
      },
    });
    assert.equal(code, 1);
    assert.deepEqual(first, {
      hop: "tasks",
      verdict: "broken",
      of: "flask",
      says: "they stop: it was killed for its memory",
      evidence: [
        "a task stopped so, last at 11:59:00 UTC",
        "Essential container in task exited",
        "flask, exit code 137: OutOfMemoryError: Container killed due to memory usage",
        "| Serving flask app",
      ],
      fix: [
        "# give it more: `memory` of services.flask in Pulumi.dev.yaml (it has 512 MiB)",
        "npx pulumi up --stack dev",
      ],
    });
    // What follows from it is not where it broke.
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict === "not judged").map(({ hop, says }) => [hop, says]),
      [
        ["discovery", "it has no instance: requests get 503 (follows from Tasks)"],
        ["service", "0 of 1 tasks run (follows from Tasks)"],
      ],
    );
  });

  it("goes on without what it may not look at, and says which action it needs", async () => {
    const { code, verdict, findings, needs } = await diagnosed({
      answers: {
        "ec2 describe-security-group-rules": denied("ec2:DescribeSecurityGroupRules"),
        "ecr describe-images": denied("ecr:DescribeImages"),
      },
    });
    assert.deepEqual(
      [code, verdict, needs],
      [1, "unseen", ["ec2:DescribeSecurityGroupRules", "ecr:DescribeImages"]],
    );
    assert.deepEqual(
      findings.filter((each) => each.verdict === "unseen").map(({ hop, says }) => [hop, says]),
      [
        ["firewall", "could not look: needs ec2:DescribeSecurityGroupRules"],
        ["image", "could not look: needs ecr:DescribeImages"],
      ],
    );
    const { stdout } = await doctor({ answers: { "ecr describe-images": denied("ecr:DescribeImages") } });
    assert.match(
      stdout,
      /Nothing wrong, as far as it could be looked at\.\nTo see the rest, allow ecr:DescribeImages\.\n$/,
    );
  });

  for (const [because, advice] of [
    ["Unable to locate credentials.", "credentials: the stack's aws:profile"],
    ["An error occurred (ExpiredTokenException): The token is expired", "sign in again"],
    ["no answer in 10 s", "this has to answer: aws sts get-caller-identity"],
  ] as const)
    it(`says once, with the fix, why AWS told nothing, and does not call that well: ${because}`, async () => {
      const all = Object.fromEntries(
        Object.keys(answers).map((call) => {
          const operation = actionOf(call.split(" ")).split(":")[1];
          return [call, new Error(because.replace("): ", `) when calling the ${operation} operation: `))];
        }),
      );
      const { code, stdout } = await doctor({ answers: all });
      assert.equal(code, 1);
      assert.match(stdout, /\n\? HTTP API +a1b2c3d4e5: could not look\n/);
      const [, end = ""] = stdout.replaceAll("\n  ", " ").split(/\n\n(?=AWS could)/);
      assert.ok(end.startsWith(`AWS could not be asked: ${because}\nFix: ${advice}`), stdout);
      assert.match(end, /\n\nNothing is known: AWS told nothing\.\n$/);
    });

  it("fails soft where everything is refused: nothing is called broken that was not seen", async () => {
    const all = Object.fromEntries(
      Object.keys(answers).map((call) => [call, denied(actionOf(call.split(" ")))]),
    );
    const { verdict, findings } = await diagnosed({ answers: all });
    assert.equal(verdict, "unseen");
    assert.deepEqual(
      findings.filter((each) => each.verdict === "broken" || each.verdict === "weak"),
      [],
    );
  });

  const cases: [says: string, hop: string, answers: Record<string, Item | undefined>][] = [
    [
      "a link that sleeps",
      "link",
      { "apigatewayv2 get-vpc-link": { ...answers["apigatewayv2 get-vpc-link"], VpcLinkStatus: "INACTIVE" } },
    ],
    [
      "a group that admits all of TCP",
      "",
      {
        "ec2 describe-security-group-rules": {
          SecurityGroupRules: [
            {
              GroupId: "sg-0link",
              IsEgress: true,
              IpProtocol: "-1",
              FromPort: -1,
              ToPort: -1,
              CidrIpv4: "0.0.0.0/0",
            },
            {
              GroupId: "sg-0tasks",
              IsEgress: false,
              IpProtocol: "tcp",
              FromPort: 0,
              ToPort: 65535,
              CidrIpv4: "10.0.0.0/16",
            },
          ],
        },
      },
    ],
    [
      "a group that admits another network",
      "firewall",
      {
        "ec2 describe-security-group-rules": {
          SecurityGroupRules: [
            {
              GroupId: "sg-0link",
              IsEgress: true,
              IpProtocol: "-1",
              FromPort: -1,
              ToPort: -1,
              CidrIpv4: "0.0.0.0/0",
            },
            {
              GroupId: "sg-0tasks",
              IsEgress: false,
              IpProtocol: "tcp",
              FromPort: 80,
              ToPort: 80,
              CidrIpv4: "192.168.0.0/16",
            },
          ],
        },
      },
    ],
    [
      "a service that ECS does not have",
      "service",
      { "ecs describe-services": { services: [], failures: [{ arn: "flask", reason: "MISSING" }] } },
    ],
    [
      "another task definition",
      "service",
      {
        "ecs describe-services": service({
          deployments: [
            {
              status: "PRIMARY",
              taskDefinition:
                "arn:aws:ecs:eu-west-2:111122223333:task-definition/flask-app-fargate-dev-flask:7",
              rolloutState: "COMPLETED",
            },
          ],
        }),
      },
    ],
    [
      "no capacity",
      "service",
      {
        "ecs describe-services": service({
          runningCount: 0,
          events: [
            {
              message:
                "(service flask) was unable to place a task. Reason: You’ve reached the limit on the number of vCPUs you can run concurrently.",
            },
          ],
        }),
      },
    ],
    ["a subnet without a way out", "endpoints", { "ec2 describe-route-tables": { RouteTables: [] } }],
    [
      "a table whose NAT gateway is gone",
      "endpoints",
      {
        "ec2 describe-route-tables": {
          RouteTables: [
            {
              RouteTableId: "rtb-0main",
              Associations: [{ Main: true }],
              Routes: [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-0a1b", State: "blackhole" }],
            },
          ],
        },
      },
    ],
    [
      "an API that is gone",
      "api",
      {
        "apigatewayv2 get-api": undefined,
        "apigatewayv2 get-stages": undefined,
        "apigatewayv2 get-routes": undefined,
      },
    ],
    [
      "an application that answers 500",
      "log",
      {
        "logs filter-log-events": {
          events: [
            {
              timestamp: Date.parse("2026-11-26T11:59:00Z"),
              message: JSON.stringify({
                method: "GET",
                path: "/",
                routeKey: "ANY /",
                status: "500",
                integrationStatus: "500",
              }),
            },
          ],
        },
      },
    ],
    [
      "an error from before its tasks",
      "",
      {
        "logs filter-log-events": {
          events: [
            {
              timestamp: Date.parse("2026-11-26T10:00:00Z"),
              message: JSON.stringify({ routeKey: "ANY /", status: "500", integrationStatus: "500" }),
            },
          ],
        },
      },
    ],
  ];
  for (const [says, hop, others] of cases)
    it(`${says}: ${hop === "" ? "nothing wrong" : hop}`, async () => {
      const { first } = await diagnosed({ answers: others });
      assert.equal(first?.hop ?? "", hop, JSON.stringify(first));
      if (hop !== "") assert.ok(first!.fix.some((line) => !line.startsWith("#")));
    });

  it("takes a service that sleeps for asleep, and one that was scaled to nothing for broken", async () => {
    const asleep = {
      "ecs describe-services": service({ desiredCount: 0, runningCount: 0 }),
      "ecs list-tasks RUNNING": { taskArns: [] },
      "servicediscovery list-instances": { Instances: [] },
    };
    const exported = JSON.parse(state) as { deployment: { resources: object[] } };
    const inputs = { minCapacity: 0, maxCapacity: 2, resourceId: "service/flask-app-fargate-dev/flask" };
    exported.deployment.resources.push({ urn: "x", type: "aws:appautoscaling/target:Target", inputs });
    const ask = ([command]: string[]) =>
      Promise.resolve({ code: 0, answer: command === "config" ? "{}" : JSON.stringify(exported) });
    const pulumi = { run: () => Promise.resolve(0), ask };
    assert.equal((await diagnosed({ answers: asleep, world: { pulumi } })).first, null);
    assert.equal((await diagnosed({ answers: asleep })).first?.hop, "service");
  });

  it("says in commands of the AWS CLI where they are meant", async () => {
    const config = JSON.stringify({ "aws:profile": { value: "ops" } });
    const { first } = await diagnosed({
      answers: { "ecs describe-services": service({ desiredCount: 0, runningCount: 0 }) },
      world: {
        pulumi: {
          run: () => Promise.resolve(0),
          ask: ([command]) => Promise.resolve({ code: 0, answer: command === "config" ? config : state }),
        },
      },
    });
    assert.deepEqual(first?.fix, [
      "aws ecs update-service --cluster flask-app-fargate-dev --service flask --desired-count 1 --region eu-west-2 --profile ops",
    ]);
  });

  it("narrows to a request or to a service, and says which there are", async () => {
    const { findings } = await diagnosed({ argv: ["--route", "GET /"] });
    assert.equal(findings.find(({ hop }) => hop === "route")?.says, "1 there");
    const { first } = await diagnosed({ argv: ["--route", "GET /orders"] });
    assert.deepEqual(
      [first?.hop, first?.of, first?.evidence],
      ["route", "GET /orders", ["the API has ANY /"]],
    );
    assert.equal((await doctor({ argv: ["--service", "flask"] })).code, 0);
    const other = await doctor({ argv: ["--service", "orders"] });
    assert.deepEqual(
      [other.code, other.stderr],
      [1, "The stack dev has no service orders. Allowed: flask.\n"],
    );
    assert.match(
      (await doctor({ argv: ["--route", "orders"] })).stderr,
      /^--route is `orders`\. Allowed: a method and a path/,
    );
  });

  it("shows its help, and refuses what it does not know", async () => {
    const { code, stdout } = await doctor({ argv: ["--help"] });
    assert.equal(code, 0);
    for (const action of actions) assert.ok(stdout.includes(action), action);
    assert.match((await doctor({ argv: ["--stack", "--x"] })).stderr, /--stack|Known options/);
  });

  it("asks for nothing but what it says that it needs", async () => {
    const { calls } = await doctor();
    const asked = new Set(calls.map(actionOf));
    for (const action of asked) assert.ok(actions.includes(action), action);
  });

  it("says so where there is no stack, or none that is deployed", async () => {
    const pulumi = (code: number, answer: string) => ({
      run: () => Promise.resolve(0),
      ask: ([word = ""]: string[]) =>
        Promise.resolve(word === "stack" ? { code, answer } : { code: 0, answer: "" }),
    });
    const none = await doctor({ world: { pulumi: pulumi(255, "") } });
    assert.deepEqual(
      [none.code, none.stderr],
      [1, "The state of the stack dev is not readable: see above.\n"],
    );
    const empty = await doctor({ world: { pulumi: pulumi(0, '{"version":3,"deployment":{}}') } });
    assert.equal(empty.stderr, "The stack dev is not deployed. Fix: npx pulumi up --stack dev\n");
  });

  it("says how to start what --local looks at", async () => {
    const { code, stderr } = await doctor({ argv: ["--local", "--stack", "nobody"] });
    assert.deepEqual(
      [code, stderr],
      [
        1,
        "No npm start of the stack nobody runs here, or it has no console. Fix: npm start -- --stack nobody, in another terminal.\n",
      ],
    );
  });
});
