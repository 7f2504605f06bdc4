import { parseArn, parseLambda, parseSecret } from "../rules/arn";
import { expressionProblem } from "../rules/mapping-expressions";
import { isProjectName, ownTags, tags as limits } from "../rules/text";
import { Problem, Said } from "./problems";
import { IamConfig, ServiceConfig } from "./schema";
import { ApiConfig } from "./schema-api";
import { JobConfig } from "./schema-jobs";

/** What text of the configuration AWS would refuse or drop, where one field alone does not tell. */

interface Configured {
  project: string;
  region: string;
  partition: string;
  /** Whether tasks reach AWS by this Region's endpoints alone. */
  closed: boolean;
  tags: Readonly<Record<string, string>>;
  iam: Partial<IamConfig>;
  api: Partial<ApiConfig>;
  services: Readonly<Record<string, Partial<ServiceConfig>>>;
  jobs: Readonly<Record<string, Partial<JobConfig>>>;
}

export function checkText(configured: Configured, problems: Problem[]): void {
  const { project, api, iam, services, jobs } = configured;
  if (!isProjectName(project)) {
    problems.push({
      path: "project",
      got: project,
      allowed: "1–63 letters, digits, - and _, beginning and ending with a letter or digit",
      fix: "rename it in Pulumi.yaml: names of task definitions, clusters and domains hold it",
    });
  }
  checkTags(configured.tags, problems);
  checkPartition("iam.permissionsBoundary", iam.permissionsBoundary, configured, problems);
  const { certificateArn, ownershipVerificationCertificateArn } = api.domain ?? {};
  for (const [key, arn] of Object.entries({ certificateArn, ownershipVerificationCertificateArn })) {
    // One of another Region is told where the domain is judged.
    if (parseArn(arn ?? "")?.region !== configured.region) continue;
    checkPartition(`api.domain.${key}`, arn, configured, problems);
  }
  checkAuthorizers(api, configured, problems);
  for (const [name, service] of Object.entries(services)) {
    const at = `services.${name}`;
    checkTask(service, at, configured, problems);
    checkExpressions(service, at, api.existingId !== undefined, problems);
  }
  for (const [name, job] of Object.entries(jobs)) {
    checkTask(job, `jobs.${name}`, configured, problems);
  }
}

