/** Lines of applications' logs. */
import type { createColors } from "picocolors";
import { visible, visibleInColor } from "../../rules/visible";
import { wrapLines } from "../plan/columns";

/** What people skip in a line of a log: when, by whom, and that nothing is the matter. */
const skipped = new Set([
  ...["time", "timestamp", "ts", "@timestamp", "asctime", "datetime"],
  ...["logger", "name", "pid", "hostname", "v", "level", "severity", "levelname"],
  ...["message", "msg", "event"],
]);
const isWord = (value: unknown): value is string | number =>
  typeof value === "string" || typeof value === "number";
/** The numbers are those of pino. */
const quiet = /^(?:info|debug|trace|notice|10|20|30)$/i;

/** What a line says of its own weight; undefined where it does not. */
export const levelOf = (entry: Readonly<Record<string, unknown>>): string | undefined => {
  const level = [entry.level, entry.severity, entry.levelname].find(isWord);
  return level === undefined ? undefined : String(level);
};

/**
 * A line of a task's log as people read it; of one that is JSON what they look for in it.
 *
 * @param room columns that there are: what else a line says on which nothing is the matter is cut short there, all else is folded
 */
export function said(line: string, colors: ReturnType<typeof createColors>, room = Infinity): string {
  const entry = parsed(line);
  // Where a text in colours may be folded is not known.
  if (entry === undefined)
    return line.includes("\u001b") ? visibleInColor(line) : wrapLines(visible(line), room, 0);
  const message = [entry.message, entry.msg, entry.event].find((value) => typeof value === "string") ?? "";
  const level = levelOf(entry) ?? "info";
  const isQuiet = quiet.test(level);
  const request = message === "" ? requestOf(entry) : undefined;
  const rest = Object.entries(entry)
    .filter(
      ([key, value]) =>
        !skipped.has(key) && !(request && ofRequest.has(key)) && value !== null && value !== "",
    )
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const text = visible(isQuiet ? (request ?? message) : `${level}: ${request ?? message}`.replace(/: $/, ""));
  const folded = wrapLines(text, room, 0);
  const painted = isQuiet ? folded : colors.yellow(folded);
  const more = visible(rest.join(" "));
  const left = room - text.length - (text === "" ? 0 : 2);
  const cut = left > 8 ? `${more.slice(0, left - 1)}…` : "";
  const shown = more.length <= left ? more : isQuiet ? cut : wrapLines(more, room, 0);
  const joint = more.length > left && !isQuiet ? "\n" : "  ";
  return [painted, shown === "" ? "" : colors.dim(shown)].filter((part) => part !== "").join(joint);
}

const ofRequest = new Set(["method", "path", "status"]);

/** A request, as lines of requests have it. */
function requestOf({ method, path, status }: Readonly<Record<string, unknown>>): string | undefined {
  const isOne = typeof method === "string" && typeof path === "string" && isWord(status);
  return isOne ? `${method} ${path}  ${status}` : undefined;
}

/** The fields of a line that is a JSON object. */
export function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return Object.keys(entry).length > 0 ? entry : undefined;
  } catch {
    return undefined;
  }
}
