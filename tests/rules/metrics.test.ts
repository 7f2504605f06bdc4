import assert from "node:assert/strict";
import fc from "fast-check";
import {
  alarmLimits,
  alarmProblems,
  fewestSamples,
  MetricQuery,
  metrics,
  queryProblems,
  routeDimensions,
} from "../../rules/metrics";

const dimensionsOf = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, "x"]));

const errors = (more: Partial<MetricQuery> = {}): MetricQuery => ({
  namespace: "AWS/ApiGateway",
  metricName: "5xx",
  dimensions: { ApiId: "a", Stage: "$default" },
  stat: "Sum",
  period: 60,
  ...more,
});

describe("metrics", () => {
  it("are those that AWS documents", () => {
    assert.deepEqual(
      metrics.map(({ namespace, name, unit }) => `${namespace} ${name} ${unit}`),
      [
        "AWS/ApiGateway Count Count",
        "AWS/ApiGateway 4xx Count",
        "AWS/ApiGateway 5xx Count",
        "AWS/ApiGateway Latency Milliseconds",
        "AWS/ApiGateway IntegrationLatency Milliseconds",
        "AWS/ApiGateway DataProcessed Bytes",
        "AWS/ECS CPUUtilization Percent",
        "AWS/ECS MemoryUtilization Percent",
        "ECS/ContainerInsights RunningTaskCount Count",
        "ECS/ContainerInsights DesiredTaskCount Count",
        "ECS/ContainerInsights PendingTaskCount Count",
        "AWS/Events TriggeredRules Count",
      ],
    );
  });

  it("each say where it is written, what missing data means, and what is paid", () => {
    for (const { source, missing, dimensions } of metrics) {
      assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\//);
      assert.ok(missing);
      assert.ok(dimensions.length > 0);
    }
    const paid = metrics.flatMap(({ name, dimensions }) =>
      dimensions.filter((set) => set.paid !== undefined).map(({ names }) => `${name} by ${names.join(", ")}`),
    );
    assert.deepEqual(paid, [
      ...["Count", "4xx", "5xx", "Latency", "IntegrationLatency", "DataProcessed"].map(
        (name) => `${name} by ApiId, Stage, Method, Resource`,
      ),
      ...["Running", "Desired", "Pending"].map((of) => `${of}TaskCount by ClusterName, ServiceName`),
    ]);
  });

  it("can be read by each of their dimension sets and statistics, in any order", () => {
    for (const { namespace, name, dimensions, statistics } of metrics) {
      for (const { names } of dimensions) {
        for (const stat of statistics) {
          const query = { namespace, metricName: name, stat, period: 60 };
          assert.deepEqual(queryProblems({ ...query, dimensions: dimensionsOf(names) }), []);
          assert.deepEqual(queryProblems({ ...query, dimensions: dimensionsOf([...names].reverse()) }), []);
        }
      }
    }
  });

  const never: [string, MetricQuery, string][] = [
    [
      "a name of REST APIs",
      errors({ metricName: "5XXError" }),
      "AWS/ApiGateway has no metric 5XXError, only Count, 4xx, 5xx, Latency, IntegrationLatency, DataProcessed",
    ],
    ["a namespace that is none", errors({ namespace: "AWS/HttpApi" }), "AWS/HttpApi has no metric 5xx"],
    [
      "the dimension of REST APIs",
      errors({ dimensions: { ApiName: "a" } }),
      "5xx is not sent by ApiName, only by ApiId; ApiId, Stage; ApiId, Method, Resource, Stage",
    ],
    [
      "half a route",
      errors({ dimensions: { ApiId: "a", Stage: "s", Resource: "/" } }),
      "5xx is not sent by ApiId, Resource, Stage, only by ApiId; ApiId, Stage; ApiId, Method, Resource, Stage",
    ],
    [
      "all APIs",
      errors({ dimensions: {} }),
      "5xx is not sent by nothing, only by ApiId; ApiId, Stage; ApiId, Method, Resource, Stage",
    ],
    ["an average of a count", errors({ stat: "Average" }), "Average of 5xx means nothing, only Sum"],
    [
      "a period shorter than its data",
      errors({ period: 30 }),
      "5xx has a data point every 60 s, so a period of 30 s is often empty",
    ],
    [
      "a period of no whole minutes",
      errors({ period: 90 }),
      "5xx has a data point every 60 s, so a period of 90 s is often empty",
    ],
  ];
  for (const [what, query, problem] of never) {
    it(`have no data for ${what}`, () => assert.deepEqual(queryProblems(query), [problem]));
  }
});

