/** What the page shows, out of what happened: pure, so that it can be told from a list of happenings alone. */
import { visible } from "../../rules/visible";
import type { Phase, Shown, ShownNews, ShownRequest, ShownService, ShownTask, ShownVersion } from "./shown";
import { rates, wayOf, withRequest, type Traffic, type Ways } from "./traffic";

/** What there is to show of a stack: read off its topology and its picture. */
export interface Scene {
  stack: string;
  services: {
    /** As the picture names it. */
    id: string;
    urn: string;
    name: string;
    /** Arrows that lead to it from the clients. */
    way: string[];
  }[];
  /** Route keys and the service that each leads to, by its id. */
  routes: { key: string; service: string | undefined }[];
  /** Arrows of the picture, for a request that ends on its way. */
  front: Ways;
}

/** How a request ended: see `Outcome` of the gateway. */
export interface Served {
  method: string;
  path: string;
  status: number | undefined;
  milliseconds: number;
  route?: string;
  task: string | undefined;
  failed?: { hop: string; why: string };
}

export type Happening = { at: number } & (
  | { kind: "began"; scene: Scene }
  /** Requests are answered from here on. */
  | { kind: "serving"; url: string; cacheSeconds: number }
  | { kind: "ended" }
  | {
      kind: "task";
      service: string;
      id: string;
      version: number | undefined;
      state: "PENDING" | "RUNNING" | "STOPPING" | "STOPPED";
      health: "UNKNOWN" | "HEALTHY" | "UNHEALTHY";
      reason: string | undefined;
    }
  | { kind: "rollout"; service: string; version: ShownVersion }
  | { kind: "explained"; service: string; task: string; message: string }
  | { kind: "said"; message: string; tone: ShownNews["tone"] }
  | { kind: "served"; served: Served }
  /** What only asking tells. */
  | {
      kind: "looked";
      found: ReadonlySet<string>;
      remembered: ReadonlySet<string>;
      services: Readonly<Record<string, Live>>;
    }
  | { kind: "passed" }
);

/** What a service is at. */
export type Live = Pick<ShownService, "desired" | "cut" | "broken" | "version">;

interface TaskState extends ShownTask {
  service: string;
  judged: "starting" | "running" | "healthy" | "unhealthy" | "draining" | "stopped";
}

export interface State {
  generation: number;
  scene: Scene;
  serving: boolean;
  url: string | undefined;
  cacheSeconds: number;
  tasks: readonly TaskState[];
  /** By service. */
  live: Readonly<Record<string, Live>>;
  /** The newest version of each service that was told of. */
  newest: Readonly<Record<string, number>>;
  found: ReadonlySet<string>;
  remembered: ReadonlySet<string>;
  traffic: Traffic;
  requests: readonly ShownRequest[];
  news: readonly ShownNews[];
  /** Numbers requests and news. */
  count: number;
}

/** Requests and news that are kept. */
export const mostRequests = 500;
export const mostNews = 100;
/** How long a task that has stopped is shown. */
const goneMilliseconds = 6000;

export const nothing: State = {
  generation: 0,
  scene: { stack: "", services: [], routes: [], front: { entry: [], discovery: [] } },
  serving: false,
  url: undefined,
  cacheSeconds: 0,
  tasks: [],
  live: {},
  newest: {},
  found: new Set(),
  remembered: new Set(),
  traffic: [],
  requests: [],
  news: [],
  count: 0,
};

export function reduce(state: State, happening: Happening): State {
  const { at } = happening;
  switch (happening.kind) {
    case "began":
      // What was asked before stays to be looked at.
      return {
        ...nothing,
        generation: state.generation + 1,
        scene: happening.scene,
        requests: state.requests,
        news: state.news,
        count: state.count,
      };
    case "serving":
      return { ...state, serving: true, url: happening.url, cacheSeconds: happening.cacheSeconds };
    case "ended":
      return { ...state, serving: false, tasks: [], found: new Set(), remembered: new Set() };
    case "task":
      return ofTask(state, happening);
    case "rollout":
      return ofRollout(state, happening);
    case "explained": {
      const tasks = state.tasks.map((task) =>
        task.id === happening.task ? { ...task, why: visible(happening.message) } : task,
      );
      const text = `${nameOf(state, happening.service)}/${short(happening.task)}: ${happening.message}`;
      return tell({ ...state, tasks }, at, text, "bad");
    }
    case "said":
      return tell(state, at, happening.message, happening.tone);
    case "served":
      return ofServed(state, at, happening.served);
    case "looked": {
      const { found, remembered, services: live } = happening;
      const seen = { ...state, found, remembered, live };
      const tasks = seen.tasks.map((task) => settle(task, seen, at));
      return tasks
        .filter((task, i) => task.phase === "discoverable" && state.tasks[i]?.phase !== "discoverable")
        .reduce<State>((all, task) => tell(all, at, sentence(all, task), "plain"), { ...seen, tasks });
    }
    case "passed":
      return {
        ...state,
        tasks: state.tasks.filter(({ phase, since }) => phase !== "stopped" || at - since < goneMilliseconds),
      };
  }
}

