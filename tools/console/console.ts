/**
 * The web console of the local stack: it hears what the stack hears, shows it on a page, and presses the model's buttons. It has
 * no description of the system of its own: the picture, the routes and the services are those of the recorded deployment.
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Deployment } from "../../simulate/deployment";
import { serviceId } from "../diagram/tasks";
import type { Rollout } from "../local/ecs/rollout";
import type { Artifact } from "../local/fargate/runner";
import type { LocalStack, StackEvents } from "../local/stack";
import { readTopology } from "../local/topology";
import { act, type Stage } from "./actions";
import { draw, type Picture } from "./picture";
import { Refused, serveConsole, type ConsoleServer, type StaticFile } from "./server";
import { nothing, reduce, show, type Happening, type Live, type State } from "./state";
import type { ShownVersion } from "./shown";

export interface Console extends Pick<ConsoleServer, "port" | "handle"> {
  /** What the stack is to tell, besides whom it tells already. */
  events: StackEvents;
  /** A stack starts: its picture is shown. */
  begin(deployment: Deployment): void;
  /** Its parts are there, and the buttons work. */
  attach(stack: LocalStack, url: string): void;
  /** It ends; another may begin. */
  end(): void;
  close(): Promise<void>;
}

/** How long what happens is gathered before pages are told. */
const gatherMilliseconds = 100;
/** How often Cloud Map is looked at: what it says changes without an event. */
const lookMilliseconds = 500;

/** Starts the server; there is nothing to show yet. */
export async function startConsole(port: number, now: () => number = Date.now): Promise<Console> {
  const pages = readPages();
  let state: State = nothing;
  let picture: Picture | undefined;
  let stage: Stage | undefined;
  let told = 0;
  let shown = "";
  let due: NodeJS.Timeout | undefined;

  const server = await serveConsole({
    port,
    file: (path) => pages.get(path) ?? (picture && ofPicture(picture, path)),
    hello: () => [
      { event: "state", data: show(state, now()) },
      { event: "requests", data: { all: true, requests: state.requests } },
      { event: "news", data: { all: true, news: state.news } },
    ],
  });
  const flush = () => {
    due = undefined;
    const requests = state.requests.filter(({ n }) => n > told);
    const news = state.news.filter(({ n }) => n > told);
    told = state.count;
    const data = show(state, now());
    // A look that finds nothing new is no news.
    if (JSON.stringify(data) !== shown) server.tell({ event: "state", data });
    shown = JSON.stringify(data);
    if (requests.length > 0) server.tell({ event: "requests", data: { all: false, requests } });
    if (news.length > 0) server.tell({ event: "news", data: { all: false, news } });
  };
  type Told = Happening extends infer One ? (One extends Happening ? Omit<One, "at"> : never) : never;
  const happen = (happening: Told) => {
    state = reduce(state, { ...happening, at: now() });
    due ??= setTimeout(flush, gatherMilliseconds);
  };
  const look = () => {
    if (stage) happen({ kind: "looked", ...lookAt(stage) });
  };
  const timer = setInterval(() => {
    look();
    happen({ kind: "passed" });
  }, lookMilliseconds);
  timer.unref();

  server.handle("GET", "/api/state", () => show(state, now()));
  server.handle("GET", "/api/requests", () => state.requests);
  server.handle("GET", "/api/news", () => state.news);
  server.handle("POST", "/api/actions", async ({ body }) => {
    if (!stage) throw new Refused("The stack is not there yet. Try again in a moment.", 409);
    if (typeof body !== "object" || body === null) throw new Refused("The body has to be an object.");
    const { service: id, ...rest } = body as Record<string, unknown>;
    const service = state.scene.services.find((known) => known.id === id)?.urn;
    const trouble = (message: string) => happen({ kind: "said", message, tone: "bad" });
    const done = await act(stage, { ...rest, service }, trouble);
    look();
    happen({ kind: "said", message: done, tone: "plain" });
    return { done };
  });

  const versions = new WeakMap<Artifact, number>();
  const events: StackEvents = {
    progress: (message) => happen({ kind: "said", message, tone: "plain" }),
    // What failed of a request stands with the request.
    trouble: (message, about) => {
      if (about !== "request") happen({ kind: "said", message, tone: "bad" });
    },
    accessLog: () => undefined,
    served: (served) => happen({ kind: "served", served }),
    // May hold anything, secrets too.
    output: () => undefined,
    taskChanged: (service, { id, artifact, state: at, health, reason }) => {
      look();
      happen({
        ...{ kind: "task", id, health, reason, state: at },
        service: serviceId(service),
        version: versions.get(artifact),
      });
    },
    rolloutChanged: (service, rollout) => {
      versions.set(rollout.artifact, rollout.number);
      look();
      happen({ kind: "rollout", service: serviceId(service), version: versionOf(rollout) });
    },
    explained: (service, task, message) =>
      happen({ kind: "explained", service: serviceId(service), task: task.id, message }),
  };

  return {
    port: server.port,
    handle: (...args) => server.handle(...args),
    events,
    begin: (deployment) => {
      const again = picture !== undefined;
      picture = draw(deployment, readTopology(deployment));
      happen({ kind: "began", scene: picture.scene });
      if (again)
        happen({ kind: "said", message: "another configuration is served: all starts anew", tone: "plain" });
    },
    attach: (stack, url) => {
      stage = stack;
      happen({ kind: "serving", url, cacheSeconds: stack.registry.cacheSeconds });
      look();
    },
    end: () => {
      stage = undefined;
      happen({ kind: "ended" });
    },
    close: async () => {
      clearInterval(timer);
      clearTimeout(due);
      await server.close();
    },
  };
}

