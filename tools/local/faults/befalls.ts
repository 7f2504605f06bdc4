/** How something befalls the tasks of a service. */
import type { Account } from "../aws-view/account";
import type { ServiceView } from "../ecs/views";
import type { Mishap } from "./mishaps";

/** It befalls the tasks that run and all that are started. */
export const befalls =
  (mishap: (account: Account, service: ServiceView) => Mishap) =>
  (account: Account, service: ServiceView): void => {
    account.mishaps.befall(service.urn, mishap(account, service));
    account.mishaps.retire(service.urn);
  };

export const notStarted = (
  reason: (account: Account, service: ServiceView) => string,
): ReturnType<typeof befalls> =>
  befalls((account, service) => ({ kind: "not started", reason: reason(account, service) }));
