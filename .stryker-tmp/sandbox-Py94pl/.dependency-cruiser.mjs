// @ts-nocheck
// Who may import whom, types included: `npm run lint` asks. Imports point down, so that a room is read without those above it.
const room = (names) => `^(?:${names.join("|")})/`;
const program = `^(?!(?:rules|simulate|tests|tools|bootstrap|examples|app)/)[^.].*\\.ts$`;
const tests = ["^tests/", "^tools/tests/", "^bootstrap/tests/"];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circle",
      comment: "Move what both files need into a file of its own, below them.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "program",
      comment: "The program is what `pulumi up` runs: it knows nothing of the tools and of its simulation.",
      severity: "error",
      from: { path: program },
      to: { path: room(["simulate", "tests", "tools", "bootstrap", "examples"]) },
    },
    {
      name: "rules",
      comment: "Rules are knowledge of AWS: pure, so that everything can use them.",
      severity: "error",
      from: { path: room(["rules"]) },
      to: { pathNot: room(["rules"]) },
    },
    {
      name: "simulate",
      comment: "The simulation records any program; what its records are for is the tools' business.",
      severity: "error",
      from: { path: room(["simulate"]) },
      to: { path: room(["tests", "tools", "bootstrap", "examples"]) },
    },
    {
      name: "tools",
      comment:
        "Tools read what the simulation records, not the program. Of the program they know its configuration.",
      severity: "error",
      from: { path: room(["tools"]) },
      to: { path: program, pathNot: ["^config/", "^config\\.ts$"] },
    },
    {
      name: "tests",
      comment: "Tests are imported by tests alone.",
      severity: "error",
      from: { pathNot: tests },
      to: { path: tests },
    },
    {
      name: "bootstrap",
      comment: "Bootstrap is a project of its own, with its own packages.",
      severity: "error",
      from: { path: room(["bootstrap"]) },
      to: { path: [program, room(["rules", "simulate", "tests", "tools"])] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(?:^|/)(?:bin|\\.local|\\.venv)/" },
  },
};
