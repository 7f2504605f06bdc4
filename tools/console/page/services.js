/** The services with their tasks, and the buttons that make things happen to them. */
import { attribute, byId, el, say, short, sync } from "./dom.js";
import { icon, phases } from "./phases.js";

/** @typedef {import("../shown.js").Shown} Shown */
/** @typedef {import("../shown.js").ShownService} Service */
/** @typedef {import("../shown.js").ShownTask} Task */
/** @typedef {(body: Record<string, unknown>) => void} Act */

/** What the buttons do next, as it was last shown: a button lives longer than what it was made for. */
/** @type {Map<string, Service>} */
const latest = new Map();

/**
 * @param {Shown} shown
 * @param {Act} act
 */
export function drawServices(shown, act) {
  for (const service of shown.services) latest.set(service.id, service);
  sync(
    byId("services"),
    shown.services,
    ({ id }) => id,
    (service) => create(service, act),
    update,
  );
  const expire = byId("expire");
  expire.hidden = !shown.serving;
  const isCached = shown.cacheSeconds > 0;
  attribute(expire, {
    "aria-disabled": isCached ? undefined : "true",
    title: isCached
      ? `The gateway remembers what Cloud Map said for ${shown.cacheSeconds} s`
      : "The gateway asks Cloud Map each time, unless it is: npm start -- --like-aws",
  });
}

/**
 * @param {Service} service
 * @param {Act} act
 */
function create({ id, name }, act) {
  const current = () => /** @type {Service} */ (latest.get(id));
  /** @param {string} label @param {string} part @param {() => Record<string, unknown>} body @param {string} [kind] */
  const button = (label, part, body, kind = "") => {
    const made = el("button", { type: "button", "data-part": part, class: kind }, label);
    made.addEventListener("click", () => {
      if (made.getAttribute("aria-disabled") !== "true") act({ service: id, ...body() });
    });
    return made;
  };
  /** @param {number} by */
  const scale = (by) => () => ({ action: "scale", count: current().desired + by });
  const [fewer, more] = [button("−", "fewer", scale(-1)), button("+", "more", scale(1))];
  attribute(fewer, { "aria-label": `${name}: one task fewer` });
  attribute(more, { "aria-label": `${name}: one task more` });
  const tasks = el("ul", { class: "tasks", "data-part": "tasks", "aria-label": `Tasks of ${name}` });
  tasks.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target).closest("button");
    const task = pressed?.closest("li")?.getAttribute("data-key");
    if (pressed && task && pressed.getAttribute("aria-disabled") !== "true") act({ action: "kill", task });
  });
  return el(
    "section",
    { class: "service", "aria-label": name },
    el(
      "div",
      { class: "service-head" },
      el("h3", {}, name),
      el("span", { class: "badge", "data-part": "version" }),
      el("span", { class: "badge bad", "data-part": "broken" }, "broken on purpose"),
      el("span", { class: "badge bad", "data-part": "rule" }, "rule taken away"),
      el("span", { class: "scale" }, fewer, el("output", { "data-part": "desired" }), more),
    ),
    tasks,
    el(
      "div",
      { class: "actions", role: "group", "aria-label": `What to do to ${name}` },
      button("Roll out", "roll out", () => ({ action: "roll out" }), "primary"),
      button("Roll out broken", "roll out broken", () => ({ action: "roll out broken" })),
      button("Break version", "break", () => ({ action: current().broken ? "mend" : "break" })),
      button("Cut security group", "cut", () => ({
        action: current().cut.length > 0 ? "restore" : "cut",
      })),
    ),
  );
}

const versionWords = { IN_PROGRESS: "rolling out", COMPLETED: "complete", FAILED: "failed" };
const versionTones = { IN_PROGRESS: "warn", COMPLETED: "good", FAILED: "bad" };

/**
 * @param {Element} element
 * @param {Service} service
 */
function update(element, service) {
  const { name, version, broken, cut, desired, tasks, routed } = service;
  /** @param {string} part */
  const part = (part) => /** @type {HTMLElement} */ (element.querySelector(`[data-part="${part}"]`));
  say(
    part("version"),
    version ? `version ${version.number} ${versionWords[version.state]}` : "no version yet",
  );
  attribute(part("version"), {
    class: `badge ${version ? versionTones[version.state] : ""}`,
    title: version?.why,
  });
  part("broken").hidden = !broken;
  part("rule").hidden = cut.length === 0;
  attribute(part("rule"), { title: cut.join(", ") });
  say(part("desired"), desired === 1 ? "1 task" : `${desired} tasks`);
  attribute(part("fewer"), { "aria-disabled": desired === 0 ? "true" : undefined });
  say(part("break"), `${broken ? "Mend" : "Break"} version${version ? ` ${version.number}` : ""}`);
  attribute(part("break"), { "aria-pressed": String(broken), "aria-disabled": version ? undefined : "true" });
  say(part("cut"), cut.length > 0 ? "Mend security group" : "Cut security group");
  attribute(part("cut"), {
    "aria-pressed": String(cut.length > 0),
    "aria-disabled": routed ? undefined : "true",
    title: routed
      ? "Takes away the rule that admits the VPC link"
      : "No route leads here: nothing admits the VPC link",
  });
  sync(
    part("tasks"),
    tasks.length > 0 ? tasks : [undefined],
    (task) => task?.id ?? "none",
    (task) => (task ? createTask(name, task) : el("li", { class: "empty-task" }, "No task runs.")),
    (row, task) => task && updateTask(row, task),
  );
}

/** @param {string} name @param {Task} task */
const createTask = (name, { id }) =>
  el(
    "li",
    {},
    el("span", { "data-part": "icon", "data-phase": "" }),
    el("span", { class: "mono" }, short(id)),
    el(
      "span",
      { class: "at" },
      el("span", { "data-part": "phase" }),
      el("span", { class: "soft", "data-part": "more" }),
    ),
    el("button", { type: "button", "aria-label": `Kill the task ${name}/${short(id)}` }, "Kill"),
    el("span", { class: "why", "data-part": "why" }),
  );

/**
 * @param {Element} row
 * @param {Task} task
 */
function updateTask(row, { version, phase, remembered, why }) {
  /** @param {string} part */
  const part = (part) => /** @type {HTMLElement} */ (row.querySelector(`[data-part="${part}"]`));
  if (part("icon").dataset.phase !== phase) {
    part("icon").dataset.phase = phase;
    part("icon").replaceChildren(icon(phase));
  }
  say(part("phase"), phases[phase].word);
  say(part("more"), `, version ${version ?? "?"}${remembered ? ", the gateway still sends to it" : ""}`);
  attribute(part("why"), { class: `why${phase === "draining" || phase === "stopped" ? "" : " bad"}` });
  part("why").hidden = why === undefined;
  say(part("why"), why ?? "");
  const button = /** @type {HTMLElement} */ (row.querySelector("button"));
  // It stays where it is: a list must not jump under the pointer.
  attribute(button, {
    "aria-disabled": ["starting", "draining", "stopped"].includes(phase) ? "true" : undefined,
  });
}
