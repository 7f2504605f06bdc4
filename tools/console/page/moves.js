/** Requests on their way through the picture, and where they end. */
import { attribute, svg } from "./dom.js";
import { arrowOf, moving, nodeOf } from "./picture.js";

/** @typedef {import("../shown.js").ShownRequest} Request */

const still = matchMedia("(prefers-reduced-motion: reduce)");
/** Dots at a time: more are a stream, which the arrow shows. */
const mostDots = 24;
const pixelsPerSecond = 520;
/** @type {{ dot: SVGElement, edges: SVGPathElement[], length: number, began: number, request: Request }[]} */
let dots = [];

/**
 * Each request is a dot on its way, as far as there are not too many.
 *
 * @param {readonly Request[]} requests
 */
export function move(requests) {
  for (const request of requests) if (request.end !== undefined) hurt(request.end);
  const layer = moving();
  if (!layer || still.matches || document.hidden) return;
  for (const request of requests.slice(-8)) {
    const edges = request.way.flatMap((name) => arrowOf(name) ?? []);
    if (dots.length >= mostDots || edges.length === 0) continue;
    const dot = svg("circle", { class: "dot", r: "4.5" });
    layer.append(dot);
    const length = edges.reduce((sum, edge) => sum + edge.getTotalLength(), 0);
    dots.push({ dot, edges, length, began: performance.now(), request });
    if (dots.length === 1) requestAnimationFrame(step);
  }
}

/** @param {number} now */
function step(now) {
  dots = dots.filter(({ dot, edges, length, began, request }) => {
    let way = (Math.max(0, now - began) / 1000) * pixelsPerSecond;
    if (way >= length || !dot.isConnected) {
      dot.remove();
      return false;
    }
    if (request.hop !== undefined && way > length - 40) dot.classList.add("failed");
    for (const edge of edges) {
      const own = edge.getTotalLength();
      if (way <= own) {
        const { x, y } = edge.getPointAtLength(way);
        attribute(dot, { cx: `${x}`, cy: `${y}` });
        break;
      }
      way -= own;
    }
    return true;
  });
  if (dots.length > 0) requestAnimationFrame(step);
}

/** @type {Map<string, number>} */
const hurting = new Map();

/**
 * A box where a request ended stands out for a moment.
 *
 * @param {string} id
 */
function hurt(id) {
  nodeOf(id)?.classList.add("hurt");
  clearTimeout(hurting.get(id));
  hurting.set(
    id,
    setTimeout(() => nodeOf(id)?.classList.remove("hurt"), 3000),
  );
}
