/**
 * A container's health as Docker and ECS judge it: `retries` failures in a row after the start period are UNHEALTHY, one
 * success is HEALTHY, and before either it is UNKNOWN
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html, [H]).
 *
 * One difference, for whoever waits: until the first success the command runs at once and more often than every `interval`, but
 * the less often the longer it takes, as each failure may print a page.
 * Failures still count once per interval only, so nothing becomes UNHEALTHY sooner than on AWS. With an `eagerness` of
 * Infinity there is no difference: "The health check will first run interval seconds after the container is started"
 * (https://docs.docker.com/reference/dockerfile/#healthcheck, [H]; that ECS does the same, [L]).
 */
import type { HealthCheck } from "./views";

export type Health = "UNKNOWN" | "HEALTHY" | "UNHEALTHY";

/**
 * A task's health by its essential containers: one UNHEALTHY makes it so, else one UNKNOWN, and only if all are HEALTHY it is.
 * A container without a check is UNKNOWN for ever (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html,
 * [H]; that ECS left such a container out was reported once, amazon-ecs-agent#4094). Containers that are not essential count
 * for nothing. Where no essential container has a check ECS reports the running task to Cloud Map as healthy [M].
 */
export function taskHealth(
  containers: readonly { essential: boolean; check: boolean; health: Health }[],
): Health {
  const essential = containers.filter((container) => container.essential);
  if (!essential.some(({ check }) => check)) return "HEALTHY";
  const worst = (["UNHEALTHY", "UNKNOWN"] as const).find((health) =>
    essential.some((container) => (container.check ? container.health : "UNKNOWN") === health),
  );
  return worst ?? "HEALTHY";
}

export interface HealthSettings {
  /** Milliseconds of one second of the health check. Its timeout is not scaled: the command takes the time it takes. */
  second: number;
  /** Seconds between checks until the first success; Infinity for Docker's and ECS's own timing. */
  eagerness: number;
}

/** Milliseconds by which a timer may come before its time. */
const early = 5;

/** Runs the check until the returned function is called. Without a check a running container counts as HEALTHY. */
export function watchHealth(
  check: HealthCheck | undefined,
  probe: (timeoutMilliseconds: number) => Promise<boolean>,
  report: (health: Health) => void,
  settings: HealthSettings,
): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  // ECS reports tasks without a health check to Cloud Map as healthy once they run (service discovery, [M]).
  if (!check) {
    report("HEALTHY");
    return () => undefined;
  }
  const { second } = settings;
  const began = Date.now();
  let health: Health = "UNKNOWN";
  let failures = 0;
  let counted = began;

  const become = (next: Health) => {
    if (next === health) return;
    health = next;
    report(next);
  };
  const run = async () => {
    const healthy = await probe(check.timeout * 1000).catch(() => false);
    if (stopped) return;
    const now = Date.now();
    if (healthy) {
      failures = 0;
      become("HEALTHY");
    } else {
      const starting = health === "UNKNOWN" && now - began < check.startPeriod * second;
      const due = health !== "UNKNOWN" || now - counted >= check.interval * second - early;
      if (!starting && due) {
        failures += 1;
        counted = now;
        if (failures >= check.retries) become("UNHEALTHY");
      }
    }
    const waited = (now - began) / second;
    const wait =
      health === "UNKNOWN"
        ? Math.min(Math.max(settings.eagerness, waited / 10), check.interval)
        : check.interval;
    timer = setTimeout(() => void run(), wait * second);
  };
  if (Number.isFinite(settings.eagerness)) void run();
  else timer = setTimeout(() => void run(), check.interval * second);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
