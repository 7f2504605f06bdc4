/** What the containers of a service's tasks run: built here, or pulled. */
import { createHash } from "node:crypto";
import { agentFolders } from "../../../rules/exec";
import { buildImage, pullImage } from "../image/build";
import type { ContainerView, ServiceView, TaskView } from "../ecs/views";
import type { Engine } from "./engine";
import type { Artifact } from "./runner";

export interface ImageOptions {
  engine: Engine;
  project: string;
  progress: (message: string) => void;
  /** By which this checkout's images are found. */
  labels: Record<string, string>;
}

export interface ImageArtifact extends Artifact {
  /** By the container's name. */
  images: ReadonlyMap<string, string>;
  /** Folders that the image of each declares as volumes, by the container's name. */
  declared: ReadonlyMap<string, readonly string[]>;
}

export async function prepareImages(service: ServiceView, options: ImageOptions): Promise<ImageArtifact> {
  const { docker } = options.engine;
  const { task } = service;
  if (!task) throw new Error(`The service ${service.name} has no task definition.`);
  const ids = new Map<string, string>();
  const images = new Map<string, string>();
  const declared = new Map<string, readonly string[]>();
  for (const view of [...task.containers, ...task.before.map(({ container }) => container)]) {
    const id = ids.get(view.image) ?? (await provide(service, view, options));
    ids.set(view.image, id);
    images.set(view.name, id);
    const { Volumes } = (await docker.getImage(id).inspect()).Config;
    declared.set(view.name, Object.keys(Volumes ?? {}));
  }
  for (const note of closedFolders(task, declared.get(task.container.name) ?? [])) {
    options.progress(`${service.name}: ${note}`);
  }
  const { Config } = await docker.getImage(images.get(task.container.name) ?? "").inspect();
  return {
    digest: digestOf([...new Set(images.values())]),
    command: [Config.Entrypoint ?? [], Config.Cmd ?? []].flat(),
    images,
    declared,
    // What still has a tag is the newest build, and the cache of the next; a container's image cannot be removed.
    dispose: async () => {
      for (const id of new Set(images.values())) {
        const image = docker.getImage(id);
        const found = await image.inspect().catch(() => undefined);
        if (found?.RepoTags.length === 0) await image.remove().catch(() => undefined);
      }
    },
  };
}

/**
 * What the application cannot write to, though its configuration says that it can.
 *
 * @param declared folders that its image declares as volumes, with an owner and a mode of their own
 */
export function closedFolders(
  { container, before }: Pick<TaskView, "container" | "before">,
  declared: readonly string[],
): string[] {
  const { user = "0", mounts } = container;
  if (/^(0|root)(:|$)/.test(user)) return [];
  // The companion opens them (companion-folders).
  const opened = before.flatMap((first) => (first.container.user === "0" ? first.container.mounts : []));
  return (
    mounts
      // The agent of ECS Exec is root itself.
      .filter(({ path }) => !declared.includes(path) && !agentFolders.includes(path))
      .filter(({ volume }) => !opened.some((each) => each.volume === volume))
      .map(
        ({ path }) =>
          `user ${user} cannot write to ${path}: AWS gives it to root, as its image declares no VOLUME there. ` +
          `Fix: RUN mkdir -p ${path} && chmod 1777 ${path}, and VOLUME ["${path}"], in its Dockerfile; or companion: true`,
      )
  );
}

function digestOf([first = "", ...more]: string[]): string {
  if (more.length === 0) return first.startsWith("sha256:") ? first : `sha256:${first}`;
  const joined = createHash("sha256").update([first, ...more].join("\n"));
  return `sha256:${joined.digest("hex")}`;
}

/** The id of what a container runs. */
async function provide(
  service: ServiceView,
  view: ContainerView,
  { engine, project, progress, labels }: ImageOptions,
): Promise<string> {
  const own = view === service.task?.container;
  const tag = `local/${own ? service.name : (view.image.split("/").at(-1)?.split(/[:@]/)[0] ?? view.name)}:latest`;
  const image = view.build
    ? await buildImage(engine, view.build, { service: service.name, tag, project, progress, labels })
    : await pullImage(engine, view.image, progress);
  return (await engine.docker.getImage(image).inspect()).Id;
}
