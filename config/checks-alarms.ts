import { parseArn } from "../rules/arn";
import { longestRuleName, ruleCharacters } from "../rules/alarms";
import { servicesInOne } from "../rules/dashboard";
import { Problem, Said } from "./problems";
import { AlarmsConfig } from "./schema-alarms";
import { ApiConfig } from "./schema-api";
import { ServiceConfig } from "./schema";

/** What of `alarms` and `dashboard` takes more than one field to judge; see checks.ts. */

interface Watched {
  project: string;
  stack: string;
  region: string;
  partition: string;
  api: Partial<ApiConfig>;
  services: Readonly<Record<string, Partial<ServiceConfig>>>;
  /** Whose the API is, as the configuration says it; undefined for the stack's own. */
  owner: "share.stack" | "api.existingId" | undefined;
}

export function checkAlarms(alarms: Partial<AlarmsConfig>, watched: Watched, problems: Problem[]): void {
  checkTargets(alarms, watched, problems);
  if (alarms.rollback === true) checkRollback(watched, problems);
}

function checkTargets(
  { notify }: Partial<AlarmsConfig>,
  { region, partition }: Watched,
  problems: Problem[],
): void {
  const targets = [notify ?? []].flat();
  // To whoever delivers it an address has no capitals: it would be told twice. A topic's name has.
  const told = targets.map((target) => (parseArn(target) ? target : target.toLowerCase()));
  targets.forEach((target, i) => {
    const path = Array.isArray(notify) ? `alarms.notify.${i}` : "alarms.notify";
    const arn = parseArn(target);
    if (arn && (arn.region !== region || arn.partition !== partition)) {
      problems.push({
        path,
        got: target,
        allowed: `a topic in ${region}: an alarm tells no other Region`,
        fix: "name one that is there, or an e-mail address",
      });
    }
    const first = told.indexOf(told[i]!);
    if (first === i) return;
    const again = targets[first] === target ? "" : `: it is alarms.notify.${first} in other letters`;
    problems.push({ path, got: target, allowed: `each once${again}`, fix: "take it out" });
  });
}

/** Of all names those of rules are the shortest. */
export function checkRuleNames(
  { project, stack, services }: Pick<Watched, "project" | "stack" | "services">,
  problems: Problem[],
): void {
  for (const service of Object.keys(services)) {
    const name = longestRuleName({ project, stack }, service);
    if (name.length <= ruleCharacters) continue;
    problems.push({
      path: `services.${service}`,
      got: new Said(`${name}, ${name.length} characters, is to be the rule that counts its restarts`),
      allowed: `${ruleCharacters} characters where there are alarms or a dashboard`,
      fix: "shorten the name of the service, the stack or the project, or take alarms and dashboard out",
    });
  }
}

/** CloudWatch limits the widgets of a dashboard, and their metrics. */
export function checkDashboard(services: Watched["services"], problems: Problem[]): void {
  const count = Object.keys(services).length;
  if (count <= servicesInOne) return;
  problems.push({
    path: "dashboard",
    got: true,
    allowed: `false with more than ${servicesInOne} services: CloudWatch takes 500 widgets and 2500 metrics in one, and these are ${count}`,
    fix: "take it out, or divide the services among stacks",
  });
}

/** A version is judged by its own routes, or by the API's where that has no other service. */
function checkRollback({ api, services, owner }: Watched, problems: Problem[]): void {
  const routed = Object.entries(services).filter(([, { routes = [] }]) => routes.length > 0);
  const refuse = (path: string, got: unknown, allowed: string, fix: string): void => {
    problems.push({ path, got, allowed, fix });
  };
  if (owner === "api.existingId") {
    refuse(
      "alarms.rollback",
      true,
      "false with api.existingId: whether the stage of somebody else's API sends metrics by route cannot be looked up, and by the " +
        "API's a service would be rolled back for others' errors",
      "take it out",
    );
    return;
  }
  if (routed.length === 0) {
    refuse(
      "alarms.rollback",
      true,
      "true where a service has a route: by its errors alone a version is judged",
      "take it out, or give a service a route",
    );
  }
  const byRoute = owner === "share.stack" || api.detailedMetrics === true;
  if (!byRoute && routed.length > 1) {
    refuse(
      "alarms.rollback",
      true,
      `true with one service behind the API, or with metrics by route: ${routed.map(([name]) => name).join(", ")} share it, and one ` +
        "would be rolled back for another's errors",
      "write api.detailedMetrics: true, which CloudWatch bills by route, or take it out",
    );
  }
  if (!byRoute) return;
  for (const [name, { routes = [] }] of routed) {
    routes.forEach(({ key }, i) => {
      if (key !== "$default") return;
      refuse(
        `services.${name}.routes.${i}`,
        key,
        "with alarms.rollback routes with a method and a path: AWS does not say what $default is called in metrics by route",
        "write ANY / and ANY /{proxy+}",
      );
    });
  }
}
