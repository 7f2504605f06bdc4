import assert from "node:assert/strict";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { renderText } from "../../plan/text";
import { component, plan } from "./run-plan";

describe("npm run plan", () => {
  it("lists the walkthrough's service with what it refers to", async () => {
    const dev = renderText(await simulate({ stack: "dev", preview: true }));
    assert.deepEqual(component(dev, "flask", "FargateService"), [
      ["flask", "FargateService"],
      ["├─ flask", "ec2.SecurityGroup", "Tasks of one service: reached by the VPC link on its port"],
      [
        "├─ flask-from-link-80",
        "vpc.SecurityGroupIngressRule",
        "tcp 80 · group → ec2.SecurityGroup flask · from → network-link",
      ],
      ["├─ flask", "cloudwatch.LogGroup", "/ecs/flask-app-fargate/dev/flask · 30 days"],
      ["├─ flask-execution", "iam.Role", "Starts the tasks of flask · for ecs-tasks.amazonaws.com"],
      [
        "├─ flask-task",
        "iam.Role",
        "What the application may do in tasks of flask · for ecs-tasks.amazonaws.com",
      ],
      [
        "├─ flask-execution",
        "iam.RolePolicy",
        "role → iam.Role flask-execution · policy → cloudwatch.LogGroup flask, ecr.Repository flask",
      ],
      [
        "├─ flask",
        "ecs.TaskDefinition",
        "256 CPU, 512 MiB · X86_64 · containers → cloudwatch.LogGroup flask, docker.Image flask",
      ],
      [
        "└─ flask",
        "ecs.Service",
        "1 task → ecs.TaskDefinition flask · on FARGATE · port 80 registered in → cluster-flask · " +
          "network → awsx.ec2.Vpc network, ec2.SecurityGroup flask, network-workload · " +
          "every change rolls all tasks, at 100–200 %",
      ],
    ]);
  });

  it("says that a service can be entered, and where sessions are logged", async () => {
    const entered = toConfig({
      "aws:region": "eu-west-2",
      services: { flask: { build: "./app", exec: true } },
    });
    const text = renderText(await simulate({ config: entered, preview: true }));
    const service = component(text, "flask", "FargateService").find(([, type]) => type === "ecs.Service");
    assert.match(service![2]!, / · can be entered \(ECS Exec\) · every change rolls all tasks/);
    const cluster = component(text, "cluster", "Cluster");
    assert.match(
      cluster.find(([, type]) => type === "ecs.Cluster")![2]!,
      / · sessions logged in \/ecs\/flask-app-fargate\/dev\/cluster\/sessions$/,
    );
    assert.match(
      cluster.find(([, type]) => type === "cloudwatch.LogGroup")![2]!,
      /^\/ecs\/flask-app-fargate\/dev\/cluster\/sessions · 30 days$/,
    );
  });

  it("shows what production does differently", async () => {
    const { code, stdout, stderr } = await plan(["--stack", "prod"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(stdout.split("\n")[0], "flask-app-fargate prod in eu-west-2");
    const service = component(stdout, "flask", "FargateService").find(([, type]) => type === "ecs.Service");
    assert.match(service![2]!, /^2 tasks → .* · every change rolls all tasks, at 100–150 %$/);
    assert.doesNotMatch(component(stdout, "flask", "Image")[1]![2]!, /deleted with its images/);
  });

  it("summarises the container where its image is known", async () => {
    const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/app:1";
    const given = toConfig({
      "aws:region": "eu-west-2",
      services: { web: { image, port: 8080, companion: false } },
    });
    const service = component((await plan([], { config: given })).stdout, "web", "FargateService");
    assert.deepEqual(
      service.find(([, type]) => type === "ecs.TaskDefinition"),
      [
        "├─ web",
        "ecs.TaskDefinition",
        `256 CPU, 512 MiB · X86_64 · containers web: ${image}, port 8080, read-only, 95 s to stop`,
      ],
    );
  });

  it("names sidecars and file systems, and what waits for whom where the image is known", async () => {
    const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/app:1";
    const [fileSystemId, accessPointId] = ["fs-0a1b2c3d", "fsap-0a1b2c3d"];
    const volumes = { data: { fileSystemId, accessPointId, securityGroupId: "sg-0a", path: "/data" } };
    const definitionOf = async (source: object): Promise<string | undefined> => {
      const web = { ...source, sidecars: { collector: { image } }, volumes };
      const config = toConfig({ "aws:region": "eu-west-2", services: { web } });
      const service = component((await plan([], { config })).stdout, "web", "FargateService");
      return service.find(([, type]) => type === "ecs.TaskDefinition")?.[2];
    };
    assert.equal(
      await definitionOf({ build: "./app" }),
      "256 CPU, 512 MiB · X86_64 · containers → cloudwatch.LogGroup web, docker.Image web · beside: collector · mounts data fs-0a1b2c3d",
    );
    assert.equal(
      await definitionOf({ image, companion: false }),
      `256 CPU, 512 MiB · X86_64 · containers web: ${image}, port 80, read-only, 95 s to stop, after START of collector; ` +
        `collector: ${image}, read-only, 20 s to stop · beside: collector · mounts data fs-0a1b2c3d`,
    );
  });
});
