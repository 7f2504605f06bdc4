/**
 * Reads log groups on and on, and each line once. CloudWatch has a line some time after it was written, and lines of other
 * streams meanwhile: what was read before is asked for again, a minute of it each time and five minutes now and then, and what
 * was told is known by the event's id. By the events' own times, so that this machine's clock does not matter.
 */
import { type Answer, Asking, type Limits } from "../aws/ask";
import type { Aws } from "../aws/cli";
import type { LogEvent } from "../aws/shapes";
import { type LogLine, lineOf, type LogSource } from "./line";

const minute = 60_000;
/** How far back it is read again: a little each time, and more each so many times. */
const again = { short: minute, long: 5 * minute, each: 10 };
/** Events of one answer, and of one reading. */
const most = { page: 5_000, reading: 50_000 };

export interface Reading {
  /** Those that were not told before, in order. */
  lines: LogLine[];
  /** Sources that could not be read, and why. */
  refused: { source: LogSource; because: string; needs: string | undefined }[];
  /** Log groups that are not there. */
  absent: LogSource[];
  /** Sources that have more than one reading takes. */
  cut: LogSource[];
}

interface Place {
  source: LogSource;
  /** Time of the newest event. */
  newest: number | undefined;
  /** What was told of the time that is read again: its time by its id. */
  told: Map<string, number>;
  readings: number;
  /** Where the last reading left something. */
  resume: number | undefined;
}

export interface TailOptions {
  /** From when on: milliseconds of the epoch. */
  since: number;
  limits: Limits;
}

export class Tail {
  private readonly places: Place[];

  constructor(
    private readonly aws: Aws,
    sources: readonly LogSource[],
    private readonly options: TailOptions,
  ) {
    this.places = sources.map((source) => ({
      ...{ source, newest: undefined, told: new Map<string, number>(), readings: 0, resume: undefined },
    }));
  }

  /** @throws UsageError where there is no AWS CLI */
  async read(): Promise<Reading> {
    // One asks each thing once.
    const asking = new Asking(this.aws, this.options.limits);
    const reading: Reading = { lines: [], refused: [], absent: [], cut: [] };
    await Promise.all(this.places.map((place) => this.readOne(asking, place, reading)));
    reading.lines.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    return reading;
  }

  private async readOne(asking: Asking, place: Place, reading: Reading): Promise<void> {
    const { source } = place;
    const from = this.from(place);
    place.readings += 1;
    let events = 0;
    let last = from;
    let token: string | undefined;
    do {
      const answer = await this.page(asking, source, from, token);
      if (answer.is === "unseen") {
        reading.refused.push({ source, because: answer.because, needs: answer.needs });
        return;
      }
      if (answer.is === "absent") {
        reading.absent.push(source);
        return;
      }
      const { events: found = [], NextToken } = answer.found;
      for (const event of found) {
        const line = lineOf(source, event);
        last = line.at;
        // An application's clock may be ahead: what others write meanwhile would be skipped.
        place.newest = Math.max(place.newest ?? 0, Math.min(line.at, event.ingestionTime ?? line.at));
        if (place.told.has(line.id)) continue;
        place.told.set(line.id, line.at);
        reading.lines.push(line);
      }
      events += found.length;
      token = NextToken;
    } while (token !== undefined && events < most.reading);
    place.resume = token === undefined ? undefined : last;
    if (token !== undefined) reading.cut.push(source);
    this.forget(place);
  }

  private from({ newest, readings, resume }: Place): number {
    const { since } = this.options;
    // Going back would read the same again and come no further.
    if (resume !== undefined) return resume;
    if (newest === undefined) return since;
    return Math.max(since, newest - (readings % again.each === 0 ? again.long : again.short));
  }

  /** What is not read again cannot be told again. */
  private forget({ told, newest = 0 }: Place): void {
    for (const [id, at] of told) if (at < newest - 2 * again.long) told.delete(id);
  }

  private page(
    asking: Asking,
    { group, pattern }: LogSource,
    from: number,
    token: string | undefined,
  ): Promise<Answer<{ events?: LogEvent[]; NextToken?: string }>> {
    return asking.ask(
      ...["logs", "filter-log-events", "--log-group-name", group, "--start-time", String(from)],
      ...(pattern === undefined ? [] : ["--filter-pattern", pattern]),
      ...["--max-items", String(most.page)],
      ...(token === undefined ? [] : ["--starting-token", token]),
    );
  }
}
