import type { Readable } from "node:stream";

/**
 * What fits into an event of CloudWatch Logs: 262,144 bytes less 26
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html, [H]). The awslogs driver cuts
 * longer lines there ([M] of Docker's, daemon/logger/awslogs/cloudwatchlogs.go).
 */
export const longestLine = 262_118;

const lineFeed = 0x0a;

/**
 * Calls back for each line of a stream, the last one even without its line feed. Longer ones come in pieces, so that no more
 * than a piece is ever kept, and each byte is looked at once.
 */
export function eachLine(stream: Readable, take: (line: string) => void, longest = longestLine): void {
  let kept: Buffer[] = [];
  let size = 0;
  const keep = (part: Buffer): void => {
    kept.push(part);
    size += part.length;
  };
  const flush = (): void => {
    const line = Buffer.concat(kept);
    kept = [];
    size = 0;
    take(line.toString().replace(/\r$/, ""));
  };
  stream.on("data", (chunk: Buffer) => {
    for (let rest = chunk; rest.length > 0;) {
      const end = rest.indexOf(lineFeed);
      const length = end < 0 ? rest.length : end;
      if (size + length > longest) {
        const cut = boundary(rest, longest - size);
        keep(rest.subarray(0, cut));
        rest = rest.subarray(cut);
        flush();
        continue;
      }
      keep(rest.subarray(0, length));
      if (end >= 0) flush();
      rest = rest.subarray(end < 0 ? length : length + 1);
    }
  });
  stream.on("end", () => {
    if (size > 0) flush();
  });
}

/** The last place up to `wanted` that is in no character of UTF-8, which has up to four bytes. */
function boundary(bytes: Buffer, wanted: number): number {
  for (let cut = wanted; cut > 0 && cut > wanted - 4; cut -= 1) {
    if (((bytes[cut] ?? 0) & 0xc0) !== 0x80) return cut;
  }
  return wanted;
}
