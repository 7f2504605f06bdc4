/**
 * How much a run takes: everything, unless ENGINE_SHORT=1; or its share of what is many, ENGINE_PART=1/2, for runs side by side.
 */
export const short = process.env.ENGINE_SHORT === "1";

/** Of the steps of an update one in so many is cut off: ENGINE_EVERY=3. */
export const every = Number(process.env.ENGINE_EVERY ?? 1);
if (!(every >= 1)) throw new Error(`ENGINE_EVERY is ${process.env.ENGINE_EVERY}: write 3, for one in three.`);

const [part = 1, parts = 1] = (process.env.ENGINE_PART ?? "1/1").split("/").map(Number);

if (!(part >= 1 && part <= parts))
  throw new Error(`ENGINE_PART is ${process.env.ENGINE_PART}: write 1/2, for the first half.`);

export const shareOf = <T>(all: readonly T[]): T[] => all.filter((_, i) => (i + 1 - part) % parts === 0);
