import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import type { Deployment } from "../../../simulate/deployment";
import { withReferences } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { startConsole } from "../../console/console";
import { draw } from "../../console/picture";
import type { Shown, ShownRequest } from "../../console/shown";
import { readTopology } from "../../local/topology";
import { get, until } from "../local/http";
import { setStage, type Staged } from "./stage";

describe("the console", function () {
  let staged: Staged;
  before(async () => {
    staged = await setStage({ environment: { DB_PASSWORD: "hunter2" } });
    await staged.stack.deployed;
  });
  after(() => staged.close());
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${staged.url.replace("localhost", "127.0.0.1")}${path}`)).json()) as T;
  const state = (): Promise<Shown> => ask("api/state");

  it("shows the tasks, the version and the routes of the stack that runs", async () => {
    await until(async () => (await state()).services[0]?.tasks[0]?.phase === "discoverable");
    const shown = await state();
    const [task] = [...staged.stack.ecs.schedulers.values()].flatMap(({ tasks }) => [...tasks]);
    assert.deepEqual(
      {
        ...shown,
        services: shown.services.map((service) => ({ ...service, tasks: service.tasks.map(({ id }) => id) })),
      },
      {
        ...{ generation: 1, stack: "test", serving: true, rates: {}, cacheSeconds: 0 },
        url: `http://localhost:${staged.stack.port}/`,
        routes: ["ANY /", "ANY /{proxy+}"],
        services: [
          {
            ...{ id: "service-web", name: "web", desired: 1, cut: [], broken: false, routed: true },
            version: { number: 1, state: "COMPLETED" },
            tasks: [task!.id],
          },
        ],
      },
    );
  });

  it("shows requests on their way, and no secret of the stack", async () => {
    await get(staged.stack.port, "/a?token=secret", "Authorization: Bearer secret");
    await until(async () => (await ask<ShownRequest[]>("api/requests")).length === 1);
    const [request] = await ask<ShownRequest[]>("api/requests");
    assert.deepEqual(
      [request!.method, request!.path, request!.status, request!.service, request!.hop],
      ["GET", "/a", 200, "web", undefined],
    );
    assert.deepEqual(request!.way, ["clients>api", "api>link-0", "link-0>service-web"]);
    const all = JSON.stringify([await state(), await ask("api/requests"), await ask("api/news")]);
    assert.ok(!/secret|hunter2|DB_PASSWORD/.test(all), all);
    assert.equal((await state()).rates["link-0>service-web"]?.rate, 0.1);
  });

  it("has its page's files, and nothing else", async () => {
    for (const [path, type] of [
      ["", "text/html; charset=utf-8"],
      ["app.js", "text/javascript; charset=utf-8"],
      ["console.css", "text/css; charset=utf-8"],
      ["picture.css", "text/css; charset=utf-8"],
      ["picture/wide.svg", "image/svg+xml; charset=utf-8"],
      ["picture/narrow.svg", "image/svg+xml; charset=utf-8"],
    ]) {
      const answer = await fetch(`http://127.0.0.1:${staged.console.port}/${path}`);
      assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, type], path);
    }
    for (const path of ["tsconfig.json", "console.ts", "index.html/..%2f..%2fserver.ts"]) {
      assert.equal((await fetch(`http://127.0.0.1:${staged.console.port}/${path}`)).status, 404, path);
    }
  });

  it("has nothing to show and no button before there is a stack", async () => {
    const console = await startConsole(0);
    try {
      const at = `http://127.0.0.1:${console.port}`;
      assert.deepEqual(((await (await fetch(`${at}/api/state`)).json()) as Shown).services, []);
      assert.equal((await fetch(`${at}/picture/wide.svg`)).status, 404);
    } finally {
      await console.close();
    }
  });
});

describe("the console's picture", () => {
  const whole = async (stack: string): Promise<Deployment> => {
    const own = await simulate({ stack });
    return { ...own, resources: withReferences(own) };
  };
  const named = (svg: string, name: string): string[] =>
    [...svg.matchAll(new RegExp(`data-${name}="([^"]*)"`, "g"))].map(([, value]) =>
      value!.replaceAll("&#62;", ">"),
    );

  for (const stack of ["dev", "shop", "pr"]) {
    it(`of ${stack} has every arrow and box that requests take, in both shapes, and its own stack's chips`, async () => {
      const deployment = await whole(stack);
      const { wide, narrow, scene } = draw(deployment, readTopology(deployment));
      assert.ok(
        scene.services.length > 0 && scene.front.entry.length > 0 && scene.front.discovery.length > 0,
      );
      for (const svg of [wide, narrow]) {
        new XMLParser().parse(svg, true);
        assert.ok(!svg.includes("<style"), "which the page's policy would not take");
        const arrows = [
          ...scene.front.entry,
          ...scene.front.discovery,
          ...scene.services.flatMap(({ way }) => way),
        ];
        for (const arrow of arrows) assert.ok(named(svg, "arrow").includes(arrow), arrow);
        for (const { id, way } of scene.services) {
          assert.ok(named(svg, "node").includes(id), id);
          assert.equal(way.length, 3, id);
        }
        assert.equal(named(svg, "room").length, scene.services.length);
        assert.ok(!/class="(edge|node) (egress|endpoint|aws|internet|gateway)/.test(svg));
      }
      assert.equal(wide.includes("of pr<"), stack === "pr");
    });
  }

  it("leads each route to the service that the program says", async () => {
    const deployment = await whole("shop");
    const { scene } = draw(deployment, readTopology(deployment));
    const service = (key: string) => scene.routes.find((route) => route.key === key)?.service;
    assert.deepEqual([service("GET /orders"), service("ANY /")], ["service-echo", "service-flask"]);
  });
});

describe("the console's page", () => {
  const folder = join(__dirname, "../../console/page");
  for (const name of readdirSync(folder).filter((file) => /\.(js|css|html|svg)$/.test(file))) {
    it(`asks nobody else and reads no text as HTML: ${name}`, () => {
      const text = readFileSync(join(folder, name), "utf8");
      const addresses = [...text.matchAll(/\bhttps?:\/\/[^"'\s)]+|url\(|@import|(?:src|href)="\/\//g)].map(
        ([all]) => all,
      );
      assert.deepEqual(
        addresses.filter((address) => address !== "http://www.w3.org/2000/svg"),
        [],
      );
      assert.doesNotMatch(
        text,
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser/,
      );
      assert.doesNotMatch(text, /\sstyle="|\son[a-z]+="/);
    });
  }
});
