// @ts-nocheck
export default {
  testRunner: "mocha",
  plugins: ["@stryker-mutator/mocha-runner"],
  coverageAnalysis: "perTest",
  ignoreStatic: true,
  concurrency: 2,
  mutate: ["rules/endpoints.ts"],
  reporters: ["clear-text","json","progress-append-only"],
  mochaOptions: { config: "tests/mutants/.mocharc.json", "no-package": true },
  checkers: [],
  timeoutMS: 60000,
  tempDirName: ".stryker-tmp",
};
