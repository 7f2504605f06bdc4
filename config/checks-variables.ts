import { endpointForSecret } from "../rules/endpoints";
import { Problem, Said } from "./problems";

/** Whether a container's secrets are named by ARN, and by names that are not variables as well. */
export function checkSecrets(
  { environment = {}, secrets = {} }: { environment?: object; secrets?: Readonly<Record<string, string>> },
  at: string,
  problems: Problem[],
): void {
  for (const name of Object.keys(secrets).filter((secret) => secret in environment)) {
    problems.push({
      path: `${at}.secrets.${name}`,
      got: new Said("the same name stands in environment"),
      allowed: "each name once",
      fix: "take one of them out",
    });
  }
  for (const [name, arn] of Object.entries(secrets)) {
    if (endpointForSecret(arn)) continue;
    problems.push({
      path: `${at}.secrets.${name}`,
      // Not shown: it may be the secret itself.
      got: new Said("this is not the ARN of a secret or parameter"),
      allowed: "arn:aws:secretsmanager:…:secret:… or arn:aws:ssm:…:parameter/…",
      fix: "give the full ARN; the value itself never belongs in the configuration",
    });
  }
}
