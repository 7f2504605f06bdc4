/** The browser of this machine, for tests: a Chromium or Chrome on PATH (see .ci/chromium). */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function findBrowser(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (found !== undefined) return found;
  throw new Error(
    `None of ${names.join(", ")} is on PATH: install one, on Debian by apt-get install chromium.`,
  );
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox"] });
