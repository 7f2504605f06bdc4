import assert from "node:assert/strict";
import { isMeant, whyStopped } from "../../doctor/stops";

/**
 * Reasons as Amazon ECS words them:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html, task_cannot_pull_image.html and
 * resource-initialization-error.html below it.
 */
const image = "111122223333.dkr.ecr.eu-west-2.amazonaws.com/web:v1";
const pull = `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${image}:`;
const secrets =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:";
const asm = `${secrets} unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-west-2:111122223333:secret:key-AbCdEf from secrets manager:`;
const rows: [reason: string, hop: string, says: string][] = [
  [`${pull} ${image}: not found`, "image", "the image is not there"],
  [
    `CannotPullContainerError: Error response from daemon: manifest for ${image} not found: manifest unknown`,
    "image",
    "the image is not there",
  ],
  [
    `${pull} failed to do request: Head "https://111122223333.dkr.ecr.eu-west-2.amazonaws.com/v2/web/manifests/v1": dial tcp 10.0.3.17:443: i/o timeout`,
    "endpoints",
    "there is no way to the image's registry or its layers",
  ],
  [
    `${pull} unexpected status from HEAD request: 403 Forbidden: User: arn:aws:sts::111122223333:assumed-role/x is not authorized to perform: ecr:BatchGetImage because no VPC endpoint policy allows the ecr:BatchGetImage action`,
    "endpoints",
    "an endpoint's policy does not let the image through",
  ],
  [`${pull} unexpected status from HEAD request: 403 Forbidden`, "image", "the image may not be pulled"],
  [
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64': does not match the specified platform",
    "image",
    "the image is for another processor",
  ],
  [
    "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit",
    "image",
    "the registry limits who pulls without a login",
  ],
  [
    `${secrets} unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.eu-west-2.amazonaws.com/": dial tcp 3.4.5.6:443: i/o timeout. Please check your task network configuration.`,
    "endpoints",
    "there is no way to what it needs to start",
  ],
  [
    `${asm} ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    "secrets",
    "a secret is not there, or has not this key",
  ],
  [
    `${asm} AccessDeniedException: User is not authorized to perform: secretsmanager:GetSecretValue`,
    "secrets",
    "a secret may not be read",
  ],
  [
    `${asm} RequestCanceled: request context canceled caused by: context deadline exceeded`,
    "endpoints",
    "there is no way to what it needs to start",
  ],
  [
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
    "log",
    "the log group is not there",
  ],
];

describe("why a task stopped", () => {
  for (const [stoppedReason, hop, says] of rows)
    it(`${stoppedReason.slice(0, 40)}… → ${hop}: ${says}`, () => {
      const stop = whyStopped({ stoppedReason, stopCode: "TaskFailedToStart" });
      assert.deepEqual([stop.hop, stop.says], [hop, says]);
    });

  const exited = (exitCode: number, reason?: string) => ({
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    containers: [
      { name: "companion", exitCode: 0 },
      { name: "web", exitCode, ...(reason !== undefined && { reason }) },
    ],
  });

  it("is told by the container that ended it", () => {
    assert.equal(whyStopped(exited(1)).says, "web ended with 1");
    assert.equal(
      whyStopped(exited(137, "OutOfMemoryError: Container killed due to memory usage")).says,
      "it was killed for its memory",
    );
    assert.match(whyStopped(exited(137)).says, /137/);
    const sick = {
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Task failed container health checks",
    };
    assert.deepEqual([whyStopped(sick).hop, whyStopped(sick).says], ["tasks", "its health check failed"]);
  });

  it("is nobody's fault where ECS wanted it so", () => {
    for (const stoppedReason of [
      "Scaling activity initiated by (deployment ecs-svc/1234567890123456789)",
      "ECS is performing maintenance on the underlying infrastructure hosting the task.",
      "Your Spot Task was interrupted.",
    ])
      assert.ok(isMeant({ stoppedReason }), stoppedReason);
    assert.ok(!isMeant(exited(0)));
    assert.ok(!isMeant({ stoppedReason: "Task failed container health checks" }));
  });
});
