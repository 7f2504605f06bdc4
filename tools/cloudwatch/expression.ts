/**
 * Metric math, as far as this project's alarms, policies and dashboard use it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
import jsep from "jsep";
import type { Series } from "./store";

type Value = number | Series | readonly Series[];

// CloudWatch writes them in words as well.
jsep.addBinaryOp("AND", 2);
jsep.addBinaryOp("OR", 1);
jsep.addUnaryOp("NOT");

/**
 * @param series what each id stands for, all of one length
 * @param period seconds between two points
 * @returns one series
 * @throws Error for what CloudWatch, or this, does not understand
 */
export function evaluate(expression: string, series: Readonly<Record<string, Series>>, period = 60): Series {
  const length = Object.values(series)[0]?.length ?? 0;
  const refuse = (why: string): never => {
    throw new Error(`${expression}: ${why}`);
  };
  const value = (node: jsep.Expression): Value => {
    switch (node.type) {
      case "Literal":
        return (node as jsep.Literal).value as number;
      case "Identifier": {
        const { name } = node as jsep.Identifier;
        return series[name] ?? refuse(`nothing has the id ${name}`);
      }
      case "UnaryExpression": {
        const { operator, argument } = node as jsep.UnaryExpression;
        if (operator !== "-") return refuse(`no operator ${operator}`);
        return pointwise([value(argument)], ([a]) => -a!);
      }
      case "BinaryExpression": {
        const { operator, left, right } = node as jsep.BinaryExpression;
        const of = operators[operator] ?? refuse(`no operator ${operator}`);
        return pointwise([value(left), value(right)], ([a, b]) => of(a!, b!));
      }
      case "ArrayExpression":
        return (node as jsep.ArrayExpression).elements.map((element) => asSeries(value(element!)));
      case "CallExpression": {
        const { callee, arguments: args } = node as jsep.CallExpression;
        return call((callee as jsep.Identifier).name, args);
      }
      default:
        return refuse(`${node.type} is not understood`);
    }
  };
  const fill = (one: Series, by: jsep.Expression): Series => {
    // What has no value at all in the range has nothing to be filled: the less kind of the two readings of AWS's words.
    if (one.every((point) => point === undefined)) return one;
    if ((by as jsep.Identifier).name === "REPEAT") return repeat(one);
    const instead = value(by) as number;
    return one.map((point) => point ?? instead);
  };
  const call = (name: string, args: jsep.Expression[]): Value => {
    if (name === "FILL") {
      const [what, by] = args;
      const given = value(what!);
      if (Array.isArray(given) && given.some(Array.isArray))
        return (given as readonly Series[]).map((one) => fill(one, by!));
      return fill(asSeries(given), by!);
    }
    if (name === "METRICS") {
      const part = args.length === 0 ? "" : ((args[0] as jsep.Literal).value as string);
      return Object.entries(series).flatMap(([id, one]) => (id.includes(part) ? [one] : []));
    }
    if (name === "PERIOD") return period;
    const values = args.map(value);
    if (name === "IF") {
      const [condition, then, otherwise] = values;
      return pointwise(
        [condition!, then!, otherwise!],
        ([c, t, o]) => (c === undefined ? undefined : c !== 0 ? t : o),
        false,
      );
    }
    if (name === "TIME_SERIES") return asSeries(values[0]!);
    const fold = folds[name] ?? refuse(`no function ${name}`);
    const [only] = values;
    if (Array.isArray(only) && only.some(Array.isArray)) {
      // Over several series a point is missing only where all miss it.
      const all = only as readonly Series[];
      return Array.from({ length }, (_, i) => {
        const points = all.flatMap((one) => one[i] ?? []);
        return points.length === 0 ? undefined : fold(points);
      });
    }
    const points = asSeries(only!).flatMap((point) => point ?? []);
    return points.length === 0 ? asSeries(NaN) : fold(points);
  };
  /** Where one side has no point the result has none. */
  const pointwise = (
    values: readonly Value[],
    of: (points: (number | undefined)[]) => number | undefined,
    strict = true,
  ): Value => {
    if (values.every((one) => typeof one === "number")) return of(values as number[]) ?? NaN;
    const all = values.map(asSeries);
    return Array.from({ length }, (_, i) => {
      const points = all.map((one) => one[i]);
      if (strict && points.some((point) => point === undefined)) return undefined;
      const result = of(points);
      // A division by nothing is no point.
      return result === undefined || !Number.isFinite(result) ? undefined : result;
    });
  };
  const asSeries = (one: Value): Series => {
    if (typeof one === "number") return Array.from({ length }, () => (Number.isNaN(one) ? undefined : one));
    if (one.some(Array.isArray)) return refuse("several series, where one is wanted");
    return one as Series;
  };
  const result = value(jsep(expression));
  return asSeries(result);
}

const bool = (holds: boolean): number => (holds ? 1 : 0);

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "<": (a, b) => bool(a < b),
  ">": (a, b) => bool(a > b),
  "<=": (a, b) => bool(a <= b),
  ">=": (a, b) => bool(a >= b),
  "==": (a, b) => bool(a === b),
  "!=": (a, b) => bool(a !== b),
  "&&": (a, b) => bool(a !== 0 && b !== 0),
  "||": (a, b) => bool(a !== 0 || b !== 0),
  AND: (a, b) => bool(a !== 0 && b !== 0),
  OR: (a, b) => bool(a !== 0 || b !== 0),
};

const sum = (points: readonly number[]): number => points.reduce((a, b) => a + b, 0);

const folds: Readonly<Record<string, (points: readonly number[]) => number>> = {
  SUM: sum,
  AVG: (points) => sum(points) / points.length,
  MIN: (points) => Math.min(...points),
  MAX: (points) => Math.max(...points),
};

function repeat(points: Series): Series {
  let last: number | undefined;
  return points.map((point) => (last = point ?? last));
}
