import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { extraPeriods, judge, type AlarmState, type Missing } from "../../cloudwatch/evaluate";
import type { Series } from "../../cloudwatch/store";

const treatments: readonly Missing[] = ["missing", "ignore", "breaching", "notBreaching"];
const read = (points: string): Series =>
  [...points].map((point) => (point === "-" ? undefined : point === "X" ? 1 : 0));
const states = (points: string, datapointsToAlarm: number, before: AlarmState = "OK"): AlarmState[] =>
  treatments.map((missing) =>
    judge(read(points), before, { evaluationPeriods: 3, datapointsToAlarm, missing, breaches: (x) => x > 0 }),
  );

describe("an alarm's state", () => {
  // The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, whose columns
  // are missing, ignore, breaching and notBreaching; "kept" is the state before.
  const threeOfThree: [string, (AlarmState | "kept")[]][] = [
    ["0-X-X", ["OK", "OK", "OK", "OK"]],
    ["0----", ["OK", "OK", "OK", "OK"]],
    ["----0", ["OK", "OK", "OK", "OK"]],
    ["-----", ["INSUFFICIENT_DATA", "kept", "ALARM", "OK"]],
    ["0XX-X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["--X--", ["ALARM", "kept", "ALARM", "OK"]],
  ];
  for (const [points, expected] of threeOfThree) {
    it(`three of three: ${points}`, () => {
      const kept = (before: AlarmState): AlarmState[] =>
        expected.map((state) => (state === "kept" ? before : state));
      for (const before of ["OK", "ALARM"] as const)
        assert.deepEqual(states(points, 3, before), kept(before));
    });
  }

  const twoOfThree: [string, AlarmState[]][] = [
    ["0-X-X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["00X0X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["0-X--", ["OK", "OK", "ALARM", "OK"]],
    ["----0", ["OK", "OK", "ALARM", "OK"]],
    ["---X-", ["ALARM", "OK", "ALARM", "OK"]],
  ];
  for (const [points, expected] of twoOfThree) {
    it(`two of three: ${points}`, () => assert.deepEqual(states(points, 2), expected));
  }

  it("is by the last points alone where none is missing, however they are treated", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((n) =>
          fc.tuple(
            fc.constant(n),
            fc.integer({ min: 1, max: n }),
            fc.array(fc.integer({ min: 0, max: 1 }), {
              minLength: n + extraPeriods,
              maxLength: n + extraPeriods,
            }),
            fc.constantFrom(...treatments),
            fc.constantFrom<AlarmState>("OK", "ALARM", "INSUFFICIENT_DATA"),
          ),
        ),
        ([evaluationPeriods, datapointsToAlarm, points, missing, before]) => {
          const breaches = (point: number): boolean => point > 0;
          const state = judge(points, before, { evaluationPeriods, datapointsToAlarm, missing, breaches });
          const breaching = points.slice(-evaluationPeriods).filter(breaches).length;
          assert.equal(state, breaching >= datapointsToAlarm ? "ALARM" : "OK");
        },
      ),
    );
  });
});
