/**
 * Name → record → certificate → API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
 */
import { foundIn } from "../../aws/ask";
import { broken, type Finding, fine, unseen } from "../finding";
import type { Seen, SeenDomain } from "../seen";
import { again } from "./paths";

export function judgeDomain(seen: Seen): Finding[] {
  const { domains, expected } = seen;
  if (domains.length === 0)
    return [fine("domain", "", `no domain of its own${expected.ownsApi ? "" : " in this stack"}`)];
  return domains.map((domain) => judge(seen, domain));
}

function judge(seen: Seen, { name, domain, mappings, certificate, records, addresses }: SeenDomain): Finding {
  const { expected } = seen;
  const fix = [again(seen)];
  if (domain.is === "unseen") return unseen("domain", name, domain);
  if (domain.is === "absent") return broken("domain", name, "API Gateway does not have this domain", { fix });
  const [settings = {}] = domain.found.DomainNameConfigurations ?? [];
  const target = settings.ApiGatewayDomainName;

  const issued = foundIn(certificate);
  if (certificate?.is === "absent") return broken("domain", name, "its certificate was deleted", { fix });
  if (issued !== undefined && issued.Status !== "ISSUED") {
    const open = (issued.DomainValidationOptions ?? []).filter(
      ({ ValidationStatus }) => ValidationStatus !== "SUCCESS",
    );
    const wanted = open.flatMap(({ ResourceRecord: record }) =>
      record === undefined ? [] : [`it waits for ${record.Name} ${record.Type} ${record.Value}`],
    );
    const [first] = open;
    return broken("domain", name, `its certificate is ${issued.Status}`, {
      evidence: [...(issued.FailureReason === undefined ? [] : [issued.FailureReason]), ...wanted],
      fix: [
        ...(first?.ResourceRecord?.Name === undefined
          ? []
          : [
              `dig +short CNAME ${first.ResourceRecord.Name}`,
              "# empty: make that record where the name's DNS is",
            ]),
        ...fix,
      ],
    });
  }
  if (settings.DomainNameStatus !== undefined && settings.DomainNameStatus !== "AVAILABLE")
    return broken("domain", name, `it is ${settings.DomainNameStatus}`, {
      evidence: settings.DomainNameStatusMessage === undefined ? [] : [settings.DomainNameStatusMessage],
      fix: ["# wait some minutes, and look again", ...fix],
    });

  const mapped = foundIn(mappings);
  if (mapped !== undefined && !mapped.some(({ ApiId }) => ApiId === expected.api))
    return broken("domain", name, "it is mapped to no API of this stack: requests get 403", {
      evidence: mapped.length === 0 ? ["it has no mapping"] : mapped.map(({ ApiId }) => `mapped to ${ApiId}`),
      fix,
    });

  const zone = foundIn(records);
  if (zone !== undefined) {
    const own = zone.filter(
      ({ Name, Type }) => sameName(Name, name) && ["A", "AAAA", "CNAME"].includes(Type ?? ""),
    );
    if (own.length === 0)
      return broken("domain", name, "its hosted zone has no record of this name", { fix });
    const leads = own.flatMap(({ AliasTarget, ResourceRecords = [] }) => [
      AliasTarget?.DNSName,
      ...ResourceRecords.map(({ Value }) => Value),
    ]);
    if (target !== undefined && !leads.some((lead) => sameName(lead, target)))
      return broken("domain", name, "its record leads elsewhere", {
        evidence: [`record: ${leads.filter(Boolean).join(", ")}`, `API Gateway: ${target}`],
        fix,
      });
  }
  if (addresses.is === "absent")
    return broken("domain", name, "the name does not resolve", {
      evidence: [`no address for ${name}`],
      fix:
        zone === undefined
          ? [
              `npx pulumi stack output domainTarget --stack ${expected.stack}`,
              "# point a record of the name at that",
            ]
          : [`dig +trace ${name}`, "# the hosted zone has to be the one that the name's registrar points to"],
    });
  const looks = [mappings, certificate, records, addresses].find((each) => each?.is === "unseen");
  if (looks?.is === "unseen") return unseen("domain", name, looks);
  return fine("domain", name, `resolves, certificate issued, mapped to the API`);
}

const sameName = (a: string | undefined, b: string): boolean =>
  a?.replace(/\.$/, "").toLowerCase() === b.replace(/\.$/, "").toLowerCase();
