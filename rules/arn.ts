/** Amazon Resource Names. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */

export interface Arn {
  partition: string;
  service: string;
  /** Empty where the service has no Regions, as IAM, or where names are worldwide, as in S3. */
  region: string;
  account: string;
  /** What is left, with its colons. */
  resource: string;
}

/** The six fields; undefined for what is no ARN. A `*` or `?` may stand in any of the last three. */
export function parseArn(arn: string): Arn | undefined {
  const [, partition, service, region, account, resource] =
    /^arn:(aws(?:-[a-z]+)*):([a-z0-9-]+):([a-z0-9*?-]*):(\d{12}|aws|[\d*?]*[*?][\d*?]*|):([\x21-\x7e]+)$/.exec(
      arn,
    ) ?? [];
  if (partition === undefined || service === undefined || region === undefined) return undefined;
  return { partition, service, region, account: account!, resource: resource! };
}

/**
 * What a policy of a role may name: everything, or an ARN. A policy variable in it ends with its brace.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export const isPolicyResource = (text: string): boolean =>
  text === "*" || (parseArn(text) !== undefined && !text.replace(/\$\{[^{}]+\}/g, "_").includes("${"));

/** A Lambda function as authorizers name it. */
export interface LambdaFunction extends Arn {
  /** Without version or alias. */
  arn: string;
  /** Version or alias; undefined for the newest. */
  qualifier: string | undefined;
}

/**
 * Not `$LATEST`, which AddPermission refuses as a qualifier.
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function parseLambda(text: string): LambdaFunction | undefined {
  const arn = parseArn(text);
  const [, name, qualifier] =
    /^function:([A-Za-z0-9_-]{1,64})(?::([A-Za-z0-9_-]{1,128}))?$/.exec(arn?.resource ?? "") ?? [];
  if (arn?.service !== "lambda" || !isPlace(arn) || name === undefined) return undefined;
  return { ...arn, arn: text.split(":").slice(0, 7).join(":"), qualifier };
}

/** A Region and an account, both named. */
const isPlace = ({ region, account }: Arn): boolean =>
  /^[a-z]+(-[a-z]+)+-\d$/.test(region) && /^\d{12}$/.test(account);

/** What a task's secret is read from. */
export interface Secret extends Arn {
  kind: "secretsmanager" | "ssm";
  /** As a policy must name it. */
  policyResource: string;
}

/**
 * A secret of Secrets Manager, with or without the key, stage and version that Amazon ECS takes behind it, or a parameter.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function parseSecret(text: string): Secret | undefined {
  const arn = parseArn(text);
  if (arn === undefined || !isPlace(arn)) return undefined;
  if (arn.service === "ssm") {
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
    if (!/^parameter(\/[A-Za-z0-9_.-]+)+$/.test(arn.resource)) return undefined;
    return { ...arn, kind: "ssm", policyResource: text };
  }
  // Behind the name: nothing, or the key, the version's stage and its id, each of which may be empty.
  const [, name] =
    /^secret:([A-Za-z0-9/_+=.@-]{1,519})(?::[^:*?]*:[A-Za-z0-9/_+=.@-]*:[A-Za-z0-9-]*)?$/.exec(
      arn.resource,
    ) ?? [];
  if (arn.service !== "secretsmanager" || name === undefined) return undefined;
  const named = text.split(":").slice(0, 7).join(":");
  return { ...arn, kind: "secretsmanager", policyResource: hasSuffix(name) ? named : `${named}-??????` };
}

/** A secret of Secrets Manager without anything behind its name, as the credentials of a registry are named. */
export const isWholeSecret = (text: string): boolean => {
  const { kind, resource = "" } = parseSecret(text) ?? {};
  return kind === "secretsmanager" && resource.split(":").length === 2;
};

/**
 * Whether a secret's name ends in the six characters that Secrets Manager adds. IAM knows a secret by its whole ARN, so that a
 * policy must leave room for them where they were left out. A name that looks as if it had them is taken at its word.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
const hasSuffix = (name: string): boolean => /-[A-Za-z0-9]{6}$/.test(name);
