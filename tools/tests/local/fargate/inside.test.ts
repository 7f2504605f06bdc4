import assert from "node:assert/strict";
import { commandPort, here, hereWords } from "../../../local/fargate/inside";

describe("what is said for the inside of a container", () => {
  const port = { container: 8000, local: 40123 };
  const table: [words: string[], here: string[]][] = [
    [
      ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"],
      ["uvicorn", "app:app", "--host", "127.0.0.1", "--port", "40123"],
    ],
    [
      ["gunicorn", "--bind", "0.0.0.0:8000", "app"],
      ["gunicorn", "--bind", "127.0.0.1:40123", "app"],
    ],
    [
      ["gunicorn", "-b", ":8000"],
      ["gunicorn", "-b", "127.0.0.1:40123"],
    ],
    [
      ["gunicorn", "--bind=:8000"],
      ["gunicorn", "--bind=127.0.0.1:40123"],
    ],
    [
      ["hypercorn", "--bind", "[::]:8000"],
      ["hypercorn", "--bind", "127.0.0.1:40123"],
    ],
    [
      ["fastapi", "run", "--port=8000"],
      ["fastapi", "run", "--port=40123"],
    ],
    [
      ["python3", "manage.py", "runserver", "0.0.0.0:8000"],
      ["python3", "manage.py", "runserver", "127.0.0.1:40123"],
    ],
    [
      ["/bin/sh", "-c", "exec uvicorn app:app  --host 0.0.0.0 --port 8000", "x"],
      ["/bin/sh", "-c", "exec uvicorn app:app  --host 127.0.0.1 --port 40123", "x"],
    ],
    [
      ["curl", "-f", "http://localhost:8000/health"],
      ["curl", "-f", "http://localhost:40123/health"],
    ],
    [
      ["python3", "-c", "get('http://127.0.0.1:8000')"],
      ["python3", "-c", "get('http://127.0.0.1:40123')"],
    ],
    // Numbers that say something else, and other ports.
    [
      ["gunicorn", "--max-requests", "8000"],
      ["gunicorn", "--max-requests", "8000"],
    ],
    [
      ["x", "http://localhost:80000", "10.0.0.0.0", ":80001"],
      ["x", "http://localhost:80000", "10.0.0.0.0", ":80001"],
    ],
    [
      ["statsd", "--port", "8125"],
      ["statsd", "--port", "8125"],
    ],
    [[], []],
  ];
  for (const [words, expected] of table)
    it(`is for this machine: ${words.join(" ")}`, () => assert.deepEqual(hereWords(words, port), expected));

  it("is the port that a command names", () => {
    const named: [words: string[], expected: number | undefined][] = [
      [["uvicorn", "main:app", "--port", "8000"], 8000],
      [["uvicorn", "main:app", "--port=8000"], 8000],
      [["gunicorn", "-b", "0.0.0.0:8000", "main:app"], 8000],
      [["gunicorn", "--bind=[::]:8000", "main:app"], 8000],
      [["http-server", "-p", "8000"], 8000],
      [["python", "manage.py", "runserver", "0.0.0.0:8000"], 8000],
      [["/bin/sh", "-c", "exec gunicorn -b :8000 main:app"], 8000],
      [["/bin/sh", "-c", "uvicorn main:app --port ${PORT:-8000}"], undefined],
      [["uvicorn", "main:app"], undefined],
      [["gunicorn", "--max-requests", "8000", "--config", "python:8000"], undefined],
      [["node", "-p", "1 + 1"], undefined],
      [["curl", "http://example.com:8000"], undefined],
      [[], undefined],
    ];
    for (const [words, expected] of named) assert.equal(commandPort(words), expected, words.join(" "));
  });

  it("is a path of the copy where that has something, alone or in a list", () => {
    const copy = { root: "/copy", files: new Map([["/app/src/a.py", "src/a.py"]]) };
    for (const [value, expected] of [
      ["/app/src/a.py", "/copy/app/src/a.py"],
      ["/app", "/copy/app"],
      ["/app/", "/copy/app/"],
      ["/app/src:/usr/lib:lib", "/copy/app/src:/usr/lib:lib"],
      ["/", "/"],
      ["/ap", "/ap"],
      ["http://host/app", "http://host/app"],
    ] as const)
      assert.equal(here(value, copy), expected);
  });
});
