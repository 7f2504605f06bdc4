import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "./config";
import { Scope } from "./iam/grant";
import {
  deployBoundary,
  deployPolicies,
  destroyBoundary,
  destroyPolicies,
  Policy,
  policyNames,
  previewPolicies,
  State,
  toText,
  workloadBoundary,
} from "./iam/policies";
import { GithubRole } from "./roles";
import { StateStore } from "./state";
import { issuer, trustEnvironment, trustPreview } from "./iam/trust";

// state and its key · who may assume roles · one role to preview · for each environment what its tasks can do, and its role
export = async (): Promise<Record<string, pulumi.Input<string>>> => {
  const config = loadConfig();
  const { project, region, github } = config;
  const { accountId: account } = await aws.getCallerIdentity();
  const { partition } = await aws.getPartition();

  const stateName = `${project}-state`;
  const bucket = config.stateBucket || `${stateName}-${account}-${region}`;
  const store = new StateStore("state", { bucket, account, alias: stateName });
  const state = pulumi.output({
    bucketArn: store.bucketArn,
    logBucketArn: store.logBucketArn,
    keyArn: store.keyArn,
  });
  const derive = (policy: (state: State) => Policy): pulumi.Output<Policy> => state.apply(policy);
  const each = (policies: (state: State) => Record<string, Policy>): Record<string, pulumi.Output<Policy>> =>
    Object.fromEntries(policyNames.map((name) => [name, derive((where) => policies(where)[name]!)]));

  const provider =
    config.oidcProviderArn ||
    new aws.iam.OpenIdConnectProvider("github", {
      url: `https://${issuer}`,
      clientIdLists: ["sts.amazonaws.com"],
    }).arn;

  const scope = (
    stacks: readonly string[],
    shares: readonly string[],
    workloads: string,
    closesDefaultGroup = false,
  ): Scope => ({
    partition,
    region,
    account,
    project,
    stacks,
    shares,
    closesDefaultGroup,
    workloadBoundary: `arn:${partition}:iam::${account}:policy/${workloads}`,
    ...config.adopted,
  });

  const of = (key: "stacks" | "shares"): string[] => [
    ...new Set(Object.values(config.environments).flatMap((environment) => environment[key])),
  ];
  const preview = new GithubRole("preview", {
    roleName: `${project}-preview`,
    description: "Reads the stacks and their state, for pull requests and the drift check",
    trust: pulumi.output(provider).apply((arn) => trustPreview(github, arn)),
    // It makes no roles, so whose boundary they would have does not matter.
    policies: each((where) => previewPolicies(scope(of("stacks"), of("shares"), ""), where)),
  });

  const outputs: Record<string, pulumi.Input<string>> = {
    AWS_REGION: region,
    PULUMI_BACKEND_URL: `s3://${bucket}?region=${region}`,
    PULUMI_SECRETS_PROVIDER: `awskms://alias/${stateName}?region=${region}`,
    PREVIEW_ROLE: preview.arn,
  };
  for (const [environment, settings] of Object.entries(config.environments)) {
    const { stacks, role, shares, closesDefaultGroup, secrets } = settings;
    const variable = environment.toUpperCase().replaceAll("-", "_");
    const workloadsName = `${project}-workloads-${environment}`;
    const own = scope(stacks, shares, workloadsName, closesDefaultGroup);
    const deploys = role === "deploy";
    if (deploys) {
      const workloads = new aws.iam.Policy(
        `workloads-${environment}`,
        {
          name: workloadsName,
          // Nothing that may change: another description is another policy, and this one's name is taken while roles have it.
          description: `What tasks can do at most that are deployed from ${environment}`,
          policy: derive((where) =>
            workloadBoundary(own, where, { secrets, actions: config.workloadActions }),
          ).apply((policy) => toText(workloadsName, policy)),
        },
        // Policies of an earlier version have another one, and keep it.
        { ignoreChanges: ["description"] },
      );
      outputs[`PERMISSIONS_BOUNDARY_${variable}`] = workloads.arn;
    }
    const made = new GithubRole(`${role}-${environment}`, {
      roleName: `${project}-${role}-${environment}`,
      description: `${deploys ? "Deploys" : "Destroys"} ${stacks.join(", ")} from the GitHub environment ${environment}`,
      trust: pulumi.output(provider).apply((arn) => trustEnvironment(github, environment, arn)),
      policies: each((where) => (deploys ? deployPolicies(own, where) : destroyPolicies(own, where))),
      boundary: derive((where) => (deploys ? deployBoundary(own, where) : destroyBoundary(own, where))),
      hours: 2,
    });
    outputs[`${role.toUpperCase()}_ROLE_${variable}`] = made.arn;
  }
  return outputs;
};
