/** The ECS service: how many tasks it keeps, and whether its last deployment got there. */
import { foundIn } from "../../aws/ask";
import { timeOf } from "../../aws/moment";
import type { EcsService } from "../../aws/shapes";
import { broken, type Finding, fine, unseen } from "../finding";
import { whyStopped } from "../stops";
import type { Seen, SeenService } from "../seen";
import { clusterName } from "./discovery";
import { again } from "./paths";
import { failures } from "./tasks";

export const judgeService = (seen: Seen): Finding[] => seen.services.map((service) => judge(seen, service));

function judge(seen: Seen, seenService: SeenService): Finding {
  const { expected, service, deployments } = seenService;
  const { name } = expected;
  if (service.is === "unseen") return unseen("service", name, service);
  const more = { services: [name] };
  const found = foundIn(service);
  if (found === undefined || (found.status !== undefined && found.status !== "ACTIVE"))
    return broken(
      "service",
      name,
      found?.status === undefined ? "ECS does not have it" : `it is ${found.status}`,
      {
        ...{ fix: [again(seen)], ...more },
      },
    );
  const { desiredCount: desired = 0, runningCount: running = 0 } = found;
  const at = `--cluster ${clusterName(expected.cluster)} --service ${expected.service}`;
  if (desired === 0 && expected.sleeps)
    return fine("service", name, "it sleeps: its scaling keeps no task until requests wake it");
  if (desired === 0)
    return broken("service", name, "it keeps no task: desiredCount is 0", {
      evidence: expected.desired === undefined ? [] : [`the state's is ${expected.desired}`],
      fix: [`aws ecs update-service ${at} --desired-count ${expected.desired || 1}`],
      ...more,
    });
  const capacity = running < desired ? noCapacity(found) : undefined;
  if (capacity !== undefined)
    return broken("service", name, "ECS has no room for its tasks", {
      evidence: [capacity],
      fix: roomFor(capacity),
      ...more,
    });

  const newest = [...(foundIn(deployments) ?? [])].sort(
    (a, b) => timeOf(b.createdAt) - timeOf(a.createdAt),
  )[0];
  const primary = found.deployments?.find(({ status }) => status === "PRIMARY");
  const redeploy = ["# mend what failed, then:", `npm run deploy -- --stack ${seen.expected.stack}`];
  if (newest?.status?.startsWith("ROLLBACK_") === true && newest.status !== "ROLLBACK_FAILED")
    return broken(
      "service",
      name,
      `its last deployment failed, and ${running > 0 ? "" : "no task of "}the one before runs`,
      {
        evidence: [
          `${newest.status}${newest.statusReason === undefined ? "" : `: ${newest.statusReason}`}`,
          ...whyOf(seenService),
        ],
        fix: [...lookInto(seenService), ...redeploy],
        // The version before answers: what fails elsewhere is where it broke.
        ...(running > 0 ? { verdict: "weak" as const } : { symptomOf: name }),
        ...more,
      },
    );
  if (primary?.taskDefinition !== undefined && primary.taskDefinition !== expected.taskDefinition)
    return broken("service", name, "another task definition runs than the program's", {
      evidence: [
        `runs: ${revision(primary.taskDefinition)}`,
        `the state's: ${revision(expected.taskDefinition)}`,
      ],
      fix: [again(seen)],
      ...more,
    });
  if (primary?.rolloutState === "FAILED")
    return broken("service", name, "its deployment failed, and there is none to go back to", {
      evidence: [primary.rolloutStateReason ?? "", ...whyOf(seenService)].filter((line) => line !== ""),
      fix: redeploy,
      ...{ symptomOf: name, ...more },
    });
  if (running < desired)
    return broken("service", name, `${running} of ${desired} tasks run`, {
      evidence: (found.events ?? []).slice(0, 2).flatMap(({ message }) => message ?? []),
      fix: [
        `aws ecs describe-services --cluster ${clusterName(expected.cluster)} --services ${expected.service}`,
      ],
      // Some run: requests are answered.
      ...(running > 0 && { verdict: "weak" as const }),
      ...{ symptomOf: name, ...more },
    });
  const rolling = primary?.rolloutState === "IN_PROGRESS" ? ", a deployment is under way" : "";
  return fine("service", name, `${running} of ${desired} tasks run${rolling}`);
}

const revision = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html, since it was last at rest. */
function noCapacity({ events = [] }: EcsService): string | undefined {
  const messages = events.map(({ message }) => message ?? "");
  const rest = messages.findIndex((message) => /has reached a steady state/.test(message));
  const since = rest < 0 ? messages : messages.slice(0, rest);
  return since.find((message) =>
    /unable to place a task|capacity is unavailable|vCPU limit|RESOURCE:/i.test(message),
  );
}

const roomFor = (message: string): string[] =>
  /limit|quota/i.test(message)
    ? [
        "aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538",
        "# ask for more there, or let other services have fewer tasks",
      ]
    : [
        "# ECS goes on trying. Without waiting: more zones (network.zones), or spot: false at the service, and then:",
        "npx pulumi up",
      ];

const whyOf = (service: SeenService): string[] =>
  failures(service)
    .slice(0, 1)
    .map(({ stoppedReason = "", ...task }) => {
      const { says } = whyStopped({ stoppedReason, ...task });
      return `a task stopped: ${says}`;
    });

const lookInto = ({ expected: { logGroup } }: SeenService): string[] =>
  logGroup === undefined ? [] : [`aws logs tail ${logGroup} --since 1h`];
