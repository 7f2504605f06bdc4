import { type DashboardBody, dashboardLimits, queriesOf } from "../../rules/dashboard";
import {
  type ExpressionOptions,
  type MetricOptions,
  type MetricWidget,
  metricsOf,
  type Placed,
} from "../../rules/dashboard/widgets";
import { alarmsInRow as inRow } from "../../rules/dashboard/texts";
import { type Deployment, ofType } from "../../simulate/deployment";
import { evaluate } from "../cloudwatch/expression";
import type { Series } from "../cloudwatch/store";
import { inAlarm, madeUp, madeUpHops } from "./made-up";

/** A recorded dashboard as a picture, about as CloudWatch shows it, of made-up data: to look at what is where. */

const unit = { x: 50, y: 44 } as const;
const gap = 5;
const banner = 34;
/** Pixels of a letter, on average. */
const letter = { title: 6.9, small: 6.3, tile: 5.7 } as const;
const palette = ["#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22"];

interface Line {
  label: string;
  color: string;
  points: Series;
  right: boolean;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** @throws Error where the stack has no dashboard */
export function dashboardPicture(deployment: Deployment): string {
  const [dashboard] = ofType(deployment, "aws:cloudwatch/dashboard:Dashboard");
  if (!dashboard) throw new Error("This stack has no dashboard.");
  const { widgets } = JSON.parse(dashboard.inputs.dashboardBody as string) as DashboardBody;
  const name = String(dashboard.inputs.dashboardName);
  const width = dashboardLimits.columns * unit.x + 2 * gap;
  const height = banner + Math.max(...widgets.map(({ y, height: tall }) => y + tall)) * unit.y + 2 * gap;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" font-family="Arial, Helvetica, sans-serif" font-size="11">`,
    `<title id="title">The dashboard ${escaped(name)}, drawn from made-up data</title>`,
    `<rect width="${width}" height="${height}" fill="#f2f3f3"/>`,
    label(gap + 6, 23, `${name}: made-up data, drawn by this program and not by CloudWatch`, "#16191f", 15),
    ...widgets.map((widget) => drawn(widget)),
    "</svg>",
    "",
  ].join("\n");
}

function drawn(widget: Placed): string {
  const box = {
    x: gap + widget.x * unit.x + gap / 2,
    y: banner + gap + widget.y * unit.y + gap / 2,
    width: widget.width * unit.x - gap,
    height: widget.height * unit.y - gap,
  };
  const frame = `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="3" fill="#fff" stroke="#d5dbdb"/>`;
  if (widget.type === "text") return frame + prose(box, widget.properties.markdown);
  const { title } = widget.properties;
  const heading = label(box.x + 10, box.y + 19, cut(title, (box.width - 20) / letter.title), "#16191f", 13);
  return `${frame}${heading}${content(box, widget)}`;
}

function content(box: Box, widget: Exclude<Placed, { type: "text" }>): string {
  if (widget.type === "alarm") return tiles(box, widget.properties.alarms);
  if (widget.type === "log") {
    const lines = Object.entries(madeUpHops()).map(([name, points], i) => ({
      ...{ label: name, color: palette[i]!, points, right: false },
    }));
    return graph(box, lines, { stacked: true });
  }
  const { view, stacked = false, annotations, yAxis } = widget.properties;
  const lines = linesOf(widget);
  if (view === "singleValue") {
    const value = lines[0]?.points.filter((point) => point !== undefined).at(-1);
    return (
      label(
        box.x + 20,
        box.y + box.height / 2 + 18,
        value === undefined ? "--" : short(value),
        "#16191f",
        34,
      ) + label(box.x + 20, box.y + box.height / 2 + 40, lines[0]?.label ?? "", "#545b64", 12)
    );
  }
  return graph(box, lines, { stacked, top: yAxis?.left?.max, marks: annotations?.horizontal });
}

/** What is visible, with the numbers that CloudWatch would reckon. */
function linesOf(widget: MetricWidget): Line[] {
  const { metrics, period } = widget.properties;
  const queries = queriesOf(widget);
  const data = new Map(metricsOf(widget.properties).map((line, i) => [line, madeUp(queries[i]!, period)]));
  const named: Record<string, Series> = {};
  for (const [line, points] of data) {
    const { id } = line.at(-1) as MetricOptions;
    if (id !== undefined) named[id] = points;
  }
  // One expression may read another that stands after it.
  const expressions = metrics.flatMap((line) => (data.has(line) ? [] : [line[0] as ExpressionOptions]));
  const read = (id: string): Series => {
    const found = expressions.find((one) => one.id === id);
    if (!found || named[id]) return named[id] ?? [];
    const others = expressions.filter(
      (one) => one !== found && new RegExp(`\\b${one.id}\\b`).test(found.expression),
    );
    const above = Object.fromEntries(others.map((one) => [one.id, read(one.id)]));
    return evaluate(found.expression, { ...named, ...above }, period);
  };
  let next = 0;
  return metrics.flatMap((line) => {
    const options = line.at(-1) as MetricOptions | ExpressionOptions;
    if (options.visible === false) return [];
    const points = data.get(line) ?? read(options.id!);
    const color = options.color ?? palette[next++ % palette.length]!;
    return [{ label: options.label ?? options.id ?? "", color, points, right: options.yAxis === "right" }];
  });
}

