import assert from "node:assert/strict";
import {
  mostNews,
  mostRequests,
  nothing,
  reduce,
  show,
  type Happening,
  type Live,
  type Scene,
  type Served,
  type State,
} from "../../console/state";
import { rates, span, wayOf, withRequest, type Traffic } from "../../console/traffic";

const way = ["clients>api", "api>link-0", "link-0>service-flask"];
const front = { entry: ["clients>api"], discovery: ["api>registry"] };
const scene: Scene = {
  stack: "dev",
  services: [{ id: "service-flask", urn: "urn", name: "flask", way }],
  routes: [{ key: "ANY /", service: "service-flask" }],
  front,
};
const live: Live = {
  desired: 1,
  cut: [],
  broken: false,
  version: { number: 1, state: "COMPLETED" },
};
type Told = Happening extends infer One ? (One extends Happening ? Omit<One, "at"> : never) : never;

/** One happening a second. */
const told = (happenings: readonly Told[], from: State = nothing): State =>
  happenings.reduce((state, happening, i) => reduce(state, { ...happening, at: i * 1000 }), from);
const began: Told = { kind: "began", scene };
const task = (
  state: "PENDING" | "RUNNING" | "STOPPING" | "STOPPED",
  health: "UNKNOWN" | "HEALTHY" | "UNHEALTHY" = "UNKNOWN",
  reason?: string,
): Told => ({
  kind: "task",
  service: "service-flask",
  id: "3fa2b1c0ffff",
  version: 1,
  state,
  health,
  reason,
});
const looked = (found: string[] = [], remembered: string[] = []): Told => ({
  kind: "looked",
  found: new Set(found),
  remembered: new Set(remembered),
  services: { "service-flask": live },
});
const served = (more: Partial<Served> = {}): Told => ({
  kind: "served",
  served: {
    ...{ method: "GET", path: "/", status: 200, milliseconds: 14, route: "ANY /", task: "3fa2b1c0ffff" },
    ...more,
  },
});
const phases = (state: State): [string, number, string | undefined][] =>
  show(state, 0).services.flatMap(({ tasks }) =>
    tasks.map(({ phase, since, why }): [string, number, string | undefined] => [phase, since, why]),
  );
const news = (state: State): string[] => state.news.map(({ text }) => text);

