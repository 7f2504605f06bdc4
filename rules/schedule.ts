/**
 * Expressions of EventBridge Scheduler and of Application Auto Scaling's scheduled actions: which ones they take, and how often
 * they run.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */

/** The forms there are, in the words of messages. */
export const scheduleForms =
  "cron(minutes hours day-of-month month day-of-week year), rate(n minutes, hours or days), at(yyyy-mm-ddThh:mm:ss)";

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html; a scheduled action takes more. */
const longestExpression = 256;
const longestTimezone = 50;

/** What is wrong with an expression, or undefined. */
export function scheduleProblem(expression: string): { allowed: string; fix: string } | undefined {
  if (expression.length > longestExpression)
    return { allowed: `${longestExpression} characters`, fix: "write fewer values, or two expressions" };
  const [, form, inner] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  switch (form) {
    case "rate":
      return rateProblem(inner!);
    case "at":
      return momentOf(inner!) === undefined
        ? {
            allowed: "at(yyyy-mm-ddThh:mm:ss) with a date that exists",
            fix: "write it as at(2030-01-31T03:00:00); the timezone stands beside it",
          }
        : undefined;
    case "cron": {
      const parsed = parseCron(inner!);
      return "allowed" in parsed ? parsed : undefined;
    }
    case undefined:
    default:
      return { allowed: scheduleForms, fix: "write for example cron(0 3 * * ? *), or rate(1 hour)" };
  }
}

/** What is wrong with a timezone, or undefined. Scheduler takes names of the IANA database. */
export function timezoneProblem(timezone: string): { allowed: string; fix: string } | undefined {
  const named = timezone.length <= longestTimezone && /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(timezone);
  if (named && isKnown(timezone)) return undefined;
  return {
    allowed: "a name of the IANA time zone database, such as Europe/London",
    fix: "use its name; an offset or an abbreviation would not follow daylight saving time",
  };
}

function isKnown(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether an expression never runs from now on: a moment that is over, or a cron of whose years no day is left. What comes today
 * may be over: its hours are not looked at.
 *
 * @param timezone a name that {@link timezoneProblem} has nothing against
 */
export function hasPassed(expression: string, timezone: string, now: Date): boolean {
  const [, form, inner = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  const there = clockIn(timezone, now);
  if (form === "at") return momentOf(inner) !== undefined && inner < there;
  if (form !== "cron") return false;
  const parsed = parseCron(inner);
  if ("allowed" in parsed) return false;
  const [year, month, day] = there.split(/[-T]/).map(Number) as [number, number, number];
  // Leap years are eight apart at most.
  const left = [...parsed.years].map(Number).filter((each) => each >= year);
  const days = daysOf(parsed, left.sort((a, b) => a - b).slice(0, 9));
  const today = [year, month, day] as const;
  return !days.some((date) => numberOf(date) >= numberOf(today));
}

const numberOf = ([year, month, day]: readonly [number, number, number]): number =>
  (year * 100 + month) * 100 + day;

/** What a clock shows there, as `at()` has it. */
function clockIn(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone, calendar: "gregory", hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
  }).formatToParts(now);
  const of = (type: string): string => parts.find((part) => part.type === type)!.value;
  return `${of("year").padStart(4, "0")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of("second")}`;
}

