/** The list of requests: the newest first, by route, and with the hop where one failed. */
import { attribute, byId, clock, el, say, short, sync } from "./dom.js";

/** @typedef {import("../shown.js").ShownRequest} Request */
/** @typedef {import("../shown.js").Shown} Shown */

const most = 500;
/** @type {Request[]} newest first */
let requests = [];
/** What the list shows while it is held. @type {Request[] | undefined} */
let held;

const route = /** @type {HTMLSelectElement} */ (byId("route"));
const failed = /** @type {HTMLInputElement} */ (byId("failed"));
const pause = byId("pause");
const table = /** @type {HTMLTableElement} */ (byId("requests"));
const [none] = [""];

byId("filter").addEventListener("submit", (event) => event.preventDefault());
route.addEventListener("change", draw);
failed.addEventListener("change", draw);
pause.addEventListener("click", () => {
  held = held ? undefined : requests;
  attribute(pause, { "aria-pressed": String(held !== undefined) });
  draw();
});

/** @param {Shown} shown */
export function drawFilter({ routes, url }) {
  const options = [["*", "all"], ...routes.map((key) => [key, key]), [none, "none took it"]];
  sync(
    route,
    options,
    ([value]) => `${value}`,
    ([value, label]) => el("option", { value: `${value}` }, `${label}`),
  );
  say(byId("curl"), url === undefined ? "" : `curl ${url}`);
  byId("curl").hidden = url === undefined;
}

/**
 * @param {readonly Request[]} more
 * @param {boolean} all whether those are all, and not more
 */
export function addRequests(more, all) {
  requests = [...[...more].reverse(), ...(all ? [] : requests)].slice(0, most);
  if (!held) draw();
}

function draw() {
  const wanted = (held ?? requests).filter(
    (request) =>
      (route.value === "*" || (request.route ?? none) === route.value) &&
      (!failed.checked || request.hop !== undefined),
  );
  table.hidden = wanted.length === 0;
  byId("no-requests").hidden = wanted.length > 0;
  const isFirst = requests.length === 0;
  say(
    byId("no-requests-text"),
    isFirst ? "No request yet. Try one:" : "No request of the last ones is like that.",
  );
  byId("curl").hidden = !isFirst || byId("curl").textContent === "";
  sync(/** @type {Element} */ (table.tBodies[0]), wanted, ({ n }) => `${n}`, row);
}

/** @param {Request} request */
function row({ at, method, path, status, milliseconds, service, task, hop, why }) {
  const tone =
    hop === undefined || hop === "client" ? (status !== undefined && status >= 400 ? "warn" : "") : "bad";
  const asked = el(
    "td",
    { class: "asked", role: "cell", title: path.length > 100 ? `${method} ${path}` : undefined },
    el("span", { class: "mono" }, `${method} ${path}`),
  );
  if (hop !== undefined) {
    const reason = el("div", { class: "why" }, el("b", {}, hopWords[hop] ?? hop), `: ${why ?? ""}`);
    asked.append(reason);
  }
  const place = task === undefined ? (service ?? "") : `${service ?? "?"}/${short(task)}`;
  return el(
    "tr",
    { role: "row", class: tone },
    el("td", { class: "time", role: "cell" }, clock(at)),
    asked,
    el("td", { class: `status-code ${tone}`, role: "cell" }, status === undefined ? "left" : `${status}`),
    el("td", { class: "number", role: "cell" }, `${Math.round(milliseconds)} ms`),
    el("td", { class: "task", role: "cell" }, place),
  );
}

/** @type {Record<string, string>} */
const hopWords = {
  client: "Client",
  request: "Request",
  stage: "Stage",
  route: "Route",
  throttle: "Throttling",
  authorizer: "Authorizer",
  integration: "Integration",
  discovery: "Cloud Map",
  "security group": "Security group",
  task: "Task",
};
