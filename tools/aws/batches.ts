/** How many AWS takes at once: the pages of each call below https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ and of API_DescribeAlarms. */
export const atOnce = { services: 10, tasks: 100, alarms: 100 } as const;

export function* batches<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let first = 0; first < all.length; first += size) yield all.slice(first, first + size);
}
