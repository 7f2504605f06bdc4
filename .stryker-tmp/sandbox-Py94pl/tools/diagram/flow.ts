/** Rows and columns of boxes: how large they are together, and where each one goes. */
// @ts-nocheck


export interface Placed {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Something with a size that can be put somewhere. */
export interface Item {
  width: number;
  height: number;
  /** Writes down where each of its boxes is, by id. */
  put(x: number, y: number, places: Map<string, Placed>): void;
}

/** One box. */
export const leaf = (id: string, width: number, height: number): Item => ({
  width,
  height,
  put: (x, y, places) => void places.set(id, { x, y, width, height }),
});

/** Below each other, at the left. Empty ones take no room. */
export function column(gap: number, items: readonly Item[]): Item {
  const full = items.filter(({ height }) => height > 0);
  return {
    width: Math.max(0, ...full.map(({ width }) => width)),
    height: sum(full.map(({ height }) => height)) + gap * Math.max(0, full.length - 1),
    put: (x, y, places) => {
      let top = y;
      for (const item of full) {
        item.put(x, top, places);
        top += item.height + gap;
      }
    },
  };
}

/** Beside each other, at the top. Empty ones take no room. */
export function row(gap: number, items: readonly Item[]): Item {
  const full = items.filter(({ width }) => width > 0);
  return {
    width: sum(full.map(({ width }) => width)) + gap * Math.max(0, full.length - 1),
    height: Math.max(0, ...full.map(({ height }) => height)),
    put: (x, y, places) => {
      let left = x;
      for (const item of full) {
        item.put(left, y, places);
        left += item.width + gap;
      }
    },
  };
}

/** With room to the left and above. */
export const inset = (left: number, top: number, item: Item): Item => ({
  width: item.width === 0 ? 0 : item.width + left,
  height: item.height === 0 ? 0 : item.height + top,
  put: (x, y, places) => item.put(x + left, y + top, places),
});

/** At least so wide. */
export const atLeast = (width: number, item: Item): Item => ({ ...item, width: Math.max(width, item.width) });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
