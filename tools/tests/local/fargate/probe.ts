/** What a health check of a test answers. */
import type { Probe } from "../../../local/fargate/runner";

export const probed = (healthy: boolean, more: Partial<Probe> = {}): Probe => ({
  healthy,
  command: "check",
  code: healthy ? 0 : 1,
  output: "",
  ...more,
});
