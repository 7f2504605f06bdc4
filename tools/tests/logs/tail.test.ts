import assert from "node:assert/strict";
import fc from "fast-check";
import type { Aws } from "../../aws/cli";
import type { LogEvent } from "../../aws/shapes";
import type { LogSource } from "../../logs/line";
import { type Reading, Tail } from "../../logs/tail";
import { denied, throttled } from "../status/recorded";

const source = (group: string): LogSource => ({
  ...{ group, kind: "application", service: "flask", routes: new Map(), pattern: undefined },
});
const minute = 60_000;
const start = Date.parse("2026-11-26T17:00:00Z");

/** A log group that takes events at one time and shows them at another, and answers as FilterLogEvents does, page by page. */
class Group {
  now = start;
  private readonly events: (LogEvent & { at: number; seenFrom: number })[] = [];
  readonly asked: string[][] = [];
  refuse: string | undefined;

  put(id: string, at: number, lateMilliseconds = 0): void {
    this.events.push({ ...{ eventId: id, at, seenFrom: this.now + lateMilliseconds }, message: id });
  }

  readonly aws: Aws = (args) => {
    this.asked.push([...args]);
    const option = (name: string): string | undefined =>
      args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
    if (this.refuse !== undefined) return Promise.reject(new Error(this.refuse));
    if (option("--log-group-name") === "gone") return Promise.resolve(undefined);
    const from = Number(option("--start-time"));
    const most = Number(option("--max-items"));
    const skip = Number(option("--starting-token") ?? 0);
    const found = this.events
      .filter(({ at, seenFrom }) => at >= from && seenFrom <= this.now)
      .sort((a, b) => a.at - b.at)
      .slice(skip);
    return Promise.resolve({
      events: found.slice(0, most).map(({ eventId, message, at, seenFrom }) => ({
        ...{ eventId, message, timestamp: at, ingestionTime: seenFrom, logStreamName: "flask/flask/abc" },
      })),
      ...(found.length > most && { NextToken: String(skip + most) }),
    });
  };
}

const tailOf = (group: Group, sources = [source("g")]): Tail =>
  new Tail(group.aws, sources, { since: start, limits: { each: 10_000, atOnce: 4 } });
const ids = ({ lines }: Reading): string[] => lines.map(({ id }) => id);

describe("following a log", () => {
  it("tells each line once, in order, though it is read again", async () => {
    const group = new Group();
    const tail = tailOf(group);
    group.put("b", start + 2);
    group.put("a", start + 1);
    assert.deepEqual(ids(await tail.read()), ["a", "b"]);
    group.put("c", start + 3);
    assert.deepEqual(ids(await tail.read()), ["c"]);
    assert.deepEqual(ids(await tail.read()), []);
  });

  it("tells what comes late, within a minute at once and within five in a while", async () => {
    const group = new Group();
    const tail = tailOf(group);
    group.put("newest", start + 10 * minute);
    await tail.read();
    group.put("late", start + 10 * minute - 50_000);
    assert.deepEqual(ids(await tail.read()), ["late"]);
    group.put("later", start + 10 * minute - 4 * minute);
    const told: string[] = [];
    for (let i = 0; i < 10; i += 1) told.push(...ids(await tail.read()));
    assert.deepEqual(told, ["later"]);
  });

  it("is not led astray by an application whose clock is ahead", async () => {
    const group = new Group();
    const tail = tailOf(group);
    group.put("ahead", start + 90 * minute);
    await tail.read();
    group.now += minute;
    group.put("now", group.now);
    assert.deepEqual(ids(await tail.read()), ["now"]);
  });

  it("reads every page, and what one reading does not take in the next", async () => {
    const group = new Group();
    const tail = tailOf(group);
    for (let i = 0; i < 50_010; i += 1) group.put(String(i).padStart(6, "0"), start + i);
    const first = await tail.read();
    assert.deepEqual([first.lines.length, first.cut.length], [50_000, 1]);
    const second = await tail.read();
    assert.deepEqual([second.lines.length, second.cut.length], [10, 0]);
    assert.equal(group.asked.filter((args) => args.includes("--starting-token")).length, 9);
  });

  it("goes on where it was after a refusal, and loses nothing", async () => {
    const group = new Group();
    const tail = tailOf(group);
    group.put("a", start);
    await tail.read();
    group.refuse = throttled;
    const { lines, refused } = await tail.read();
    assert.deepEqual([lines.length, refused[0]?.because, refused[0]?.needs], [0, throttled, undefined]);
    group.put("b", start + 1);
    group.refuse = undefined;
    assert.deepEqual(ids(await tail.read()), ["b"]);
  });

  it("names the action that is needed, and groups that are not there", async () => {
    const group = new Group();
    group.refuse = denied("logs:FilterLogEvents", "FilterLogEvents");
    assert.equal((await tailOf(group).read()).refused[0]?.needs, "logs:FilterLogEvents");
    group.refuse = undefined;
    assert.deepEqual((await tailOf(group, [source("gone")]).read()).absent, [source("gone")]);
  });

  it("repeats and loses nothing, however late the lines come and whenever it is refused", async () => {
    const happening = fc.record({
      /** Milliseconds until the next reading. */
      passes: fc.integer({ min: 0, max: 20_000 }),
      refused: fc.boolean(),
      lines: fc.array(
        fc.record({ before: fc.integer({ min: 0, max: 5_000 }), late: fc.integer({ min: 0, max: 45_000 }) }),
        {
          maxLength: 4,
        },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 25 }), async (happenings) => {
        const group = new Group();
        const tail = tailOf(group);
        const told: string[] = [];
        const put: string[] = [];
        for (const { passes, refused, lines } of happenings) {
          group.now += passes;
          for (const { before, late } of lines) {
            const at = group.now - before;
            if (at < start) continue;
            put.push(String(put.length));
            group.put(put.at(-1)!, at, late);
          }
          group.refuse = refused ? throttled : undefined;
          told.push(...ids(await tail.read()));
        }
        group.refuse = undefined;
        // Those that are under way still.
        for (let i = 0; i < 10; i += 1) {
          group.now += 5_000;
          told.push(...ids(await tail.read()));
        }
        assert.deepEqual([...told].sort(), [...put].sort());
      }),
      { numRuns: 60 },
    );
  });
});
