import assert from "node:assert/strict";
import fc from "fast-check";
import { alarmName, anyOf, compositesOf, longestRuleName, ruleName } from "../../rules/alarms";

const owner = { project: "shop", stack: "prod" };

describe("alarms", () => {
  it("are named by stack and service, and no two alike", () => {
    assert.equal(alarmName(owner, "errors"), "shop-prod.errors");
    assert.equal(alarmName(owner, "web", "cpu"), "shop-prod.web.cpu");
    assert.equal(ruleName(owner, "web", "restarts"), "shop-prod.web.restarts");
    for (const counts of ["restarts", "deploys", "failures"] as const)
      assert.ok(ruleName(owner, "web", counts).length <= longestRuleName(owner, "web").length);
    // Stack a of service b-c, and stack a-b of service c.
    assert.notEqual(
      alarmName({ project: "p", stack: "a" }, "b-c", "cpu"),
      alarmName({ project: "p", stack: "a-b" }, "c", "cpu"),
    );
  });

  it("are named in the rule of a composite alarm", () => {
    assert.equal(anyOf(["a", "b"]), 'ALARM("a") OR ALARM("b")');
    assert.equal(anyOf(["a"]), 'ALARM("a")');
  });

  it("are each in one composite alarm, in their order, and none of those is too large", () => {
    const name = fc.string({ minLength: 1, maxLength: 255, unit: fc.constantFrom("a", "-", ".") });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 300 }), (all) => {
        const groups = compositesOf(all);
        assert.deepEqual(groups.flat(), all);
        for (const group of groups) {
          assert.ok(group.length > 0 && group.length < 100);
          // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
          assert.ok(`(${anyOf(group)}) AND NOT (${anyOf([longest, longest, longest])})`.length <= 10_240);
        }
      }),
    );
    assert.deepEqual(compositesOf([]), []);
    assert.equal(compositesOf(Array.from({ length: 99 }, (_, i) => `${i}`)).length, 1);
    assert.equal(compositesOf(Array.from({ length: 100 }, (_, i) => `${i}`)).length, 2);
  });

  it("leave room for those that each rule names besides", () => {
    const names = Array.from({ length: 300 }, (_, i) => `${i}`);
    for (const beside of [0, 1, 2, 30])
      for (const group of compositesOf(names, beside)) assert.ok(group.length + beside <= 100);
  });
});

const longest = "x".repeat(255);
