/** How a task's phase is shown: in a word, and by a mark that is told apart without its colour. */
import { svg } from "./dom.js";

/** @typedef {import("../shown.js").Phase} Phase */

/** @type {Record<Phase, { word: string, path: string, full?: boolean }>} */
export const phases = {
  starting: { word: "starting", path: "M6 2.2a3.8 3.8 0 0 1 3.8 3.8M6 9.8A3.8 3.8 0 0 1 2.2 6" },
  running: {
    word: "running, not healthy yet",
    path: "M6 2.2a3.8 3.8 0 1 0 0 7.6a3.8 3.8 0 1 0 0-7.6M6 2.2v7.6",
  },
  healthy: { word: "healthy, not found yet", path: "M6 2.2a3.8 3.8 0 1 0 0 7.6a3.8 3.8 0 1 0 0-7.6" },
  discoverable: {
    word: "healthy, discoverable",
    path: "M6 2.2a3.8 3.8 0 1 0 0 7.6a3.8 3.8 0 1 0 0-7.6",
    full: true,
  },
  unhealthy: { word: "unhealthy", path: "M3 3l6 6M9 3l-6 6" },
  draining: { word: "draining", path: "M6 2v8M3 7l3 3l3-3" },
  stopped: { word: "stopped", path: "M2.5 6h7" },
};

/** @param {Phase} phase */
export const mark = (phase) =>
  svg("path", { class: `mark${phases[phase].full ? " full" : ""}`, d: phases[phase].path });

/** @param {Phase} phase */
export const icon = (phase) =>
  svg("svg", { class: `icon ${phase}`, viewBox: "0 0 12 12", "aria-hidden": "true" }, mark(phase));
