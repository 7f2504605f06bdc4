/** The widgets of a dashboard, as AWS writes them, and how they are put into its grid. */

/** `[namespace, name, dimension, value, …, options]`, or `[options]` of an expression. */
export type MetricLine = readonly (string | MetricOptions | ExpressionOptions)[];

export interface MetricOptions {
  stat: string;
  id?: string;
  label?: string;
  /** Read by an expression alone. */
  visible?: false;
  period?: number;
  yAxis?: "left" | "right";
  color?: string;
}

export interface ExpressionOptions {
  expression: string;
  id: string;
  label?: string;
  visible?: false;
  yAxis?: "left" | "right";
  color?: string;
}

interface Axis {
  min?: number;
  max?: number;
  label?: string;
  showUnits?: false;
}

export interface MetricProperties {
  title: string;
  region: string;
  view: "timeSeries" | "singleValue";
  stacked?: boolean;
  /** Seconds. */
  period: number;
  metrics: readonly MetricLine[];
  yAxis?: { left?: Axis; right?: Axis };
  annotations?: { horizontal: readonly { label: string; value: number; color?: string }[] };
}

export interface LogProperties {
  title: string;
  region: string;
  view: "timeSeries";
  stacked: boolean;
  query: string;
}

export interface AlarmProperties {
  title: string;
  alarms: readonly string[];
  /** Those in ALARM first. */
  sortBy: "stateUpdatedTimestamp";
}

export interface TextProperties {
  markdown: string;
}

interface Size {
  width: number;
  height: number;
}

export interface MetricWidget extends Size {
  type: "metric";
  properties: MetricProperties;
}

export type Widget =
  | MetricWidget
  | (Size & { type: "log"; properties: LogProperties })
  | (Size & { type: "alarm"; properties: AlarmProperties })
  | (Size & { type: "text"; properties: TextProperties });

export type Placed = Widget & { x: number; y: number };

export const isMetric = <T extends Widget>(widget: T): widget is T & MetricWidget => widget.type === "metric";

/** The metrics among a widget's lines: the others are expressions. */
export const metricsOf = (properties: Widget["properties"]): readonly MetricLine[] =>
  "metrics" in properties ? properties.metrics.filter(([first]) => typeof first === "string") : [];

/** Puts each row below the one before, and its widgets side by side. */
export function rows(all: readonly (readonly Widget[])[]): Placed[] {
  let y = 0;
  return all.flatMap((row) => {
    let x = 0;
    const placed = row.map((widget): Placed => {
      const here = { x, y };
      x += widget.width;
      return { ...here, ...widget };
    });
    y += Math.max(0, ...row.map(({ height }) => height));
    return placed;
  });
}

/** As Amazon's own dashboards have them. */
export const colors = {
  red: "#d62728",
  orange: "#ff7f0e",
  green: "#2ca02c",
  blue: "#1f77b4",
  grey: "#7f7f7f",
} as const;

/** Seconds: what API Gateway and ECS send. */
export const minute = 60;

export const text = (markdown: string, size: Size): Widget => ({
  type: "text",
  ...size,
  properties: { markdown },
});

/** A metric by its dimensions. */
export const line = (
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
  options: MetricOptions,
): MetricLine => [namespace, name, ...Object.entries(dimensions).flat(), options];

export const expression = (options: ExpressionOptions): MetricLine => [options];
