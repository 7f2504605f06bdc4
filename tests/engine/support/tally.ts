/** How much was tried under the engine, printed when the tests end. */
export const tally = { transitions: 0, steps: 0, moments: 0, kills: 0, refusals: 0 };

process.on("exit", () => {
  const counts = Object.entries(tally).filter(([, count]) => count > 0);
  if (counts.length === 0) return;
  console.log(`Under Pulumi's engine: ${counts.map(([what, count]) => `${count} ${what}`).join(", ")}.`);
});
