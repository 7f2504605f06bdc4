/** A deployment that has these resources and nothing else. */
import type { Deployment, Resource } from "../../../simulate/deployment";

export const deploymentOf = (
  resources: readonly { type: string; name: string; inputs: Record<string, unknown>; outputs?: object }[],
): Deployment => ({
  ...{ project: "p", stack: "s", region: "eu-west-2", preview: false },
  resources: resources.map(({ type, name, inputs, outputs }): Resource => ({
    ...{ urn: `urn:pulumi:s::p::${type}::${name}`, type, name, parent: "", custom: true, id: name, inputs },
    outputs: { ...inputs, ...outputs },
    ...{ secretInputs: [], dependencies: [], propertyDependencies: {}, provider: "" },
    options: {
      ...{ protect: false, ignoreChanges: [], replaceOnChanges: [], aliases: [], retainOnDelete: false },
      ...{ deleteBeforeReplace: undefined, customTimeouts: {}, import: "" },
    },
  })),
  ...{ invocations: [], outputs: {}, warnings: [], references: [] },
});

export const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
export const scalableTarget = "aws:appautoscaling/target:Target";
export const scalingPolicy = "aws:appautoscaling/policy:Policy";