/** What services and jobs have alike. */
function checkTask(
  task: Partial<ServiceConfig> | Partial<JobConfig>,
  at: string,
  configured: Configured,
  problems: Problem[],
): void {
  checkPartition(`${at}.imageCredentials`, task.imageCredentials, configured, problems);
  checkSecrets(task, at, configured, problems);
  for (const [sidecar, own] of Object.entries(task.sidecars ?? {})) {
    checkPartition(`${at}.sidecars.${sidecar}.imageCredentials`, own.imageCredentials, configured, problems);
    checkSecrets(own, `${at}.sidecars.${sidecar}`, configured, problems);
  }
  checkPermissions(task, at, configured, problems);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules */
function checkTags(tags: Readonly<Record<string, string>>, problems: Problem[]): void {
  // One of the program's own may be overwritten, letter by letter.
  const seen = new Map(ownTags.map((key) => [key.toLowerCase(), key]));
  for (const key of Object.keys(tags)) {
    const taken = seen.get(key.toLowerCase()) ?? key;
    if (taken !== key) {
      problems.push({
        path: `tags.${key}`,
        got: new Said(`got the name ${JSON.stringify(key)}`),
        allowed: `a name that differs from ${taken} by more than case: IAM does not tell them apart`,
        fix: ownTags.includes(taken) ? `write ${taken}, or rename it` : "take one of them out, or rename it",
      });
    }
    seen.set(key.toLowerCase(), taken);
  }
  if (seen.size > limits.count) {
    problems.push({
      path: "tags",
      got: new Said(`${seen.size} tags with the program's own (${ownTags.join(", ")})`),
      allowed: `${limits.count} on a resource`,
      fix: "take some out",
    });
  }
}

function checkPartition(
  path: string,
  arn: string | undefined,
  { partition, region }: Configured,
  problems: Problem[],
): void {
  const other = parseArn(arn ?? "")?.partition;
  if (other === undefined || other === partition) return;
  problems.push({
    path,
    got: path.includes(".secrets.") ? new Said("it is not shown") : arn,
    allowed: `arn:${partition}:…, because ${region} is in that partition`,
    fix: "name one there",
  });
}

function checkAuthorizers(api: Partial<ApiConfig>, configured: Configured, problems: Problem[]): void {
  const { region } = configured;
  for (const [name, authorizer] of Object.entries(api.authorizers ?? {})) {
    if (authorizer.type !== "lambda") continue;
    const at = `api.authorizers.${name}`;
    checkPartition(`${at}.functionArn`, authorizer.functionArn, configured, problems);
    if (parseLambda(authorizer.functionArn)?.region !== region) {
      problems.push({
        path: `${at}.functionArn`,
        got: authorizer.functionArn,
        allowed: `a function of ${region}: API Gateway asks there`,
        fix: "put the function there too",
      });
    }
    if (authorizer.identitySources.length === 0 && authorizer.cacheSeconds > 0) {
      problems.push({
        path: `${at}.identitySources`,
        got: [],
        allowed: "one or more while answers are remembered: they are remembered by these",
        fix: "name what tells callers apart, or set cacheSeconds to 0",
      });
    }
    authorizer.identitySources.forEach((source, i) => {
      if (!source.startsWith("$stageVariables.") || api.existingId !== undefined) return;
      problems.push({
        path: `${at}.identitySources.${i}`,
        got: source,
        allowed: "what a request has: this program's stage has no variables, and everybody would get 401",
        fix: "name a header or a query parameter",
      });
    });
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html */
function checkSecrets(
  { secrets = {} }: Partial<Pick<ServiceConfig, "secrets">>,
  at: string,
  configured: Configured,
  problems: Problem[],
): void {
  for (const [name, arn] of Object.entries(secrets)) {
    const secret = parseSecret(arn);
    if (secret === undefined) continue;
    const path = `${at}.secrets.${name}`;
    checkPartition(path, arn, configured, problems);
    if (!configured.closed || secret.region === configured.region) continue;
    problems.push({
      path,
      got: new Said(`it lies in ${secret.region}`),
      allowed: `with egress endpoints one of ${configured.region}: the endpoint reaches no other Region`,
      fix: "replicate it there and name the replica, or set network.egress to nat or public",
    });
  }
}

function checkPermissions(
  { permissions = [] }: Partial<Pick<JobConfig, "permissions">>,
  at: string,
  configured: Configured,
  problems: Problem[],
): void {
  const { closed, region: own } = configured;
  permissions.forEach(({ resources }, i) =>
    resources.forEach((resource, j) => {
      const path = `${at}.permissions.${i}.resources.${j}`;
      checkPartition(path, resource, configured, problems);
      const region = parseArn(resource)?.region ?? "";
      if (!closed || region === "" || region === own || /[*?]/.test(region)) return;
      problems.push({
        path,
        got: resource,
        allowed: `with egress endpoints what lies in ${own}: an endpoint reaches no other Region`,
        fix: "name one there, or set network.egress to nat or public",
      });
    }),
  );
}

function checkExpressions(
  { routes = [] }: Partial<ServiceConfig>,
  at: string,
  stageVariables: boolean,
  problems: Problem[],
): void {
  routes.forEach(({ rewrite }, i) => {
    if (rewrite === undefined) return;
    const below = (place: string, values: Readonly<Record<string, string>>): [string, string][] =>
      Object.entries(values).map(([name, value]) => [`${place}.${name}`, value]);
    const values = [...below("headers", rewrite.headers), ...below("query", rewrite.query)];
    if (rewrite.path !== undefined) values.push(["path", rewrite.path]);
    for (const [field, value] of values) {
      const problem = expressionProblem(value, { stageVariables, isPath: field === "path" });
      if (problem) problems.push({ path: `${at}.routes.${i}.rewrite.${field}`, got: value, ...problem });
    }
  });
}
