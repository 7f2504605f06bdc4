import assert from "node:assert/strict";
import { XMLValidator } from "fast-xml-parser";
import fc from "fast-check";
import type { Deployment } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import type { Placed } from "../../diagram/flow";
import { layOut, type Layout, type Shape } from "../../diagram/layout";
import { toMermaid } from "../../diagram/mermaid";
import { readDiagram } from "../../diagram/model";
import { toSvg } from "../../diagram/svg";
import type { Point } from "../../diagram/routing";
import { fit, widthOf } from "../../diagram/text";

const overlap = (a: Placed, b: Placed): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const contains = (outer: Placed, inner: Placed): boolean =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  outer.x + outer.width >= inner.x + inner.width &&
  outer.y + outer.height >= inner.y + inner.height;
const onBorder = ({ x, y, width, height }: Placed, point: { x: number; y: number }): boolean =>
  contains({ x, y, width, height }, { ...point, width: 0, height: 0 }) &&
  (point.x === x || point.x === x + width || point.y === y || point.y === y + height);

/** The stretch of a line between two points. */
const between = (a: Point, b: Point): Placed => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
});

/** Everything that would make a picture hard to read. */
function faults({ nodes, groups, edges, width, height }: Layout): string[] {
  const found: string[] = [];
  const page = { x: 0, y: 0, width, height };
  const boxes = new Map<string, Placed>([
    ...nodes.map((n) => [n.node.id, n] as const),
    ...groups.map((g) => [g.group.id, g] as const),
  ]);
  for (const [i, one] of nodes.entries()) {
    for (const other of nodes.slice(i + 1))
      if (overlap(one, other)) found.push(`${one.node.id} lies on ${other.node.id}`);
    if (one.node.group !== undefined && !contains(boxes.get(one.node.group)!, one))
      found.push(`${one.node.id} is not in its group`);
    if (!contains(page, one)) found.push(`${one.node.id} is beside the page`);
    for (const { x, text, font } of one.box.texts)
      if (x + widthOf(text, font) > one.width) found.push(`${text} leaves ${one.node.id}`);
    for (const chip of one.box.chips) {
      if (chip.x + chip.width > one.width) found.push(`${chip.text} leaves ${one.node.id}`);
      for (const { x, y, text, font } of one.box.texts)
        if (overlap(chip, { x, y: y - 8, width: widthOf(text, font), height: 8 }))
          found.push(`${chip.text} lies on ${text}`);
    }
  }
  for (const { group, head, ...placed } of groups) {
    if (group.parent !== undefined && !contains(boxes.get(group.parent)!, placed))
      found.push(`${group.id} is not in its group`);
    for (const chip of head.chips)
      if (chip.x + chip.width > placed.width) found.push(`${chip.text} leaves ${group.id}`);
    for (const { node, ...box } of nodes) {
      const title = { ...placed, y: placed.y + placed.height - head.height + 4, height: head.height - 4 };
      if (node.group === group.id && overlap(title, box))
        found.push(`${node.id} lies on the title of ${group.id}`);
    }
  }
  for (const { edge, points, label } of edges) {
    const name = `${edge.from} → ${edge.to}`;
    if (!onBorder(boxes.get(edge.from)!, points[0]!)) found.push(`${name} does not begin at its box`);
    if (!onBorder(boxes.get(edge.to)!, points.at(-1)!)) found.push(`${name} does not end at its box`);
    for (const [i, { x, y }] of points.slice(1).entries())
      if (x !== points[i]!.x && y !== points[i]!.y) found.push(`${name} is oblique`);
    const others = nodes.filter(({ node }) => node.id !== edge.from && node.id !== edge.to);
    for (const { node, ...box } of nodes)
      if (label && overlap(label, box)) found.push(`the label of ${name} lies on ${node.id}`);
    for (const stretch of points.slice(1).map((end, i) => between(points[i]!, end)))
      for (const { node, ...box } of others)
        if (overlap(stretch, box)) found.push(`${name} leads through ${node.id}`);
  }
  return found;
}

const shapes: Shape[] = ["wide", "narrow"];

