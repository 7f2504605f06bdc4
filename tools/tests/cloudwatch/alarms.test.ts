import * as assert from "node:assert/strict";
import { AlarmBoard, readAlarms } from "../../cloudwatch/alarms";
import { after } from "../../cloudwatch/arrival";
import { MetricStore } from "../../cloudwatch/store";
import { compositeAlarm, deploymentOf, metricAlarm } from "./recorded";

const dimensions = { ApiId: "a", Stage: "$default" };
const plain = {
  type: metricAlarm,
  name: "slow",
  inputs: {
    ...{ name: "p-s-slow", namespace: "AWS/ApiGateway", metricName: "IntegrationLatency", dimensions },
    ...{ extendedStatistic: "p95", period: 60, evaluationPeriods: 3, datapointsToAlarm: 2 },
    ...{ comparisonOperator: "GreaterThanThreshold", threshold: 1000, treatMissingData: "notBreaching" },
  },
};
const queryOf = (id: string, metricName: string): object => ({
  id,
  metric: { namespace: "AWS/ApiGateway", metricName, dimensions, stat: "Sum", period: 60 },
});
const rate = {
  type: metricAlarm,
  name: "errors",
  inputs: {
    name: "p-s-errors",
    metricQueries: [
      queryOf("errors", "5xx"),
      queryOf("requests", "Count"),
      { id: "rate", expression: "100 * FILL(errors, 0) / requests" },
      { id: "judged", expression: "IF(requests >= 20, rate, 0)", returnData: true },
    ],
    ...{ evaluationPeriods: 2, comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 5 },
    treatMissingData: "notBreaching",
  },
};
const both = {
  type: compositeAlarm,
  name: "both",
  inputs: { alarmName: "p-s-both", alarmRule: 'ALARM("p-s-errors") AND NOT ALARM("p-s-slow")' },
};

describe("the recorded alarms", () => {
  const alarms = readAlarms(deploymentOf([plain, rate, both]));

  it("are read as they are written, a query with its expressions put together", () => {
    const [slow, errors] = alarms.metric;
    assert.deepEqual(slow!.queried, [
      {
        id: "m",
        metric: { namespace: "AWS/ApiGateway", name: "IntegrationLatency", dimensions },
        statistic: "p95",
        period: 60,
      },
    ]);
    assert.deepEqual(
      [slow!.evaluationPeriods, slow!.datapointsToAlarm, errors!.datapointsToAlarm],
      [3, 2, 2],
    );
    assert.equal(errors!.expression, "IF(requests >= 20, (100 * FILL(errors, 0) / requests), 0)");
    assert.deepEqual(
      errors!.queried.map(({ id }) => id),
      ["errors", "requests"],
    );
    assert.throws(
      () =>
        readAlarms(
          deploymentOf([{ ...rate, inputs: { ...rate.inputs, metricQueries: [queryOf("a", "5xx")] } }]),
        ),
      /has to return one series, and this one returns 0/,
    );
  });

  it("fire and calm down with their metrics, and a composite one with theirs", () => {
    const store = new MetricStore(after(0));
    const told: string[] = [];
    const board = new AlarmBoard(alarms, store, ({ name }, state) => told.push(`${name} ${state}`));
    const put = (at: number, name: string, values: number[]): void =>
      store.put(at, { namespace: "AWS/ApiGateway", name, dimensions }, values);
    for (let at = 0; at < 1200; at += 60) {
      put(at, "Count", [at < 900 ? 100 : 10]);
      if (at >= 300 && at < 600) put(at, "5xx", [5]);
      // Too few requests to mean anything.
      if (at >= 900) put(at, "5xx", [9]);
      put(at, "IntegrationLatency", at >= 480 && at < 600 ? [2000] : [20]);
      board.tick(at + 60);
    }
    assert.deepEqual(told, [
      "p-s-slow OK",
      "p-s-errors OK",
      "p-s-both OK",
      "p-s-errors ALARM",
      "p-s-both ALARM",
      "p-s-slow ALARM",
      "p-s-both OK",
      "p-s-errors OK",
      "p-s-slow OK",
    ]);
  });

  it("of a composite one have to be there", () => {
    const alone = readAlarms(deploymentOf([both]));
    assert.throws(
      () => new AlarmBoard(alone, new MetricStore(after(0))).tick(60),
      /no alarm has the name p-s-errors/,
    );
  });
});
