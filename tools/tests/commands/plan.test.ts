import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createColors } from "picocolors";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { toPlan } from "../../plan/json";
import { renderText } from "../../plan/text";
import { component, plan } from "./run-plan";

const config = toConfig({ "aws:region": "eu-west-2" });
const small = (program: () => unknown): Promise<string> =>
  simulate({ config, program, preview: true }).then((deployment) => renderText(deployment));

describe("npm run plan", () => {
  let dev: string;
  before(async () => {
    dev = renderText(await simulate({ stack: "dev", preview: true }));
  });

  it("shows what a terminal would obey, instead of handing it on", async () => {
    const told = "x\u001b[2J\u009b31m";
    const text = await small(() => {
      pulumi.log.warn(told).catch(() => undefined);
      new aws.cloudwatch.LogGroup("log", { name: told });
      return { told };
    });
    // eslint-disable-next-line no-control-regex -- that is what is looked for
    assert.doesNotMatch(text, /[\u001b\u0080-\u009f]/);
    assert.ok(text.split("x\\u001b[2J\\u009b31m").length >= 3, text);
  });

  it("expands the VPC, and summarises policies", () => {
    const network = component(dev, "network", "Network");
    assert.deepEqual(network.slice(1, 11), [
      ["├─ network", "awsx.ec2.Vpc", "10.0.0.0/16 over eu-west-2a, eu-west-2b · NAT gateways: None"],
      ["│", "└─ network", "ec2.Vpc", "10.0.0.0/16 · DNS hostnames"],
      ["│", "├─ network", "ec2.InternetGateway", "→ ec2.Vpc network"],
      ["│", "├─ network-tasks-1", "ec2.Subnet", "10.0.0.0/20 in eu-west-2a · Isolated"],
      ["│", "│", "└─ network-tasks-1", "ec2.RouteTable"],
      ["│", "│", "└─ network-tasks-1", "ec2.RouteTableAssociation"],
      ["│", "└─ network-tasks-2", "ec2.Subnet", "10.0.64.0/20 in eu-west-2b · Isolated"],
      ["│", "└─ network-tasks-2", "ec2.RouteTable"],
      ["│", "└─ network-tasks-2", "ec2.RouteTableAssociation"],
      ["├─ network-endpoints", "ec2.SecurityGroup", "Interface endpoints: reached by the tasks over HTTPS"],
    ]);
    assert.deepEqual(network.slice(-4), [
      [
        "├─ network-ecr.api",
        "ec2.VpcEndpoint",
        "Interface com.amazonaws.eu-west-2.ecr.api · private DNS · " +
          "policy ecr:GetAuthorizationToken, ecr:BatchCheckLayerAvailability and 2 more",
      ],
      [
        "├─ network-ecr.dkr",
        "ec2.VpcEndpoint",
        "Interface com.amazonaws.eu-west-2.ecr.dkr · private DNS · " +
          "policy ecr:GetAuthorizationToken, ecr:BatchCheckLayerAvailability and 2 more",
      ],
      [
        "├─ network-logs",
        "ec2.VpcEndpoint",
        "Interface com.amazonaws.eu-west-2.logs · private DNS · policy logs:CreateLogStream, logs:PutLogEvents",
      ],
      ["└─ network-s3", "ec2.VpcEndpoint", "Gateway com.amazonaws.eu-west-2.s3 · policy s3:GetObject"],
    ]);
  });

  it("leads each route to its integration", () => {
    const api = component(dev, "api", "HttpApi");
    assert.deepEqual(
      api.filter(([, type]) => /Integration|Route|Stage/.test(type ?? "")),
      [
        [
          "├─ api-flask",
          "apigatewayv2.Integration",
          "HTTP_PROXY → cluster-flask · link → apigatewayv2.VpcLink api · 30000 ms · sets overwrite:header.x-client-ip, overwrite:header.x-request-id, remove:header.x-forwarded-prefix",
        ],
        ["├─ api-ANY /", "apigatewayv2.Route", "ANY / → api-flask · authorization NONE"],
        ["├─ api-ANY /{+}", "apigatewayv2.Route", "ANY /{proxy+} → api-flask · authorization NONE"],
        [
          "├─ api",
          "apigatewayv2.Stage",
          "$default · auto-deploy · 1000 requests/s, bursts of 500 · log → cloudwatch.LogGroup api",
        ],
      ],
    );
  });

  it("ends with counts that add up, and the outputs as far as they are known", () => {
    const [, tail] = dev.split("\nResources by component\n");
    assert.equal(
      tail,
      `  network  Network         19
  cluster  Cluster          4
  api      HttpApi          7
  flask    Image            3
  flask    FargateService   8
  Total                    41

Outputs
  apiLogGroup                    /aws/vendedlogs/apis/flask-app-fargate-dev
  cluster                        flask-app-fargate-dev
  services.flask.discoveryName   flask.dev.flask-app-fargate.internal
  services.flask.image           known after up
  services.flask.logGroup        /ecs/flask-app-fargate/dev/flask
  services.flask.service         flask
  services.flask.taskDefinition  known after up
  services.flask.taskRole        known after up
  url                            known after up
  platform                       what stacks that share this one read
`,
    );
    assert.doesNotMatch(dev, /Warnings/);
  });

  it("shows the way to the internet, and none of the endpoints that it replaces", async () => {
    const nat = toConfig({ "aws:region": "eu-west-2", network: { egress: "nat" } });
    const network = component((await plan([], { config: nat })).stdout, "network", "Network");
    const of = (type: string): (string | undefined)[][] =>
      network.filter((cells) => cells.includes(type)).map((cells) => cells.slice(cells.indexOf(type) - 1));
    assert.deepEqual(
      of("ec2.NatGateway").map(([, , details]) => details),
      ["subnet → ec2.Subnet network-edge-1 · address → ec2.Eip network-1"],
    );
    assert.deepEqual(
      of("ec2.VpcEndpoint").map(([, , details]) => details),
      ["Gateway com.amazonaws.eu-west-2.s3 · policy *"],
    );
    assert.deepEqual(
      of("vpc.SecurityGroupEgressRule").map(([, , details]) => details),
      [
        "tcp 80 · group → network-link · to → network-workload",
        "tcp 443 · group → network-workload · to 0.0.0.0/0",
      ],
    );
  });

  it("prints no secret, in any format", async () => {
    const secretKey = "a-secret-that-must-not-be-printed";
    const secretive = toConfig({
      "aws:region": "eu-west-2",
      "aws:accessKey": secretKey,
      "aws:secretKey": secretKey,
    });
    for (const format of [[], ["--json"], ["--markdown"]]) {
      const { code, stdout } = await plan(format, { config: secretive });
      assert.equal(code, 0);
      assert.ok(!stdout.includes(secretKey), format.join());
    }
    const { stdout } = await plan(["--json"], { config: secretive });
    const [provider] = (JSON.parse(stdout) as ReturnType<typeof toPlan>).resources;
    assert.deepEqual([provider?.inputs.accessKey, provider?.inputs.secretKey], ["[secret]", "[secret]"]);
  });

  it("hides a secret where it would be shown, and says so", async () => {
    const text = await small(() => {
      new aws.cloudwatch.LogGroup("closed", { name: pulumi.secret("hidden name"), retentionInDays: 7 });
    });
    assert.match(text, /^closed +cloudwatch\.LogGroup +\[secret\] · 7 days$/m);
    assert.doesNotMatch(text, /hidden name/);
  });

  it("names protection, ignored changes, and every input of a type that it has no words for", async () => {
    const text = await small(() => {
      new aws.cloudwatch.LogGroup(
        "kept",
        {},
        { protect: true, retainOnDelete: true, ignoreChanges: ["tags"] },
      );
    });
    assert.match(text, /^kept +cloudwatch\.LogGroup +protected · kept on delete · ignores changes of tags$/m);
    const deployment = await simulate({
      config,
      preview: true,
      program: () => {
        const group = new aws.cloudwatch.LogGroup("group");
        new aws.cloudwatch.LogGroup("other", { name: group.arn, retentionInDays: 3, tags: { a: "b" } });
      },
    });
    deployment.resources.at(-1)!.type = "aws:new/thing:Thing";
    assert.match(renderText(deployment), /^other +new\.Thing +name → group · retentionInDays 3$/m);
  });

  it("does not depend on what registers first", async () => {
    const deployment = await simulate({ stack: "prod", preview: true });
    const components = deployment.resources.filter(({ custom }) => !custom);
    const others = deployment.resources.filter(({ custom }) => custom).reverse();
    const shuffled = { ...deployment, resources: [...components, ...others] };
    assert.equal(renderText(shuffled), renderText(deployment));
  });

  it("shows the program's warnings", async () => {
    // A Region that the table of VPC-link zones does not know.
    const services = { flask: { build: "./app", desiredCount: 2 } };
    const far = toConfig({ "aws:region": "ap-south-2", network: { zones: ["local-az1"] }, services });
    const warning =
      "It is not known here in which zones of ap-south-2 VPC links work: network.zones is taken as given.";
    const text = (await plan([], { config: far })).stdout;
    assert.ok(text.includes(`\n\nWarnings\n  ${warning}\n\nOutputs\n`));
    const markdown = (await plan(["--markdown"], { config: far })).stdout;
    assert.ok(markdown.includes(`\n\n> **Warning:** ${warning}\n`));
    const json = JSON.parse((await plan(["--json"], { config: far })).stdout) as ReturnType<typeof toPlan>;
    assert.deepEqual(json.warnings, [warning]);
  });

  it("colours for a terminal change nothing but the colours", async () => {
    const coloured = renderText(await simulate({ stack: "dev", preview: true }), createColors(true));
    // eslint-disable-next-line no-control-regex -- the colours are control characters
    const colour = /\u001b\[\d+m/g;
    assert.match(coloured, colour);
    assert.equal(coloured.replace(colour, ""), dev);
  });
});
