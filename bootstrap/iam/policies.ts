import { type Condition, type Grant, named, namedShared, type Scope } from "./grant";
import { grants } from "./grants";
import { inUsedCluster, ownDefinitions, taskLogs } from "./grants-containers";
import { roles } from "./grants-identity";
import { jobQueues } from "./grants-jobs";
import { deployActions, destroyActions, previewActions } from "./needs";

/** Policies as IAM reads them, derived from what the program needs and where. Pure. */

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: readonly string[];
  Resource: readonly string[];
  Condition?: Condition;
}

export interface Policy {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** Where Pulumi keeps state, and the key it is encrypted with. */
export interface State {
  bucketArn: string;
  /** The bucket that holds who accessed the first. */
  logBucketArn: string;
  keyArn: string;
}

/** Characters a managed policy may have. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const maximumLength = 6144;

/**
 * The policy as text.
 *
 * @throws Error if it is longer than IAM takes
 */
export function toText(name: string, policy: Policy): string {
  const text = JSON.stringify(policy);
  if (text.length <= maximumLength) return text;
  throw new Error(
    `Policy ${name} has ${text.length} characters, and IAM takes ${maximumLength}. Name fewer stacks in an environment, or adopt less.`,
  );
}

const document = (statements: readonly Statement[]): Policy => ({
  Version: "2012-10-17",
  Statement: [...statements],
});

/** The managed policies of a role. */
export const policyNames: readonly string[] = [...Object.keys(grants), "state"];

/** What a deploy role may do, by {@link policyNames}. */
export const deployPolicies = (scope: Scope, state: State): Record<string, Policy> =>
  policies(scope, deployActions, changedState(scope, state));

/** What the preview role may do, by {@link policyNames}: read what the stacks made, and their state. */
export const previewPolicies = (scope: Scope, state: State): Record<string, Policy> =>
  policies(scope, previewActions, readState(scope, state));

/** What a destroy role may do, by {@link policyNames}: take away what its stacks made, also within those that they share. */
export const destroyPolicies = (scope: Scope, state: State): Record<string, Policy> =>
  policies(scope, destroyActions, destroyedState(scope, state));

const policies = (
  scope: Scope,
  actions: readonly string[],
  state: readonly Statement[],
): Record<string, Policy> => ({
  ...Object.fromEntries(
    Object.entries(grants).map(([name, list]) => [name, document(statements(list, scope, actions))]),
  ),
  state: document(state),
});

/** What of these grants covers one of the actions. */
const statements = (list: readonly Grant[], scope: Scope, actions: readonly string[]): Statement[] =>
  list
    .map(({ sid, actions: granted, on, when }) => ({
      Sid: sid,
      Effect: "Allow" as const,
      Action: granted.filter((action) => actions.includes(action)),
      Resource: on(scope),
      ...(when && { Condition: when(scope) }),
    }))
    .filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0);

const meta = ({ bucketArn }: State): string => `${bucketArn}/.pulumi/meta.yaml`;
const listState = ({ bucketArn }: State): Statement => ({
  Sid: "ListState",
  Effect: "Allow",
  Action: ["s3:ListBucket"],
  Resource: [bucketArn],
});

/**
 * State as Pulumi's S3 backend lays it out. An update locks, and keeps history and backups. The bucket's own description is made
 * at the first login, by an administrator.
 * https://github.com/pulumi/pulumi/tree/master/pkg/backend/diy
 */
function changedState({ project, stacks, shares }: Scope, state: State): Statement[] {
  const { bucketArn, keyArn } = state;
  return [
    listState(state),
    { Sid: "Backend", Effect: "Allow", Action: ["s3:GetObject"], Resource: [meta(state)] },
    {
      Sid: "State",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: stacks.flatMap((stack) => [
        `${bucketArn}/.pulumi/stacks/${project}/${stack}.*`,
        `${bucketArn}/.pulumi/history/${project}/${stack}/*`,
        `${bucketArn}/.pulumi/backups/${project}/${stack}/*`,
        `${bucketArn}/.pulumi/locks/organization/${project}/${stack}/*`,
      ]),
    },
    ...(shares.length === 0
      ? []
      : [
          {
            // A stack reference reads, and locks nothing. Who could write would hand code to whoever deploys that stack.
            Sid: "SharedState",
            Effect: "Allow" as const,
            Action: ["s3:GetObject"],
            Resource: shares.map((stack) => `${bucketArn}/.pulumi/stacks/${project}/${stack}.*`),
          },
        ]),
    {
      Sid: "StateKey",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
      Resource: [keyArn],
    },
  ];
}

/** Which stacks there are is found out first, and `pulumi stack ls` opens the state of each. */
const destroyedState = (scope: Scope, state: State): Statement[] => [
  ...changedState(scope, state),
  {
    Sid: "ListedStates",
    Effect: "Allow",
    Action: ["s3:GetObject"],
    Resource: [`${state.bucketArn}/.pulumi/stacks/${scope.project}/*`],
  },
];

