import * as pulumi from "@pulumi/pulumi";
import { hasPassed } from "../rules/schedule";

/** As the configuration has it. */
interface Scheduled {
  expression: string;
  timezone: string;
}

/**
 * Warns of a schedule that never comes from now on. No error: what ran as it was to must not stop an update months later.
 *
 * @param path of its key in the configuration
 */
export function warnOfPassed(path: string, { expression, timezone }: Scheduled): void {
  if (!hasPassed(expression, timezone, new Date())) return;
  void pulumi.log.warn(
    `${path}: ${expression} in ${timezone} does not come any more: nothing runs by it, and AWS may refuse it where it is made or ` +
      "changed. Fix: write a time to come, or take it out.",
  );
}
