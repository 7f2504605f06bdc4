import { circleOf, Condition, ends, stopSeconds } from "../rules/containers";
import { limitedMemory } from "../rules/fargate";
import { defaultDrainSeconds, spotNoticeSeconds, stopSeconds as ownStopSeconds } from "../rules/rollout";
import { beforeName } from "../service/before";
import { containersOf } from "../service/sidecars";
import { checkCredentials } from "./checks-run";
import { checkSecrets } from "./checks-service";
import { hasCompanion, hasFolders } from "./companion";
import { Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";

/**
 * What of sidecars takes more than one field, or knowledge of AWS, to judge; see checks-service.ts.
 *
 * @param name of the service or job, and of its container
 * @param serves whether it is a service: the container of a job has no health, and ends
 */
export function checkSidecars(
  name: string,
  service: Partial<ServiceConfig>,
  at: string,
  problems: Problem[],
  serves = true,
): void {
  const { sidecars, dependsOn } = service;
  if (!sidecars || !dependsOn) return;
  const companion = hasCompanion(service);
  const refuse = (path: string, got: unknown, allowed: string, fix: string): void => {
    problems.push({ path: `${at}.${path}`, got, allowed, fix });
  };
  const before = problems.length;
  for (const [sidecar, config] of Object.entries(sidecars)) {
    const own = `sidecars.${sidecar}`;
    const taken = new Map([
      [name, "the application's container"],
      [beforeName(name), "the container of `before`"],
      ["companion", "the companion"],
      ["companion-folders", "what opens the companion's folders"],
    ]).get(sidecar);
    if (taken !== undefined) refuse(own, new Said(`${taken} has this name`), "another name", "rename it");
    if (serves && config.essential && !config.healthCheck) {
      refuse(
        `${own}.healthCheck`,
        undefined,
        "a health check, since it is essential: Amazon ECS calls no task healthy before all its essential containers are",
        "give it one, or set essential to false",
      );
    }
    checkSecrets(config, `${at}.${own}`, problems);
    checkCredentials(config, `${at}.${own}`, problems);
    checkDependencies(`${own}.dependsOn`, config.dependsOn);
  }
  checkDependencies("dependsOn", dependsOn);
  checkMemory();
  // A circle among names that do not exist, or of a bad condition, would be told twice.
  if (problems.length > before) return;
  const { companion: chosen, image, healthCheck = {}, drainSeconds = defaultDrainSeconds } = service;
  const containers = containersOf(
    { sidecars, dependsOn, companion: chosen, image, healthCheck, drainSeconds },
    name,
  );
  const circle = circleOf(containers);
  if (circle) {
    refuse(
      "sidecars",
      new Said(`${circle.join(" waits for ")}: none would ever start`),
      "dependencies without a circle",
      "take one of them out",
    );
  } else checkSpot();

  function checkDependencies(path: string, written: Readonly<Record<string, Condition>>): void {
    for (const [other, condition] of Object.entries(written)) {
      const target = Object.hasOwn(sidecars!, other) ? sidecars![other] : undefined;
      if (!target && (path === "dependsOn" || other !== name)) {
        const known = [...Object.keys(sidecars!), ...(path === "dependsOn" ? [] : [name])].join(", ");
        refuse(
          `${path}.${other}`,
          new Said("the task has no such container"),
          known || "nothing: the service has no sidecars",
          "name a sidecar, or take it out",
        );
      } else if (ends(condition) && (!target || target.essential)) {
        refuse(
          `${path}.${other}`,
          condition,
          `START, HEALTHY: ${target ? "when an essential container ends, the task does" : "the application does not end while the task runs"}`,
          target ? `set sidecars.${other}.essential to false` : "wait for HEALTHY, or for nothing",
        );
      } else if (!serves && !target) {
        refuse(
          `${path}.${other}`,
          condition,
          "sidecars alone: what waits for the job's own container is stopped as soon as that has ended",
          "take it out",
        );
      } else if (condition === "HEALTHY" && target && !target.healthCheck) {
        refuse(
          `${path}.${other}`,
          condition,
          "START, or HEALTHY of a sidecar with a health check",
          `give sidecars.${other} a healthCheck`,
        );
      }
    }
  }

  function checkMemory(): void {
    const companions = serves ? (companion ? 2 : 0) : hasFolders(service) ? 1 : 0;
    const sum = limitedMemory(Object.values(sidecars!), companions);
    if (service.memory === undefined || sum < service.memory) return;
    refuse(
      "sidecars",
      new Said(`their memory is ${sum} MiB in sum${companions > 0 ? ", with the companion's" : ""}`),
      `less than the ${service.memory} MiB of the task, to leave the application some`,
      "lower theirs, or raise the service's memory",
    );
  }

  /** What is left when the notice is over is killed, whatever it still had to do. */
  function checkSpot(): void {
    const { spot = 0, drainSeconds: drain } = service;
    if (spot === 0 || drain === undefined || Object.keys(sidecars!).length === 0) return;
    const seconds = stopSeconds(containers);
    // What is too long without them has been told already.
    if (seconds <= spotNoticeSeconds || ownStopSeconds(drain, companion) > spotNoticeSeconds) return;
    refuse(
      "sidecars",
      new Said(`with them a task takes up to ${seconds} s to stop`),
      `${spotNoticeSeconds} s, the notice of Fargate Spot`,
      "lower their stopTimeout or drainSeconds, or set spot to 0",
    );
  }
}
