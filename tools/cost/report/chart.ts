import { requestsText } from "./format";

/** One way to run the services, over the requests of a month. */
export interface Curve {
  name: string;
  /** `own`: the stack as configured; `egress`: another way to AWS; `balancer`: a load balancer instead of the HTTP API. */
  kind: "own" | "egress" | "balancer";
  /** Which of the marks it has: the same for the same way to AWS. */
  mark: number;
  /** USD a month at that many requests. */
  cost: (requests: number) => number;
}

export interface Chart {
  title: string;
  /** What the numbers hold, below the title. */
  subtitle: string;
  curves: Curve[];
  /** Requests a month, from and to. */
  range: [from: number, to: number];
  /** Where two curves meet. */
  crossings: { requests: number; cost: number }[];
  /** Words at the first of the crossings. */
  note: string;
}

const size = { width: 900, height: 470 };
const plot = { left: 56, right: size.width - 276, top: 78, bottom: size.height - 58 };
/** Baselines of two labels are never closer than this. */
const labelGap = 17;
const samples = 120;
/** Samples from one mark of a curve to the next, and from a curve's first to that of the next curve. */
const marks = { first: 6, step: 36, shift: 5 };

/**
 * The chart as SVG: requests on a logarithmic axis, each curve named at its end. Its colours follow the reader's light or
 * dark mode, and the same numbers give the same bytes.
 */
