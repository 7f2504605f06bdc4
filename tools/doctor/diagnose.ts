/** Looks, and judges. */
import type { Aws } from "../aws/cli";
import type { Limits } from "../aws/ask";
import type { Expected } from "./expected";
import { look, type Outside } from "./look";
import { type Asked, narrow } from "./narrow";
import { type Diagnosis, walk } from "./walk";

export interface Around {
  aws: Aws;
  outside: Outside;
  limits: Limits;
  /** Milliseconds since 1970. */
  now: number;
}

/** @throws UsageError for what there is not */
export async function diagnose(expected: Expected, asked: Asked, around: Around): Promise<Diagnosis> {
  return walk(await look(expected, narrow(expected, asked), around));
}
