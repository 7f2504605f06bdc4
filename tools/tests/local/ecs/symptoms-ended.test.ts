import type { Symptoms } from "../../../local/ecs/symptoms";
import { type Case, testEach } from "./diagnosed";

const ended = (code: number | undefined, ...tail: string[]): Partial<Symptoms> => ({
  exit: { code, reason: code === undefined ? (tail.pop() ?? "") : `it ended with code ${code}` },
  tail,
});

describe("what is wrong with a task", () => {
  const table: Case[] = [
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
  testEach(table);
});