export async function renderChart({
  title,
  subtitle,
  curves,
  range,
  crossings,
  note,
}: Chart): Promise<string> {
  // Both are ES modules, which Node 20 can't always require.
  const [{ scaleLinear, scaleLog }, { line }] = await Promise.all([import("d3-scale"), import("d3-shape")]);
  const highest = Math.max(...curves.map(({ cost }) => cost(range[1])));
  const x = scaleLog(range, [plot.left, plot.right]);
  const y = scaleLinear([0, highest], [plot.bottom, plot.top]).nice(6);
  const requests = Array.from(
    { length: samples + 1 },
    (_, i) => range[0] * (range[1] / range[0]) ** (i / samples),
  );
  const drawn = curves.map((curve, i) => ({
    ...curve,
    // Not all at the same place: where curves are near, their marks would be one over the other.
    marked: requests
      .filter(
        (_, at) =>
          at >= marks.first + i * marks.shift && (at - marks.first - i * marks.shift) % marks.step === 0,
      )
      .map((n): [number, number] => [x(n), y(curve.cost(n))])
      .filter(([cx]) =>
        [...crossings.map(({ requests: at }) => x(at)), plot.right].every((at) => Math.abs(cx - at) > 16),
      ),
    path: line<number>(x, (n) => y(curve.cost(n))).digits(1)(requests)!,
    end: y(curve.cost(range[1])),
  }));
  // The stack itself last, above the others.
  const byWeight = [...drawn].sort((a, b) => weight[a.kind] - weight[b.kind]);
  const labels = spread(drawn.map(({ end }) => end));
  const isDecade = (tick: number): boolean => Number.isInteger(Math.log10(tick));
  const named = [...new Set([range[0], ...x.ticks().filter(isDecade), range[1]])];
  const between = x.ticks().filter((tick) => !named.includes(tick));

  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="title subtitle">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="subtitle">${escape(subtitle)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${size.width}" height="${size.height}" rx="6"/>`,
    `<text class="title" x="20" y="32">${escape(title)}</text>`,
    `<text x="20" y="54">${escape(subtitle)}</text>`,
    ...y
      .ticks(6)
      .flatMap((tick) => [
        `<path class="grid" d="M${plot.left},${round(y(tick))}H${plot.right}"/>`,
        `<text class="tick" text-anchor="end" x="${plot.left - 8}" y="${round(y(tick) + 4)}">${tick}</text>`,
      ]),
    ...between.map((tick) => `<path class="grid" d="M${round(x(tick))},${plot.bottom}v3"/>`),
    ...named.flatMap((tick) => [
      `<path class="grid" d="M${round(x(tick))},${plot.bottom}v7"/>`,
      `<text class="tick" text-anchor="middle" x="${round(x(tick))}" y="${plot.bottom + 20}">${requestsText(tick)}</text>`,
    ]),
    `<text class="tick" text-anchor="middle" x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 42}">requests a month, on a logarithmic scale</text>`,
    ...crossings
      .slice(0, 1)
      .flatMap(({ requests: at, cost }) => [
        `<path class="guide" d="M${round(x(at))},${plot.bottom}V${round(y(cost))}"/>`,
        `<text class="note" text-anchor="end" x="${round(x(at) - 8)}" y="${plot.bottom - 10}">${escape(note)}</text>`,
      ]),
    ...byWeight.map(({ kind, path }) => `<path class="curve ${kind}" d="${path}"/>`),
    ...byWeight.flatMap(({ kind, mark, marked }) => marked.map(([cx, cy]) => markAt(cx, cy, kind, mark))),
    ...crossings.map(
      ({ requests: at, cost }) =>
        `<circle class="crossing" cx="${round(x(at))}" cy="${round(y(cost))}" r="4.5"/>`,
    ),
    ...drawn.flatMap(({ kind, mark, name, end }, i) => [
      `<path class="lead ${kind}" d="M${plot.right + 2},${round(end)}L${plot.right + 14},${round(labels[i]!)}"/>`,
      markAt(plot.right + 22, labels[i]!, kind, mark),
      `<text class="label ${kind}" x="${plot.right + 32}" y="${round(labels[i]! + 4)}">${escape(name)}</text>`,
    ]),
    "</svg>",
  ].join("\n")}\n`;
}

/** Shapes around a point that are told apart in any colour: circle, square, triangles, diamond, cross. */
const shapes = [
  "m-4,0a4,4 0 1 0 8,0a4,4 0 1 0 -8,0z",
  "m-3.6,-3.6h7.2v7.2h-7.2z",
  "m0,-4.8l4.6,8h-9.2z",
  "m0,-5.2l4.6,5.2l-4.6,5.2l-4.6,-5.2z",
  "m0,4.8l4.6,-8h-9.2z",
  "m-4,0h8m-4,-4v8",
];

const markAt = (cx: number, cy: number, kind: Curve["kind"], mark: number): string =>
  `<path class="mark ${kind}" d="M${round(cx)},${round(cy)}${shapes[mark % shapes.length]!}"/>`;

const weight: Readonly<Record<Curve["kind"], number>> = { egress: 0, balancer: 1, own: 2 };

const light = {
  paper: "#ffffff",
  ink: "#1f2328",
  quiet: "#59636e",
  grid: "#d9dee3",
  own: "#0550ae",
  egress: "#6ea8e8",
  balancer: "#bc4c00",
};
const dark: typeof light = {
  paper: "#0d1117",
  ink: "#f0f6fc",
  quiet: "#9198a1",
  grid: "#2b3138",
  own: "#79c0ff",
  egress: "#3f73b3",
  balancer: "#f0883e",
};

/** Written out for each: not every viewer of pictures knows variables. */
const colours = ({ paper, ink, quiet, grid, own, egress, balancer }: typeof light): string[] => [
  `.paper,.crossing,.mark{fill:${paper}}`,
  `text{fill:${quiet}}`,
  `.title,.note,.label.egress{fill:${ink}}`,
  `.guide{stroke:${quiet}}.grid{stroke:${grid}}.crossing{stroke:${ink}}`,
  `.own{stroke:${own}}.egress{stroke:${egress}}.balancer{stroke:${balancer}}`,
  `.label.own{fill:${own}}.label.balancer{fill:${balancer}}`,
];

const style = [
  "text{font:13px -apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Helvetica,Arial,sans-serif}",
  ".title{font-size:17px;font-weight:600}",
  ".guide{fill:none;stroke-dasharray:2 3}",
  ".grid{fill:none}",
  ".curve{fill:none;stroke-width:2}",
  ".lead{fill:none;opacity:.6}",
  ".mark{stroke-width:1.8}",
  ".curve.own{stroke-width:3.5}.curve.balancer{stroke-dasharray:7 4}",
  ".label.own{font-weight:600}",
  ".crossing{stroke-width:2}",
  ...colours(light),
  ".label{stroke:none}",
  "@media (prefers-color-scheme:dark){",
  ...colours(dark),
  ".label{stroke:none}}",
].join("\n");

/** Heights for labels, near those wanted and none over another. */
function spread(wanted: readonly number[]): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  // Down from the top, then back up from the bottom where that pushed one out of the picture.
  order.forEach((i, rank) => {
    if (rank > 0) placed[i] = Math.max(placed[i]!, placed[order[rank - 1]!]! + labelGap);
  });
  [...order].reverse().forEach((i, rank, reversed) => {
    const below = rank === 0 ? plot.bottom + labelGap : placed[reversed[rank - 1]!]!;
    placed[i] = Math.min(placed[i]!, below - labelGap);
  });
  return placed;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
