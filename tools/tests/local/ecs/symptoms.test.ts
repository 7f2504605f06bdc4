import assert from "node:assert/strict";
import { diagnose, listensOnLoopback, ofDraining, type Symptoms } from "../../../local/ecs/symptoms";
import { probed } from "../fargate/probe";

const well: Symptoms = {
  service: "web",
  kind: "containers",
  port: 8000,
  configuredPort: 8000,
  user: "10001",
  readonlyRoot: true,
  command: [],
  companion: false,
  listeners: [{ port: 8000, loopback: false }],
  tail: [],
};
const ended = (code: number | undefined, ...tail: string[]): Partial<Symptoms> => ({
  exit: { code, reason: code === undefined ? (tail.pop() ?? "") : `it ended with code ${code}` },
  tail,
});
const failing = (command: string, code: number | undefined, output: string): Partial<Symptoms> => ({
  probe: probed(false, { command, code, output }),
});
const noCurl =
  "The image has no `curl`, so its health check can never succeed. Fix: check with what the image has, as with `python3 -c` or " +
  "`node -e`, install it in the Dockerfile, or leave healthCheck.command of services.web out: then the companion asks.";

describe("what is wrong with a task", () => {
  const table: [string, Partial<Symptoms>, string | undefined, "hopeless" | "perhaps"][] = [
    ["nothing", {}, undefined, "perhaps"],
    [
      "a shell without the program",
      failing("curl -f localhost", 127, "/bin/sh: 1: curl: not found"),
      noCurl,
      "hopeless",
    ],
    [
      "Docker without the program",
      failing(
        "curl -f localhost",
        127,
        'OCI runtime exec failed: exec: "curl": executable file not found in $PATH',
      ),
      noCurl,
      "hopeless",
    ],
    [
      "Podman without the program",
      failing(
        "curl",
        undefined,
        "crun: executable file `curl` not found in $PATH: No such file or directory: OCI runtime attempted",
      ),
      noCurl,
      "hopeless",
    ],
    ["no such program on this machine", failing("curl", undefined, "spawn curl ENOENT"), noCurl, "hopeless"],
    [
      "a check that lacks a module",
      failing("python3 check.py", 1, "Traceback …\nModuleNotFoundError: No module named 'requests'"),
      "The health check fails in itself: `ModuleNotFoundError: No module named 'requests'`. Fix: correct healthCheck.command of services.web.",
      "hopeless",
    ],
    [
      "an image without the program's own check",
      failing("python3 -m healthcheck", 1, "/usr/local/bin/python3: No module named healthcheck"),
      "The health check is the one of images that have a module `healthcheck`, as services.web names no other. Fix: `companion: true` " +
        "there, so that a second container asks, or healthCheck.command with what the image has.",
      "hopeless",
    ],
    [
      "a path that is not there",
      failing("curl -f localhost/health", 22, "curl: (22) The requested URL returned error: 404"),
      "It listens, and answers its health check with 404. Fix: name a path that answers: healthCheck.path of services.web.",
      "perhaps",
    ],
    [
      "an error, where the companion asks",
      { companion: true, ...failing("GET http://127.0.0.1:8000/", 1, "GET / is answered with HTTP/1.1 500") },
      "It listens, and answers its health check with 500. Below 500 is healthy. Fix: mend what it answers so, or name a path that " +
        "answers: `healthCheck: { path: /healthz }` below services.web.",
      "perhaps",
    ],
    [
      "the wrong port",
      { listeners: [{ port: 3000, loopback: false }], ...failing("curl", 7, "refused") },
      "Nothing listens on PORT=8000; it listens on 3000. Fix: let it listen on PORT, or write `port: 3000` below services.web.",
      "perhaps",
    ],
    [
      "no port",
      { listeners: [] },
      "Nothing listens on PORT=8000, or on any other port. Fix: let it listen on PORT, at 0.0.0.0.",
      "perhaps",
    ],
    ["what nobody can tell", { listeners: undefined }, undefined, "perhaps"],
    [
      "a fixed port, as a process",
      { kind: "processes", port: 41234, listeners: [{ port: 8000, loopback: true }] },
      "Nothing listens on PORT=41234; it listens on 8000. As a process each task has a port of its own, which PORT tells. Fix: read " +
        "PORT, or run it in a container: --tasks containers.",
      "perhaps",
    ],
    [
      "another port that its command names, as a process",
      {
        ...{
          kind: "processes",
          port: 41234,
          configuredPort: 8080,
          listeners: [{ port: 8000, loopback: true }],
        },
        command: ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"],
      },
      "Nothing listens on PORT=41234; it listens on 8000. Fix: write `port: 8000` below services.web, or read PORT.",
      "perhaps",
    ],
    [
      "a port that the task before it has, as a process",
      {
        ...{ kind: "processes", port: 41234, configuredPort: 8080, listeners: undefined },
        command: ["uvicorn", "main:app", "--port", "8000"],
        tail: [
          "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use",
        ],
      },
      "It wants a port that is in use, 8000. As a process each task has a port of its own, which PORT tells. Fix: write `port: 8000` " +
        "below services.web, or read PORT.",
      "perhaps",
    ],
    [
      "a port in use, of Node as a process",
      {
        kind: "processes",
        port: 41234,
        listeners: undefined,
        tail: ["Error: listen EADDRINUSE: address already in use :::3000"],
      },
      "It wants a port that is in use, 3000. As a process each task has a port of its own, which PORT tells. Fix: read PORT, or run it " +
        "in a container: --tasks containers.",
      "perhaps",
    ],
    [
      "another port, as a process",
      { kind: "processes", port: 41234, listeners: [{ port: 3000, loopback: true }] },
      "Nothing listens on PORT=41234; it listens on 3000. Fix: read PORT, or write `port: 3000` below services.web and run it in " +
        "a container: --tasks containers.",
      "perhaps",
    ],
    [
      "loopback, in a container",
      { listeners: [{ port: 8000, loopback: true }] },
      "It listens on 127.0.0.1:8000 alone. Its health check gets there and the VPC link does not: on AWS every request is answered " +
        "503. Fix: listen on 0.0.0.0.",
      "perhaps",
    ],
    [
      "loopback and another address",
      {
        listeners: [
          { port: 8000, loopback: true },
          { port: 8000, loopback: false },
        ],
      },
      undefined,
      "perhaps",
    ],
    [
      "loopback as it is told here, as a process",
      { kind: "processes", port: 41234, listeners: [{ port: 41234, loopback: true }] },
      undefined,
      "perhaps",
    ],
    [
      "loopback by its command, as a process",
      {
        kind: "processes",
        port: 41234,
        listeners: [{ port: 41234, loopback: true }],
        command: ["/bin/sh", "-c", "uvicorn main:app --port $PORT"],
      },
      "It listens on 127.0.0.1:8000 alone. Its health check gets there and the VPC link does not: on AWS every request is answered " +
        "503. Fix: listen on 0.0.0.0, as with `--host 0.0.0.0`.",
      "perhaps",
    ],
    [
      "a module of the application",
      ended(1, "Traceback", "ModuleNotFoundError: No module named 'fastapi'"),
      "`ModuleNotFoundError: No module named 'fastapi'`: the image lacks it. Fix: add it to what the Dockerfile installs or copies, or " +
        "correct the name.",
      "hopeless",
    ],
    [
      "a module of Node",
      ended(1, "Error: Cannot find module 'express'"),
      "`Error: Cannot find module 'express'`: the image lacks it. Fix: add it to what the Dockerfile installs or copies, or correct the name.",
      "hopeless",
    ],
    [
      "code that Python refuses to read",
      ended(
        1,
        '  File "/code/main.py", line 35',
        "    type Room = int",
        "         ^^^^",
        "SyntaxError: invalid syntax",
      ),
      "`SyntaxError: invalid syntax` in main.py, line 35: it can never start so. Fix: correct it.",
      "hopeless",
    ],
    [
      "code that this machine's Python refuses to read, and the image's may not",
      {
        ...ended(1, '  File "/copy/code/main.py", line 35', "SyntaxError: invalid syntax"),
        kind: "processes",
        versions: { image: "Python 3.12", here: "Python 3.11" },
      },
      "`SyntaxError: invalid syntax` in main.py, line 35: it can never start so. Fix: correct it. Its image has Python 3.12, and as a " +
        "process it runs by Python 3.11: --tasks containers runs it by the image's.",
      "hopeless",
    ],
    [
      "a name that this machine's Python does not have yet",
      {
        ...ended(1, "ImportError: cannot import name 'override' from 'typing'"),
        kind: "processes",
        versions: { image: "Python 3.12", here: "Python 3.11" },
      },
      "`ImportError: cannot import name 'override' from 'typing'`: the image lacks it. Fix: add it to what the Dockerfile installs or " +
        "copies, or correct the name. Its image has Python 3.12, and as a process it runs by Python 3.11: --tasks containers runs it by " +
        "the image's.",
      "hopeless",
    ],
    [
      "code that Node refuses to read",
      ended(1, "file:///app/server.js:3", "const x = = 3;", "", "SyntaxError: Unexpected token '='"),
      "`SyntaxError: Unexpected token '='` in server.js, line 3: it can never start so. Fix: correct it.",
      "hopeless",
    ],
    [
      "data that is no JSON, which may be another the next time",
      ended(
        1,
        "undefined:1",
        "SyntaxError: Unexpected token u in JSON at position 0",
        "    at JSON.parse (<anonymous>)",
      ),
      undefined,
      "perhaps",
    ],
    [
      "text that Python evaluates",
      ended(1, '  File "<unknown>", line 1', "SyntaxError: invalid syntax"),
      undefined,
      "perhaps",
    ],
    [
      "the command",
      ended(127, "/bin/sh: 1: uvicorn: not found"),
      "What it is started with is not in the image. Fix: correct CMD in the Dockerfile, or `command` below services.web.",
      "hopeless",
    ],
    [
      "the command, by the engine",
      ended(undefined, 'exec: "uvicorn": executable file not found in $PATH: unknown'),
      "What it is started with is not in the image. Fix: correct CMD in the Dockerfile, or `command` below services.web.",
      "hopeless",
    ],
    [
      "another processor",
      ended(255, "exec /usr/local/bin/python3: exec format error"),
      "The image is for another processor than this task's. Fix: build it for the service's `architecture`.",
      "hopeless",
    ],
    [
      "a read-only folder",
      ended(1, "OSError: [Errno 30] Read-only file system: '/app/data/cache.db'"),
      "It writes to /app/data, and its root file system is read-only but for /tmp. Fix: `writable: [/app/data]` below services.web, or " +
        "let it write to /tmp.",
      "hopeless",
    ],
    [
      "a file of root's",
      ended(1, "PermissionError: [Errno 13] Permission denied: '/app/main.py'"),
      "It runs as user 10001, whatever its image says, and may not use /app/main.py. Fix: give it to that user in the Dockerfile " +
        '(`COPY --chown=10001:10001`, `RUN chown`), or name the image\'s user: `user: "…"` below services.web.',
      "hopeless",
    ],
    [
      "a port of root's",
      {
        ...ended(1, "nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)"),
        port: 80,
        configuredPort: 80,
      },
      "Only root may listen on port 80, and it runs as user 10001. Fix: `port: 8080` below services.web, and let it listen on PORT.",
      "hopeless",
    ],
    [
      "a server in the background",
      ended(0),
      "It ended without an error, and a task lives as long as its first process. Fix: run the server in the foreground, as the last command of CMD.",
      "perhaps",
    ],
    ["an error of its own", ended(1, "KeyError: 'DATABASE_URL'"), undefined, "perhaps"],
  ];
  for (const [what, symptoms, says, hope] of table) {
    it(`${what}: ${hope}`, () => {
      const [first, ...more] = diagnose({ ...well, ...symptoms });
      assert.deepEqual([first?.says, first?.hopeless ?? false, more], [says, hope === "hopeless", []]);
    });
  }
});