function graph(
  box: Box,
  lines: readonly Line[],
  more: {
    stacked: boolean;
    top?: number | undefined;
    marks?: readonly { label: string; value: number; color?: string }[] | undefined;
  },
): string {
  const hasRight = lines.some(({ right }) => right);
  const area = {
    x: box.x + 44,
    y: box.y + 34,
    width: box.width - (hasRight ? 84 : 58),
    height: box.height - 84,
  };
  const marks = more.marks ?? [];
  const stackedLines = more.stacked ? stack(lines) : lines;
  const most = (right: boolean): number =>
    Math.max(
      1e-9,
      ...(right ? [] : marks.map(({ value }) => value)),
      ...stackedLines
        .filter((line) => line.right === right)
        .flatMap(({ points }) => points.map((point) => point ?? 0)),
    );
  const top = { left: more.top ?? round(most(false)), right: round(most(true)) };
  const at = (value: number, right: boolean): number =>
    area.y + area.height * (1 - Math.min(1, value / (right ? top.right : top.left)));
  const path = ({ points, right, color }: Line): string => {
    const step = area.width / Math.max(1, points.length - 1);
    const dots = points.flatMap((point, i) =>
      point === undefined ? [] : [`${fixed(area.x + i * step)},${fixed(at(point, right))}`],
    );
    const fill = more.stacked
      ? `<polygon points="${area.x},${area.y + area.height} ${dots.join(" ")} ${area.x + area.width},${area.y + area.height}" fill="${color}" />`
      : "";
    return `${fill}<polyline points="${dots.join(" ")}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
  };
  const rules = [0, 0.5, 1].map((part) => {
    const y = area.y + area.height * (1 - part);
    return (
      `<line x1="${area.x}" x2="${area.x + area.width}" y1="${y}" y2="${y}" stroke="#eaeded"/>` +
      label(area.x - 6, y + 4, short(top.left * part), "#545b64", 10, "end") +
      (hasRight ? label(area.x + area.width + 5, y + 4, short(top.right * part), "#545b64", 10) : "")
    );
  });
  const times = ["-3 h", "-2 h", "-1 h", "now"].map((text, i) =>
    label(area.x + (area.width * i) / 3, area.y + area.height + 14, text, "#545b64", 10, "middle"),
  );
  const drawnMarks = marks.map(
    ({ value, label: text, color = "#7f7f7f" }) =>
      `<line x1="${area.x}" x2="${area.x + area.width}" y1="${fixed(at(value, false))}" y2="${fixed(at(value, false))}" stroke="${color}" stroke-dasharray="4 3"/>` +
      label(area.x + area.width, at(value, false) - 4, `${text} ${value}`, color, 10, "end"),
  );
  return [
    ...rules,
    ...times,
    ...[...stackedLines].reverse().map(path),
    ...drawnMarks,
    legend({ ...box, y: box.y + box.height - 22 }, lines),
  ].join("");
}

function legend(box: Box, lines: readonly Line[]): string {
  let x = box.x + 12;
  return lines
    .map(({ label: text, color }) => {
      const wide = 20 + text.length * letter.small;
      if (x + wide > box.x + box.width) return "";
      const here = x;
      x += wide + 6;
      return `<rect x="${fixed(here)}" y="${box.y}" width="9" height="9" fill="${color}"/>${label(here + 13, box.y + 8, text, "#16191f", 11)}`;
    })
    .join("");
}

function tiles(box: Box, alarms: readonly string[]): string {
  const width = (box.width - 20) / inRow;
  return alarms
    .map((arn, i) => {
      const name = arn.replace(/^.*:alarm:/, "");
      const x = box.x + 10 + (i % inRow) * width;
      const y = box.y + 30 + Math.floor(i / inRow) * 34;
      const color = inAlarm(name) ? "#d13212" : "#1d8102";
      const text = cut(name, (width - 14) / letter.tile);
      return (
        `<rect x="${fixed(x)}" y="${y}" width="${fixed(width - 6)}" height="28" rx="2" fill="#fff" stroke="${color}"/>` +
        `<rect x="${fixed(x)}" y="${y}" width="5" height="28" fill="${color}"/>${label(x + 11, y + 18, text, "#16191f", 11)}`
      );
    })
    .join("");
}

function prose(box: Box, markdown: string): string {
  const room = Math.floor((box.width - 24) / letter.small);
  let y = box.y + 22;
  return markdown
    .split("\n")
    .flatMap((line) => {
      const isHeading = line.startsWith("#");
      const plain = line
        .replace(/^#+ /, "")
        .replace(/^- /, "• ")
        .replaceAll("**", "")
        .replaceAll(/[`*]/g, "");
      return wrapped(plain, room).map((text) => {
        const drawnText = label(box.x + 12, y, text, "#16191f", isHeading ? 15 : 12);
        y += isHeading ? 24 : 18;
        return drawnText;
      });
    })
    .join("");
}

function wrapped(text: string, room: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    if (last !== "" && last.length + word.length + 1 > room) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

/** Each line upon those before. */
function stack(lines: readonly Line[]): Line[] {
  let below: Series = [];
  return lines.map((line) => {
    const points = line.points.map((point, i) => (point ?? 0) + (below[i] ?? 0));
    below = points;
    return { ...line, points };
  });
}

/** The next number that reads well. */
function round(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((part) => part * size).find((each) => each >= value) ?? value;
}

const short = (value: number): string =>
  value !== 0 && Math.abs(value) < 1 ? value.toPrecision(2) : String(Math.round(value * 10) / 10);
const fixed = (value: number): string => String(Math.round(value * 10) / 10);
const cut = (text: string, room: number): string =>
  text.length > room ? `${text.slice(0, Math.floor(room) - 1)}…` : text;
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function label(x: number, y: number, text: string, color: string, size: number, anchor = "start"): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" font-size="${size}" fill="${color}" text-anchor="${anchor}">${escaped(text)}</text>`;
}
