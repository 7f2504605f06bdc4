/** What happens on the machine comes by server-sent events, and what is pressed goes by POST with the token that came first. */
import { attribute, byId, clock, el, say } from "./dom.js";
import { icon, phases } from "./phases.js";
import { move } from "./moves.js";
import { draw, forget, perSecond } from "./picture.js";
import { addRequests, drawFilter } from "./requests.js";
import { drawServices } from "./services.js";

/** @typedef {import("../shown.js").Shown} Shown */
/** @typedef {import("../shown.js").ShownNews} News */
/** @typedef {import("../shown.js").ShownRequest} Request */

let token = "";
let connected = false;
/** @type {Shown | undefined} */
let shown;

byId("legend").append(
  .../** @type {(keyof typeof phases)[]} */ (Object.keys(phases)).map((phase) =>
    el("li", {}, icon(phase), phases[phase].word),
  ),
);
byId("expire").addEventListener("click", () => {
  if (byId("expire").getAttribute("aria-disabled") !== "true") void act({ action: "expire" });
});

const events = new EventSource("/api/events");
events.addEventListener("open", () => {
  connected = true;
  drawStatus();
});
events.addEventListener("error", () => {
  connected = false;
  drawStatus();
});
hear("hello", (/** @type {{ token: string }} */ hello) => {
  ({ token } = hello);
  forget();
});
hear("state", (/** @type {Shown} */ state) => {
  shown = state;
  const isNone = state.stack === "";
  say(byId("stack"), isNone ? "Local stack" : `Local stack ${state.stack}`);
  document.title = isNone ? "Local stack" : `${state.stack}: local stack`;
  const link = byId("url");
  link.hidden = state.url === undefined;
  if (state.url !== undefined) {
    say(link, state.url);
    attribute(link, { href: state.url });
  }
  const entry = Object.entries(state.rates).find(([name]) => name.startsWith("clients>"))?.[1];
  const bad = entry && entry.failed > 0 ? `, ${perSecond(entry.failed)} failed` : "";
  say(byId("traffic"), entry ? `${perSecond(entry.rate)}${bad}, over 10 s` : "no traffic");
  drawStatus();
  drawServices(state, (body) => void act(body));
  drawFilter(state);
  void draw(state);
});
hear("requests", (/** @type {{ all: boolean, requests: Request[] }} */ { all, requests }) => {
  addRequests(requests, all);
  if (!all) move(requests);
});
hear("news", (/** @type {{ all: boolean, news: News[] }} */ { all, news }) => {
  const list = byId("news");
  if (all) list.replaceChildren();
  for (const { at, text, tone } of news) {
    const time = el("time", { datetime: new Date(at).toISOString() }, clock(at));
    list.prepend(el("li", { class: tone }, time, el("span", {}, text)));
  }
  while (list.children.length > 100) list.lastElementChild?.remove();
});

/**
 * @template T
 * @param {string} name
 * @param {(data: T) => void} heard
 */
function hear(name, heard) {
  events.addEventListener(name, (event) => heard(/** @type {T} */ (JSON.parse(event.data))));
}

function drawStatus() {
  const status = byId("status");
  const isServing = shown?.serving === true;
  const word = !connected
    ? "not connected: does npm start run? Trying again …"
    : isServing
      ? "live"
      : "starting: requests fail until tasks are healthy";
  say(status, word);
  document.body.classList.toggle("lost", !connected);
  attribute(status, { class: `status ${connected ? (isServing ? "live" : "") : "lost"}` });
}

/** @param {Record<string, unknown>} body */
async function act(body) {
  const alert = byId("alert");
  alert.hidden = true;
  try {
    const response = await fetch("/api/actions", {
      method: "POST",
      headers: { "content-type": "application/json", "x-console-token": token },
      body: JSON.stringify(body),
    });
    const answer = /** @type {{ error?: string }} */ (await response.json());
    if (response.ok) return;
    say(alert, answer.error ?? `The console answered ${response.status}.`);
  } catch {
    say(alert, "The console is not reached: does npm start run?");
  }
  alert.hidden = false;
}