describe("a command that listens on this machine alone", () => {
  const table: [string, boolean][] = [
    ["uvicorn main:app", true],
    ["python -m uvicorn main:app --port 8000", true],
    ["uvicorn main:app --host 0.0.0.0", false],
    ["uvicorn main:app --host=0.0.0.0", false],
    ["uvicorn main:app --host 127.0.0.1", true],
    ["flask run -h 0.0.0.0", false],
    ["flask run", true],
    ["fastapi dev main.py", true],
    ["fastapi run main.py", false],
    ["gunicorn -b 127.0.0.1:8000 main:app", true],
    ["gunicorn --bind localhost:8000 main:app", true],
    ["gunicorn main:app", false],
    ["node server.js", false],
  ];
  for (const [command, expected] of table) {
    it(`${command}: ${expected}`, () => assert.equal(listensOnLoopback(command.split(" ")), expected));
  }
});

describe("a drain", () => {
  const table: [drain: number, served: number, said: RegExp | undefined][] = [
    [0, 0, undefined],
    [60, 60, undefined],
    [60, 59, undefined],
    [60, 0.1, /^It ended at once after SIGTERM: .* DRAIN_SECONDS is 60\./],
    [60, 20, /^It ended 20 s after SIGTERM: /],
  ];
  for (const [drain, served, said] of table) {
    it(`of ${drain} s that took ${served} s`, () => {
      const says = ofDraining(drain, served);
      if (said) assert.match(says ?? "", said);
      else assert.equal(says, undefined);
    });
  }
});
