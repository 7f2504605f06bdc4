import { createHash } from "node:crypto";
import type { Task } from "../ecs/task";

/** The address that a task would have in its network: here all tasks may be on 127.0.0.1. The same for the same task. */
export function privateAddress({ id }: Pick<Task, "id">): string {
  const [a = 0, b = 0] = createHash("sha256").update(id).digest();
  return `10.0.${a % 16}.${4 + (b % 250)}`;
}
