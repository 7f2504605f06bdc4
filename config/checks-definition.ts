import { containersPerTask, volumeNameCharacters } from "../rules/quotas";
import { Problem, Said } from "./problems";

/** What Amazon ECS would refuse of a task definition as a whole: names come from several keys of the configuration. */

interface Named {
  name: string;
}

/** @param at where the service or job stands */
export function checkDefinition(
  at: string,
  containers: readonly Named[],
  volumes: readonly Named[],
  problems: Problem[],
): void {
  for (const name of repeated(containers)) {
    problems.push({
      path: at,
      got: new Said(`two containers of its task are called ${name}`),
      allowed: `another name than ${others(containers, name)}`,
      fix: "rename it: its own container has its name",
    });
  }
  for (const name of repeated(volumes)) {
    problems.push({
      path: `${at}.writable`,
      got: new Said(`two volumes of its task are called ${name}`),
      allowed: `no folder whose volume is called as ${others(volumes, name)}`,
      fix: "make the folder above it writable, or rename it",
    });
  }
  for (const { name } of volumes.filter((volume) => volume.name.length > volumeNameCharacters)) {
    problems.push({
      path: `${at}.writable`,
      got: new Said(`the volume ${name.slice(0, 20)}… has a name of ${name.length} characters`),
      allowed: `${volumeNameCharacters}: it is called as the folder`,
      fix: "make a folder above it writable",
    });
  }
  if (containers.length > containersPerTask) {
    problems.push({
      path: `${at}.sidecars`,
      got: new Said(`its task has ${containers.length} containers: ${list(containers)}`),
      allowed: `${containersPerTask}`,
      fix: "let fewer sidecars run beside it",
    });
  }
}

const list = (all: readonly Named[]): string => all.map(({ name }) => name).join(", ");

const repeated = (all: readonly Named[]): Set<string> =>
  new Set(
    all.filter(({ name }, i) => all.findIndex((other) => other.name === name) < i).map(({ name }) => name),
  );

const others = (all: readonly Named[], own: string): string =>
  list([...all.filter(({ name }) => name !== own), { name: own }]);
