/** Looks, and judges. */
import type { Aws } from "../aws/cli";
import type { Limits } from "../aws/ask";
import type { Expected } from "./expected";
import type { Finding } from "./finding";
import { look, type Outside } from "./look";
import { type Asked, narrow } from "./narrow";
import { type Diagnosis, walk } from "./walk";

export interface Around {
  aws: Aws;
  outside: Outside;
  /** Of the AWS CLI. */
  profile?: string | undefined;
  limits: Limits;
  /** Milliseconds since 1970. */
  now: number;
}

/** @throws UsageError for what there is not */
export async function diagnose(expected: Expected, asked: Asked, around: Around): Promise<Diagnosis> {
  const diagnosis = walk(await look(expected, narrow(expected, asked), around));
  const { first } = diagnosis;
  const findings = diagnosis.findings.map((finding) => located(finding, expected.region, around.profile));
  return { ...diagnosis, findings, first: first && findings[diagnosis.findings.indexOf(first)] };
}

/** Commands of the AWS CLI name where they are meant: whoever copies one may have another Region by default. */
function located(finding: Finding, region: string, profile: string | undefined): Finding {
  const where = ` --region ${region}${profile === undefined ? "" : ` --profile ${profile}`}`;
  return { ...finding, fix: finding.fix.map((line) => (line.startsWith("aws ") ? line + where : line)) };
}
