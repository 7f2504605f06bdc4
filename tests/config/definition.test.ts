import assert from "node:assert/strict";
import { problemsOf, run } from "../support/stack";

const image = `000000000000.dkr.ecr.eu-west-2.amazonaws.com/x@sha256:${"0".repeat(64)}`;
const sidecar = { image };
const command = ["a"];

describe("a task definition that Amazon ECS would refuse", () => {
  it("has two containers of one name: a job's and what it has of its service, or the companion's", async () => {
    const flask = { build: "./app", sidecars: { collector: sidecar } };
    await run({ services: { flask }, jobs: { collect: { service: "flask", command } } });
    await run({ services: { flask }, jobs: { collector: { service: "flask", command, sidecars: {} } } });
    assert.deepEqual(
      await problemsOf({
        services: { flask },
        jobs: { collector: { service: "flask", command }, "companion-folders": { image } },
      }),
      [
        "jobs.collector: two containers of its task are called collector. Allowed: another name than collector. Fix: rename it: its own container has its name.",
        "jobs.companion-folders: two containers of its task are called companion-folders. Allowed: another name than companion-folders. Fix: rename it: its own container has its name.",
      ],
    );
  });

  it("has two volumes of one name, or one with a name that is too long", async () => {
    const long = "/" + "a".repeat(256);
    await run({ services: { flask: { build: "./app", writable: [long.slice(0, -1)] } } });
    assert.deepEqual(
      await problemsOf({
        services: {
          flask: { build: "./app", writable: ["/sidecar-x-tmp"], sidecars: { x: sidecar } },
          other: { build: "./app", routes: [], writable: [long] },
        },
      }),
      [
        "services.flask.writable: two volumes of its task are called sidecar-x-tmp. Allowed: no folder whose volume is called as tmp, sidecar-x-tmp. Fix: make the folder above it writable, or rename it.",
        "services.other.writable: the volume aaaaaaaaaaaaaaaaaaaa… has a name of 256 characters. Allowed: 255: it is called as the folder. Fix: make a folder above it writable.",
      ],
    );
  });

  it("has more than ten containers, the companion's and what runs before among them", async () => {
    const sidecars = (count: number): object =>
      Object.fromEntries([..."abcdefghij"].slice(0, count).map((name) => [name, sidecar]));
    await run({ services: { flask: { image, before: command, sidecars: sidecars(6) } } });
    assert.deepEqual(
      await problemsOf({ services: { flask: { image, before: command, sidecars: sidecars(7) } } }),
      [
        "services.flask.sidecars: its task has 11 containers: flask, flask-before, a, b, c, d, e, f, g, companion-folders, companion. Allowed: 10. Fix: let fewer sidecars run beside it.",
      ],
    );
  });
});

describe("what a container would not start with", () => {
  it("is an empty folder in the system's place", async () => {
    await run({
      services: { flask: { build: "./app", writable: ["/dev/shm", "/etc/nginx/conf.d", "/usr/share/x"] } },
    });
    const allowed =
      "Allowed: no folder of the system: an empty one in its place leaves nothing to run with. Fix: name the one that the application writes to.";
    assert.deepEqual(
      await problemsOf({
        services: { flask: { build: "./app", writable: ["/proc/x", "/etc"] } },
        jobs: { seed: { service: "flask", command, writable: ["/usr"] } },
      }),
      [
        `services.flask.writable.0: got "/proc/x". ${allowed}`,
        `services.flask.writable.1: got "/etc". ${allowed}`,
        `jobs.seed.writable.0: got "/usr". ${allowed}`,
      ],
    );
  });

  it("is what a service may not have and a sidecar has", async () => {
    const bad = {
      image: "not an image!",
      environment: { A: "" },
      user: "a b",
      healthCheck: { command: ["curl", "localhost"] },
    };
    const lines = (at: string): string[] => [
      `${at}.sidecars.x.image: got "not an image!". Allowed: an image reference, best with a digest. Fix: use an allowed value.`,
      `${at}.sidecars.x.environment.A: got "". Allowed: name of letters, digits and _ . - → text that is not empty: Amazon ECS drops a variable without a value. Fix: use an allowed value.`,
      `${at}.sidecars.x.healthCheck.command: got ["curl","localhost"]. Allowed: ["CMD", program, …] or ["CMD-SHELL", line]. Fix: use an allowed value.`,
      `${at}.sidecars.x.user: got "a b". Allowed: user or user:group, by number or name, in quotes: "10001". Fix: use an allowed value.`,
    ];
    assert.deepEqual(
      await problemsOf({
        network: { egress: "nat" },
        services: { flask: { build: "./app", sidecars: { x: bad } } },
        jobs: { seed: { service: "flask", command, sidecars: { x: bad } } },
      }),
      [...lines("services.flask"), ...lines("jobs.seed")],
    );
  });

  it("is a secret of another partition or Region, a job's sidecars' as well", async () => {
    const secret = (partition: string, region: string): string =>
      `arn:${partition}:secretsmanager:${region}:000000000000:secret:db-AbCdEf`;
    const lines = await problemsOf({
      network: { egress: "nat" },
      services: { flask: { build: "./app" } },
      jobs: {
        seed: {
          service: "flask",
          command,
          sidecars: { x: { image, secrets: { A: secret("aws-cn", "cn-north-1") } } },
        },
        other: { image: "registry.example.com/x:1", imageCredentials: secret("aws-cn", "cn-north-1") },
      },
    });
    assert.deepEqual(
      lines.map((line) => line.split(": ")[0]),
      ["jobs.seed.sidecars.x.secrets.A", "jobs.other.imageCredentials"],
    );
  });
});