describe("an alarm", () => {
  it("may look back a day, and a week by the hour", () => {
    const of = (period: number, evaluationPeriods: number): string[] =>
      alarmProblems({ queries: [errors({ period })], evaluationPeriods });
    assert.deepEqual(of(60, 1440), []);
    assert.deepEqual(of(60, 1441), [
      "1441 periods of 60 s are more than the 86400 s that an alarm looks back",
    ]);
    assert.deepEqual(of(3540, 25), [
      "25 periods of 3540 s are more than the 86400 s that an alarm looks back",
    ]);
    assert.deepEqual(of(3600, 168), []);
    assert.deepEqual(of(86_400, 7), []);
    assert.deepEqual(of(86_400, 8), [
      "8 periods of 86400 s are more than the 604800 s that an alarm looks back",
    ]);
  });

  it("reads a few metrics, of one period", () => {
    const of = (...queries: MetricQuery[]): string[] => alarmProblems({ queries, evaluationPeriods: 1 });
    const many = Array.from({ length: alarmLimits.metrics }, () => errors());
    assert.deepEqual(of(...many), []);
    assert.deepEqual(of(...many, errors()), ["an alarm reads 1 to 10 metrics, not 11"]);
    assert.deepEqual(of(), [
      "an alarm reads 1 to 10 metrics, not 0",
      "the metrics of an alarm have one period",
    ]);
    assert.deepEqual(of(errors(), errors({ period: 300 })), ["the metrics of an alarm have one period"]);
  });

  it("needs no more data points than it has periods", () => {
    const of = (datapointsToAlarm: number): string[] =>
      alarmProblems({ queries: [errors()], evaluationPeriods: 3, datapointsToAlarm });
    assert.deepEqual(of(3), []);
    assert.deepEqual(of(4), ["4 data points are more than the 3 periods have"]);
  });
});

describe("a percentile", () => {
  for (const [percentile, samples] of [
    ["p50", 20],
    ["p90", 100],
    ["p95", 200],
    ["p99", 1000],
  ] as const) {
    it(`such as ${percentile} is one of ${samples} samples or more`, () =>
      assert.equal(fewestSamples(percentile), samples));
  }
});

describe("a route in metrics", () => {
  it("has its method and its path", () => {
    assert.deepEqual(routeDimensions("ANY /{proxy+}"), { Method: "ANY", Resource: "/{proxy+}" });
    assert.deepEqual(routeDimensions("GET /pets/{id}"), { Method: "GET", Resource: "/pets/{id}" });
    assert.equal(routeDimensions("$default"), undefined);
    assert.equal(routeDimensions("get pets"), undefined);
  });

  it("is its key again", () => {
    const segment = fc.stringMatching(/^(?:[a-z0-9_-]+|\{[a-z]+\})$/);
    const key = fc
      .tuple(
        fc.constantFrom("GET", "POST", "ANY", "OPTIONS"),
        fc.array(segment, { minLength: 1, maxLength: 4 }),
      )
      .map(([method, segments]) => `${method} /${segments.join("/")}`);
    fc.assert(
      fc.property(key, (one) => {
        const named = routeDimensions(one);
        return named === undefined || `${named.Method} ${named.Resource}` === one;
      }),
    );
  });
});
