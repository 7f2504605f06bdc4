/**
 * In which order the containers of a task start and stop.
 *
 * "When a dependency is defined for container startup, for container shutdown it is reversed."
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 */

export const conditions = ["START", "HEALTHY", "COMPLETE", "SUCCESS"] as const;
export type Condition = (typeof conditions)[number];

/** What ends before its dependants start: nothing is left of it when the task stops. */
export const ends = (condition: Condition): boolean => condition === "COMPLETE" || condition === "SUCCESS";

export interface Waiting {
  name: string;
  dependsOn: readonly { container: string; condition: Condition }[];
}

/** Containers that wait for each other in a circle, the first one repeated at the end; undefined where there is none. */
export function circleOf(containers: readonly Waiting[]): string[] | undefined {
  const byName = new Map(containers.map((container) => [container.name, container]));
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const { container } of byName.get(name)?.dependsOn ?? []) {
      const circle = visit(container, [...path, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const { name } of containers) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}

/** Whether one container waits for another, directly or by others. */
export function waitsFor(containers: readonly Waiting[], name: string, other: string): boolean {
  const seen = new Set<string>();
  const reaches = (at: string): boolean => {
    if (seen.has(at)) return false;
    seen.add(at);
    const { dependsOn = [] } = containers.find((container) => container.name === at) ?? {};
    return dependsOn.some(({ container }) => container === other || reaches(container));
  };
  return reaches(name);
}

/** Containers that have to stop before this one does. */
export const dependantsOf = <T extends Waiting>(containers: readonly T[], name: string): T[] =>
  containers.filter(({ dependsOn }) => dependsOn.some(({ container }) => container === name));

/**
 * The longest that a task takes from its first SIGTERM to its last SIGKILL, in seconds: one container after the other where
 * they depend on each other, all at once where not.
 *
 * @param containers without a circle
 */
export function stopSeconds(containers: readonly (Waiting & { stopTimeout: number })[]): number {
  const ended = new Set(
    containers.flatMap(({ dependsOn }) =>
      dependsOn.filter(({ condition }) => ends(condition)).map(({ container }) => container),
    ),
  );
  const known = new Map<string, number>();
  const until = ({ name, stopTimeout }: Waiting & { stopTimeout: number }): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const before = Math.max(0, ...dependantsOf(containers, name).map(until));
    const seconds = before + (ended.has(name) ? 0 : stopTimeout);
    known.set(name, seconds);
    return seconds;
  };
  return Math.max(0, ...containers.map(until));
}