/** What a page is told of a state. */
export function show(state: State, at: number): Shown {
  const { scene, generation, serving, url, cacheSeconds } = state;
  return {
    generation,
    stack: scene.stack,
    serving,
    url,
    cacheSeconds,
    routes: scene.routes.map(({ key }) => key),
    rates: rates(state.traffic, at),
    services: scene.services.map(({ id, name, way }) => ({
      id,
      name,
      ...(state.live[id] ?? { desired: 0, cut: [], broken: false, version: undefined }),
      routed: way.length > 0,
      tasks: state.tasks
        .filter(({ service }) => service === id)
        .map(({ id: task, version, phase, remembered, since, why }) => ({
          ...{ id: task, version, phase, remembered, since },
          ...(why === undefined ? {} : { why }),
        })),
    })),
  };
}

const short = (id: string): string => id.slice(0, 8);

const nameOf = ({ scene }: State, service: string): string =>
  scene.services.find(({ id }) => id === service)?.name ?? service;

function tell(state: State, at: number, text: string, tone: ShownNews["tone"]): State {
  const count = state.count + 1;
  const news = [...state.news, { n: count, at, text: visible(text), tone }].slice(-mostNews);
  return { ...state, news, count };
}

function ofTask(state: State, happening: Extract<Happening, { kind: "task" }>): State {
  const { at, service, id, version, state: task, health, reason } = happening;
  const before = state.tasks.find((known) => known.id === id);
  const judged =
    task === "PENDING"
      ? "starting"
      : task === "STOPPING"
        ? "draining"
        : task === "STOPPED"
          ? "stopped"
          : health === "HEALTHY"
            ? "healthy"
            : health === "UNHEALTHY"
              ? "unhealthy"
              : "running";
  const stops = judged === "draining" || judged === "stopped";
  // What was found out says more than that its health check failed.
  const told = before?.why?.startsWith(reason ?? "") === true ? [before.why] : [reason, before?.why];
  const why = stops ? told.filter((part) => part !== undefined).join(": ") || undefined : before?.why;
  const next = settle(
    {
      ...{ id, service, version, judged, since: at },
      phase: before?.phase ?? "starting",
      remembered: before?.remembered ?? false,
      ...(before && { since: before.since }),
      // A healthy task has nothing to be explained.
      ...(why === undefined || judged === "healthy" ? {} : { why: visible(why) }),
    },
    state,
    at,
  );
  const tasks = before
    ? state.tasks.map((known) => (known.id === id ? next : known))
    : [...state.tasks, next];
  if (before?.phase === next.phase) return { ...state, tasks };
  const because = stops && reason !== undefined ? `: ${reason}` : "";
  const tone = next.phase === "unhealthy" ? "bad" : "plain";
  return tell({ ...state, tasks }, at, `${sentence(state, next)}${because}`, tone);
}

const sentence = (state: State, { service, id, phase }: TaskState): string =>
  `${nameOf(state, service)}/${short(id)} ${words[phase]}`;

const words: Record<Phase, string> = {
  starting: "starts",
  running: "runs, and is not healthy yet",
  healthy: "is healthy",
  discoverable: "is healthy and discoverable",
  unhealthy: "is unhealthy",
  draining: "drains",
  stopped: "has stopped",
};

/** A task's phase by its health and by what Cloud Map says of it. */
function settle(task: TaskState, { found, remembered }: State, at: number): TaskState {
  const phase: Phase = task.judged === "healthy" && found.has(task.id) ? "discoverable" : task.judged;
  const kept = remembered.has(task.id) && phase !== "discoverable";
  if (phase === task.phase && kept === task.remembered) return task;
  return { ...task, phase, remembered: kept, since: phase === task.phase ? task.since : at };
}

function ofRollout(state: State, { at, service, version }: Extract<Happening, { kind: "rollout" }>): State {
  const newest = state.newest[service] ?? 0;
  const known = { ...state, newest: { ...state.newest, [service]: Math.max(newest, version.number) } };
  const name = `${nameOf(state, service)}: version ${version.number}`;
  switch (version.state) {
    case "IN_PROGRESS":
      return version.number < newest
        ? tell(known, at, `${name} comes back, as a newer one failed`, "plain")
        : tell(known, at, `${name} rolls out`, "plain");
    case "COMPLETED":
      return tell(known, at, `${name} is complete`, "good");
    case "FAILED":
      return tell(known, at, `${name} failed: ${version.why ?? "its tasks ended"}`, "bad");
  }
}

function ofServed(state: State, at: number, served: Served): State {
  const { scene } = state;
  const { method, path, status, milliseconds, route, task, failed } = served;
  const service =
    state.tasks.find(({ id }) => id === task)?.service ??
    scene.routes.find(({ key }) => key === route)?.service;
  const toService = scene.services.find(({ id }) => id === service)?.way;
  const { way, end } = wayOf(scene.front, toService, failed?.hop);
  const n = state.count + 1;
  const request: ShownRequest = {
    ...{
      n,
      at,
      method: visible(method),
      path: visible(path.split("?")[0] ?? ""),
      status,
      milliseconds,
      route,
    },
    ...{ service: service && nameOf(state, service), task, way, end },
    hop: failed?.hop,
    why: failed && visible(failed.why),
  };
  return {
    ...state,
    count: n,
    requests: [...state.requests, request].slice(-mostRequests),
    traffic: withRequest(state.traffic, at, way, failed !== undefined),
  };
}
