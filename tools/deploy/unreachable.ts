/** Why Pulumi tells nothing of a stack, as far as that is not the stack's own fault. */

/** As much of Pulumi's command line as is asked. */
interface Asked {
  ask(args: string[]): Promise<{ code: number }>;
}

/** Its command line, or its backend; undefined where both answer. */
export async function unreachable(pulumi: Asked): Promise<string | undefined> {
  if ((await pulumi.ask(["whoami"])).code === 0) return undefined;
  // Its launcher fetches it at the first call, and fails then as a missing login does.
  return (await pulumi.ask(["version"])).code !== 0
    ? "Pulumi's command line does not start: its first call downloads it, once. Fix: connect this machine, or install it " +
        "(https://www.pulumi.com/docs/install/); `npx pulumi version` says what is wrong."
    : "Pulumi is logged in to no backend. Fix: `npx pulumi login`, or `npx pulumi login s3://your-bucket` (or --local) for one " +
        "of your own; in CI set PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL.";
}

/**
 * What to say where Pulumi has told no state and no outputs of a stack. What it said itself stands above.
 *
 * @param what as `The state of the stack dev is`
 */
export async function unreadable(pulumi: Asked, what: string): Promise<string> {
  const why = await unreachable(pulumi);
  return why === undefined ? `${what} not readable: see above.` : `${what} not readable. ${why}`;
}
