/**
 * Pulumi writes down where each promise of its own was made, in case the program leaves one pending. That takes a sixth of a
 * simulation's time and a fifth of its memory, and says nothing here, where stack traces are left out (see program.ts). So
 * only which promises are pending is kept.
 */
// @ts-nocheck

import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as state from "@pulumi/pulumi/runtime/state";

/** Internal to Pulumi, and absent from its types: a test tells when what is pending is no longer known. */
const internal = debuggable as unknown as {
  debuggablePromise: <T>(promise: Promise<T>, context: unknown) => Promise<T>;
  leakedPromises: () => [Set<unknown>, string];
};
const { getStore } = state as unknown as { getStore: () => { leakCandidates: Set<unknown> } };

/** Promises that never settled, and a message; and forgets them. */
export const { leakedPromises } = internal;

internal.debuggablePromise = (promise) => {
  const { leakCandidates } = getStore();
  leakCandidates.add(promise);
  return promise.then(
    (value) => {
      leakCandidates.delete(promise);
      return value;
    },
    (error: unknown) => {
      leakCandidates.delete(promise);
      throw error;
    },
  );
};
