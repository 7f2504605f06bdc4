import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../../simulate/stack";
import type { Build } from "../../../local/ecs/views";
import { unbuildable } from "../../../local/image/buildable";

describe("a Dockerfile that cannot be built", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "buildable-"));
    mkdirSync(join(project, "web", "src"), { recursive: true });
    mkdirSync(join(project, "web", "static"));
    for (const file of ["main.py", "requirements.txt", "src/a.py", "secret.env"])
      writeFileSync(join(project, "web", file), "");
    writeFileSync(join(project, "web", ".dockerignore"), "secret.env\n");
  });
  afterEach(() => rmSync(project, { recursive: true }));

  const says = (text: string): string[] => {
    writeFileSync(join(project, "web", "Dockerfile"), text);
    const build = { context: "./web", dockerfile: "./web/Dockerfile", args: {} };
    return unbuildable(build as unknown as Build, project);
  };
  const table: [what: string, text: string, says: string[]][] = [
    ["nothing is wrong", "FROM python:3.13\nCOPY requirements.txt ./\nCOPY src /src\nCOPY . .\n", []],
    [
      "a file that is written otherwise",
      "FROM python:3.13\n\nCOPY requirement.txt ./\n",
      ["web/Dockerfile, line 3: it copies requirement.txt, which is not in web. Fix: write requirements.txt"],
    ],
    [
      "a file that is not there",
      'FROM python:3.13\nCOPY ["main.py", "./gunicorn.conf.py", "/app/"]\n',
      [
        "web/Dockerfile, line 2: it copies ./gunicorn.conf.py, which is not in web. Fix: correct it, or add the file",
      ],
    ],
    [
      "a file that .dockerignore leaves out",
      "FROM python:3.13\nCOPY secret.env /\n",
      [
        "web/Dockerfile, line 2: it copies secret.env, which .dockerignore leaves out. Fix: take it out of one of the two",
      ],
    ],
    [
      "a word that is no instruction",
      "FROM python:3.13\nCOPPY . .\nfoo bar\n",
      [
        "web/Dockerfile, line 2: COPPY is no instruction. Fix: write COPY",
        "web/Dockerfile, line 3: foo is no instruction. Fix: correct it",
      ],
    ],
    [
      "patterns, variables, addresses and empty folders",
      "FROM x\nARG A=b\nCOPY package-lock.json* $UNKNOWN static /\nADD https://example.com/a git@example.com:a.git /\n",
      [],
    ],
    [
      "instructions in small letters, and a document",
      "from x\ncopy main.py /\nRUN <<EOF\nfoo bar\nEOF\n",
      [],
    ],
    [
      "a file of another stage or image",
      "FROM x AS one\nFROM y\nCOPY --from=one /made /\nCOPY --from=nginx:1 /etc/n /\n",
      [],
    ],
    ["a stage that nothing needs", "FROM x AS unused\nCOPY none.txt /\nFROM y\nCOPY main.py /\n", []],
    [
      "a stage that another begins with or copies from",
      "FROM x AS one\nCOPY none.txt /\nFROM one AS two\nFROM y\nCOPY --from=two /a /\n",
      ["web/Dockerfile, line 2: it copies none.txt, which is not in web. Fix: correct it, or add the file"],
    ],
  ];
  for (const [what, text, expected] of table) it(what, () => assert.deepEqual(says(text), expected));

  it("is none of those here", () => {
    for (const folder of ["app", "service/companion", "examples/fastapi", "examples/echo", "examples/go"]) {
      const build = { context: `./${folder}`, dockerfile: `./${folder}/Dockerfile`, args: {} };
      assert.deepEqual(unbuildable(build as unknown as Build, projectFolder), [], folder);
    }
  });
});
