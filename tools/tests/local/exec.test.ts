import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { projectFolder, toConfig } from "../../../simulate/stack";
import { execLocally, type LocalTarget, type Terminal } from "../../exec/local";
import { label, projectLabel } from "../../local/fargate/labels";
import type { Engine } from "../../local/fargate/engine";
import { readTopology } from "../../local/topology";
import { changed, fixture, types } from "./fixture";

interface Running {
  container: string;
  task?: string;
  created?: number;
  project?: string;
}

/** An engine that runs these containers of the service flask of the stack dev, in which every command prints and ends so. */
class FakeEngine {
  readonly execs: [id: string, options: Record<string, unknown>][] = [];
  constructor(
    private readonly running: Running[],
    private readonly ends: { prints?: string; code?: number; refuses?: string } = {},
  ) {}

  readonly find = (): Promise<Engine> =>
    Promise.resolve({
      docker: {
        modem: {
          demuxStream: (from: PassThrough, to: PassThrough) => from.on("data", (data) => to.write(data)),
        },
        listContainers: ({ filters }: { filters: { label: string[] } }) =>
          Promise.resolve(
            this.running
              .map(({ container, task = "0a", created = 0, project = projectLabel(projectFolder) }, i) => ({
                Id: String(i),
                Created: created,
                Labels: {
                  [label.project]: project,
                  [label.cluster]: "arn:aws:ecs:eu-west-2:000000000000:cluster/flask-app-fargate-dev",
                  [label.service]: "flask",
                  [label.task]: task,
                  [label.container]: container,
                },
              }))
              .filter(({ Labels }) =>
                filters.label.every((wanted) => {
                  const [key, value] = wanted.split("=") as [string, string];
                  return Labels[key] === value;
                }),
              ),
          ),
        getContainer: (id: string) => ({
          exec: (options: Record<string, unknown>) => {
            this.execs.push([id, options]);
            const { prints = "", code = 0, refuses } = this.ends;
            return Promise.resolve({
              start: () => {
                if (refuses !== undefined) return Promise.reject(new Error(refuses));
                const stream = new PassThrough();
                setImmediate(() => stream.end(prints));
                return Promise.resolve(stream);
              },
              inspect: () => Promise.resolve({ ExitCode: code }),
            });
          },
        }),
      },
    } as unknown as Engine);
}

const values = (more: object = {}): object => ({
  "aws:region": "eu-west-2",
  services: { flask: { build: "./app", exec: true, companion: true, ...more } },
});

async function enter(
  engine: FakeEngine | (() => Promise<Engine>),
  target: Partial<LocalTarget> = {},
  config: object = values(),
): Promise<{ code: number; seen: string }> {
  const stdout = new PassThrough();
  const asked = { stack: "dev", service: "flask", container: undefined, task: undefined };
  const code = await execLocally(
    { ...asked, command: ["/bin/sh"], ...target },
    { stdin: new PassThrough(), stdout } as unknown as Terminal,
    {
      config: toConfig(config as Record<string, unknown>),
      engine: engine instanceof FakeEngine ? engine.find : engine,
    },
  );
  return { code, seen: String(stdout.read() ?? "") };
}

describe("npm run exec -- --local", () => {
  it("stands in for what the local stack says it does not model", () => {
    const open = readTopology(changed(fixture(), types.service, { enableExecuteCommand: true }));
    const closed = readTopology(fixture());
    assert.deepEqual(
      [open, closed].map(({ services }) => services[0]?.exec),
      [true, false],
    );
    const note =
      "the agent of ECS Exec, its rights and the log of sessions: npm run exec -- --local enters by the engine";
    assert.deepEqual(
      open.notModelled
        .filter((each) => !closed.notModelled.includes(each))
        .map((each) => each.split(": ").slice(1).join(": ")),
      [note],
    );
  });

  it("runs the command in the youngest container of the application, as root, and ends with its code", async () => {
    const engine = new FakeEngine(
      [
        { container: "flask", created: 1 },
        { container: "flask", created: 3 },
        { container: "companion", created: 4 },
        { container: "flask", created: 5, project: "another checkout's" },
      ],
      { prints: "uid=0\n", code: 7 },
    );
    assert.deepEqual(await enter(engine, { command: ["id"] }), { code: 7, seen: "uid=0\n" });
    assert.deepEqual(engine.execs, [
      [
        "1",
        {
          ...{ Cmd: ["id"], AttachStdin: true, AttachStdout: true, AttachStderr: true },
          ...{ Tty: false, User: "0" },
        },
      ],
    ]);
  });

  it("takes the container and the task that are named", async () => {
    const engine = new FakeEngine([
      { container: "companion", task: "0a0a", created: 1 },
      { container: "companion", task: "0b0b", created: 2 },
    ]);
    await enter(engine, { container: "companion", task: "0a" });
    assert.deepEqual(
      engine.execs.map(([id]) => id),
      ["0"],
    );
  });

  const running = [{ container: "flask" }];
  const noShell =
    "The image has no /bin/sh; distroless images have no shell at all. Fix: name a program that it has, after --.";
  const refused: [
    what: string,
    engine: FakeEngine | (() => Promise<Engine>),
    message: RegExp | string,
    object?,
  ][] = [
    [
      "where nothing runs",
      new FakeEngine([]),
      "No container flask of flask runs here. Fix: npm start -- --stack dev --tasks containers, in another terminal. Tasks that run " +
        "as processes have no container to enter.",
    ],
    [
      "without an engine, and so where tasks run as processes",
      () => Promise.reject(new Error("no Docker engine answers at the usual socket: refused")),
      "No container can be entered: no Docker engine answers at the usual socket: refused. Tasks that run as processes have none: " +
        "they run on this machine as any other process.",
    ],
    [
      "where AWS would refuse: the service has no exec",
      new FakeEngine(running),
      "The service flask has no ECS Exec: AWS would refuse the session. Fix: set exec: true at it in Pulumi.dev.yaml, and start anew.",
      values({ exec: false }),
    ],
    [
      "for an image without a shell, where the engine says so at once",
      new FakeEngine(running, {
        refuses: 'exec: "/bin/sh": executable file not found in $PATH: unknown',
      }),
      noShell,
    ],
    [
      "for an image without a shell, where the engine says so on the stream",
      new FakeEngine(running, {
        prints:
          'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory',
        code: 127,
      }),
      noShell,
    ],
  ];
  for (const [what, engine, message, config] of refused)
    it(`says why it opens nothing ${what}`, () => assert.rejects(enter(engine, {}, config), { message }));

  it("names what there is instead of what there is not", async () => {
    const engine = new FakeEngine(running);
    await assert.rejects(enter(engine, { service: "web" }), {
      message: "The stack dev has no service web. Allowed: flask.",
    });
    await assert.rejects(enter(engine, { container: "nginx" }), {
      message: "The tasks of flask have no container nginx. Allowed: flask, companion.",
    });
  });

  it("takes a command's own 127 for what it is", async () => {
    const engine = new FakeEngine(running, { prints: "sh: x: no such file or directory", code: 127 });
    assert.equal((await enter(engine)).code, 127);
  });
});
