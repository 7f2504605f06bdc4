/**
 * What can be missing or wrong between a client and the application, each as a fault that a running local stack can be given,
 * with the hop that breaks. The requests really fail, where this machine has the hop.
 */
import type { Account } from "../aws-view/account";
import type { Fault } from "./fault";
import { frontFaults } from "./front";
import { reachFaults } from "./reach";
import { supplyFaults } from "./supplies";
import { taskFaults } from "./tasks";

/** In the order of the hops. */
export const faults: readonly Fault[] = [...frontFaults, ...reachFaults, ...taskFaults, ...supplyFaults];

/** Takes every fault away again: what the program recorded holds, and tasks start as they should. */
export function mend(account: Account): void {
  const { ecs, registry, history, mishaps, missing, events, services } = account;
  account.rewire(() => account.recorded);
  missing.clear();
  events.clear();
  for (const service of services) {
    mishaps.befall(service.urn, undefined);
    history.forgetFailed(service.urn);
    const scheduler = ecs.schedulers.get(service.urn);
    const { registration } = service;
    if (registration)
      for (const { task, running } of history.tasksOf(service.urn)) {
        if (task.state !== "RUNNING" || running === undefined) continue;
        const { address, port } = running;
        registry.register(registration.arn, {
          id: task.id,
          address,
          port,
          zone: task.zone,
          service: service.urn,
        });
        registry.setHealth(registration.arn, task.id, task.health === "HEALTHY");
      }
    // Those that started under it go.
    mishaps.renew(service.urn);
    scheduler?.setDesired(service.desiredCount);
  }
}
