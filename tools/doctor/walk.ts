/** Judges every hop, and finds the one where it broke. */
import type { Finding } from "./finding";
import { type Hop, hopNames, hops } from "./hops";
import { judgeApi, judgeStage } from "./judge/api";
import { judgeDiscovery } from "./judge/discovery";
import { judgeDomain } from "./judge/domain";
import { judgeEndpoints } from "./judge/endpoints";
import { judgeFirewall, judgeLink } from "./judge/link";
import { pathsOf } from "./judge/paths";
import { judgeAuthorizer, judgeIntegration, judgeRoute } from "./judge/route";
import { judgeService } from "./judge/service";
import { judgeImage, judgeLog, judgeSecrets } from "./judge/supplies";
import { judgeTasks } from "./judge/tasks";
import type { Seen } from "./seen";

export interface Diagnosis {
  /** In the order of the hops. */
  findings: Finding[];
  /** Where it broke, or else what is weak; undefined where nothing is wrong. */
  first: Finding | undefined;
  /** Actions that the caller is not allowed. */
  needs: string[];
}

export function walk(seen: Seen): Diagnosis {
  const paths = pathsOf(seen);
  const judges: Record<Hop, () => Finding[]> = {
    domain: () => judgeDomain(seen),
    api: () => [judgeApi(seen)],
    stage: () => judgeStage(seen),
    route: () => judgeRoute(seen, paths),
    authorizer: () => judgeAuthorizer(seen, paths),
    integration: () => judgeIntegration(seen, paths),
    link: () => judgeLink(seen, paths),
    firewall: () => judgeFirewall(seen, paths),
    discovery: () => judgeDiscovery(seen),
    service: () => judgeService(seen),
    tasks: () => judgeTasks(seen),
    image: () => judgeImage(seen),
    secrets: () => judgeSecrets(seen),
    endpoints: () => judgeEndpoints(seen),
    log: () => judgeLog(seen),
  };
  const judged = hopNames.flatMap((hop) => judges[hop]());
  const findings = judged.map((finding, i) => explained(finding, judged.slice(i + 1)));
  const first =
    findings.find(({ verdict }) => verdict === "broken") ??
    findings.find(({ verdict }) => verdict === "weak");
  return { findings, first, needs: [...new Set(findings.flatMap(({ needs }) => needs ?? []))].sort() };
}

/** What a break farther on explains is not where it broke. */
function explained(finding: Finding, after: readonly Finding[]): Finding {
  const { symptomOf, verdict } = finding;
  if (symptomOf === undefined || (verdict !== "broken" && verdict !== "weak")) return finding;
  const cause = after.find(
    (each) =>
      each.verdict === "broken" &&
      each.services?.includes(symptomOf) === true &&
      each.symptomOf === undefined,
  );
  if (cause === undefined) return finding;
  return {
    ...finding,
    verdict: "not judged",
    says: `${finding.says} (follows from ${hops[cause.hop]})`,
    fix: [],
  };
}
