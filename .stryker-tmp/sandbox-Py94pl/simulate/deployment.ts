/**
 * What one simulated run of the program recorded. Everything that prices, draws, lists or serves the system reads this,
 * so that no second description of the system exists.
 */
// @ts-nocheck


/** One resource as the program (or a component of awsx, expanded) registered it. */
export interface Resource {
  urn: string;
  /** Pulumi type token, for example `aws:ecs/service:Service`. */
  type: string;
  name: string;
  /** URN of the parent; empty for the stack itself. */
  parent: string;
  /** False for components, which exist in no cloud. */
  custom: boolean;
  /** The provider's id; undefined for components and in preview mode. */
  id: string | undefined;
  /** As sent to the provider; secrets are unwrapped here and named in `secretInputs`. */
  inputs: Record<string, unknown>;
  /** Inputs merged with what AWS would answer: ARNs, ids, endpoints. In preview mode what AWS would answer is {@link unknown}. */
  outputs: Record<string, unknown>;
  /** Top-level inputs that reach the engine encrypted. */
  secretInputs: string[];
  /** URNs this resource waits for: `dependsOn` and every resource its inputs refer to. */
  dependencies: string[];
  /** The same by input property; what is in `dependencies` and nowhere here was said by `dependsOn`. */
  propertyDependencies: Record<string, string[]>;
  /** `urn::id` of the explicit provider; empty where the default one is used. */
  provider: string;
  options: {
    protect: boolean;
    ignoreChanges: string[];
    /** Inputs whose change replaces, whatever the provider says. */
    replaceOnChanges: string[];
    aliases: unknown[];
    retainOnDelete: boolean;
    /** Undefined where the provider decides: it deletes first where a replacement would find its name taken. */
    deleteBeforeReplace: boolean | undefined;
    customTimeouts: { create?: string; update?: string; delete?: string };
    /** Id of what exists already and is taken over; empty for what is made. */
    import: string;
  };
}

/** An invoke (data source) that the program made. */
export interface Invocation {
  token: string;
  inputs: Record<string, unknown>;
  /** What was answered; undefined for a look-up that failed. */
  result: Record<string, unknown> | undefined;
  provider: string;
}

export interface Deployment {
  project: string;
  stack: string;
  region: string;
  /** True when what only AWS can tell is unknown, as in `pulumi preview`. */
  preview: boolean;
  resources: Resource[];
  invocations: Invocation[];
  /** The stack's outputs; `[secret]` for one that holds a secret. */
  outputs: Record<string, unknown>;
  /** What the program warned of through `pulumi.log.warn`. */
  warnings: string[];
  /** The stacks whose outputs it read. */
  references: Deployment[];
}

/** Stands for a value that is known only after `pulumi up`. */
export const unknown: unique symbol = Symbol("known after up");

/** The resources of one type, in the order of registration. */
export const ofType = (deployment: Deployment, type: string): Resource[] =>
  deployment.resources.filter((resource) => resource.type === type);

/** The resources of a deployment and of the stacks it refers to, in the order in which they would be deployed. */
export const withReferences = (deployment: Deployment): Resource[] => [
  ...deployment.references.flatMap(withReferences),
  ...deployment.resources,
];

/** The options of a resource that says nothing. */
export const noOptions: Resource["options"] = {
  protect: false,
  ignoreChanges: [],
  replaceOnChanges: [],
  aliases: [],
  retainOnDelete: false,
  deleteBeforeReplace: undefined,
  customTimeouts: {},
  import: "",
};
