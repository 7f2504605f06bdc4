import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  hasPassed,
  runsAMonth,
  sameTimes,
  scheduleForms,
  scheduleProblem,
  timezoneProblem,
} from "../../rules/schedule";

/** What a month of 730 hours has of days. */
const days = 730 / 24;
const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 0.01, `${actual} is not ${expected}`);

const good: [expression: string, runs: number][] = [
  ["rate(1 minute)", 43_800],
  ["rate(1 minutes)", 43_800],
  ["rate(5 minutes)", 8760],
  ["rate(12 hours)", 2 * days],
  ["rate(1 day)", days],
  ["at(2030-01-31T03:00:00)", 1],
  ["at(2028-02-29T23:59:59)", 1],
  ["cron(0 3 * * ? *)", 1461 / 48],
  ["cron(0/15 8-17 ? * MON-FRI *)", (40 * 1043) / 48],
  ["cron(0 0 L * ? *)", 1],
  ["cron(0 0 1,15 * ? *)", 2],
  ["cron(0 0 31 * ? *)", 7 / 12],
  ["cron(0 0 29 FEB ? *)", 1 / 48],
  ["cron(0 0 3W * ? *)", 1],
  ["cron(0 0 31W * ? *)", 7 / 12],
  ["cron(0 0 ? * 6L *)", 1],
  ["cron(0 0 ? * 3#2 *)", 1],
  ["cron(0 0 ? * L *)", 209 / 48],
  ["cron(30 6 ? jan-mar sun 2030-2040)", 52 / 48],
  ["cron(*/20 0/6 * * ? 2030/2)", (12 * 1461) / 48],
  ["cron(0 0 1 * ? *)", 1],
  ["cron(0 0 1 DEC ? *)", 1 / 12],
  // 256 characters
  [`cron(${"0,".repeat(119)}00 3 * * ? *)`, 1461 / 48],
];

