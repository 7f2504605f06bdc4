import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { exampleStacks, projectFolder, stackNames } from "../simulate/stack";
import {
  blocksOf,
  commandsOf,
  documents,
  examplesOf,
  ofPulumi,
  partsOf,
  pulumi,
  read,
  simpleCommands,
} from "./support/documents";
import { run } from "./support/stack";

describe("documents", () => {
  it("are read as a shell would read them", () => {
    const cases: [line: string, commands: string[][]][] = [
      [
        "npm ci && npm test # all",
        [
          ["npm", "ci"],
          ["npm", "test"],
        ],
      ],
      [
        "curl \"$(npx pulumi stack output url)/a\" | jq -r '.a | .b'",
        [
          ["npx", "pulumi", "stack", "output", "url"],
          ["curl", "…/a"],
          ["jq", "-r", ".a | .b"],
        ],
      ],
      ["PORT=80 a \"b c\" 'd e'", [["a", "b c", "d e"]]],
      ["for x in a b; do b $x; done", [["b", "$x"]]],
      ["x=1", []],
      ["# nothing", []],
      ["a --b='c # d' # e", [["a", "--b=c # d"]]],
    ];
    for (const [line, commands] of cases) assert.deepEqual(simpleCommands(line), commands, line);
    const text =
      "1. a\n\n   ```sh\n   cd b && c \\\n     d\n   e\n   ```\n\nAnd `npm run x -- --y` or `z`.\n";
    assert.deepEqual(commandsOf("README.md", text), [
      { at: "README.md:3", folder: "b", words: ["c", "d"] },
      { at: "README.md:3", folder: "b", words: ["e"] },
      { at: "README.md", folder: ".", words: ["npm", "run", "x", "--", "--y"] },
    ]);
    const marked = "<!-- not ours: x -->\n\n```yaml\na: 1\n```\n\n```yaml\nb: 2\n```\n";
    assert.deepEqual(
      blocksOf("README.md", marked).map(({ line, foreign }) => [line, foreign]),
      [
        [3, "x"],
        [7, undefined],
      ],
    );
    assert.deepEqual(examplesOf("README.md", marked), [
      { at: "README.md:7", file: "README.md", config: { "flask-app-fargate:services": { b: 2 } } },
    ]);
  });

  it("are many, README is one sitting, and each begins with what it is for", () => {
    assert.ok(documents.length >= 20, `${documents.length} documents`);
    assert.ok(read("README.md").split("\n").length <= 251);
    for (const file of documents) assert.match(read(file), /^# .+\n\n[^\s`|#]/, file);
  });

  describe("examples", () => {
    const examples = documents.flatMap((file) => examplesOf(file));

    it("are many", () => assert.ok(examples.length >= 25, `${examples.length} examples`));

    for (const { at, config } of examples) {
      it(`${at} is taken, and without a warning`, async () => {
        for (const preview of [true, false]) {
          const deployment = await run(config, { stack: "example", preview });
          assert.deepEqual(deployment.warnings, []);
        }
      });
    }
  });

  it("name keys of the configuration that there are", () => {
    const sections = read("docs/configuration.md").split(/^## /m).slice(1);
    const keys = sections.flatMap((section) => {
      const name = /^`([^`]+)`/.exec(section)![1]!;
      const rows = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => `${name}.${key}`);
      return [name, ...rows];
    });
    assert.ok(keys.length > 100 && keys.includes("services.<name>.routes[].rewrite.stripPrefix"));
    const roots = [...new Set(keys.map((key) => key.split(/[.,]/)[0]!))];
    const named = new RegExp(`\`((?:${roots.join("|")})(?:\\.[\\w<>[\\]]+)+)\``, "g");
    // A file; a type of resource; keys of Copilot's manifests; and what one row describes as a whole.
    const others = /^(?:\w+\.ts|iam\.Role|network\.(?:vpc|connect)\b.*|api\.authorizers\.<name>\.\w+)$/;
    const unknown = documents.flatMap((file) =>
      [...read(file).matchAll(named)]
        .map(([, key]) => key!)
        .filter((key) => !keys.includes(key) && !others.test(key))
        .map((key) => `${file}: ${key}`),
    );
    assert.deepEqual(unknown, []);
  });

  describe("commands", () => {
    const commands = documents.flatMap((file) => commandsOf(file));
    const scriptsIn = (folder: string): string[] =>
      Object.keys(
        (
          JSON.parse(fs.readFileSync(path.join(projectFolder, folder, "package.json"), "utf8")) as {
            scripts: Record<string, string>;
          }
        ).scripts,
      );

    it("are many", () => assert.ok(commands.length >= 100, `${commands.length} commands`));

    it("of npm are scripts that there are", () => {
      const asked = commands.filter(({ words }) => words[0] === "npm");
      assert.ok(asked.length > 50);
      const unknown = asked.filter(({ folder, words }) => {
        const [subcommand = "", script = ""] = words.slice(1).filter((word) => word !== "--silent");
        if (subcommand === "ci" || subcommand === "install") return false;
        const name = subcommand === "run" ? script : subcommand;
        return !scriptsIn(folder).includes(name);
      });
      assert.deepEqual(unknown, []);
    });

    it("of npm name stacks that there are, or that the document makes", () => {
      const made: Readonly<Record<string, readonly string[]>> = {
        "README.md": ["mine"],
        "docs/environments.md": ["staging"],
      };
      const named = commands.flatMap(({ at, words }) =>
        words[0] === "npm" && words.includes("--stack")
          ? [{ at, stack: words[words.indexOf("--stack") + 1]! }]
          : [],
      );
      assert.ok(named.length > 20);
      const unknown = named.filter(
        ({ at, stack }) =>
          ![...stackNames(), ...exampleStacks().keys(), ...(made[at.split(":")[0]!] ?? [])].includes(stack) &&
          !/^<.*>$/.test(stack),
      );
      assert.deepEqual(unknown, []);
    });

    it("hand options to a script of npm behind --, as npm takes the others for itself", () => {
      const own = ["--silent"];
      const swallowed = commands.filter(({ words }) => {
        if (words[0] !== "npm") return false;
        const end = words.indexOf("--");
        const before = end < 0 ? words : words.slice(0, end);
        return before.some((word) => word.startsWith("--") && !own.includes(word)) && words[1] !== "ci";
      });
      assert.deepEqual(swallowed, []);
    });

    it("of Pulumi are those that the real command line is asked about", () => {
      const used = commands.flatMap((command) => {
        const words = ofPulumi(command);
        return words === undefined ? [] : [{ at: command.at, ...partsOf(words) }];
      });
      const unknown = used.flatMap(({ at, subcommand, flags }) =>
        flags
          .filter((flag) => !pulumi[subcommand]?.includes(flag))
          .map((flag) => `${at}: pulumi ${subcommand} ${flag}`),
      );
      assert.deepEqual(unknown, []);
      const subcommands = used.map(({ subcommand }) => subcommand);
      assert.deepEqual([...new Set(subcommands)].sort(), Object.keys(pulumi).sort());
    });

    it("are otherwise of a few programs, and what lies in the project is there", () => {
      // What has its own documentation, and is not run here: it takes AWS, GitHub, or a container engine.
      const others = ["aws", "curl", "dig", "docker", "gh", "git", "jq"];
      const usual = ["bash", "cp", "export", "npm", "npx", "pulumi", "python3", "pip-compile"];
      const files = spawnSync("git", ["ls-files"], { cwd: projectFolder, encoding: "utf8" }).stdout.split(
        "\n",
      );
      const unknown = commands.filter(({ folder, words }) => {
        const name = words[0]!;
        if (name === "bash") return !files.includes(path.join(folder, words[1]!));
        if (name.includes(".venv/bin/")) return false;
        if (name.includes("/")) return !files.includes(path.join(folder, name));
        return ![...others, ...usual].includes(name);
      });
      assert.deepEqual(unknown, []);
    });

    it("of AWS were each looked up in its reference", () => {
      const known = [
        "apigatewayv2 get-routes",
        "apigatewayv2 get-vpc-links",
        "apigatewayv2 update-route",
        "logs tail",
      ];
      const used = commands
        .filter(({ words }) => words[0] === "aws")
        .map(({ words }) => words.slice(1, 3).join(" "));
      assert.deepEqual([...new Set(used)].sort(), known);
    });
  });
});
