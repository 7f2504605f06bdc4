/** Loaded before a program (`node -r`): prints what its process took, when it ends. */
const { performance } = require("node:perf_hooks");
const fs = require("node:fs");

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const processor = (userCPUTime + systemCPUTime) / 1000;
  fs.writeSync(1, JSON.stringify({ milliseconds: performance.now(), processor, memory: maxRSS }));
});
