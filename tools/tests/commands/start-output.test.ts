import assert from "node:assert/strict";
import { commentary } from "../../commands/start-output";
import { readTopology } from "../../local/topology";
import { fixture } from "../local/fixture";
import type { Task } from "../../local/ecs/task";

describe("what npm start prints", () => {
  const [service] = readTopology(fixture()).services;
  const task = { id: "0123456789abcdef", state: "STOPPED", reason: "it said \u001b[2J" } as Task;
  const lines: string[] = [];
  const events = commentary((line) => lines.push(line));
  // Colours are off where the tests run, or they are those of picocolors alone.
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  const printed = () => lines.splice(0).map((line) => line.replace(/\u001b\[\d*m/g, ""));

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
