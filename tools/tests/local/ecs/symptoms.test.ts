import type { Symptoms } from "../../../local/ecs/symptoms";
import { probed } from "../fargate/probe";
import { type Case, testEach } from "./diagnosed";

const failing = (command: string, code: number | undefined, output: string): Partial<Symptoms> => ({
  probe: probed(false, { command, code, output }),
});
const noCurl =
  "The image has no `curl`, so its health check can never succeed. Fix: check with what the image has, as with `python3 -c` or " +
  "`node -e`, install it in the Dockerfile, or leave healthCheck.command of services.web out: then the companion asks.";

describe("what is wrong with a task", () => {
  const table: Case[] = [
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
  ];
  testEach(table);
});
