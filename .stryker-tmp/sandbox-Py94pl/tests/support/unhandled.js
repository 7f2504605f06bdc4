// @ts-nocheck
// Mocha re-emits unhandled rejections to nobody, so a promise that fails without being awaited would pass.
process.on("unhandledRejection", (reason) => {
  throw reason;
});
