import * as assert from "node:assert/strict";
import { after } from "../../cloudwatch/arrival";
import { MetricStore, type Metric } from "../../cloudwatch/store";

const count: Metric = { namespace: "AWS/ApiGateway", name: "Count", dimensions: { ApiId: "a", Stage: "s" } };

describe("the memory of metrics", () => {
  it("has each statistic of a minute, and of a period of several", () => {
    const store = new MetricStore(after(0));
    store.put(0, count, [1, 3]);
    store.put(59, count, [8]);
    store.put(60, count, [20]);
    const of = (statistic: string, period: number): number | undefined =>
      store.query(120, count, statistic, period, 1)[0];
    assert.deepEqual(
      ["Sum", "SampleCount", "Average", "Minimum", "Maximum", "p50", "p95", "p100"].map((name) =>
        of(name, 120),
      ),
      [32, 4, 8, 1, 20, 3, 20, 20],
    );
    assert.equal(of("Sum", 60), 20);
  });

  it("ends with the newest full minute, whether or not it has arrived", () => {
    const store = new MetricStore(after(30));
    store.put(0, count, [1]);
    store.put(60, count, [2]);
    assert.deepEqual(store.query(149, count, "Sum", 60, 2), [1, undefined]);
    assert.deepEqual(store.query(150, count, "Sum", 60, 2), [1, 2]);
    assert.deepEqual(store.query(180, count, "Sum", 60, 2), [2, undefined]);
  });

  it("has a part of a minute before the rest", () => {
    const store = new MetricStore((_, __, at) => (at < 30 ? 70 : 100));
    store.put(10, count, [1, 2]);
    store.put(40, count, [4]);
    const at = (now: number): unknown =>
      ["Sum", "SampleCount"].map((statistic) => store.query(now, count, statistic, 60, 1)[0]);
    assert.deepEqual(
      [at(60), at(70), at(100)],
      [
        [undefined, undefined],
        [3, 2],
        [7, 3],
      ],
    );
  });

  it("slides a period of several minutes along with the minutes", () => {
    const store = new MetricStore(after(0));
    for (let i = 0; i < 10; i++) store.put(i * 60, count, [i]);
    assert.deepEqual(store.query(6 * 60 + 5, count, "Sum", 120, 2), [2 + 3, 4 + 5]);
    assert.deepEqual(store.query(7 * 60 + 5, count, "Sum", 120, 2), [3 + 4, 5 + 6]);
  });

  it("keeps metrics apart by namespace, name and each dimension, in whatever order these are", () => {
    const store = new MetricStore(after(0));
    store.put(0, count, [1]);
    const others: Metric[] = [
      { ...count, namespace: "AWS/ECS" },
      { ...count, name: "5xx" },
      { ...count, dimensions: { ApiId: "a" } },
      { ...count, dimensions: { ApiId: "a", Stage: "t" } },
    ];
    for (const other of others) assert.deepEqual(store.query(60, other, "Sum", 60, 1), [undefined]);
    const same = { ...count, dimensions: { Stage: "s", ApiId: "a" } };
    assert.deepEqual(store.query(60, same, "Sum", 60, 1), [1]);
  });

  it("refuses a statistic that CloudWatch does not have", () => {
    const store = new MetricStore(after(0));
    store.put(0, count, [1]);
    assert.throws(() => store.query(60, count, "Median", 60, 1), /no statistic Median/);
  });
});
