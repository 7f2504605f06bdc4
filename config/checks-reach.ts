import { rulesPerSecurityGroup } from "../rules/quotas";
import { reachedName, urlVariable } from "../rules/reach";
import { isGiven, Problem, Said } from "./problems";
import { meantBy } from "./near-names";
import { ServiceConfig } from "./schema";

/** Which services call each other inside the VPC. */

type Services = Readonly<Record<string, Partial<ServiceConfig>>>;

/** A service of that name would be the SDKs' address of every service of AWS. */
const sdkEndpoint = "AWS_ENDPOINT_URL";

/** @param share of the document, as written */
export function checkCalls(services: Services, share: unknown, problems: Problem[]): void {
  const names = Object.keys(services);
  const callers = new Map<string, string[]>();
  for (const [name, caller] of Object.entries(services)) {
    const { reach = [] } = caller;
    reach.forEach(({ service }, i) => {
      const refuse = (got: unknown, allowed: string, fix: string): void => {
        problems.push({ path: `services.${name}.reach.${i}.service`, got, allowed, fix });
      };
      const others = names.filter((other) => other !== name);
      const allowed = others.length > 0 ? others.join(", ") : "another service of this stack; there is none";
      if (service === name) {
        refuse(service, allowed, "take it out: what runs in one task is reached at localhost");
      } else if (!names.includes(service)) {
        const meant = meantBy(service, others);
        const elsewhere = isGiven(share, "stack")
          ? "have the service in this stack as well, or call the other stack's by the API: only a role that may open the other " +
            "stack's security groups could let tasks of this one in"
          : "name a service of this stack";
        refuse(service, allowed, meant === undefined ? elsewhere : `write ${meant}`);
      } else if (reach.findIndex((other) => other.service === service) < i) {
        refuse(service, "each service once", "take it out");
      } else {
        callers.set(service, [...(callers.get(service) ?? []), name]);
        checkVariable(service, name, caller, refuse, problems);
      }
    });
  }
  for (const [name, from] of callers) checkReached(name, from, services, problems);
}

function checkVariable(
  service: string,
  caller: string,
  { environment = {}, secrets = {} }: Partial<ServiceConfig>,
  refuse: (got: unknown, allowed: string, fix: string) => void,
  problems: Problem[],
): void {
  const variable = urlVariable(service);
  if (variable === sdkEndpoint) {
    refuse(
      service,
      `a name that does not become ${sdkEndpoint}: AWS's SDKs would send everything there`,
      "rename the service",
    );
  }
  for (const [key, given] of Object.entries({ environment, secrets })) {
    if (!Object.hasOwn(given, variable)) continue;
    problems.push({
      path: `services.${caller}.${key}.${variable}`,
      got: new Said(`the program sets this variable itself: ${caller} reaches ${service}`),
      allowed: "any other name",
      fix: `take it out, or take ${service} out of reach`,
    });
  }
}

/** What can be wrong with a service that others reach. */
function checkReached(
  name: string,
  callers: readonly string[],
  services: Services,
  problems: Problem[],
): void {
  const { port } = services[name]!;
  // One more is the VPC link's.
  if (callers.length >= rulesPerSecurityGroup) {
    problems.push({
      path: `services.${name}`,
      got: new Said(`${callers.length} services reach it`),
      allowed: `${rulesPerSecurityGroup - 1}: its security group has a rule for each`,
      fix: "let some of them call it by the API",
    });
  }
  if (port === undefined || !Object.hasOwn(services, reachedName(name, port))) return;
  problems.push({
    path: `services.${reachedName(name, port)}`,
    got: new Said(`${name} is called so in AWS, because ${callers.join(", ")} reaches it on port ${port}`),
    allowed: "another name",
    fix: "rename the service",
  });
}