describe("the layout of an architecture diagram", () => {
  const services = (count: number) => ({
    services: Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `a-service-with-a-long-name-${i}`,
        {
          build: "./app",
          routes: Array.from({ length: 11 }, (_, k) => `GET /service-${i}/with/a/long/path/${k}/{proxy+}`),
        },
      ]),
    ),
  });
  const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/web:1";
  const reach = (...names: string[]) => names.map((service) => ({ service }));
  const callers = {
    web: { build: "./app", reach: reach("cart", "stock") },
    cart: { build: "./app", routes: [], port: 8000, reach: reach("stock") },
    stock: { build: "./app", routes: [], port: 8001, reach: reach("web") },
  };
  const cases: [string, () => Promise<Deployment>][] = [
    ...["dev", "prod", "cheap", "pr", "shop"].map((stack): [string, () => Promise<Deployment>] => [
      stack,
      () => simulate({ stack }),
    ]),
    ...(
      [
        ["nat", { network: { egress: "nat", zones: 3 } }],
        ["four services with many routes", services(4)],
        ["one zone", { network: { zones: 1 } }],
        ["calls between services", { services: callers }],
        ["public", { network: { egress: "public" } }],
        [
          "what runs beside, before and by itself",
          {
            services: {
              web: {
                image,
                port: 8080,
                before: ["migrate"],
                companion: true,
                sidecars: { collector: { image } },
              },
              flask: { build: "./app", exec: true, scaling: { min: 2, max: 6 }, routes: ["GET /a"] },
            },
            jobs: { report: { service: "web", command: ["report"], schedule: "rate(1 day)" } },
          },
        ],
      ] as [string, object][]
    ).map(([name, values]): [string, () => Promise<Deployment>] => [
      name,
      () => simulate({ config: toConfig({ "aws:region": "eu-west-2", ...values }) }),
    ]),
  ];
  for (const [name, make] of cases) {
    it(`has nothing over anything, and nothing outside (${name})`, async () => {
      const diagram = readDiagram(await make());
      for (const shape of shapes) {
        const layout = layOut(diagram, shape);
        assert.deepEqual(faults(layout), [], shape);
        assert.equal(XMLValidator.validate(toSvg(diagram, layout)), true);
      }
    });
  }

  it("is as wide as README's column, and as a phone", async () => {
    const dev = readDiagram(await simulate({ stack: "dev" }));
    // Drawn there at its own size, or nearly so.
    assert.ok(layOut(dev, "wide").width < 840, `${layOut(dev, "wide").width}`);
    assert.ok(layOut(dev, "narrow").width < 380, `${layOut(dev, "narrow").width}`);
  });

  it("draws whatever is left of a deployment", async () => {
    const shop = await simulate({ stack: "shop" });
    const types = [...new Set(shop.resources.map(({ type }) => type))];
    fc.assert(
      fc.property(fc.subarray(types), (gone) => {
        const resources = shop.resources.filter(({ type }) => !gone.includes(type));
        const diagram = readDiagram({ ...shop, resources });
        for (const shape of shapes) {
          const layout = layOut(diagram, shape);
          assert.deepEqual(faults(layout), []);
          assert.equal(XMLValidator.validate(toSvg(diagram, layout)), true);
        }
        assert.ok(!toMermaid(diagram).includes("undefined"));
      }),
    );
  });

  it("is the same whatever the order of registration", async () => {
    const shop = await simulate({ stack: "shop" });
    const draw = (resources: Deployment["resources"]): string => {
      const diagram = readDiagram({ ...shop, resources });
      return shapes.map((shape) => toSvg(diagram, layOut(diagram, shape))).join("") + toMermaid(diagram);
    };
    const drawn = draw(shop.resources);
    const places = shop.resources.map((_, i) => i);
    fc.assert(
      fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (shuffled) => {
        assert.equal(draw(shuffled.map((i) => shop.resources[i]!)), drawn);
      }),
      { numRuns: 20 },
    );
  });
});

describe("text of unknown fonts", () => {
  it("fits, whatever is left of it", () =>
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 20, max: 300 }), (text, width) => {
        const shown = fit(text, "line", width);
        assert.ok(widthOf(shown, "line") <= width);
        assert.ok(shown === text || (shown.endsWith("…") && widthOf(text, "line") > width));
      }),
    ));
});
