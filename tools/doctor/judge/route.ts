/** Routes, who they let in, and where they lead. */
import { foundIn } from "../../aws/ask";
import { broken, type Finding, fine, notJudged, unseen } from "../finding";
import type { Seen } from "../seen";
import { again, type Path, servicesOn } from "./paths";

const noApi = ({ api, expected }: Seen): boolean => api.is === "absent" || expected.api === undefined;

export function judgeRoute(seen: Seen, paths: readonly Path[]): Finding[] {
  if (noApi(seen)) return [notJudged("route", "", "there is no API")];
  if (seen.routes.is === "unseen") return [unseen("route", "", seen.routes)];
  if (paths.length === 0)
    return [
      broken("route", "", "the stack has no route", {
        fix: [`npm run plan -- --stack ${seen.expected.stack}`],
      }),
    ];
  const missing = paths.filter(({ route }) => route === undefined);
  const open = paths.filter(({ route }) => route !== undefined && route.Target === undefined);
  const fix = [again(seen)];
  const has = (foundIn(seen.routes) ?? []).map(({ RouteKey }) => RouteKey).join(", ");
  return [
    ...(missing.length === 0
      ? []
      : [
          broken("route", keys(missing), "the API does not have it: 404", {
            evidence: [`the API has ${has || "no route"}`],
            ...{ fix, services: servicesOn(missing) },
          }),
        ]),
    ...open.map(({ key }) => broken("route", key, "it leads to no integration", { fix })),
    ...(missing.length + open.length === paths.length
      ? []
      : [fine("route", "", `${paths.length - missing.length - open.length} there`)]),
  ];
}

const keys = (paths: readonly Path[]): string => paths.map(({ key }) => key).join(", ");

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
export function judgeAuthorizer(seen: Seen, paths: readonly Path[]): Finding[] {
  const { authorizers, expected, issuers } = seen;
  const of = paths.filter(({ key, route }) => {
    const wanted = expected.routes.find((each) => each.key === key)?.authorizer;
    return route !== undefined && (wanted !== undefined || (route.AuthorizationType ?? "NONE") !== "NONE");
  });
  if (noApi(seen) || of.length === 0)
    return [fine("authorizer", "", noApi(seen) ? "there is no API" : "no route asks for one")];
  if (authorizers.is === "unseen") return [unseen("authorizer", "", authorizers)];
  const fix = [again(seen)];
  const findings: Finding[] = [];
  const judged = new Set<string>();
  for (const { key, route } of of) {
    const wanted = expected.routes.find((each) => each.key === key)?.authorizer;
    if (wanted !== undefined && route?.AuthorizationType === "NONE") {
      const says = "it lets everybody in, and the program asks for a token";
      findings.push(broken("authorizer", key, says, { evidence: ["AuthorizationType is NONE"], fix }));
      continue;
    }
    const id = route?.AuthorizerId;
    // IAM needs none.
    if (id === undefined || judged.has(id)) continue;
    judged.add(id);
    const found = foundIn(authorizers)?.find(({ AuthorizerId }) => AuthorizerId === id);
    const known = expected.authorizers.find((each) => each.id === id);
    const name = known?.name ?? found?.Name ?? id;
    const services = servicesOn(of.filter((each) => each.route?.AuthorizerId === id));
    if (found === undefined) {
      const says = "the authorizer is gone: nobody is let in";
      findings.push(broken("authorizer", name, says, { evidence: [`${key} names ${id}`], fix, services }));
      continue;
    }
    const { Issuer: issuer, Audience: audiences = [] } = found.JwtConfiguration ?? {};
    const differs = [
      ...(known?.issuer === undefined || known.issuer === issuer
        ? []
        : [`it trusts ${issuer ?? "nobody"}, and the program says ${known.issuer}`]),
      ...(known === undefined || sorted(known.audiences) === sorted(audiences)
        ? []
        : [
            `it asks for the audience ${audiences.join(", ")}, and the program for ${known.audiences.join(", ")}`,
          ]),
    ];
    const says = "it asks for other tokens than the program says: 401";
    if (differs.length > 0)
      findings.push(broken("authorizer", name, says, { evidence: differs, fix, services }));
    const answers = issuer === undefined ? undefined : issuers.get(issuer);
    if (answers !== undefined && answers.is !== "found")
      findings.push(
        broken(
          "authorizer",
          name,
          "the issuer of its tokens does not answer: API Gateway cannot read its keys",
          {
            evidence: [`${issuer}: ${answers.is === "unseen" ? answers.because : "not found"}`],
            fix: [`curl -sS ${issuer?.replace(/\/$/, "")}/.well-known/openid-configuration`],
            services,
          },
        ),
      );
  }
  return findings.length > 0 ? findings : [fine("authorizer", "", `${judged.size} as the program says`)];
}

const sorted = (all: readonly string[]): string => [...all].sort().join(" ");

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html */
export function judgeIntegration(seen: Seen, paths: readonly Path[]): Finding[] {
  const { integrations, registries, expected } = seen;
  if (noApi(seen)) return [notJudged("integration", "", "there is no API")];
  if (integrations.is === "unseen") return [unseen("integration", "", integrations)];
  const fix = [again(seen)];
  const of = paths.filter(({ route }) => route?.Target !== undefined);
  if (of.length === 0) return [notJudged("integration", "", "no route leads to one")];
  const ids = [...new Set(of.map(({ integrationId }) => integrationId ?? ""))];
  const findings = ids.map((id): Finding => {
    const using = of.filter(({ integrationId }) => integrationId === id);
    const [{ integration } = { integration: undefined }] = using;
    const services = servicesOn(using);
    const label = keys(using);
    if (integration === undefined)
      return broken("integration", label, "it leads to an integration that is gone", {
        ...{ evidence: [`${id} is not among the API's integrations`], fix, services },
      });
    if (integration.ConnectionType !== "VPC_LINK")
      return broken("integration", label, "it does not go by a VPC link", {
        evidence: [`ConnectionType is ${integration.ConnectionType ?? "not set"}`],
        ...{ fix, services },
      });
    const { IntegrationUri: uri = "" } = integration;
    const wanted = expected.integrations.find((each) => each.id === id)?.registry;
    const registry = registries.get(uri);
    if (registry?.service.is === "absent" || registry === undefined)
      return broken("integration", label, "it names a Cloud Map service that is gone", {
        evidence: [
          `IntegrationUri: ${uri || "none"}`,
          ...(wanted === undefined || wanted === uri ? [] : [`the state's: ${wanted}`]),
        ],
        ...{ fix, services },
      });
    if (wanted !== undefined && wanted !== uri)
      return broken("integration", label, "it leads to another Cloud Map service than the program says", {
        evidence: [`IntegrationUri: ${uri}`, `the state's: ${wanted}`],
        ...{ fix, services },
      });
    return fine("integration", label, "there");
  });
  const bad = findings.filter(({ verdict }) => verdict === "broken");
  const good = findings.length - bad.length;
  return [...bad, ...(good > 0 ? [fine("integration", "", `${good} there`)] : [])];
}
