import assert from "node:assert/strict";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { toPlan } from "../../plan/json";
import { renderMarkdown } from "../../plan/markdown";
import { plan, spawn } from "./run-plan";

const config = toConfig({ "aws:region": "eu-west-2" });

describe("the formats and the command line of npm run plan", () => {
  describe("--markdown", () => {
    it("has a collapsed table for each component, and one of outputs", async () => {
      const markdown = renderMarkdown(await simulate({ stack: "dev", preview: true }));
      const lines = markdown.split("\n");
      assert.equal(lines[0], "### flask-app-fargate dev in eu-west-2: 41 resources");
      assert.deepEqual(
        lines.filter((line) => line.startsWith("<summary>")),
        [
          "<summary><b>network</b> (Network, 19)</summary>",
          "<summary><b>cluster</b> (Cluster, 4)</summary>",
          "<summary><b>api</b> (HttpApi, 7)</summary>",
          "<summary><b>flask</b> (Image, 3)</summary>",
          "<summary><b>flask</b> (FargateService, 8)</summary>",
        ],
      );
      assert.ok(
        lines.includes("| &emsp;&emsp;network-tasks-1 | ec2.Subnet | 10.0.0.0/20 in eu-west-2a · Isolated |"),
      );
      assert.ok(
        lines.includes("| api-ANY / | apigatewayv2.Route | ANY / → api-flask · authorization NONE |"),
      );
      assert.ok(lines.includes("| services.flask.image | known after up |"));
      assert.equal(markdown.match(/<details>/g)?.length, markdown.match(/<\/details>/g)?.length);
    });

    it("lets no name become markup", async () => {
      const deployment = await simulate({ stack: "dev", preview: true });
      deployment.warnings.push("a | b <img src=x> @team `code`\n# heading");
      assert.ok(
        renderMarkdown(deployment).includes(
          "> **Warning:** a &#124; b &#60;img src=x&#62; &#64;team &#96;code&#96; &#35; heading\n",
        ),
      );
    });
  });

  describe("--json", () => {
    it("has every resource but the stack, what it refers to, and markers for what is unknown", async () => {
      const deployment = await simulate({ stack: "prod", preview: true });
      const { stdout } = await plan(["--json", "--stack", "prod"]);
      const { cost, deployed, ...json } = JSON.parse(stdout) as ReturnType<typeof toPlan> & { cost: unknown };
      assert.deepEqual(json, toPlan(deployment));
      assert.ok(deployed!.length > 0);
      assert.deepEqual(cost, { total: 95.18, change: 0, unpriced: [] });
      assert.deepEqual(Object.keys(json), [
        "project",
        "stack",
        "region",
        "resources",
        "criticalPath",
        "warnings",
        "outputs",
      ]);
      assert.deepEqual(
        json.resources.map(({ urn }) => urn).sort(),
        deployment.resources
          .slice(1)
          .map(({ urn }) => urn)
          .sort(),
      );
      const urn = (rest: string): string =>
        `urn:pulumi:prod::flask-app-fargate::fargate-app:api:HttpApi$${rest}`;
      const references = {
        apiId: [urn("aws:apigatewayv2/api:Api::api")],
        target: [urn("aws:apigatewayv2/integration:Integration::api-flask")],
      };
      assert.deepEqual(
        json.resources.find(({ name }) => name === "api-ANY /"),
        {
          urn: urn("aws:apigatewayv2/route:Route::api-ANY /"),
          type: "aws:apigatewayv2/route:Route",
          name: "api-ANY /",
          parent: "urn:pulumi:prod::flask-app-fargate::pulumi:pulumi:Stack$fargate-app:api:HttpApi::api",
          inputs: {
            apiId: "[known after up]",
            authorizationType: "NONE",
            routeKey: "ANY /",
            target: "[known after up]",
          },
          references,
          // Besides what it refers to, the service whose tasks it must not arrive before.
          dependencies: [
            ...references.apiId,
            ...references.target,
            "urn:pulumi:prod::flask-app-fargate::fargate-app:service:FargateService$aws:ecs/service:Service::flask",
          ],
        },
      );
      const { platform, ...outputs } = json.outputs;
      assert.deepEqual(Object.keys(platform as object), ["api", "cluster", "network", "region"]);
      assert.deepEqual(outputs, {
        apiLogGroup: "/aws/vendedlogs/apis/flask-app-fargate-prod",
        cluster: "flask-app-fargate-prod",
        dashboard: "flask-app-fargate-prod",
        services: {
          flask: {
            discoveryName: "flask.prod.flask-app-fargate.internal",
            image: "[known after up]",
            logGroup: "/ecs/flask-app-fargate/prod/flask",
            service: "flask",
            taskDefinition: "[known after up]",
            taskRole: "[known after up]",
          },
        },
        url: "[known after up]",
      });
    });

    it("is the same text every time", async () => {
      const first = await plan(["--json", "--stack", "prod"]);
      assert.deepEqual(await plan(["--json", "--stack", "prod"]), first);
    });
  });

  describe("refuses", () => {
    const known =
      "Known options: --stack, --json, --markdown, --critical-path, --against, --detailed-exitcode, --help.";
    const table: [what: string, argv: string[], message: string][] = [
      ["an unknown flag", ["--jsn"], `Unknown option '--jsn'. ${known} Did you mean --json?`],
      [
        "words that are no flag",
        ["prod", "dev"],
        `Unexpected argument 'prod': this command takes options only. ${known}`,
      ],
      [
        "two formats at once",
        ["--json", "--markdown"],
        "--json, --markdown and --critical-path exclude each other. Fix, for the one: npm run plan -- --stack dev --json; for the other: " +
          "npm run plan -- --stack dev --markdown.",
      ],
      [
        "a critical path against a version",
        ["--stack", "prod", "--critical-path", "--against", "v1"],
        "--critical-path is of one version, and --against compares two. Fix, for the one: npm run plan -- --stack prod --critical-path; " +
          "for the other: npm run plan -- --stack prod --against v1.",
      ],
      [
        "an exit code for a change since nothing",
        ["--detailed-exitcode"],
        "--detailed-exitcode says whether something changes, and not since when. Fix: npm run plan -- --stack dev --against origin/main " +
          "--detailed-exitcode.",
      ],
      [
        "a stack without a file",
        ["--stack", "test"],
        "There is no Pulumi.test.yaml. Stacks of this project: cheap, dev, pr, prod, shop; of its examples: fastapi, go, monorepo, nginx.",
      ],
    ];
    for (const [what, argv, message] of table) {
      it(what, async () => {
        assert.deepEqual(await plan(argv), { code: 1, stdout: "", stderr: `${message}\n` });
      });
    }

    it("a wrong configuration, with every problem and no stack trace", async () => {
      const wrong = toConfig({
        "aws:region": "eu-west-2",
        network: { egres: "nat" },
        services: { web: { build: "./app", port: 0 } },
      });
      assert.deepEqual(await plan(["--json"], { config: wrong }), {
        code: 1,
        stdout: "",
        stderr:
          "2 problems in the configuration of stack dev:\n" +
          "  network.egres: unknown key. " +
          "Allowed: cidr, zones, egress, endpointZones, natGateways, reach, closeDefaultGroup, existing. Fix: write egress.\n" +
          "  services.web.port: got 0. Allowed: 1–65535. Fix: use an allowed value, or leave it out for 80.\n",
      });
    });

    it("nothing in silence: a bug keeps its stack trace", async () => {
      const program = (): never => {
        throw new TypeError("a bug");
      };
      await assert.rejects(plan([], { config, program }), new TypeError("a bug"));
    });
  });

  describe("as a command", () => {
    it("prints the plan without colours into a pipe, and exits with 0", async () => {
      const { stdout } = await plan(["--stack", "dev"]);
      assert.deepEqual(spawn("--stack", "dev"), { code: 0, stdout, stderr: "" });
    });

    it("exits with 1 for an unknown stack", () => {
      assert.deepEqual(spawn("--stack", "test"), {
        code: 1,
        stdout: "",
        stderr:
          "There is no Pulumi.test.yaml. Stacks of this project: cheap, dev, pr, prod, shop; of its examples: fastapi, go, monorepo, nginx.\n",
      });
    });

    it("explains itself, with the markers of --json", () => {
      const { code, stdout, stderr } = spawn("--help");
      assert.deepEqual([code, stderr], [0, ""]);
      for (const flag of [
        "--stack <name>",
        "--json",
        "--markdown",
        "--help",
        "[known after up]",
        "[secret]",
      ]) {
        assert.ok(stdout.includes(flag), flag);
      }
    });
  });
});
