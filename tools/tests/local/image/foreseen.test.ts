import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withReferences } from "../../../../simulate/deployment";
import { simulate } from "../../../../simulate/program";
import { projectFolder, toConfig } from "../../../../simulate/stack";
import { foreseen } from "../../../local/image/foreseen";
import { readTopology } from "../../../local/topology";

describe("what an image that is built here is known to lack", () => {
  let project: string;
  before(() => (project = mkdtempSync(join(tmpdir(), "foreseen-"))));
  after(() => rmSync(project, { recursive: true, force: true }));

  /** Of a service whose folder is the example's, with a Dockerfile that is changed, or another's text. */
  const says = async (
    service: object,
    change: (dockerfile: string) => string = (same) => same,
    example = "examples/fastapi",
    rare = false,
  ): Promise<string[]> => {
    const services = { web: { build: `./${example}`, ...service } };
    const recorded = await simulate({ config: toConfig({ "aws:region": "eu-west-2", services }) });
    const { services: views } = readTopology({ ...recorded, resources: withReferences(recorded) });
    cpSync(join(projectFolder, example), join(project, example), {
      recursive: true,
      filter: (file) => !file.endsWith("/.venv"),
    });
    const dockerfile = join(project, example, "Dockerfile");
    writeFileSync(dockerfile, change(readFileSync(join(projectFolder, example, "Dockerfile"), "utf8")));
    return views
      .flatMap((view) => foreseen(view, project))
      .filter((line) => rare || !/ though rarely\. /.test(line));
  };
  const well = { port: 8000, companion: true };
  const own = { port: 8000, companion: false, healthCheck: { command: ["CMD", "true"] } };

  it("is nothing of those that are right", async () => {
    assert.deepEqual(await says(well), []);
    assert.deepEqual(await says({}, undefined, "app"), []);
    assert.deepEqual(await says({ companion: true }, undefined, "app"), []);
    assert.deepEqual(await says({ port: 8123 }, undefined, "examples/echo"), []);
    assert.deepEqual(await says({ port: 8080, companion: true }, undefined, "examples/go"), []);
  });

  it("is its health check", async () => {
    const none = [
      "web has the health check `python3 -m healthcheck`, and its Dockerfile copies no such module: unless its base brings one, it " +
        "never becomes healthy. Set companion: true, so that a second container asks, or healthCheck.command to what the image has.",
    ];
    const drains = (text: string): string => text.replace('["uvicorn", "main:app"', '["python3", "main.py"');
    assert.deepEqual(await says({ port: 8000 }, drains), none);
    assert.deepEqual(await says(own, drains), []);
  });

  it("is the port that it is started on", async () => {
    const wrong = (own: number, port: number): string[] => [
      `web is started on port ${own}, and requests and health checks go to ${port}: it never becomes healthy. Set port: ${own}.`,
    ];
    assert.deepEqual(await says({ ...well, port: 8080 }), wrong(8000, 8080));
    const inShell = (text: string): string =>
      text.replace(/^CMD .*$/m, "CMD exec gunicorn -b :9000 main:app");
    assert.deepEqual(await says(well, inShell), wrong(9000, 8000));
    const variable = (text: string): string => text.replace(/^CMD .*$/m, "CMD gunicorn -b :$PORT main:app");
    assert.deepEqual(await says({ ...well, port: 8080 }, variable), []);
    const command = ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8080"];
    assert.deepEqual(await says({ ...well, port: 8080, command }), []);
  });

  it("is that it listens on its own machine alone", async () => {
    const alone = (option: string): string[] => [
      "web is started so that it listens on 127.0.0.1 alone. Its health check gets there and the VPC link does not: on AWS every " +
        `request is answered 503. Let it listen on 0.0.0.0${option}.`,
    ];
    const started = (command: string) => (text: string) => text.replace(/^CMD .*$/m, command);
    for (const [command, option] of [
      ['CMD ["uvicorn", "main:app", "--port", "8000"]', ", as with `--host 0.0.0.0`"],
      ["CMD uvicorn main:app --host 127.0.0.1 --port $PORT", ", as with `--host 0.0.0.0`"],
      ["CMD python -m hypercorn main:app", ", as with `--bind 0.0.0.0:8000`"],
      ["CMD exec daphne main:app -p 8000", ", as with `-b 0.0.0.0`"],
      ["CMD gunicorn -b 127.0.0.1:8000 main:app", ""],
    ] as const)
      assert.deepEqual(await says(well, started(command)), alone(option), command);
    const toldOtherwise = (text: string): string =>
      text.replace(/^CMD .*$/m, 'ENV UVICORN_HOST=0.0.0.0\nCMD ["uvicorn", "main:app"]');
    assert.deepEqual(await says(well, toldOtherwise), []);
    const environment = { UVICORN_HOST: "0.0.0.0" };
    assert.deepEqual(await says({ ...well, environment }, started("CMD uvicorn main:app")), []);
    // gunicorn listens where PORT says, for everybody, whatever its workers are.
    assert.deepEqual(await says(well, started("CMD gunicorn -k uvicorn.workers.UvicornWorker main:app")), []);
  });

  it("is that it closes idle connections sooner than the gateway", async () => {
    const rarely = async (command: string, service: object = {}): Promise<string[]> => {
      const change = (text: string): string => text.replace(/^CMD .*$/m, command);
      return says({ ...well, ...service }, change, "examples/fastapi", true);
    };
    const told = (server: string, option: string): string[] => [
      `web can lose requests, though rarely. ${server} closes a connection after a few seconds without a request, and the ` +
        `gateway may send one into it just then. Start it with ${option}.`,
    ];
    const to = "--host 0.0.0.0 --port 8000";
    assert.deepEqual(await rarely(`CMD uvicorn main:app ${to}`), told("uvicorn", "--timeout-keep-alive 75"));
    assert.deepEqual(await rarely(`CMD uvicorn main:app ${to} --timeout-keep-alive 75`), []);
    assert.deepEqual(
      await rarely(`CMD uvicorn main:app ${to}`, { environment: { UVICORN_TIMEOUT_KEEP_ALIVE: "75" } }),
      [],
    );
    assert.deepEqual(
      await rarely("CMD python -m hypercorn main:app --bind 0.0.0.0:8000"),
      told("hypercorn", "--keep-alive 75"),
    );
    const gunicorn = "CMD gunicorn -b 0.0.0.0:8000 main:app";
    assert.deepEqual(await rarely(`${gunicorn} --threads 8`), told("gunicorn", "--keep-alive 75"));
    assert.deepEqual(await rarely(`${gunicorn} -k gthread --keep-alive 75`), []);
    assert.deepEqual(await rarely(`${gunicorn} -k gthread -c conf.py`), []);
    // Its sync workers close each connection, and say so.
    assert.deepEqual(await rarely(gunicorn), []);
    assert.deepEqual(await rarely("CMD node server.js"), []);
    // As the example comes.
    assert.deepEqual(await says(well, undefined, "examples/fastapi", true), []);
  });

  it("is a drain, of servers that have none", async () => {
    const lost = (server: string): string[] => [
      `web can lose requests. ${server} ends as soon as it is sent SIGTERM, while the gateway still sends some to it. Set ` +
        "companion: true, which holds SIGTERM back.",
    ];
    assert.deepEqual(await says(own), lost("uvicorn"));
    for (const [command, server] of [
      ["CMD exec uvicorn main:app --host 0.0.0.0 --port 8000", "uvicorn"],
      ["CMD python -m hypercorn main:app --bind 0.0.0.0:8000", "hypercorn"],
      ['CMD ["/venv/bin/fastapi", "run", "main.py", "--port", "8000"]', "fastapi run"],
    ] as const)
      assert.deepEqual(await says(own, (text) => text.replace(/^CMD .*$/m, command)), lost(server), command);
    // What is its own program may have one, and gunicorn by its configuration.
    for (const command of ["CMD python3 main.py", 'CMD ["gunicorn", "main:app"]', "CMD node server.js"])
      assert.deepEqual(await says(own, (text) => text.replace(/^CMD .*$/m, command)), [], command);
    assert.deepEqual(await says({ ...own, drainSeconds: 0 }), []);
  });

  it("is a user without rights", async () => {
    const root = (text: string): string => text.replace(/^USER .*$/m, "");
    const rights = (user: string, writes = ", and may write to /tmp alone"): string[] => [
      `web runs as user ${user} on AWS${writes}, and its Dockerfile is root's: what it does as root fails there. Write ` +
        `\`USER ${user}\` at the end of its Dockerfile, and try it with --tasks containers.`,
    ];
    assert.deepEqual(await says(well, root), rights("10001"));
    assert.deepEqual(await says(well, (text) => text.replace(/^USER .*$/m, "USER root")), rights("10001"));
    assert.deepEqual(await says({ ...well, readOnlyRoot: false, user: "7:7" }, root), rights("7:7", ""));
    assert.deepEqual(await says({ ...well, user: "0" }, root), []);
    assert.deepEqual(await says(well, (text) => text.replace(/^USER .*$/m, "ARG WHO=app\nUSER $WHO")), []);
  });

  it("is the right to a port of root's", async () => {
    const denied = [
      "web listens on port 80 as user 10001: ports below 1024 are root's, and it never becomes healthy unless its program has the " +
        'file capability cap_net_bind_service. Set port to one above that the image listens on, or user to "0".',
    ];
    const at80 = (text: string): string => text.replaceAll("8000", "80");
    const able = (text: string): string =>
      at80(text).replace(/^USER/m, "RUN setcap cap_net_bind_service=+ep /usr/local/bin/python3.13\nUSER");
    for (const service of [{ companion: true }, { ...own, drainSeconds: 0, port: 80 }]) {
      assert.deepEqual(await says({ ...service, port: 80 }, at80), denied);
      assert.deepEqual(await says({ ...service, port: 80 }, able), []);
    }
    // Said in a comment is not done.
    const said = (text: string): string =>
      at80(text).replace(/^USER/m, "# RUN setcap cap_net_bind_service\nUSER");
    assert.deepEqual(await says({ companion: true, port: 80 }, said), denied);
  });

  it("is nothing of a Dockerfile that cannot be read, of which the build tells", async () => {
    const [warned] = await says({ ...well, build: { context: "./examples/fastapi", target: "none" } }).catch(
      (error: Error) => [error.message],
    );
    assert.equal(warned, undefined);
  });
});
