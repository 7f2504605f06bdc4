import assert from "node:assert/strict";
import { listensOnLoopback } from "../../../local/ecs/symptoms";

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
