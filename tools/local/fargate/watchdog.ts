/**
 * Ends tasks whose local stack has been killed. A process that gets SIGKILL can do nothing for those it started, so another
 * one waits: a shell that reads which process groups there are, and kills them when the pipe ends, which it does however this
 * process ends. Only groups that were told to it, and that were not taken back, are touched.
 */
import { spawn } from "node:child_process";
import type { Writable } from "node:stream";

const script = `
trap '' HUP INT TERM
groups=
while read -r verb group; do
  kept=
  for known in $groups; do [ "$known" = "$group" ] || kept="$kept $known"; done
  [ "$verb" = add ] && kept="$kept $group"
  groups=$kept
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

/** Process groups that must not outlive this process. */
const groups = new Set<number>();
let pipe: Writable | undefined;

/** Has a process group end with this process, however it ends. */
export function guard(group: number): void {
  if (!pipe) {
    process.on("exit", () => [...groups].forEach(killGroup));
    pipe = start();
  }
  groups.add(group);
  pipe.write(`add ${group}\n`);
}

/** Forgets a group that has ended: its number may become somebody else's. */
export function release(group: number): void {
  if (groups.delete(group)) pipe?.write(`end ${group}\n`);
}

export function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // Gone already.
  }
}

function start(): Writable {
  // In a session of its own: what is sent to the terminal's group is not for it.
  const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  // Without it a killed stack leaves its tasks behind; that is no reason to have none.
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  // Neither keeps this process alive.
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child.stdin;
}
