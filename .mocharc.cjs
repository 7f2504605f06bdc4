const os = require("node:os");

module.exports = {
  require: ["ts-node/register/transpile-only", "./tests/support/unhandled.js"],
  spec: ["tests/**/*.test.ts", "tools/tests/**/*.test.ts"],
  ignore: ["tests/engine/**", "tools/tests/engine/**"],
  timeout: 30000,
  parallel: true,
  // Mocha alone leaves a processor to itself, which has nothing to do; each of these loads Pulumi, about half a gigabyte.
  jobs: Math.min(4, Math.max(2, os.availableParallelism())),
};
