/** The access log's lines of requests that failed a short while ago. */
import { type Answer, type Asking, map } from "../aws/ask";
import type { LogEvent } from "../aws/shapes";
import type { Expected } from "./expected";
import type { AccessLine } from "./seen";

/** Minutes that are looked back. */
export const accessMinutes = 15;

/** What is the caller's to mend is left out, but for who is let in: a scanner's 404 says nothing. */
const pattern = '{ ($.status = "5*") || ($.status = "401") || ($.status = "403") || ($.status = "429") }';

export async function lookAtLog(
  asking: Asking,
  { accessLog }: Expected,
  now: number,
): Promise<Answer<AccessLine[]> | undefined> {
  if (accessLog === undefined) return undefined;
  const answer = await asking.ask<{ events?: LogEvent[] }>(
    ...["logs", "filter-log-events", "--log-group-name", accessLog, "--filter-pattern", pattern],
    ...["--start-time", String(now - accessMinutes * 60_000), "--max-items", "200"],
  );
  return map(answer, ({ events = [] }) =>
    events.flatMap(({ message, timestamp }) => read(message, timestamp)),
  );
}

function read(message: string | undefined, timestamp: number | undefined): AccessLine[] {
  try {
    const line = JSON.parse(message ?? "") as AccessLine;
    return [{ ...line, ...(timestamp !== undefined && { at: timestamp }) }];
  } catch {
    return [];
  }
}