/**
 * A preview takes no lock and writes nothing, and so does a refresh that only previews, since Pulumi 3.229
 * (https://github.com/pulumi/pulumi/pull/22385). Stacks that no environment deploys are read as well: that there is no state of
 * one is an answer of S3 (404) only where it may be read, and a failure (403) elsewhere.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
const readState = ({ project }: Scope, state: State): Statement[] => [
  listState(state),
  {
    Sid: "State",
    Effect: "Allow",
    Action: ["s3:GetObject"],
    Resource: [meta(state), `${state.bucketArn}/.pulumi/stacks/${project}/*`],
  },
  { Sid: "StateKey", Effect: "Allow", Action: ["kms:Decrypt"], Resource: [state.keyArn] },
];

/**
 * What a deploy role can do at most, whatever is attached to it: its services, and of IAM only what its own policies say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export const deployBoundary = (scope: Scope, state: State): Policy =>
  boundary(scope, deployActions, changedState(scope, state));

/** The same of a role that destroys. */
export const destroyBoundary = (scope: Scope, state: State): Policy =>
  boundary(scope, destroyActions, destroyedState(scope, state));

function boundary(scope: Scope, needed: readonly string[], state: readonly Statement[]): Policy {
  const whole = new Set(needed.map((action) => action.split(":")[0]!));
  // Of these nothing but what the policies name: they lead to other identities, to other data, or to code.
  const single = ["iam", "kms", "lambda", "s3", "sqs", "sts"];
  for (const service of single) whole.delete(service);
  return document([
    {
      Sid: "Services",
      Effect: "Allow",
      Action: [...whole].map((service) => `${service}:*`),
      Resource: ["*"],
    },
    ...statements(
      Object.values(grants).flat(),
      scope,
      needed.filter((action) => single.includes(action.split(":")[0]!)),
    ),
    ...state,
  ]);
}

/** What a task needs to start: its image, of whichever repository. */
const launchActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:GetAuthorizationToken",
  "ecr:GetDownloadUrlForLayer",
];
/** And to log: into its own stack's groups. */
const logActions = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** What the role of a job's schedule may do (service/jobs/task.ts): it has the boundary of all roles. */
const schedules = (scope: Scope): Statement[] => [
  {
    Sid: "RunJobs",
    Effect: "Allow",
    Action: ["ecs:RunTask"],
    Resource: ownDefinitions(scope),
    Condition: inUsedCluster(scope),
  },
  {
    Sid: "TagJobs",
    Effect: "Allow",
    Action: ["ecs:TagResource"],
    Resource: [...named("ecs", "task/{}/*")(scope), ...namedShared("ecs", "task/{}/*")(scope)],
    Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
  },
  {
    Sid: "PassToJobs",
    Effect: "Allow",
    Action: ["iam:PassRole"],
    Resource: roles(scope),
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
  { Sid: "DeadLetters", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: jobQueues(scope) },
];

/** How a task reads a secret at its start, by the service of the secret's ARN. */
const secretActions = { secretsmanager: "secretsmanager:GetSecretValue", ssm: "ssm:GetParameters" };

export interface Workloads {
  /** ARNs of the secrets and parameters that tasks may read. */
  secrets: readonly string[];
  /** What applications may be given besides, on any resource. */
  actions: readonly string[];
}

/**
 * What any role of an environment's stacks can do at most. Who changes a stack writes its tasks' policies; this is the wall
 * around them.
 */
export function workloadBoundary(
  scope: Scope,
  { bucketArn, logBucketArn, keyArn }: State,
  { secrets, actions }: Workloads,
): Policy {
  const read = Object.entries(secretActions)
    .map(([service, action]) => ({
      service,
      action,
      arns: secrets.filter((arn) => arn.split(":")[2] === service),
    }))
    .filter(({ arns }) => arns.length > 0);
  return document([
    {
      Sid: "Workloads",
      Effect: "Allow",
      Action: [...new Set([...launchActions, ...actions])].sort(),
      Resource: ["*"],
    },
    { Sid: "Logs", Effect: "Allow", Action: logActions, Resource: taskLogs(scope) },
    ...schedules(scope),
    ...read.map(({ service, action, arns }) => ({
      Sid: `Read${service}`,
      Effect: "Allow" as const,
      Action: [action],
      Resource: arns,
    })),
    ...(read.length === 0
      ? []
      : [
          {
            // Only in the course of reading one of them, so whichever key it is under.
            Sid: "KeysOfSecrets",
            Effect: "Allow" as const,
            Action: ["kms:Decrypt"],
            Resource: ["*"],
            Condition: {
              StringEquals: {
                "kms:ViaService": read.map(({ service }) => `${service}.${scope.region}.amazonaws.com`),
              },
            },
          },
        ]),
    {
      Sid: "NoState",
      Effect: "Deny",
      Action: ["kms:*", "s3:*"],
      Resource: [keyArn, ...[bucketArn, logBucketArn].flatMap((bucket) => [bucket, `${bucket}/*`])],
    },
  ]);
}