describe("what the console shows", () => {
  it("is a task's life: it appears, turns healthy, is discoverable, drains and goes", () => {
    const life: [Told, [string, number, string | undefined][]][] = [
      [began, []],
      [task("PENDING"), [["starting", 1000, undefined]]],
      [task("RUNNING"), [["running", 2000, undefined]]],
      [task("RUNNING", "HEALTHY"), [["healthy", 3000, undefined]]],
      [looked(["3fa2b1c0ffff"]), [["discoverable", 4000, undefined]]],
      [looked(["3fa2b1c0ffff"]), [["discoverable", 4000, undefined]]],
      [looked([], ["3fa2b1c0ffff"]), [["healthy", 6000, undefined]]],
      [task("STOPPING", "HEALTHY", "scaling in"), [["draining", 7000, "scaling in"]]],
      [task("STOPPED", "HEALTHY", "scaling in"), [["stopped", 8000, "scaling in"]]],
      [{ kind: "passed" }, [["stopped", 8000, "scaling in"]]],
    ];
    life.forEach(([, expected], i) =>
      assert.deepEqual(phases(told(life.slice(0, i + 1).map(([happening]) => happening))), expected, `${i}`),
    );
    const whole = told(life.map(([happening]) => happening));
    assert.deepEqual(news(whole), [
      "flask/3fa2b1c0 starts",
      "flask/3fa2b1c0 runs, and is not healthy yet",
      "flask/3fa2b1c0 is healthy",
      "flask/3fa2b1c0 is healthy and discoverable",
      "flask/3fa2b1c0 drains: scaling in",
      "flask/3fa2b1c0 has stopped: scaling in",
    ]);
    assert.deepEqual(phases(reduce(whole, { kind: "passed", at: 8000 + 6000 })), []);
  });

  it("is found at once where Cloud Map says so at once", () => {
    const state = told([began, task("RUNNING"), looked(["3fa2b1c0ffff"]), task("RUNNING", "HEALTHY")]);
    assert.deepEqual(phases(state), [["discoverable", 3000, undefined]]);
    assert.equal(news(state).at(-1), "flask/3fa2b1c0 is healthy and discoverable");
  });

  it("tells that the gateway remembers a task that drains, and not one that is found", () => {
    const id = "3fa2b1c0ffff";
    const remembers = (...happenings: Told[]): boolean[] =>
      show(told([began, task("RUNNING", "HEALTHY"), ...happenings]), 0).services[0]!.tasks.map(
        ({ remembered }) => remembered,
      );
    assert.deepEqual(remembers(looked([id], [id])), [false]);
    assert.deepEqual(remembers(looked([id], [id]), looked([], [id]), task("STOPPING")), [true]);
    assert.deepEqual(remembers(looked([], [id]), task("STOPPING"), looked()), [false]);
  });

  it("keeps what was found out of a task until it is healthy, and beside why it stops", () => {
    const explained: Told = {
      ...{ kind: "explained", service: "service-flask", task: "3fa2b1c0ffff" },
      message: "Nothing listens on PORT=80",
    };
    const running = [began, task("RUNNING"), explained];
    assert.equal(phases(told(running))[0]![2], "Nothing listens on PORT=80");
    assert.equal(phases(told([...running, task("RUNNING", "HEALTHY")]))[0]![2], undefined);
    const failed = "its health check failed";
    const stops = [...running, task("STOPPING", "UNHEALTHY", failed), task("STOPPED", "UNHEALTHY", failed)];
    assert.equal(phases(told(stops))[0]![2], "its health check failed: Nothing listens on PORT=80");
    assert.equal(news(told(running)).at(-1), "flask/3fa2b1c0: Nothing listens on PORT=80");
  });

  it("tells of versions: that one rolls out, failed, and that an older one comes back", () => {
    const rollout = (number: number, state: "IN_PROGRESS" | "COMPLETED" | "FAILED", why?: string): Told => ({
      kind: "rollout",
      service: "service-flask",
      version: { number, state, ...(why === undefined ? {} : { why }) },
    });
    const state = told([
      began,
      rollout(1, "IN_PROGRESS"),
      rollout(1, "COMPLETED"),
      rollout(2, "IN_PROGRESS"),
      rollout(2, "FAILED", "its health check failed"),
      rollout(1, "IN_PROGRESS"),
      rollout(1, "COMPLETED"),
    ]);
    assert.deepEqual(
      state.news.map(({ text, tone }) => [text, tone]),
      [
        ["flask: version 1 rolls out", "plain"],
        ["flask: version 1 is complete", "good"],
        ["flask: version 2 rolls out", "plain"],
        ["flask: version 2 failed: its health check failed", "bad"],
        ["flask: version 1 comes back, as a newer one failed", "plain"],
        ["flask: version 1 is complete", "good"],
      ],
    );
  });

  it("lists requests with the hop that failed and why, without their query", () => {
    const failed = { hop: "discovery", why: "Cloud Map knows no healthy instance" };
    const state = told([
      began,
      task("RUNNING"),
      served({ path: "/a?token=secret" }),
      served({ status: 503, task: undefined, failed }),
    ]);
    assert.deepEqual(state.requests, [
      {
        ...{ n: 2, at: 2000, method: "GET", path: "/a", status: 200, milliseconds: 14, route: "ANY /" },
        ...{ service: "flask", task: "3fa2b1c0ffff", hop: undefined, why: undefined, way, end: undefined },
      },
      {
        ...{ n: 3, at: 3000, method: "GET", path: "/", status: 503, milliseconds: 14, route: "ANY /" },
        ...{ service: "flask", task: undefined, ...failed, way: [...front.entry, ...front.discovery] },
        end: "registry",
      },
    ]);
    assert.ok(!JSON.stringify(show(state, 3000)).includes("secret"));
  });

  it("shows what a path or a message would do to a page or a terminal, and does not do it", () => {
    const state = told([
      began,
      served({ path: "/\u001b[2J\u202e<b>" }),
      { kind: "said", message: "\u001b[2J", tone: "plain" },
    ]);
    assert.equal(state.requests[0]!.path, "/\\u001b[2J\\u202e<b>");
    assert.deepEqual(news(state), ["\\u001b[2J"]);
  });

  it("keeps the last requests and news alone", () => {
    const state = told([
      began,
      ...Array.from({ length: mostRequests + 1 }, () => served()),
      ...Array.from({ length: mostNews + 1 }, (_, i): Told => ({
        kind: "said",
        message: `${i}`,
        tone: "plain",
      })),
    ]);
    assert.equal(state.requests.length, mostRequests);
    assert.equal(state.requests[0]!.n, 2);
    assert.deepEqual([state.news.length, state.news[0]!.text], [mostNews, "1"]);
  });

  it("begins anew with another deployment, with another picture, and what was asked before", () => {
    const first = told([
      began,
      task("RUNNING"),
      looked(["3fa2b1c0ffff"]),
      served(),
      { kind: "serving", url: "http://localhost:8080/", cacheSeconds: 60 },
    ]);
    assert.deepEqual(
      [show(first, 0).serving, show(first, 0).url, show(first, 0).cacheSeconds],
      [true, "http://localhost:8080/", 60],
    );
    const ended = reduce(first, { kind: "ended", at: 0 });
    assert.deepEqual([show(ended, 0).serving, phases(ended)], [false, []]);
    const again = told([{ kind: "began", scene: { ...scene, stack: "shop" } }], ended);
    assert.deepEqual(
      [again.generation, show(again, 0).stack, show(again, 0).url, again.requests.length],
      [first.generation + 1, "shop", undefined, 1],
    );
    assert.equal(told([served()], again).requests.at(-1)!.n, first.count + 1, "numbers go on");
  });

  it("knows what a service is at, and whether a route leads to it", () => {
    const [flask] = show(told([began, looked()]), 0).services;
    assert.deepEqual(flask, { ...{ id: "service-flask", name: "flask", routed: true, tasks: [] }, ...live });
    const alone = { ...scene, services: [{ ...scene.services[0]!, way: [] }] };
    assert.equal(show(told([{ kind: "began", scene: alone }]), 0).services[0]!.routed, false);
  });
});

