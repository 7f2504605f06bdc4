/**
 * A moment as the AWS CLI prints it: version 2 in ISO 8601, version 1 in seconds.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html (cli_timestamp_format)
 */
export type Moment = string | number;

export function momentOf(value: Moment | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const date = new Date(typeof value === "number" ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** In milliseconds of the epoch; 0 where there is none. */
export const timeOf = (value: Moment | undefined): number => momentOf(value)?.getTime() ?? 0;

export const isoOf = (value: Moment | undefined): string | undefined => momentOf(value)?.toISOString();
