/** What a task needs before it starts: its image, its secrets, its log group. */
import { foundIn } from "../../aws/ask";
import { broken, type Finding, fine, unseen } from "../finding";
import type { Seen, SeenService } from "../seen";
import { again } from "./paths";
import { evidenceOf, isShort, lastStop, linesOf } from "./tasks";

export const judgeImage = (seen: Seen): Finding[] => seen.services.map((service) => ofImage(seen, service));
export const judgeSecrets = (seen: Seen): Finding[] =>
  seen.services.map((service) => ofSecrets(seen, service));

/** Tasks that run do without it until the next one starts. */
const verdictOf = (service: SeenService): { verdict?: "weak" } =>
  isShort(service) ? {} : { verdict: "weak" };

/** The role that the task is started with. */
const roleOf = ({ definition }: SeenService): string | undefined =>
  foundIn(definition)?.executionRoleArn?.split("/").at(-1);

function ofImage(seen: Seen, service: SeenService): Finding {
  const { expected, images } = service;
  const { name } = expected;
  const more = { services: [name] };
  const last = lastStop(service);
  const gone = [...images].filter(([, answer]) => answer.is === "absent").map(([image]) => image);
  if (gone.length > 0)
    return broken("image", name, "its image is not in the repository", {
      evidence: [...gone.map(shortened), ...(last?.stop.hop === "image" ? evidenceOf(last) : [])],
      fix: [
        `npx pulumi up --refresh --stack ${seen.expected.stack}`,
        `# an \`image:\` of services.${name} has to be one that is there`,
      ],
      ...{ ...verdictOf(service), ...more },
    });
  if (last?.stop.hop === "image") {
    const role = roleOf(service);
    return broken("image", name, last.stop.says, {
      evidence: evidenceOf(last),
      fix: /may not be pulled|token/.test(last.stop.says)
        ? [
            ...(role === undefined
              ? []
              : [`aws iam get-role-policy --role-name ${role} --policy-name <name>`]),
            `# the role needs ecr:BatchGetImage; a repository of another account has to admit this one`,
            again(seen),
          ]
        : [
            `# \`image\`, \`architecture\` or \`imageCredentials\` of services.${name}`,
            `npx pulumi up --stack ${seen.expected.stack}`,
          ],
      ...more,
    });
  }
  const refused = [...images.values()].find((answer) => answer.is === "unseen");
  if (refused?.is === "unseen") return unseen("image", name, refused);
  if (service.definition.is === "unseen") return unseen("image", name, service.definition);
  return fine("image", name, images.size === 0 ? "of a registry that is not looked at" : "there");
}

const shortened = (image: string): string => image.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/, "$1…");

function ofSecrets(seen: Seen, service: SeenService): Finding {
  const { expected, secrets } = service;
  const { name } = expected;
  const more = { services: [name] };
  const last = lastStop(service);
  const gone = [...secrets].filter(([, answer]) => answer.is === "absent").map(([secret]) => secret);
  const [first] = gone;
  if (first !== undefined)
    return broken("secrets", name, "a secret that it is given is not there", {
      evidence: gone,
      fix:
        first.includes(":ssm:") || first.startsWith("/")
          ? [
              `aws ssm put-parameter --type SecureString --name ${first.replace(/^.*:parameter/, "")} --value <value>`,
            ]
          : [
              `aws secretsmanager restore-secret --secret-id ${first.split(":").slice(0, 7).join(":")}`,
              `# where it was deleted for good: another secret, and its ARN below services.${name}.secrets`,
            ],
      ...{ ...verdictOf(service), ...more },
    });
  if (last?.stop.hop === "secrets") {
    const role = roleOf(service);
    return broken("secrets", name, last.stop.says, {
      evidence: evidenceOf(last),
      fix: [
        ...(role === undefined ? [] : [`aws iam list-role-policies --role-name ${role}`]),
        "# the role needs secretsmanager:GetSecretValue or ssm:GetParameters, and kms:Decrypt for a key of your own",
        again(seen),
      ],
      ...more,
    });
  }
  const refused = [...secrets.values()].find((answer) => answer.is === "unseen");
  if (refused?.is === "unseen") return unseen("secrets", name, refused);
  return fine("secrets", name, secrets.size === 0 ? "it has none" : `${secrets.size} there`);
}

/** Its log group, and what the application answers. */
export const judgeLog = (seen: Seen): Finding[] => seen.services.map((service) => ofLog(seen, service));

function ofLog(seen: Seen, service: SeenService): Finding {
  const { expected, logGroup } = service;
  const { name } = expected;
  const more = { services: [name] };
  const last = lastStop(service);
  if (logGroup?.is === "absent")
    return broken("log", name, "its log group is gone: no task starts without it", {
      evidence: [expected.logGroup ?? "", ...(last === undefined ? [] : evidenceOf(last).slice(0, 2))],
      fix: [again(seen)],
      ...{ ...verdictOf(service), ...more },
    });
  if (last?.stop.hop === "log")
    return broken("log", name, last.stop.says, { evidence: evidenceOf(last), fix: [again(seen)], ...more });
  const errors = ownErrors(seen, service);
  if (errors.length > 0) {
    const newest = errors.at(-1);
    return broken("log", name, `the application answers with errors: ${errors.length} lately`, {
      evidence: [
        `${newest?.method ?? ""} ${newest?.path ?? ""}: ${newest?.integrationStatus}`,
        ...linesOf(service),
      ],
      fix: expected.logGroup === undefined ? [] : [`aws logs tail ${expected.logGroup} --since 15m`],
      ...more,
    });
  }
  if (logGroup?.is === "unseen") return unseen("log", name, logGroup);
  const { failures } = seen;
  if (failures?.is === "unseen") return unseen("log", name, failures);
  return fine("log", name, failures === undefined ? "there" : "there; no errors lately");
}

/** Answers of the service's own that failed, since its tasks of now run. */
function ownErrors(
  { failures, focus, routes, integrations }: Seen,
  service: SeenService,
): { method?: string; path?: string; integrationStatus?: string }[] {
  const since = youngestOf(service);
  const own = new Set(
    focus.filter((key) => {
      const target = foundIn(routes)?.find(({ RouteKey }) => RouteKey === key)?.Target;
      const integration = foundIn(integrations)?.find(
        ({ IntegrationId }) => target === `integrations/${IntegrationId}`,
      );
      return integration?.IntegrationUri === service.expected.registry;
    }),
  );
  return (foundIn(failures) ?? []).filter(
    ({ at = 0, integrationStatus = "", routeKey = "" }) =>
      at >= since && /^5\d\d$/.test(integrationStatus) && own.has(routeKey),
  );
}

function youngestOf({ running }: SeenService): number {
  const starts = (foundIn(running) ?? []).map(({ startedAt }) => new Date(startedAt ?? 0).getTime());
  return Math.max(0, ...starts.filter((start) => !Number.isNaN(start)));
}
