/** The pretended account, and what is known of it. */

export const account = "000000000000";

export interface Where {
  region: string;
  /** What the configuration says of others' things: a look-up is answered with that, and never with anything made up. */
  configured?: Configured | undefined;
  /** Tells the ids of several stacks apart. */
  scope?: string | undefined;
  /** Answers that the caller knows better, by token of the look-up. */
  invokes?: Record<string, (inputs: Record<string, unknown>) => unknown>;
}

/** Sections of the configuration as they are written, good or not. */
export interface Configured {
  network?: { zones?: unknown; egress?: unknown; existing?: Partial<Record<string, unknown>> };
  api?: { domain?: { name?: unknown } };
}

export type Inputs = Record<string, unknown>;

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
