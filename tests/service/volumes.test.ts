import assert from "node:assert/strict";
import { serviceSchema } from "../../config/schema";
import { deriveEndpoints } from "../../rules/endpoints";
import { serviceNeeds, taskPolicy } from "../../service/permissions";
import { ofType } from "../../simulate/deployment";
import { find, problemsOf, run } from "../support/stack";

const data = {
  fileSystemId: "fs-0a1b2c3d4e5f60718",
  accessPointId: "fsap-0a1b2c3d4e5f60718",
  securityGroupId: "sg-0a1b",
  path: "/data",
};
const account = "000000000000";
const where = { partition: "aws", region: "eu-west-2", account };
const config = (volumes: object): ReturnType<typeof serviceSchema.parse> =>
  serviceSchema.parse({ build: "./app", volumes });
const flask = (volumes: object): object => ({ services: { flask: { build: "./app", volumes } } });
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

describe("volumes", () => {
  it("are mounted by their access point, encrypted and authorized by IAM", async () => {
    const deployment = await run(flask({ data }));
    const { inputs } = find(deployment, "aws:ecs/taskDefinition:TaskDefinition", "flask");
    assert.deepEqual(inputs.volumes, [
      { name: "tmp", configureAtLaunch: false },
      {
        name: "data",
        configureAtLaunch: false,
        efsVolumeConfiguration: {
          fileSystemId: data.fileSystemId,
          rootDirectory: "/",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: data.accessPointId, iam: "ENABLED" },
        },
      },
    ]);
    const [container] = JSON.parse(inputs.containerDefinitions as string) as { mountPoints: object[] }[];
    assert.deepEqual(container?.mountPoints, [
      { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
      { sourceVolume: "data", containerPath: "/data", readOnly: false },
    ]);
  });

  it("are let through on both sides, before the first task starts", async () => {
    const deployment = await run(flask({ data, more: { ...data, path: "/more" } }));
    const [out, at] = [
      find(deployment, egress, "flask-to-sg-0a1b"),
      find(deployment, ingress, "flask-at-sg-0a1b"),
    ];
    const nfs = { ipProtocol: "tcp", fromPort: 2049, toPort: 2049 };
    assert.deepEqual(out.inputs, {
      securityGroupId: "local-securitygroup-flask",
      referencedSecurityGroupId: "sg-0a1b",
      ...nfs,
      description: "Mount targets of a file system",
    });
    assert.deepEqual(at.inputs, {
      securityGroupId: "sg-0a1b",
      referencedSecurityGroupId: "local-securitygroup-flask",
      ...nfs,
      description: "Tasks of flask that mount a file system",
    });
    const { dependencies } = find(deployment, "aws:ecs/service:Service", "flask");
    for (const { urn } of [out, at]) assert.ok(dependencies.includes(urn));
    assert.ok(
      dependencies.includes(find(deployment, "aws:iam/rolePolicy:RolePolicy", "flask-task").urn),
      "and the task role may mount",
    );
  });

  it("let the task role mount by this access point alone, and write where that is said", () => {
    const arn = `arn:aws:elasticfilesystem:eu-west-2:${account}`;
    const statement = (Action: string[]): object => ({
      Effect: "Allow",
      Action,
      Resource: `${arn}:file-system/${data.fileSystemId}`,
      Condition: {
        StringEquals: { "elasticfilesystem:AccessPointArn": `${arn}:access-point/${data.accessPointId}` },
      },
    });
    const [mount, write] = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
    assert.deepEqual(taskPolicy(config({ data }), where)?.Statement, [statement([mount, write])]);
    assert.deepEqual(taskPolicy(config({ data: { ...data, readOnly: true } }), where)?.Statement, [
      statement([mount]),
    ]);
  });

  it("need no endpoint: mounting stays in the VPC", () => {
    const names = (volumes: object): string[] =>
      deriveEndpoints(where, [serviceNeeds(config(volumes), where)]).map(({ name }) => name);
    assert.deepEqual(names({ data }), names({}));
  });

  it("change nothing where there are none", async () => {
    const deployment = await run();
    assert.equal(
      ofType(deployment, egress).some(({ inputs }) => inputs.fromPort === 2049),
      false,
    );
    assert.equal(ofType(deployment, "aws:iam/rolePolicy:RolePolicy").length, 1);
  });

  const at = "services.flask.volumes";
  for (const [what, volumes, problem] of [
    [
      "no access point",
      { data: { ...data, accessPointId: undefined } },
      `${at}.data.accessPointId: got nothing. Allowed: fsap-…. Fix: use an allowed value.`,
    ],
    [
      "another's id",
      { data: { ...data, fileSystemId: "vol-0a1b2c3d" } },
      `${at}.data.fileSystemId: got "vol-0a1b2c3d". Allowed: fs-…. Fix: use an allowed value.`,
    ],
    [
      "a path that is none",
      { data: { ...data, path: "data" } },
      `${at}.data.path: got "data". Allowed: an absolute path, without a / at the end. Fix: use an allowed value.`,
    ],
    [
      "a folder of the program's",
      { data: { ...data, path: "/tmp/data" } },
      `${at}.data.path: got "/tmp/data". Allowed: a folder apart from /tmp, /dev, /proc, /sys, /etc. Fix: use for example /data.`,
    ],
    [
      "one within another",
      { data, more: { ...data, path: "/data/more" } },
      `${at}.more.path: got "/data/more". Allowed: a folder apart from /data of data. Fix: mount each in a folder of its own.`,
    ],
    [
      "a name of the program's",
      { tmp: data },
      `${at}.tmp: got the name "tmp". Allowed: name → volume; names of 1–32 of a–z, 0–9 and -, not tmp, not beginning with sidecar-. Fix: use an allowed value.`,
    ],
    [
      "an unknown key",
      { data: { ...data, size: 1 } },
      `${at}.data.size: unknown key. Allowed: fileSystemId, accessPointId, securityGroupId, path, readOnly. Fix: take it out.`,
    ],
    [
      "more groups than rules",
      Object.fromEntries(
        Array.from({ length: 61 }, (_, i) => [
          `v${i}`,
          { ...data, path: `/v${i}`, securityGroupId: `sg-${i.toString(16)}` },
        ]),
      ),
      `${at}: 61 groups of mount targets. Allowed: 60 rules in the service's group. Fix: give mount targets a group in common.`,
    ],
  ] as const) {
    it(`refuse ${what}`, async () => assert.deepEqual(await problemsOf(flask(volumes)), [problem]));
  }

  it("refuse the name and the folder of what is writable", async () => {
    const service = (volumes: object): object => ({
      services: { flask: { build: "./app", writable: ["/var/cache"], volumes } },
    });
    assert.deepEqual(await problemsOf(service({ "var-cache": data })), [
      `${at}.var-cache: a folder of writable makes a volume of this name. Allowed: another name. Fix: rename it.`,
    ]);
    const apart = "a folder apart from /tmp, /dev, /proc, /sys, /etc, /var/cache";
    for (const path of ["/var", "/var/cache", "/var/cache/a"])
      assert.deepEqual(await problemsOf(service({ data: { ...data, path } })), [
        `${at}.data.path: got "${path}". Allowed: ${apart}. Fix: use for example /data.`,
      ]);
    await run(service({ data: { ...data, path: "/var/cached" } }));
  });
});