const bad: [expression: string, allowed: RegExp, fix: RegExp][] = [
  ["0 3 * * *", /^cron\(/, /cron\(0 3/],
  ["every day", /^cron\(/, /cron\(0 3/],
  ["rate(0 days)", /whole number from 1 on/, /rate\(15 minutes\)/],
  ["rate(5 minute)", /minutes, hours or days/, /rate\(15 minutes\)/],
  ["rate(1.5 hours)", /whole number/, /rate/],
  ["rate(2 weeks)", /minutes, hours or days/, /rate/],
  ["at(2030-02-30T03:00:00)", /a date that exists/, /timezone stands beside/],
  ["at(2030-01-31T03:00:00Z)", /yyyy-mm-ddThh:mm:ss/, /at\(2030/],
  ["at(2030-01-31T03:00)", /yyyy-mm-ddThh:mm:ss/, /at\(2030/],
  ["at(2030-01-31T25:00:00)", /a date that exists/, /at\(2030/],
  ["cron(0 3 * * ?)", /six fields/, /instead of 5: .* ends with the year/],
  ["cron(0  3 * * ? *)", /one space between/, /six instead of 6/],
  ["cron(0 3 * * * *)", /\? in exactly one/, /\? in the one that does not matter/],
  ["cron(0 3 ? * ? *)", /\? in exactly one/, /\* in one/],
  ["cron(0 3 1 * MON *)", /\? in exactly one/, /\?/],
  ["cron(60 3 * * ? *)", /minutes: 0–59/, /correct 60/],
  ["cron(0 24 * * ? *)", /hours: 0–23/, /correct 24/],
  ["cron(0 3 0 * ? *)", /day-of-month: 1–31/, /correct 0/],
  ["cron(0 3 * 13 ? *)", /month: 1–12 or JAN–DEC/, /correct 13/],
  ["cron(0 3 ? * 0 *)", /day-of-week: 1–7 or SUN–SAT/, /correct 0/],
  ["cron(0 3 ? * FRI-MON *)", /rising ranges/, /correct FRI-MON/],
  ["cron(0 3 ? * MON/2 *)", /lists, rising ranges or \*$/, /correct MON\/2/],
  ["cron(0-30/5 3 * * ? *)", /minutes/, /correct 0-30\/5/],
  ["cron(*/0 3 * * ? *)", /minutes: 0–59, as lists, rising ranges, steps or \*$/, /correct \*\/0/],
  ["cron( 3 * * ? *)", /minutes: 0–59/, /correct the empty field/],
  ["cron(/5 3 * * ? *)", /minutes/, /correct \/5/],
  ["cron(? 3 * * ? *)", /minutes/, /correct \?/],
  ["cron(0 3 * * ? 1969)", /year: 1970–2199/, /correct 1969/],
  ["cron(0 3 30 FEB ? *)", /a day that comes/, /no month/],
  ["cron(0 3 ? * 2#6 *)", /day-of-week/, /correct 2#6/],
  [`cron(${"0,".repeat(120)}0 3 * * ? *)`, /256 characters/, /two expressions/],
];

describe("rules/schedule", () => {
  for (const [expression, runs] of good)
    it(`takes ${expression}, and knows how often it runs`, () => {
      assert.equal(scheduleProblem(expression), undefined);
      near(runsAMonth(expression), runs);
    });

  for (const [expression, allowed, fix] of bad)
    it(`refuses ${expression.slice(0, 40)}`, () => {
      const problem = scheduleProblem(expression);
      assert.match(problem?.allowed ?? "", allowed);
      assert.match(problem?.fix ?? "", fix);
    });

  it("runs as often as its minutes, hours and days say", () => {
    const some = (from: number, to: number) =>
      fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1 });
    fc.assert(
      fc.property(some(0, 59), some(0, 23), some(1, 7), (minutes, hours, weekdays) => {
        const expression = `cron(${minutes.join(",")} ${hours.join(",")} ? * ${weekdays.join(",")} *)`;
        fc.pre(expression.length <= 256);
        assert.equal(scheduleProblem(expression), undefined);
        // 1461 days have each weekday 208 or 209 times.
        const weeks = (runsAMonth(expression) * 48) / (minutes.length * hours.length * weekdays.length);
        assert.ok(weeks >= 208 && weeks <= 209, String(weeks));
      }),
    );
  });

  it("never throws, whatever it is given", () => {
    const parts = fc.constantFrom(
      "cron(",
      "rate(",
      "at(",
      ")",
      "0",
      "*",
      "?",
      "L",
      "W",
      "#",
      "/",
      "-",
      ",",
      " ",
      "MON",
      "5",
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 20 }), (texts) => {
        const expression = texts.join("");
        if (scheduleProblem(expression) === undefined) assert.ok(runsAMonth(expression) > 0, expression);
        assert.equal(typeof hasPassed(expression, "UTC", new Date(0)), "boolean");
        assert.equal(typeof sameTimes(expression, "nowhere"), "string");
      }),
    );
  });

  describe("knows what does not come any more", () => {
    const now = new Date("2026-06-15T12:00:00Z");
    const table: [expression: string, timezone: string, passed: boolean][] = [
      ["at(2026-06-15T11:59:59)", "UTC", true],
      ["at(2026-06-15T12:00:00)", "UTC", false],
      // An hour before UTC in summer.
      ["at(2026-06-15T12:59:59)", "Europe/London", true],
      ["at(2026-06-15T13:00:00)", "Europe/London", false],
      ["at(2026-06-15T06:59:59)", "Etc/GMT+5", true],
      ["at(2026-06-15T07:00:01)", "Etc/GMT+5", false],
      ["rate(1 minute)", "UTC", false],
      ["cron(0 3 * * ? *)", "UTC", false],
      ["cron(0 3 * * ? 2025)", "UTC", true],
      ["cron(0 3 * * ? 2020-2025)", "UTC", true],
      ["cron(0 3 * * ? 2026)", "UTC", false],
      ["cron(0 3 * * ? 2027)", "UTC", false],
      ["cron(0 3 * JAN-MAY ? 2026)", "UTC", true],
      ["cron(0 3 * JAN-MAY ? 2025/2)", "UTC", false],
      ["cron(0 3 14 6 ? 2026)", "UTC", true],
      ["cron(0 3 15 6 ? 2026)", "UTC", false],
      ["cron(0 3 ? 6 MON#3 2026)", "UTC", false],
      // A day that these years do not have.
      ["cron(0 3 29 FEB ? 2026-2027)", "UTC", true],
      ["cron(0 3 29 FEB ? 2026-2028)", "UTC", false],
      ["cron(0 3 29 FEB ? 2097-2104)", "UTC", false],
      ["cron(0 3 29 FEB ? 2097-2103)", "UTC", true],
      // What is wrong is said elsewhere.
      ["at(2020-02-30T00:00:00)", "UTC", false],
      ["cron(0 3 * * * 2020)", "UTC", false],
    ];
    for (const [expression, timezone, passed] of table)
      it(`${expression} in ${timezone}: ${passed ? "over" : "to come"}`, () =>
        assert.equal(hasPassed(expression, timezone, now), passed));

    it("by the clock of any zone", () => {
      const zones = ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati", "Etc/GMT+12"];
      const moment = fc.date({
        min: new Date("2000-01-01T00:00:00Z"),
        max: new Date("2199-12-30T00:00:00Z"),
        noInvalidDate: true,
      });
      fc.assert(
        fc.property(moment, fc.constantFrom(...zones), (at, zone) => {
          const day = 24 * 3600 * 1000;
          const expression = `at(${at.toISOString().slice(0, 19)})`;
          // No zone is more than 14 hours from UTC.
          assert.equal(hasPassed(expression, zone, new Date(at.getTime() + day)), true);
          assert.equal(hasPassed(expression, zone, new Date(at.getTime() - day)), false);
        }),
      );
    });
  });

  describe("knows the same times", () => {
    const same: [a: string, zoneOfA: string, b: string, zoneOfB: string][] = [
      ["rate(1 hour)", "UTC", "rate(60 minutes)", "UTC"],
      ["rate(1 day)", "UTC", "rate(24 hours)", "Europe/London"],
      ["rate(1 minute)", "UTC", "rate(1 minutes)", "UTC"],
      ["cron(0 7 ? * MON-FRI *)", "UTC", "cron(0 7 ? * 2-6 *)", "UTC"],
      ["cron(0 7 ? * MON-FRI *)", "UTC", "cron(00 07 ? * fri,mon-thu *)", "UTC"],
      ["cron(0 7 * * ? *)", "UTC", "cron(0 7 ? * 1-7 *)", "UTC"],
      ["cron(0 7 * * ? *)", "UTC", "cron(0 7 ? * * *)", "UTC"],
      ["cron(*/15 7 * * ? *)", "UTC", "cron(0,15,30,45 7 * JAN-DEC ? *)", "UTC"],
      ["cron(0 7 L * ? *)", "UTC", "cron(0 7 L 1-12 ? 1970-2199)", "UTC"],
      ["cron(0 7 * * ? *)", "Europe/London", "cron(0 7 * * ? *)", "europe/london"],
      ["at(2030-01-31T03:00:00)", "UTC", "at(2030-01-31T03:00:00)", "Etc/UTC"],
    ];
    for (const [a, zoneOfA, b, zoneOfB] of same)
      it(`${a} ${zoneOfA} as ${b} ${zoneOfB}`, () =>
        assert.equal(sameTimes(a, zoneOfA), sameTimes(b, zoneOfB)));

    const other: typeof same = [
      ["rate(1 hour)", "UTC", "rate(61 minutes)", "UTC"],
      ["cron(0 7 * * ? *)", "UTC", "cron(0 7 * * ? *)", "Europe/London"],
      ["cron(0 7 ? * 1 *)", "UTC", "cron(0 7 1 * ? *)", "UTC"],
      ["cron(1 7 * * ? *)", "UTC", "cron(7 1 * * ? *)", "UTC"],
      ["cron(0 7 ? * 6L *)", "UTC", "cron(0 7 ? * 6 *)", "UTC"],
      ["cron(0 7 * * ? 2030)", "UTC", "cron(0 7 * * ? *)", "UTC"],
      ["at(2030-01-31T03:00:00)", "UTC", "at(2030-01-31T03:00:01)", "UTC"],
      ["cron(0 7 * * ?)", "UTC", "cron(0 7 * * *)", "UTC"],
    ];
    for (const [a, zoneOfA, b, zoneOfB] of other)
      it(`${a} ${zoneOfA} not as ${b} ${zoneOfB}`, () =>
        assert.notEqual(sameTimes(a, zoneOfA), sameTimes(b, zoneOfB)));
  });

  it("names its forms", () => {
    assert.match(scheduleForms, /^cron\(.*\), rate\(.*\), at\(.*\)$/);
  });

  for (const zone of ["UTC", "Europe/London", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
    it(`takes the timezone ${zone}`, () => assert.equal(timezoneProblem(zone), undefined));
  for (const zone of ["", "+01:00", "Europe/Nowhere", "london time", `Europe/${"L".repeat(50)}`])
    it(`refuses the timezone "${zone.slice(0, 20)}"`, () => {
      const problem = timezoneProblem(zone);
      assert.match(problem?.allowed ?? "", /IANA/);
      assert.match(problem?.fix ?? "", /use its name/);
    });
});
