import assert from "node:assert/strict";
import { diagnose, type Symptoms } from "../../../local/ecs/symptoms";

const well: Symptoms = {
  service: "web",
  kind: "containers",
  port: 8000,
  configuredPort: 8000,
  user: "10001",
  readonlyRoot: true,
  command: [],
  companion: false,
  listeners: [{ port: 8000, loopback: false }],
  tail: [],
};

/** What differs from a task that is well, what is said of it, and whether time may still help. */
export type Case = [
  what: string,
  symptoms: Partial<Symptoms>,
  says: string | undefined,
  hope: "hopeless" | "perhaps",
];

/** Each is told one thing at most: a second cause would send the reader the wrong way. */
export function testEach(table: Case[]): void {
  for (const [what, symptoms, says, hope] of table) {
    it(`${what}: ${hope}`, () => {
      const [first, ...more] = diagnose({ ...well, ...symptoms });
      assert.deepEqual([first?.says, first?.hopeless ?? false, more], [says, hope === "hopeless", []]);
    });
  }
}
