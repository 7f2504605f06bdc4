/** The console's page in a real browser: what it shows, what its buttons do, and whom its server refuses. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { get, upstream, type Upstream } from "../local/http";
import { setStage, type Staged } from "../console/stage";
import { openBrowser } from "./open";

describe("the console in a browser", function () {
  let browser: Browser;
  let staged: Staged;
  let page: Page;
  /** What the browser complains about: what its policy refuses, and what a script throws. */
  let complaints: string[];
  before(async () => {
    browser = await openBrowser();
    staged = await setStage();
  });
  after(async () => {
    await browser.close();
    await staged.close();
  });
  const open = async (options: Parameters<Browser["newPage"]>[0] = {}): Promise<void> => {
    complaints = [];
    page = await browser.newPage(options);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(staged.url);
    await page.waitForSelector("#picture svg");
  };
  const close = async (): Promise<void> => {
    await page.close();
    assert.deepEqual(complaints, []);
  };
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const ask = (path = "/"): Promise<unknown> => get(staged.stack.port, path);
  const row = (text: string) => page.locator("#requests tbody tr", { hasText: text }).first();
  const happened = (text: string) => page.locator("#news li", { hasText: text }).first().waitFor();
  const pill = (phase: string) => page.locator(`#picture .pill.${phase}`);
  const healthy = () => pill("discoverable").first().waitFor();

  it("shows a task that appears, turns healthy and is discoverable, and how to ask for something", async () => {
    await open();
    await healthy();
    for (const text of ["starts", "is healthy and discoverable", "version 1 is complete"])
      await happened(text);
    assert.equal(await page.locator("#curl").textContent(), `curl http://localhost:${staged.stack.port}/`);
    assert.equal(await page.title(), "test: local stack");
    assert.match(await page.locator("#status").innerText(), /^live$/);
    await close();
  });

  it("shows a request, its way along the arrows and their rate, and filters by route", async () => {
    await open();
    await ask("/a?token=secret");
    await row("GET /a").waitFor();
    assert.match(await row("GET /a").innerText(), /200[\s\S]+ms[\s\S]+web\//);
    const flows = await page
      .locator("#picture .flow")
      .evaluateAll((all) => all.map((flow) => flow.getAttribute("data-key")));
    assert.deepEqual(flows.sort(), ["api>link-0", "clients>api", "link-0>service-web"]);
    assert.match((await page.locator("#picture .rates").textContent()) ?? "", /0\.\d\/s/);
    assert.ok(!(await page.content()).includes("secret"));
    await page.getByLabel("Route").selectOption("ANY /");
    assert.equal(await page.locator("#requests tbody tr", { hasText: "GET /a" }).count(), 0);
    await page.getByText("No request of the last ones is like that.").waitFor();
    await close();
  });

  it("keeps a long path from filling the list, and tasks that live in sight", async () => {
    await open();
    await ask(`/long-${"x".repeat(3000)}`);
    const box = await row("GET /long-").boundingBox();
    assert.ok(box && box.height < 250, `${box?.height} px high`);
    assert.match((await row("GET /long-").locator("td[title]").getAttribute("title")) ?? "", /x{3000}$/);
    const shown = await page.evaluate(`import("/picture.js").then(({ inSight }) => inSight(
      ["stopped", "draining", "discoverable", "stopped", "starting"].map((phase) => ({ phase })), 3,
    ).map(({ phase }) => phase))`);
    assert.deepEqual(shown, ["discoverable", "starting", "draining"]);
    await close();
  });

  it("breaks a version: requests fail at the task, and then at Cloud Map, in the words that npm start has", async () => {
    await open();
    await healthy();
    await button(/^Break version/).click();
    await page.getByText("broken on purpose", { exact: true }).waitFor();
    await ask("/broken");
    assert.match(await row("GET /broken").innerText(), /Task: the service itself answered 500/);
    await happened("its health check failed");
    await ask("/none");
    assert.match(await row("GET /none").innerText(), /503/);
    assert.match(await row("GET /none").innerText(), /Cloud Map: Cloud Map knows no healthy instance/);
    await page.locator('#picture [data-node="registry"].hurt').waitFor();
    await happened("This version was broken on purpose");
    await button(/^Mend version/).click();
    await healthy();
    await close();
  });

  it("cuts a security group: 503 with its reason, and a crossed arrow, until it is mended", async () => {
    await open();
    await healthy();
    await button("Cut security group").click();
    await page.locator("#picture .edge.cut").waitFor({ state: "attached" });
    assert.equal(await page.locator("#picture .cross").count(), 1);
    await ask("/cut");
    assert.match(
      await row("GET /cut").innerText(),
      /Security group: no ingress rule admits the VPC link to the tasks on port 80/,
    );
    await page.getByLabel("failed only").check();
    await button("Mend security group").click();
    await page.locator("#picture .edge.cut").waitFor({ state: "detached" });
    await ask("/mended");
    await page.getByLabel("failed only").uncheck();
    assert.match(await row("GET /mended").innerText(), /200/);
    await close();
  });

  it("rolls out, scales and kills", async () => {
    await open();
    await healthy();
    await button("Roll out broken").click();
    await happened("comes back, as a newer one failed");
    await button("Roll out").first().click();
    await happened("replaced by a newer deployment");
    await button("web: one task more").click();
    await page.waitForFunction(() => document.querySelectorAll("#picture .pill.discoverable").length === 2);
    await button(/^Kill the task/)
      .first()
      .click();
    await happened("the task was killed");
    await page.waitForFunction(() => document.querySelectorAll("#picture .pill.discoverable").length === 2);
    await close();
  });

  it("is used by keyboard alone", async () => {
    await open();
    await healthy();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the requests");
    const reached: string[] = [];
    for (let i = 0; i < 30 && !reached.at(-1)?.startsWith("Cut"); i += 1) {
      await page.keyboard.press("Tab");
      reached.push((await page.evaluate(() => document.activeElement?.textContent)) ?? "");
    }
    assert.ok(reached.includes("Roll out") && reached.includes("Kill"), reached.join());
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    assert.equal(ring, "solid");
    await page.keyboard.press("Enter");
    await page.locator("#picture .edge.cut").waitFor({ state: "attached" });
    // It has the focus still, and does the contrary now.
    await page.keyboard.press("Space");
    await page.locator("#picture .edge.cut").waitFor({ state: "detached" });
    await close();
  });

  it("says so where a button cannot be pressed", async () => {
    await open();
    const expire = button("Expire the gateway’s cache");
    assert.equal(await expire.getAttribute("aria-disabled"), "true");
    assert.match((await expire.getAttribute("title")) ?? "", /--like-aws/);
    await close();
  });

  for (const [what, width] of [
    ["a desktop", 1440],
    ["a phone", 390],
  ] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`fits ${what} in ${colorScheme}, and every text can be read on its ground`, async () => {
        await open({ viewport: { width, height: 844 }, colorScheme });
        await healthy();
        await ask("/fits");
        await row("GET /fits").waitFor();
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(overflow, 0);
        const shape = await page.locator("#picture svg").evaluate((svg) => svg.getAttribute("viewBox"));
        assert.equal(Number(shape?.split(" ")[2]) < 500, width === 390);
        assert.deepEqual(await page.evaluate(faint), []);
        await close();
      });
    }
  }

  it("moves nothing for whoever wants no motion", async () => {
    await open({ reducedMotion: "reduce" });
    await ask("/still");
    await row("GET /still").waitFor();
    assert.equal(await page.locator("#picture .dot").count(), 0);
    const names = await page
      .locator("#picture .flow")
      .evaluateAll((all) => all.map((flow) => getComputedStyle(flow).animationName));
    assert.deepEqual([...new Set(names)], ["none"]);
    await close();
  });

  describe("refuses a page of another origin", () => {
    let site: Upstream;
    before(async () => {
      site = await upstream((_, response) =>
        response.setHeader("content-type", "text/html").end("<!doctype html><title>other</title>"),
      );
    });
    after(() => site.close());

    for (const host of ["127.0.0.1", "localhost"]) {
      it(`which is at ${host}: it presses no button, reads nothing and frames nothing`, async () => {
        const other = await browser.newPage();
        await other.goto(`http://${host}:${site.port}/`);
        const before = JSON.stringify(staged.stack.cuts.of(staged.stack.topology.services[0]!));
        const outcomes = await other.evaluate(async (url) => {
          const body = JSON.stringify({ action: "cut", service: "service-web" });
          const attempts: [string, RequestInit][] = [
            ["api/actions", { method: "POST", mode: "no-cors", body }],
            ["api/actions", { method: "POST", headers: { "content-type": "application/json" }, body }],
            ["api/state", {}],
            ["api/events", {}],
          ];
          const ends: string[] = [];
          for (const [path, init] of attempts) {
            ends.push(
              await fetch(url + path, init).then(
                (answer) => `${answer.type} ${answer.status}`,
                () => "refused",
              ),
            );
          }
          const script = document.createElement("script");
          script.src = `${url}app.js`;
          ends.push(
            await new Promise<string>((resolve) => {
              script.onload = () => resolve("loaded");
              script.onerror = () => resolve("refused");
              document.body.append(script);
            }),
          );
          return ends;
        }, staged.url);
        // An opaque answer that nobody may read would not say that nothing was done: that nothing is cut does.
        assert.ok(
          outcomes.slice(1).every((outcome) => outcome === "refused"),
          outcomes.join(),
        );
        assert.equal(JSON.stringify(staged.stack.cuts.of(staged.stack.topology.services[0]!)), before);
        await other.setContent(`<iframe src="${staged.url}"></iframe>`);
        await other.waitForTimeout(300);
        const framed = other.frames()[1];
        assert.equal(
          await framed
            ?.locator("#stack")
            .count()
            .catch(() => 0),
          0,
        );
        await other.close();
      });
    }

    it("which has made its own name mean this machine", async () => {
      const answer = await get(staged.console.port, "/");
      // `get` sends `Host: local.test`, as a browser would after the name was turned.
      assert.equal(answer.status, 403);
      assert.match(answer.body, /answers to no other name/);
    });
  });
});

/** Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3), of what is no picture. */
function faint(): string[] {
  const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string): number => {
    const [r = 0, g = 0, b = 0] = channels(color)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element: Element | null): string => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((channels(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("body *:not(svg *, script, noscript *)")].flatMap((element) => {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.textContent?.trim() !== "",
    );
    if (!own || element.getClientRects().length === 0) return [];
    // What cannot be pressed need not be as clear (the same criterion).
    if (element.getAttribute("aria-disabled") === "true") return [];
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return contrast < 4.5 ? [`${element.textContent?.slice(0, 40)}: ${contrast.toFixed(2)}`] : [];
  });
}
