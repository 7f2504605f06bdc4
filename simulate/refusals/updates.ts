import type { Inputs } from "../thing";

/** Changes in place that are refused. */
export const refusedUpdates: Readonly<
  Record<string, { when: (before: Inputs, after: Inputs) => boolean; refusal: string; source: string }>
> = {
  "aws:ecs/service:Service": {
    when: (before, after) =>
      after.forceNewDeployment !== true &&
      JSON.stringify(before.capacityProviderStrategies) !== JSON.stringify(after.capacityProviderStrategies),
    refusal: "force_new_deployment should be true when capacity_provider_strategy is being updated",
    source: "https://github.com/hashicorp/terraform-provider-aws/pull/43533",
  },
};
