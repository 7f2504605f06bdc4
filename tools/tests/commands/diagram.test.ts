import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { XMLParser } from "fast-xml-parser";
import type { Deployment } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { projectFolder } from "../../../simulate/stack";
import { main, pictures } from "../../commands/diagram";
import { types, without } from "../local/fixture";

describe("npm run diagram", () => {
  let folder: string;
  let file: string;
  let shop: Deployment;
  before(async () => (shop = await simulate({ stack: "shop" })));
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "diagram-"));
    file = path.join(folder, "new", "picture.svg");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const ofShop = (...argv: string[]): ReturnType<typeof run> => run(["--stack", "shop", ...argv]);
  async function run(
    argv: string[],
    deployment: Deployment | undefined = shop,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const written = { stdout: "", stderr: "" };
    const io = {
      stdout: { write: (text: string) => (written.stdout += text) },
      stderr: { write: (text: string) => (written.stderr += text) },
    };
    return { code: await main(argv, io, deployment), ...written };
  }

  it("writes the picture, and then finds nothing to do", async () => {
    const stale = `${file} is not what the program describes. Fix: npm run diagram -- --stack shop --out ${file}.\n`;
    assert.deepEqual(await ofShop("--out", file, "--check"), { code: 1, stdout: "", stderr: stale });
    assert.ok(!fs.existsSync(file));
    assert.deepEqual(await ofShop("--out", file), { code: 0, stdout: `${file}: written.\n`, stderr: "" });
    assert.deepEqual(await ofShop("--out", file), { code: 0, stdout: `${file}: up to date.\n`, stderr: "" });
    assert.deepEqual(await ofShop("--out", file, "--check"), { code: 0, stdout: "", stderr: "" });
  });

  it("is stale as soon as a rule is taken out, and not by other line ends", async () => {
    await ofShop("--out", file);
    assert.equal(
      (await run(["--stack", "shop", "--out", file, "--check"], without(shop, types.ingress))).code,
      1,
    );
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replaceAll("\n", "\r\n"));
    assert.equal((await ofShop("--out", file, "--check")).code, 0);
  });

  it("has a title and a description for those who cannot see it, and both colour schemes", async () => {
    await ofShop("--out", file);
    const text = fs.readFileSync(file, "utf8");
    const { svg } = new XMLParser({ ignoreAttributes: false }).parse(text) as {
      svg: Record<string, { "#text": string }> & { style: string };
    };
    assert.equal(svg.title?.["#text"], "Architecture of the stack shop");
    assert.match(svg.desc?.["#text"] ?? "", /^Requests: Clients to API Gateway HTTP API \(HTTPS\), /);
    assert.match(svg.desc?.["#text"] ?? "", /Egress: .*Tasks to Interface endpoints \(TCP 443\)/);
    assert.match(svg.style, /@media \(prefers-color-scheme:dark\)\{/);
  });

  it("never writes another stack over a picture of the documents, unless asked to", async () => {
    const read = (): string[] =>
      pictures.map((one) => fs.readFileSync(path.join(projectFolder, one.file), "utf8"));
    const before = read();
    const own = path.join(projectFolder, "docs/architecture-mine.svg");
    const phone = path.join(projectFolder, "docs/architecture-mine-phone.svg");
    assert.deepEqual(await run(["--stack", "mine", "--check"]), {
      code: 1,
      stdout: "",
      stderr:
        "docs/architecture-mine.svg is not what the program describes. Fix: npm run diagram -- --stack mine.\n",
    });
    assert.match(
      (await run(["--stack", "mine", "--narrow", "--check"])).stderr,
      / --stack mine --narrow\.\n$/,
    );
    try {
      assert.equal((await run(["--stack", "mine"])).stdout, "docs/architecture-mine.svg: written.\n");
      assert.equal(
        (await run(["--stack", "mine", "--narrow"])).stdout,
        "docs/architecture-mine-phone.svg: written.\n",
      );
      assert.notEqual(fs.readFileSync(own, "utf8"), fs.readFileSync(phone, "utf8"));
      assert.deepEqual(read(), before);
    } finally {
      fs.rmSync(own, { force: true });
      fs.rmSync(phone, { force: true });
    }
  });

  it("draws README's stack where none is named", async () => {
    assert.equal((await run(["--out", file], await simulate({ stack: "dev" }))).code, 0);
    assert.equal(
      fs.readFileSync(file, "utf8"),
      fs.readFileSync(path.join(projectFolder, "docs/architecture.svg"), "utf8").replaceAll("\r\n", "\n"),
    );
  });

  it("prints Mermaid on request", async () => {
    const { code, stdout } = await ofShop("--mermaid");
    assert.equal(code, 0);
    assert.match(stdout, /^---\ntitle: "Architecture of the stack shop"\n---\nflowchart TD\n/);
    assert.match(stdout, / ==>\|"TCP 8080"\| /);
    assert.match(stdout, /ANY \/shop\/echo\/#123;proxy\+#125;/);
    const opened = stdout.match(/^ *subgraph /gm)?.length;
    assert.equal(stdout.match(/^ *end$/gm)?.length, opened);
  });

  it("refuses what it does not know, or what excludes each other", async () => {
    assert.match(
      (await run(["--chek"])).stderr,
      /^Unknown option '--chek'\. Known options: --stack, --out, --narrow, /,
    );
    const { code, stderr } = await run(["--mermaid", "--check"]);
    assert.deepEqual(
      [code, stderr],
      [
        1,
        "--mermaid goes to standard output: --check, --narrow and --out exclude it. Fix: npm run diagram -- --stack dev --mermaid, with > " +
          "and a file behind it to keep it.\n",
      ],
    );
    const io = { stdout: { write: () => true }, stderr: { write: (text: string) => (said += text) } };
    let said = "";
    assert.equal(await main(["--stack", "nope"], io), 1);
    assert.match(said, /^There is no Pulumi\.nope\.yaml\./);
    assert.match((await run(["--help"])).stdout, /Usage: npm run diagram -- \[options\]/);
  });

  it("has drawn the pictures of the documents, and names all that are stale", async () => {
    const written = { stdout: "", stderr: "" };
    const io = {
      stdout: { write: (text: string) => (written.stdout += text) },
      stderr: { write: (text: string) => (written.stderr += text) },
    };
    const code = await main(["--check"], io);
    assert.deepEqual({ code, ...written }, { code: 0, stdout: "", stderr: "" });
    const stale = pictures
      .filter(({ stack }) => stack !== "shop")
      .map((picture) => `${picture.file} is not what the program describes.\n`);
    assert.equal((await run(["--check"])).stderr, `${stale.join("")}Fix: npm run diagram.\n`);
  });

  it("is shown by a document, each of them", () => {
    const documents = [
      "README.md",
      ...fs.readdirSync(path.join(projectFolder, "docs")).map((n) => `docs/${n}`),
    ]
      .filter((name) => name.endsWith(".md"))
      .map((name) => fs.readFileSync(path.join(projectFolder, name), "utf8"))
      .join("\n");
    for (const picture of pictures)
      assert.match(documents, new RegExp(`[("/]${path.basename(picture.file).replaceAll(".", "\\.")}[)"]`));
  });
});