/** The same for two that come at the same times, however they are written. Of one that is wrong it is the text. */
export function sameTimes(expression: string, timezone: string): string {
  const zone = timezoneProblem(timezone)
    ? timezone
    : new Intl.DateTimeFormat("en", { timeZone: timezone }).resolvedOptions().timeZone;
  const [, form, inner = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (form === "rate") {
    const rate = rateOf(inner);
    // It has no hour of its own, so it has no timezone.
    return rate ? `rate ${rate.amount * rate.minutes}` : expression;
  }
  const parsed = form === "cron" ? parseCron(inner) : undefined;
  if (parsed === undefined || "allowed" in parsed) return `${expression} ${zone}`;
  const sorted = parsed.fields.map((values) => [...values].map(String).sort().join());
  return `cron ${sorted.join(" ")} ${zone}`;
}

/** How often an expression runs in a month on average, in the years in which it runs; once for a single moment. */
export function runsAMonth(expression: string): number {
  const [, form, inner = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (form === "rate") {
    const { amount, minutes } = rateOf(inner)!;
    return minutesAMonth / (amount * minutes);
  }
  if (form !== "cron") return 1;
  const parsed = parseCron(inner);
  if ("allowed" in parsed) return 0;
  const [minutes, hours] = parsed.fields;
  return (daysOf(parsed, years).length * minutes.size * hours.size) / months;
}

/** A month of 730 hours, as AWS's own calculator counts it. */
const minutesAMonth = 730 * 60;

const units: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

function rateOf(inner: string): { amount: number; minutes: number } | undefined {
  const [, digits, unit, plural] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  if (digits === undefined) return undefined;
  const amount = Number(digits);
  // Scheduler's guide has the plural alone, its API reference both; more than one in the singular has neither.
  return amount > 1 && plural === "" ? undefined : { amount, minutes: units[unit!]! };
}

const rateProblem = (inner: string): { allowed: string; fix: string } | undefined =>
  rateOf(inner)
    ? undefined
    : {
        allowed: "rate(n minutes, hours or days) with a whole number from 1 on",
        fix: "write for example rate(15 minutes)",
      };

/** The moment as if it were in UTC; undefined for a date that does not exist. */
function momentOf(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text)) return undefined;
  const moment = new Date(`${text}Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text) ? moment : undefined;
}

interface Field {
  name: string;
  from: number;
  to: number;
  names?: readonly string[];
  /** Forms beside numbers, lists, ranges and `*`. */
  special?: RegExp;
  /** Whether `/` is allowed. */
  steps: boolean;
}

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const fields: readonly Field[] = [
  { name: "minutes", from: 0, to: 59, steps: true },
  { name: "hours", from: 0, to: 23, steps: true },
  { name: "day-of-month", from: 1, to: 31, special: /^(L|\d{1,2}W)$/, steps: true },
  { name: "month", from: 1, to: 12, names: monthNames, steps: true },
  { name: "day-of-week", from: 1, to: 7, names: dayNames, special: /^(L|[1-7]L|[1-7]#[1-5])$/, steps: false },
  { name: "year", from: 1970, to: 2199, steps: true },
];

type Values = ReadonlySet<number | string>;
interface Cron {
  /** The values of each field, special ones as they are written, `?` as everything. */
  fields: readonly [Values, Values, Values, Values, Values, Values];
  years: Values;
}

/** Years that are looked through for days: a leap year among them. */
const years = [2025, 2026, 2027, 2028];
const months = years.length * 12;

function parseCron(inner: string): Cron | { allowed: string; fix: string } {
  const texts = inner.split(" ");
  if (texts.length !== fields.length)
    return {
      allowed: "six fields with one space between: cron(minutes hours day-of-month month day-of-week year)",
      fix: `write six instead of ${texts.filter((text) => text !== "").length}: unlike crontab's it ends with the year`,
    };
  const [, , dayOfMonth, , dayOfWeek] = texts as [string, string, string, string, string, string];
  if ((dayOfMonth === "?") === (dayOfWeek === "?"))
    return {
      allowed: "? in exactly one of day-of-month and day-of-week",
      fix: dayOfMonth === "?" ? "write * in one of them" : "write ? in the one that does not matter",
    };
  const parsed: Values[] = [];
  for (const [i, field] of fields.entries()) {
    const values = texts[i] === "?" ? everything(field) : valuesOf(texts[i]!, field);
    if (values === undefined || (texts[i] === "?" && field.special === undefined))
      return {
        allowed: `${field.name}: ${field.from}–${field.to}${field.names ? ` or ${field.names[0]}–${field.names.at(-1)}` : ""}, as lists, rising ranges${field.steps ? ", steps" : ""} or *`,
        fix: `correct ${texts[i] || "the empty field"}`,
      };
    parsed.push(values);
  }
  const cron = { fields: parsed as unknown as Cron["fields"], years: parsed[5]! };
  return daysOf(cron, years).length === 0
    ? { allowed: "a day that comes", fix: "no month has this day: correct it" }
    : cron;
}

/** The days of these years that have its month, its day and its weekday, as year, month and day. */
function daysOf(
  { fields: [, , inMonth, inYear, inWeek] }: Cron,
  of: readonly number[],
): [number, number, number][] {
  const days: [number, number, number][] = [];
  for (const year of of)
    for (let month = 1; month <= 12; month += 1) {
      if (!inYear.has(month)) continue;
      for (let day = 1; day <= lengthOf(year, month); day += 1)
        if (isIn(inMonth, year, month, day) && isInWeek(inWeek, year, month, day))
          days.push([year, month, day]);
    }
  return days;
}

const everything = ({ from, to }: Field): Set<number | string> =>
  new Set(Array.from({ length: to - from + 1 }, (_, i) => from + i));

/** The values of a field, special ones as they are written; undefined where one is wrong. */
function valuesOf(text: string, field: Field): Set<number | string> | undefined {
  const values = new Set<number | string>();
  for (const part of text.split(",")) {
    if (field.special?.test(part)) {
      values.add(part);
      continue;
    }
    const [, whole, step] = /^(.+?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (whole === undefined || (step !== undefined && (!field.steps || Number(step) < 1))) return undefined;
    const [first, last, ...rest] =
      whole === "*" ? [field.from, field.to] : whole.split("-").map(number(field));
    const isRange = whole.includes("-");
    if (first === undefined || rest.length > 0 || Number.isNaN(first) || Number.isNaN(last ?? 0))
      return undefined;
    // A range with a step is nowhere documented.
    if (isRange && step !== undefined) return undefined;
    const end = last ?? (step === undefined ? first : field.to);
    if (first < field.from || end > field.to || end < first || Number(step ?? 1) > field.to) return undefined;
    for (let value = first; value <= end; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

const number =
  ({ names = [], from }: Field) =>
  (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    return named >= 0 ? from + named : /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  };

const lengthOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** 1 for Sunday, as the expressions count. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

function isIn(wanted: ReadonlySet<number | string>, year: number, month: number, day: number): boolean {
  const length = lengthOf(year, month);
  return [...wanted].some((value) => {
    if (value === "L") return day === length;
    if (typeof value === "string") return day === nearestWorkday(year, month, parseInt(value, 10));
    return value === day;
  });
}

/** `3W`: the working day nearest to the 3rd, within the month. */
function nearestWorkday(year: number, month: number, wanted: number): number | undefined {
  const length = lengthOf(year, month);
  if (wanted < 1 || wanted > length) return undefined;
  const weekday = weekdayOf(year, month, wanted);
  if (weekday === 7) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekday === 1) return wanted < length ? wanted + 1 : wanted - 2;
  return wanted;
}

function isInWeek(wanted: ReadonlySet<number | string>, year: number, month: number, day: number): boolean {
  const weekday = weekdayOf(year, month, day);
  return [...wanted].some((value) => {
    if (typeof value === "number") return value === weekday;
    if (value === "L") return weekday === 7;
    const [, which, nth] = /^(\d)(?:#(\d)|L)$/.exec(value)!;
    if (Number(which) !== weekday) return false;
    return nth === undefined ? day + 7 > lengthOf(year, month) : Math.ceil(day / 7) === Number(nth);
  });
}