const versionOf = ({ number, state, lastFailure }: Rollout): ShownVersion => ({
  number,
  state,
  ...(state === "FAILED" && lastFailure !== undefined ? { why: lastFailure } : {}),
});

/** What only asking tells: Cloud Map, and how many tasks of which version are wanted. */
function lookAt({
  topology,
  registry,
  ecs,
  broken,
  cuts,
}: Stage): Omit<Extract<Happening, { kind: "looked" }>, "at" | "kind"> {
  const seen = [...topology.registries.keys()].map((arn) => registry.look(arn));
  const services: Record<string, Live> = {};
  for (const service of topology.services) {
    const scheduler = ecs.schedulers.get(service.urn);
    const primary = scheduler?.primary;
    services[serviceId(service)] = {
      desired: scheduler?.desiredCount ?? 0,
      cut: cuts.of(service),
      broken: primary !== undefined && broken.isBroken(primary.artifact),
      version: primary && versionOf(primary),
    };
  }
  return {
    found: new Set(seen.flatMap(({ found }) => found)),
    remembered: new Set(seen.flatMap(({ remembered }) => remembered)),
    services,
  };
}

const types: Record<string, string> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** The page's own files, by their paths. */
function readPages(): Map<string, StaticFile> {
  const folder = join(__dirname, "page");
  const files = readdirSync(folder).flatMap((name): [string, StaticFile][] => {
    const type = types[extname(name)];
    if (type === undefined) return [];
    return [
      [name === "index.html" ? "/" : `/${name}`, { type, body: readFileSync(join(folder, name), "utf8") }],
    ];
  });
  return new Map(files);
}

/** Its colours are for what is within it alone: the page has boxes and titles, too. */
function ofPicture({ wide, narrow, style }: Picture, path: string): StaticFile | undefined {
  switch (path) {
    case "/picture/wide.svg":
      return { type: "image/svg+xml", body: wide };
    case "/picture/narrow.svg":
      return { type: "image/svg+xml", body: narrow };
    case "/picture.css":
      return { type: "text/css", body: `.picture svg {\n${style}\n}\n` };
    default:
      return undefined;
  }
}