describe("requests on the arrows", () => {
  for (const [hop, taken, end] of [
    [undefined, way, undefined],
    ["task", way, "service-flask"],
    ["security group", way, "service-flask"],
    ["discovery", ["clients>api", "api>registry"], "registry"],
    ["route", ["clients>api"], "api"],
    ["authorizer", ["clients>api"], "api"],
    ["throttle", ["clients>api"], "api"],
    ["integration", ["clients>api"], "api"],
  ] as const) {
    it(`take their way, with a failure at: ${hop ?? "none"}`, () => {
      assert.deepEqual(wayOf(front, way, hop), { way: [...taken], end });
    });
  }

  it("that are for no service end at the API", () => {
    assert.deepEqual(wayOf(front, undefined, undefined), { way: front.entry, end: undefined });
    assert.deepEqual(wayOf({ entry: [], discovery: [] }, undefined, "stage"), { way: [], end: undefined });
  });

  it("are counted over ten seconds, and forgotten then", () => {
    let traffic: Traffic = [];
    for (let second = 0; second < 30; second += 1)
      for (let i = 0; i < 5; i += 1) traffic = withRequest(traffic, second * 1000 + i, ["a>b"], i === 0);
    assert.equal(traffic.length, span);
    assert.deepEqual(rates(traffic, 29_500), { "a>b": { rate: 5, failed: 1 } });
    assert.deepEqual(rates(traffic, 34_500), { "a>b": { rate: 2.5, failed: 0.5 } });
    assert.deepEqual(rates(traffic, 39_500), {});
  });

  it("are counted on each of their arrows", () => {
    const traffic = withRequest(withRequest([], 0, ["a>b", "b>c"], false), 1, ["a>b"], true);
    assert.deepEqual(rates(traffic, 0), {
      "a>b": { rate: 0.2, failed: 0.1 },
      "b>c": { rate: 0.1, failed: 0 },
    });
  });
});
