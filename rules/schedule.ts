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

/** How often an expression runs in a month on average, in the years in which it runs; once for a single moment. */
export function runsAMonth(expression: string): number {
  const [, form, inner = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (form === "rate") {
    const { amount, minutes } = rateOf(inner)!;
    return minutesAMonth / (amount * minutes);
  }
  if (form !== "cron") return 1;
  const parsed = parseCron(inner);
  return "allowed" in parsed ? 0 : (parsed.days * parsed.minutes * parsed.hours) / months;
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

interface Cron {
  minutes: number;
  hours: number;
  /** Days on which it runs, in {@link months}. */
  days: number;
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
  const parsed: Set<number | string>[] = [];
  for (const [i, field] of fields.entries()) {
    const values = texts[i] === "?" ? everything(field) : valuesOf(texts[i]!, field);
    if (values === undefined || (texts[i] === "?" && field.special === undefined))
      return {
        allowed: `${field.name}: ${field.from}–${field.to}${field.names ? ` or ${field.names[0]}–${field.names.at(-1)}` : ""}, as lists, rising ranges${field.steps ? ", steps" : ""} or *`,
        fix: `correct ${texts[i] || "the empty field"}`,
      };
    parsed.push(values);
  }
  const [minutes, hours, inMonth, inYear, inWeek] = parsed as [
    Set<number | string>,
    Set<number | string>,
    Set<number | string>,
    Set<number | string>,
    Set<number | string>,
  ];
  let days = 0;
  for (const year of years)
    for (let month = 1; month <= 12; month += 1) {
      if (!inYear.has(month)) continue;
      for (let day = 1; day <= lengthOf(year, month); day += 1)
        if (isIn(inMonth, year, month, day) && isInWeek(inWeek, year, month, day)) days += 1;
    }
  if (days === 0) return { allowed: "a day that comes", fix: "no month has this day: correct it" };
  return { minutes: minutes.size, hours: hours.size, days };
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
