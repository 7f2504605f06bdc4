import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Chart, renderChart } from "../../../cost/report/chart";

const chart = (ends: number[]): Chart => ({
  title: "A & B",
  subtitle: "USD <a month>",
  range: [1e5, 1e7],
  curves: ends.map((end, i) => ({
    name: `way ${i}`,
    kind: i === 0 ? "own" : i === 1 ? "balancer" : "egress",
    mark: i,
    cost: (requests) => 10 + (end * requests) / 1e7,
  })),
  crossings: [{ requests: 1e6, cost: 12 }],
  note: "they meet",
});
const heights = (svg: string): number[] =>
  [...svg.matchAll(/<text class="label[^"]*" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y));

describe("the chart", () => {
  it("is the same bytes for the same numbers, without what would be markup", async () => {
    const svg = await renderChart(chart([50, 20]));
    assert.equal(await renderChart(chart([50, 20])), svg);
    assert.ok(svg.includes(">A &#38; B</text>") && svg.includes(">USD &#60;a month&#62;</text>"));
    assert.equal(svg.match(/<text/g)!.length, svg.match(/<\/text>/g)!.length);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });

  it("names each curve at its end and no two names over each other, inside the picture", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 9 }),
        async (ends) => {
          const sorted = heights(await renderChart(chart(ends))).sort((a, b) => a - b);
          assert.equal(sorted.length, ends.length);
          sorted.forEach((y, i) => assert.ok(i === 0 || y - sorted[i - 1]! >= 16.8, sorted.join(" ")));
          assert.ok(sorted[0]! > 60 && sorted.at(-1)! < 440, sorted.join(" "));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("has a decade of requests at each mark, the meeting point, and colours for the dark", async () => {
    const svg = await renderChart(chart([50, 20]));
    for (const text of [
      "100,000",
      "1 million",
      "10 million",
      "they meet",
      "requests a month, on a logarithmic scale",
    ]) {
      assert.ok(svg.includes(`>${text}</text>`), text);
    }
    // 10 million are two decades from the left edge to the right one, and a million is half way.
    const [x] = [...svg.matchAll(/<circle class="crossing" cx="([\d.]+)"/g)].map(([, cx]) => Number(cx));
    const marks = [...svg.matchAll(/text-anchor="middle" x="([\d.]+)" y="432"/g)].map(([, at]) => Number(at));
    assert.equal(marks.length, 3);
    assert.equal(x, marks[1]);
    assert.match(svg, /@media \(prefers-color-scheme:dark\)/);
  });

  it("names the last number of requests, where no decade ends", async () => {
    const svg = await renderChart({ ...chart([50, 20]), range: [1e5, 5e7] });
    for (const text of ["10 million", "50 million"]) assert.ok(svg.includes(`>${text}</text>`), text);
  });

  it("tells curves apart by their marks, which stand on them and beside their names", async () => {
    const svg = await renderChart(chart([50, 20, 90, 70]));
    const shapes = [...svg.matchAll(/<path class="mark (\w+)" d="M[\d.]+,[\d.]+(\S[^"]*)"/g)].map(
      ([, , shape]) => shape!,
    );
    const times = new Map<string, number>();
    for (const shape of shapes) times.set(shape, (times.get(shape) ?? 0) + 1);
    assert.equal(times.size, 4);
    for (const count of times.values()) assert.ok(count >= 3, `${count}`);
  });

  it("leaves room for the names, between the plot and the edge", async () => {
    const name = "public ALB, endpoints in 4 zones (production)";
    const svg = await renderChart({
      ...chart([50, 20]),
      curves: chart([50, 20]).curves.map((curve) => ({ ...curve, name })),
    });
    const [, width] = /viewBox="0 0 (\d+)/.exec(svg)!;
    const [, x] = /<text class="label[^"]*" x="([\d.]+)"/.exec(svg)!;
    // 13 px, a letter of 6.6 px on average in the widest of the fonts.
    assert.ok(Number(x) + "public ALB, endpoints in 2 zones".length * 6.9 <= Number(width));
  });
});
