import assert from "node:assert/strict";
import { serviceSchema } from "../../config/schema";
import * as task from "../../service/task";

const config = (values: object = {}): ReturnType<typeof serviceSchema.parse> =>
  serviceSchema.parse({ build: "./app", ...values });
const context = { name: "flask", region: "eu-west-2", image: "repo@sha256:0", logGroup: "/ecs/flask" };
const secret = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:db-AbCdEf";
const parameter = "arn:aws:ssm:eu-west-2:111122223333:parameter/web/token";

describe("task", () => {
  it("defines a hardened container with every default spelled out", () => {
    assert.deepEqual(task.containerDefinitions(config(), context), [
      {
        name: "flask",
        image: "repo@sha256:0",
        essential: true,
        user: "10001",
        readonlyRootFilesystem: true,
        linuxParameters: {
          capabilities: {
            add: [],
            drop: [
              "AUDIT_WRITE",
              "CHOWN",
              "DAC_OVERRIDE",
              "FOWNER",
              "FSETID",
              "KILL",
              "MKNOD",
              "NET_RAW",
              "SETFCAP",
              "SETGID",
              "SETPCAP",
              "SETUID",
              "SYS_CHROOT",
            ],
          },
        },
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
        environment: [
          { name: "DRAIN_SECONDS", value: "60" },
          { name: "HEALTH_PATH", value: "/healthz" },
          { name: "PORT", value: "80" },
          { name: "SERVICE_NAME", value: "flask" },
        ],
        mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
        healthCheck: {
          command: ["CMD", "python3", "-m", "healthcheck"],
          interval: 35,
          timeout: 3,
          retries: 3,
          startPeriod: 30,
        },
        stopTimeout: 95,
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/ecs/flask",
            "awslogs-region": "eu-west-2",
            "awslogs-stream-prefix": "flask",
            mode: "non-blocking",
            "max-buffer-size": "4m",
          },
        },
      },
    ]);
  });

  it("hands on what the configuration says, in a stable order", () => {
    const [container] = task.containerDefinitions(
      config({
        port: 8080,
        drainSeconds: 10,
        environment: { ZONE: "z", APP: "a" },
        secrets: { TOKEN: parameter, DB: secret },
        healthCheck: { command: ["CMD-SHELL", "true"], path: "/up", interval: 30 },
      }),
      context,
    ) as Record<string, unknown>[];
    assert.deepEqual(container?.environment, [
      { name: "APP", value: "a" },
      { name: "DRAIN_SECONDS", value: "10" },
      { name: "HEALTH_PATH", value: "/up" },
      { name: "PORT", value: "8080" },
      { name: "SERVICE_NAME", value: "flask" },
      { name: "ZONE", value: "z" },
    ]);
    assert.deepEqual(container?.secrets, [
      { name: "DB", valueFrom: secret },
      { name: "TOKEN", valueFrom: parameter },
    ]);
    assert.deepEqual(container?.portMappings, [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }]);
    assert.equal(container?.stopTimeout, 45);
    assert.deepEqual(container?.healthCheck, {
      command: ["CMD-SHELL", "true"],
      interval: 30,
      timeout: 3,
      retries: 3,
      startPeriod: 30,
    });
  });

  it("runs the container as the configuration says", () => {
    const [container] = task.containerDefinitions(
      config({
        command: ["serve"],
        entryPoint: ["/bin/app"],
        user: "101:101",
        readOnlyRoot: false,
        writable: ["/var/cache/nginx"],
        initProcess: true,
        ulimits: { nofile: 4096 },
      }),
      context,
    ) as Record<string, unknown>[];
    assert.deepEqual(container?.command, ["serve"]);
    assert.deepEqual(container?.entryPoint, ["/bin/app"]);
    assert.equal(container?.user, "101:101");
    assert.equal(container?.readonlyRootFilesystem, false);
    assert.deepEqual(container?.mountPoints, [
      { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
      { sourceVolume: "var-cache-nginx", containerPath: "/var/cache/nginx", readOnly: false },
    ]);
    assert.equal((container?.linuxParameters as Record<string, unknown>).initProcessEnabled, true);
    assert.deepEqual(container?.ulimits, [{ name: "nofile", softLimit: 4096, hardLimit: 4096 }]);
  });

  it("puts the companion beside an image: it alone is essential, asked and registered, and is stopped first", () => {
    const nginx = config({ build: undefined, image: "nginx", port: 8080, writable: ["/run"] });
    const containers = task.containerDefinitions(nginx, { ...context, companion: "repo@sha256:c" }) as Record<
      string,
      unknown
    >[];
    const short = containers.map(
      ({ linuxParameters: _, logConfiguration: __, readonlyRootFilesystem: ___, ...rest }) => rest,
    );
    const map = [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }];
    assert.deepEqual(short, [
      {
        name: "flask",
        image: "repo@sha256:0",
        essential: false,
        user: "10001",
        environment: [
          { name: "DRAIN_SECONDS", value: "0" },
          { name: "HEALTH_PATH", value: "/" },
          { name: "PORT", value: "8080" },
          { name: "SERVICE_NAME", value: "flask" },
        ],
        mountPoints: [
          { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
          { sourceVolume: "run", containerPath: "/run", readOnly: false },
        ],
        dependsOn: [{ containerName: "companion-folders", condition: "SUCCESS" }],
        stopTimeout: 35,
      },
      {
        name: "companion-folders",
        image: "repo@sha256:c",
        memory: 64,
        essential: false,
        command: ["open"],
        user: "0",
        mountPoints: [
          { sourceVolume: "tmp", containerPath: "/writable/tmp", readOnly: false },
          { sourceVolume: "run", containerPath: "/writable/run", readOnly: false },
        ],
      },
      {
        name: "companion",
        image: "repo@sha256:c",
        memory: 64,
        essential: true,
        user: "10001",
        portMappings: map,
        environment: [
          { name: "APPLICATION", value: "flask" },
          { name: "DRAIN_SECONDS", value: "60" },
          { name: "HEALTH_PATH", value: "/" },
          { name: "PORT", value: "8080" },
        ],
        dependsOn: [{ containerName: "flask", condition: "START" }],
        healthCheck: {
          command: ["CMD", "/companion/companion.sh", "ask"],
          interval: 35,
          timeout: 3,
          retries: 3,
          startPeriod: 30,
        },
        stopTimeout: 65,
      },
    ]);
    assert.equal(task.checkedContainer(nginx, "flask"), "companion");
    assert.equal(task.checkedContainer(config(), "flask"), "flask");
  });
});
