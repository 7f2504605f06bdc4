import { parse, ScalarTag, Tags, YAMLParseError } from "yaml";
import { UserError } from "../config/problems";
import { printable } from "../config/printed";

/**
 * YAML as Pulumi reads it, with Go's yaml.v3, which takes more for numbers and moments than YAML 1.2 does: `010` is 8, a date
 * without quotes becomes a moment. Otherwise a stack would be one thing here and another when it is deployed.
 * https://github.com/go-yaml/yaml/blob/v3/resolve.go
 *
 * @param name of the file, for messages
 * @throws UserError in one line, for what Pulumi would not read either
 */
export function parseYaml(text: string, name: string): unknown {
  try {
    const content: unknown = parse(text, {
      prettyErrors: true,
      merge: true,
      // A tag that nobody knows is passed over there as well.
      logLevel: "error",
      customTags: (tags: Tags): Tags => [moment, number, ...tags],
    });
    // An anchor that holds itself could not be handed on.
    JSON.stringify(content);
    return content;
  } catch (error) {
    throw told(error, name);
  }
}

function told(error: unknown, name: string): unknown {
  if (error instanceof YAMLParseError) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    const [reason = ""] = error.message.split(/ at line \d+, column \d+/);
    return new UserError(`${name}, line ${line}, column ${col}: this is no YAML. ${printable(reason)}.`);
  }
  // Of an alias: its anchor is not there, or there are too many.
  if (error instanceof ReferenceError)
    return new UserError(`${name}: this is no YAML. ${printable(error.message)}.`);
  if (error instanceof TypeError && /circular/i.test(error.message))
    return new UserError(`${name}: this is no YAML. An anchor contains itself.`);
  return error;
}

const number: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?\.?\d[\w.+-]*$/,
  resolve: numberOf,
};

/** The number; what is none is text. */
function numberOf(text: string): number | string {
  const plain = text.replace(/_/g, "");
  const [, sign = "", octal, based] = /^([-+]?)(?:0([0-7]+)|(0[xob][\da-f]+))$/i.exec(plain) ?? [];
  const whole = octal === undefined ? based : `0o${octal}`;
  const isDecimal = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(plain);
  const value =
    whole === undefined ? (isDecimal ? Number(plain) : NaN) : Number(whole) * (sign === "-" ? -1 : 1);
  return Number.isFinite(value) ? value : text;
}

const moment: ScalarTag = {
  tag: "tag:yaml.org,2002:timestamp",
  default: true,
  test: /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ]\d{1,2}:\d{1,2}:\d{1,2})/,
  resolve: momentOf,
};

/** The moment as Go writes it; what is none is the text itself. */
function momentOf(text: string): string {
  const shape =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?: |([Tt]))(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?(Z|[-+]\d{2}:\d{2})?)?$/;
  const parts = shape.exec(text);
  if (!parts) return text;
  const [, year = "", month = "", day = "", t, hour = "0", minute = "0", second = "0", fraction = "", zone] =
    parts;
  const two = (digits: string): string => digits.padStart(2, "0");
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = `${two(hour)}:${two(minute)}:${two(second)}`;
  const at = new Date(`${date}T${time}Z`);
  const isMoment = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${date}T${time}`);
  // With a T it has a zone, and without one none.
  if (!isMoment || (t === undefined) !== (zone === undefined)) return text;
  const offset = zone === undefined || zone === "Z" ? "+0000" : zone.replace(":", "");
  return `${date} ${time}${fraction.replace(/\.?0+$/, "")} ${offset} ${offset === "+0000" ? "UTC" : offset}`;
}
