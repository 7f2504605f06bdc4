/** The stack's picture, live: its tasks, what goes along its arrows, and where requests end. */
import { attribute, byId, say, svg, sync } from "./dom.js";
import { mark } from "./phases.js";

/** @typedef {import("../shown.js").Shown} Shown */
/** @typedef {import("../shown.js").ShownService} Service */
/** @typedef {import("../shown.js").ShownTask} Task */

const frame = byId("picture");
const phone = matchMedia("(max-width: 640px)");
/** @type {{ name: string, root: SVGSVGElement, tasks: SVGElement, rates: SVGElement, flows: SVGElement, cuts: SVGElement, dots: SVGElement } | undefined} */
let picture;
let loading = "";
/** @type {Shown | undefined} */
let shown;

phone.addEventListener("change", () => shown && void draw(shown));

/**
 * Shows what is so now.
 *
 * @param {Shown} state
 */
export async function draw(state) {
  shown = state;
  const name = `${state.generation} ${phone.matches ? "narrow" : "wide"}`;
  if (picture?.name !== name) {
    if (loading === name || state.generation === 0) return;
    loading = name;
    await load(name);
  }
  update();
}

/** Another start of the server counts its pictures from the beginning. */
export function forget() {
  picture = undefined;
  loading = "";
}

/** @param {string} name */
async function load(name) {
  const style = byId("picture-style");
  style.setAttribute("href", `/picture.css?${name.split(" ")[0]}`);
  const root = await ask(`/picture/${name.split(" ")[1]}.svg`);
  if (loading !== name) return;
  frame.replaceChildren(root);
  const inner = root.querySelector("g");
  const [flows, tasks, cuts, rates, dots] = ["flows", "tasks", "cuts", "rates", "dots"].map((layer) =>
    svg("g", { class: `overlay ${layer}` }),
  );
  // Below boxes and labels, as the arrows are.
  const above = inner?.querySelector(".plate, .node") ?? null;
  for (const layer of [flows, dots]) inner?.insertBefore(layer, above);
  inner?.append(tasks, cuts, rates);
  picture = { name, root, tasks, rates, flows, cuts, dots };
}

/**
 * By XMLHttpRequest, which reads SVG as a document: no text is ever read as HTML.
 *
 * @param {string} path
 * @returns {Promise<SVGSVGElement>}
 */
const ask = (path) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", path);
    request.responseType = "document";
    request.overrideMimeType("image/svg+xml");
    request.onload = () => {
      const root = request.responseXML?.documentElement;
      if (root instanceof SVGSVGElement) resolve(document.adoptNode(root));
      else reject(new Error("There is no picture."));
    };
    request.onerror = () => reject(new Error("There is no picture."));
    request.send();
  });

function update() {
  if (!picture || !shown) return;
  const { services, rates } = shown;
  sync(
    picture.tasks,
    services,
    ({ id }) => id,
    () => svg("g"),
    drawTasks,
  );
  const busy = Object.entries(rates).filter(([name]) => arrowOf(name));
  sync(
    picture.flows,
    busy,
    ([name]) => name,
    ([name]) => flowOf(name),
    (flow, [, { rate, failed }]) => attribute(flow, { class: `flow${failed > rate / 2 ? " failing" : ""}` }),
  );
  sync(
    picture.rates,
    busy,
    ([name]) => name,
    ([name]) => rateOf(name),
    (text, [, { rate, failed }]) => {
      const [all, bad] = text.children;
      say(/** @type {Element} */ (all), perSecond(rate));
      say(/** @type {Element} */ (bad), failed > 0 ? ` ${perSecond(failed)} failed` : "");
    },
  );
  const cut = services.filter((service) => service.cut.length > 0).flatMap(({ id }) => requestsTo(id));
  /** @type {Set<Element>} */
  const isCut = new Set(cut);
  for (const edge of picture.root.querySelectorAll(".edge.cut"))
    if (!isCut.has(edge)) edge.classList.remove("cut");
  for (const edge of cut) edge.classList.add("cut");
  const crosses = cut.map((edge) => ({ edge, name: edge.getAttribute("data-arrow") ?? "" }));
  sync(
    picture.cuts,
    crosses,
    ({ name }) => name,
    ({ edge }) => crossOn(edge),
  );
}

/** Where what moves is drawn; undefined without a picture. */
export const moving = () => picture?.dots;

/** @param {string} name @returns {SVGPathElement | undefined} */
export const arrowOf = (name) =>
  /** @type {SVGPathElement | undefined} */ (
    [...(picture?.root.querySelectorAll("[data-arrow]") ?? [])].find(
      (edge) => edge.getAttribute("data-arrow") === name,
    )
  );

/** @param {string} id */
const requestsTo = (id) =>
  [
    .../** @type {NodeListOf<SVGPathElement>} */ (
      picture?.root.querySelectorAll(".edge.request[data-arrow]") ?? []
    ),
  ].filter((edge) => edge.getAttribute("data-arrow")?.endsWith(`>${id}`));

/** @param {string} id */
export const nodeOf = (id) =>
  [...(picture?.root.querySelectorAll("[data-node]") ?? [])].find(
    (node) => node.getAttribute("data-node") === id,
  );

/**
 * Those that are shown where there is no room for all: what ends gives way first, and what has ended before it.
 *
 * @param {readonly Task[]} tasks
 * @param {number} places
 */
