/** How faults change the wiring of a running stack. */
import type { Resource } from "../../../simulate/deployment";
import { type Account, changed, without } from "../aws-view/account";
import type { ServiceView } from "../ecs/views";

export const api = (name: string): string => `aws:apigatewayv2/${name}`;
export const ofType =
  (...types: string[]) =>
  ({ type }: Resource): boolean =>
    types.includes(type);

/** Whether a stack has a resource of a type. */
export const has =
  (type: string) =>
  (account: Account): boolean =>
    account.ofType(type).length > 0;

/** The resources that a fault is about, by the service that it befalls. */
export type Which = (account: Account, service: ServiceView) => (resource: Resource) => boolean;

export const removeThose =
  (which: Which) =>
  (account: Account, service: ServiceView): void =>
    account.rewire((deployment) => without(deployment, which(account, service)));
export const changeThose =
  (which: Which, properties: (resource: Resource) => Record<string, unknown>) =>
  (account: Account, service: ServiceView): void =>
    account.rewire((deployment) => changed(deployment, which(account, service), properties));

export const remove =
  (...types: string[]) =>
  (account: Account): void =>
    account.rewire((deployment) => without(deployment, ofType(...types)));
export const change =
  (type: string, properties: (resource: Resource) => Record<string, unknown>) =>
  (account: Account): void =>
    account.rewire((deployment) => changed(deployment, ofType(type), properties));
