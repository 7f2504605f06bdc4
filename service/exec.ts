import { ends } from "../rules/containers";
import type { Condition } from "../rules/containers";
import { agentFolders, sessionActions, sessionLogListing, sessionLogWriting } from "../rules/exec";
import { volumeOf } from "../rules/fargate";

/** What a task has for ECS Exec. Pure, as task.ts. */

/** Begins the names of the agent's volumes; no service, sidecar or file system has a name with an underscore. */
export const agentVolumePrefix = "exec_";

/** A container definition, as far as this file looks at it. */
interface Definition {
  name: string;
  readonlyRootFilesystem?: boolean;
  mountPoints?: readonly object[];
  dependsOn?: readonly { containerName: string; condition: Condition }[];
}

/**
 * Folders of the agent in one container. Each container has an agent, whose files are no other's.
 *
 * @returns volume and folder
 */
const foldersOf = (container: string): { name: string; folder: string }[] =>
  agentFolders.map((folder) => ({ name: `${agentVolumePrefix}${container}_${volumeOf(folder)}`, folder }));

/**
 * The containers in which the agent needs folders of its own: those that run on and have a read-only root. What has ended
 * before the application starts nobody enters, and an agent that cannot write ends without its container.
 */
function entered(definitions: readonly object[]): Definition[] {
  const all = definitions as readonly Definition[];
  const ended = new Set(
    all.flatMap(({ dependsOn = [] }) =>
      dependsOn.filter(({ condition }) => ends(condition)).map(({ containerName }) => containerName),
    ),
  );
  return all.filter(
    ({ name, readonlyRootFilesystem }) => readonlyRootFilesystem === true && !ended.has(name),
  );
}

/** The definitions with the agent's folders mounted. */
export function withAgent(definitions: readonly object[]): readonly object[] {
  const needing = new Set<object>(entered(definitions));
  return (definitions as readonly Definition[]).map((definition) =>
    needing.has(definition)
      ? {
          ...definition,
          mountPoints: [
            ...(definition.mountPoints ?? []),
            ...foldersOf(definition.name).map(({ name, folder }) => ({
              sourceVolume: name,
              containerPath: folder,
              readOnly: false,
            })),
          ],
        }
      : definition,
  );
}

/** Names of the volumes for them. Given to root and to nobody else, as the agent runs as root. */
export const agentVolumes = (definitions: readonly object[]): string[] =>
  entered(definitions).flatMap(({ name }) => foldersOf(name).map((volume) => volume.name));

interface Where {
  partition: string;
  region: string;
  account: string;
}

const groups = ({ partition, region, account }: Where): string =>
  `arn:${partition}:logs:${region}:${account}:log-group:`;

/**
 * What the agent asks of AWS, in the name of the task role.
 *
 * @param logGroup where sessions are logged, by name; * for any
 */
export const sessionPermissions = (
  where: Where,
  logGroup: string,
): { actions: readonly string[]; resources: string[] }[] => [
  { actions: sessionActions, resources: ["*"] },
  { actions: sessionLogListing, resources: [`${groups(where)}*`] },
  {
    actions: sessionLogWriting,
    resources: [`${groups(where)}${logGroup === "*" ? "*" : `${logGroup}:*`}`],
  },
];
