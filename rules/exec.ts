/**
 * What ECS Exec needs: an agent of Systems Manager that AWS puts into each container of a task and runs as root there.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html [H]
 */

/**
 * Folders that the agent writes to. AWS says that a read-only root "isn't supported" and documents no folders; with these three
 * as volumes it works on Fargate, by reports of 2021 and 2024 (https://github.com/aws/containers-roadmap/issues/1359,
 * https://github.com/aws-containers/amazon-ecs-exec-checker/issues/71, [M]). On EC2 ECS's own agent mounts the last one and the
 * binaries itself (amazon-ecs-agent, agent/engine/execcmd/manager_init_task_linux.go); Fargate mounts the binaries below the
 * first. None of it was tried by this project.
 */
export const agentFolders: readonly string[] = [
  "/managed-agents",
  "/var/lib/amazon/ssm",
  "/var/log/amazon/ssm",
];

/** By these the agent waits for sessions and carries them. They have no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmessagegatewayservice.html */
export const sessionActions: readonly string[] = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

/** The agent looks for the group in the list of all before a session starts: https://github.com/aws/amazon-ssm-agent/issues/203 */
export const sessionLogListing: readonly string[] = ["logs:DescribeLogGroups"];

/** Afterwards it writes what was seen there. */
export const sessionLogWriting: readonly string[] = [
  "logs:CreateLogStream",
  "logs:DescribeLogStreams",
  "logs:PutLogEvents",
];