export function inSight(tasks, places) {
  /** @param {Task} task */
  const rank = ({ phase }) => (phase === "stopped" ? 2 : phase === "draining" ? 1 : 0);
  return [...tasks].sort((a, b) => rank(a) - rank(b)).slice(0, places);
}

const pill = { width: 60, height: 16, gap: 4 };

/**
 * A service's tasks, in the room that its box has for them.
 *
 * @param {Element} group
 * @param {Service} service
 */
function drawTasks(group, service) {
  const node = nodeOf(service.id);
  const box = node?.querySelector("rect.box");
  if (!node || !box) return;
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(box.getAttribute(name)));
  const room = Number(node.getAttribute("data-room"));
  const columns = Math.max(1, Math.floor((width - 24 + pill.gap) / (pill.width + pill.gap)));
  const places = columns * Math.max(1, Math.floor(room / 19));
  const { tasks } = service;
  const fit = tasks.length > places ? inSight(tasks, places - 1) : tasks;
  /** @type {(Task | number)[]} */
  const items = tasks.length > places ? [...fit, tasks.length - fit.length] : [...fit];
  sync(
    group,
    items,
    (item) => (typeof item === "number" ? "more" : item.id),
    () =>
      svg(
        "g",
        {},
        svg("title"),
        svg("rect", { width: `${pill.width}`, height: `${pill.height}`, rx: "8" }),
        svg("g"),
        svg("text", { x: "16", y: "11.5" }),
      ),
    (element, item) => {
      const i = items.indexOf(item);
      const at = [
        x + 12 + (i % columns) * (pill.width + pill.gap),
        y + height - room + 4 + Math.floor(i / columns) * 19,
      ];
      const [title, , sign, text] = /** @type {Element[]} */ ([...element.children]);
      attribute(element, { transform: `translate(${at[0]} ${at[1]})` });
      if (typeof item === "number") {
        attribute(element, { class: "pill" });
        say(/** @type {Element} */ (text), `and ${item}`);
        return;
      }
      attribute(element, {
        class: `pill ${item.phase}${item.remembered ? " remembered" : ""}`,
        "data-task": item.id,
      });
      say(
        /** @type {Element} */ (title),
        `${service.name}/${item.id.slice(0, 8)}, version ${item.version ?? "?"}: ${item.phase}`,
      );
      say(/** @type {Element} */ (text), nameOf(item));
      if (sign?.getAttribute("data-phase") === item.phase) return;
      attribute(/** @type {Element} */ (sign), { "data-phase": item.phase, transform: "translate(3 2)" });
      sign?.replaceChildren(mark(item.phase));
    },
  );
}

/**
 * Always as long as there is room for.
 *
 * @param {Task} task
 */
function nameOf({ id, version }) {
  const number = ` v${version ?? "?"}`;
  return id.slice(0, Math.max(2, 7 - number.length)) + number;
}

/** @param {string} name */
const flowOf = (name) => svg("path", { class: "flow", d: arrowOf(name)?.getAttribute("d") ?? "" });

/** What a rate takes at most. */
const rateWidth = 96;

/** @param {string} name */
function rateOf(name) {
  const label = [...(picture?.root.querySelectorAll("rect[data-label]") ?? [])].find(
    (plate) => plate.getAttribute("data-label") === name,
  );
  const parts = [svg("tspan"), svg("tspan", { class: "bad" })];
  const text = svg("text", {}, ...parts);
  if (!label) {
    const { x, y } = middle(arrowOf(name));
    attribute(text, { x: `${x + 8}`, y: `${y + 4}` });
    return text;
  }
  const [x, y, width, height] = ["x", "y", "width", "height"].map((part) => number(label, part));
  const [right, level] = [x + width + 6, y + height / 2 + 4];
  if (isFree(right, level)) attribute(text, { x: `${right}`, y: `${level}` });
  else {
    // Between a line and a box there is room above and below the label alone.
    attribute(text, { "text-anchor": "middle" });
    parts.forEach((part, i) =>
      attribute(part, { x: `${x + width / 2}`, y: `${i === 0 ? y - 3 : y + height + 10}` }),
    );
  }
  return text;
}

/** @param {number} x @param {number} y */
const isFree = (x, y) =>
  [...(picture?.root.querySelectorAll("rect.box") ?? [])].every(
    (box) =>
      x + rateWidth < number(box, "x") ||
      x > number(box, "x") + number(box, "width") ||
      y < number(box, "y") ||
      y - 8 > number(box, "y") + number(box, "height"),
  );

/** @param {Element} element @param {string} name */
const number = (element, name) => Number(element.getAttribute(name));

/** @param {SVGPathElement | undefined} edge */
const middle = (edge) => edge?.getPointAtLength(edge.getTotalLength() / 2) ?? { x: 0, y: 0 };

/**
 * @param {SVGPathElement} edge
 * @returns {SVGElement}
 */
function crossOn(edge) {
  const length = edge.getTotalLength();
  const { x, y } = edge.getPointAtLength(Math.max(0, length - 10));
  return svg("path", { class: "cross", d: `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10` });
}

/** @param {number} rate */
export const perSecond = (rate) => `${rate >= 9.95 ? Math.round(rate) : rate.toFixed(1)}/s`;
