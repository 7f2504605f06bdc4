import assert from "node:assert/strict";
import { problemsOf } from "../support/stack";

const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });
const morning = { expression: "cron(0 7 ? * MON-FRI *)", timezone: "Europe/London" };

describe("configuration of scaling", () => {
  const table: [what: string, values: object, problems: string[]][] = [
    [
      "a schedule as crontab writes it, and a zone that does not follow the summer",
      flask({ scaling: { max: 4, schedule: [{ expression: "0 7 * * *", timezone: "London", min: 3 }] } }),
      [
        'services.flask.scaling.schedule.0.expression: got "0 7 * * *". Allowed: cron(minutes hours day-of-month month day-of-week year), rate(n minutes, hours or days), at(yyyy-mm-ddThh:mm:ss). Fix: write for example cron(0 3 * * ? *), or rate(1 hour).',
        'services.flask.scaling.schedule.0.timezone: got "London". Allowed: a name of the IANA time zone database, such as Europe/London. Fix: use its name; an offset or an abbreviation would not follow daylight saving time.',
      ],
    ],
    [
      "more tasks at least than scaling.max",
      flask({ scaling: { max: 4, schedule: [{ ...morning, min: 5 }] } }),
      [
        "services.flask.scaling.schedule.0.min: got 5. Allowed: 4 (scaling.max) or fewer. Fix: write max beside it.",
      ],
    ],
    [
      "fewer tasks at most than scaling.min",
      flask({ scaling: { min: 3, max: 4, schedule: [{ ...morning, max: 2 }] } }),
      [
        "services.flask.scaling.schedule.0.max: got 2. Allowed: 3 (scaling.min) or more. Fix: write min beside it.",
      ],
    ],
    [
      "fewer tasks at most than at least",
      flask({ scaling: { max: 4, schedule: [{ ...morning, min: 6, max: 5 }] } }),
      [
        "services.flask.scaling.schedule.0.max: got 5. Allowed: 6 (its min) or more. Fix: raise it, or lower its min.",
      ],
    ],
    [
      "the same time twice",
      flask({ scaling: { max: 4, schedule: [{ ...morning, min: 3 }, { ...morning, min: 4 }] } }),
      [
        'services.flask.scaling.schedule.1.expression: got "cron(0 7 ? * MON-FRI *)". Allowed: another time than that of services.flask.scaling.schedule.0: which of the two comes last is not known. Fix: take one of them out.',
      ],
    ],
    [
      "no tasks at night",
      flask({ scaling: { max: 4, schedule: [{ ...morning, min: 0 }] } }),
      ["services.flask.scaling.schedule.0.min: got 0. Allowed: 1–1000. Fix: use an allowed value."],
    ],
  ];
  for (const [what, values, problems] of table)
    it(`refuses ${what}`, async () => assert.deepEqual(await problemsOf(values), problems));
});
