import * as runtimeConfig from "@pulumi/pulumi/runtime/config";

/** Whether a value (`namespace:key`) is encrypted in the stack's file. Pulumi has it at run time and keeps it out of its types. */
export const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };
