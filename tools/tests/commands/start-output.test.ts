import assert from "node:assert/strict";
import { commentary, notHealthy, summary } from "../../commands/start-output";
import { readTopology } from "../../local/topology";
import { fixture } from "../local/fixture";
import type { Rollout } from "../../local/ecs/scheduler";
import type { Task } from "../../local/ecs/task";

// eslint-disable-next-line no-control-regex -- that is what is looked for
const colour = /\u001b\[\d*m/g;

describe("what npm start prints", () => {
  const bare = (line: string) => line.replace(colour, "");
  const addresses = {
    port: 80,
    dnsPort: 53,
    tokens: [{ file: "t", authorizer: "a", scopes: [], path: "/x" }],
  };
  const table: [string, string | undefined, string | undefined, string, string][] = [
    ["the default stage", undefined, undefined, "http://localhost:80/", "http://localhost:80/x"],
    ["a stage with a name", "v1", undefined, "http://localhost:80/v1/", "http://localhost:80/v1/x"],
    [
      "a path of another stack's API",
      undefined,
      "https://api.example/pr",
      "http://localhost:80/pr/",
      "http://localhost:80/x",
    ],
  ];
  for (const [what, stage, url, root, token] of table) {
    it(`tells the address: ${what}`, () => {
      const lines = summary(readTopology(fixture({ stage })), { ...addresses, url }).map(bare);
      assert.equal(lines[1], `  ${root}`);
      assert.equal(lines[3], `  curl ${root}`);
      assert.ok(lines[4]?.includes(`)" ${token} `), lines[4]);
    });
  }

  it("tells why a service does not become healthy, and what mends it", () => {
    const rollout = { failures: 3, lastFailure: "its health check failed", advice: ["one\n  more", "two"] };
    assert.equal(
      notHealthy("web", rollout as unknown as Rollout),
      "The tasks of web do not become healthy: its health check failed (3 tasks).\n  one\n    more\n  two",
    );
  });

  const [service] = readTopology(fixture()).services;
  const task = { id: "0123456789abcdef", state: "STOPPED", reason: "it said \u001b[2J" } as Task;
  const lines: string[] = [];
  const events = commentary((line) => lines.push(line));
  // Colours are off where the tests run, or they are those of picocolors alone.
  const printed = () => lines.splice(0).map(bare);

  it("shows what a request, a task or its end would have the terminal do", () => {
    events.accessLog('{"agent":"\u009b2J\u007f"}');
    events.output(service!, task, "a\u001b]0;title\u0007\rb");
    events.trouble("\u001b[2J");
    events.progress("\u001b[2J");
    events.taskChanged(service!, task);
    const all = printed();
    // eslint-disable-next-line no-control-regex -- that is what is looked for
    for (const line of all) assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f]/);
    assert.equal(all[0], 'api  {"agent":"\\u009b2J\\u007f"}');
    assert.match(all[1] ?? "", /a\\u001b\]0;title\\u0007\\u000db$/);
  });

  it("leaves a task its colours, and ends them", () => {
    events.output(service!, task, "\u001b[31mred");
    assert.ok(lines.splice(0)[0]?.endsWith("\u001b[31mred\u001b[0m"));
  });
});
