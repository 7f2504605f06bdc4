/** Where a request goes: its route, and the task behind it, or the hop where its way ends. */
import { matchRoute } from "../../../rules/routes";
import type { Instance } from "../cloud-map";
import type { Topology } from "../topology";
import type { Refusal } from "./authorize";
import type { Integration, RouteView } from "./routes";
import type { StageView } from "./stages";

/** What a request passes, in this order, and where it may end. */
export type Hop =
  | "client"
  | "request"
  | "stage"
  | "route"
  | "throttle"
  | "authorizer"
  | "integration"
  | "discovery"
  | "security group"
  | "task";

/** What the answer tells of it, if it does. */
export function whyRefused({ status, message, headers }: Refusal): string {
  const told = headers.find(([name]) => name.toLowerCase() === "www-authenticate")?.[1];
  const description = /error_description="([^"]*)"/.exec(told ?? "")?.[1];
  return description ?? (status === 401 ? "no token that its authorizer takes" : message);
}

export function selectRoute(
  topology: Topology,
  stage: StageView,
  method: string,
  path: string,
): { view: RouteView; parameters: Record<string, string> } | undefined {
  const match = matchRoute(
    topology.routes.map(({ route }) => route).filter(({ key }) => stage.deployed?.has(key) ?? true),
    method,
    path,
  );
  const view = topology.routes.find(({ route }) => route === match?.route);
  return match && view && { view, parameters: match.parameters };
}

export type Target =
  | { integration: Integration; instance: Instance }
  | { status: number; reason: string; waits: boolean; hop: Hop };

export function chooseTarget(discover: (registry: string) => Instance[], view: RouteView): Target {
  if (view.broken) return { ...view.broken, hop: "integration" };
  const { integration } = view;
  if (!integration)
    return { status: 503, reason: "the route has no integration", waits: false, hop: "integration" };
  const [instance] = discover(integration.registry);
  // No healthy instance is a 503 (aws-facts §1, [M]).
  if (!instance)
    return { status: 503, reason: "Cloud Map knows no healthy instance", waits: false, hop: "discovery" };
  const blocked = view.blocked.get(instance.service);
  // What the client sees of dropped packets is not documented (aws-facts §4, [L]).
  if (blocked !== undefined) return { status: 503, reason: blocked, waits: true, hop: "security group" };
  return { integration, instance };
}
