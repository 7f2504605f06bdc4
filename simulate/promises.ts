/**
 * What Pulumi's SDK does for each promise and each property, done only where somebody looks. Both take over a function that is
 * internal to the SDK and absent from its types: tests tell when they no longer do what they are for.
 */
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as state from "@pulumi/pulumi/runtime/state";

const promises = debuggable as unknown as {
  debuggablePromise: <T>(promise: Promise<T>, context: unknown) => Promise<T>;
  leakedPromises: () => [Set<unknown>, string];
};
const { getStore } = state as unknown as { getStore: () => { leakCandidates: Set<unknown> } };

/** Promises that never settled, and a message; and forgets them. */
export const { leakedPromises } = promises;

/**
 * Pulumi writes down where each promise of its own was made, in case the program leaves one pending. That says nothing here,
 * where stack traces are left out (see program.ts). So only which promises are pending is kept.
 */
promises.debuggablePromise = (promise) => {
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

type Properties = Record<string, unknown>;
type Resolver = (...result: unknown[]) => void;
const properties = rpc as unknown as {
  transferProperties: (onto: Properties, label: string, props: Properties) => Record<string, Resolver>;
};
const transferNow = properties.transferProperties;

/**
 * Pulumi makes an output of every property of a resource, of some twenty promises each, and a program reads few of them.
 * Each is made when it is first read: from what the registration brought, or waiting for it.
 */
properties.transferProperties = (onto, label, props) => {
  const resolvers: Record<string, Resolver> = {};
  for (const key of Object.keys(props)) {
    // Pulumi sees to these two itself.
    if (key === "id" || key === "urn") continue;
    if (Object.hasOwn(onto, key)) return transferNow(onto, label, props);
    let result: unknown[] | undefined;
    let resolve: Resolver = (...given) => {
      result ??= given;
    };
    resolvers[key] = (...given) => resolve(...given);
    Object.defineProperty(onto, key, {
      configurable: true,
      enumerable: true,
      get: () => {
        delete onto[key];
        resolve = transferNow(onto, label, { [key]: props[key] })[key]!;
        if (result) resolve(...result);
        return onto[key];
      },
      set: (value: unknown) =>
        Object.defineProperty(onto, key, { value, configurable: true, enumerable: true, writable: true }),
    });
  }
  return resolvers;
};
