import assert from "node:assert/strict";
import { isEmail, isTopic } from "../../rules/notify";

describe("who is told", () => {
  for (const [text, topic, email] of [
    ["arn:aws:sns:eu-west-2:111122223333:oncall", true, false],
    ["arn:aws-us-gov:sns:us-gov-west-1:111122223333:On_call-1", true, false],
    ["arn:aws:sns:eu-west-2:111122223333:oncall.fifo", false, false],
    ["arn:aws:sns:eu-west-2:111122223333:oncall:0f1e", false, false],
    ["arn:aws:sns::111122223333:oncall", false, false],
    ["arn:aws:sns:eu-west-2:*:oncall", false, false],
    ["arn:aws:sqs:eu-west-2:111122223333:oncall", false, false],
    ["name@example.com", false, true],
    ["first.last+alarms@mail.example.co.uk", false, true],
    ["name@example", false, false],
    ["name@-example.com", false, false],
    ["@example.com", false, false],
    ["name@@example.com", false, false],
    ["two words@example.com", false, false],
    ["name@example.com\n", false, false],
    [`${"n".repeat(65)}@example.com`, false, false],
    ["", false, false],
  ] as const) {
    it(`${JSON.stringify(text)} is ${topic ? "a topic" : email ? "an address" : "neither"}`, () => {
      assert.equal(isTopic(text), topic);
      assert.equal(isEmail(text), email);
    });
  }
});
