/** Images for tasks that run as containers: built from their context, or pulled. */
import type Docker from "dockerode";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Build } from "../ecs/views";
import type { Engine } from "../fargate/engine";
import { contextFiles, copyContext, locate } from "./context";
import { pinnedBases, withoutDigests } from "./dockerfile";

interface Building {
  /** Whose image it is, for messages. */
  service: string;
  tag: string;
  /** Folder that relative paths of a build begin at. */
  project: string;
  progress: (message: string) => void;
}

/**
 * Builds an image and returns its tag.
 *
 * @throws Error with what the engine said
 */
export async function buildImage(engine: Engine, build: Build, building: Building): Promise<string> {
  const { service, tag, project, progress } = building;
  const { context, dockerfile } = locate(build, project);
  progress(`${service}: building the image from ${relative(project, context)}/ …`);
  try {
    return await run(engine, build, { service, tag, context, dockerfile });
  } catch (error) {
    // A base that is pinned by its digest cannot be had without its registry. The one that this machine has under the same tag
    // is another image, and good enough to try a service with: it is said.
    const bases = pinnedBases(readFileSync(dockerfile, "utf8"));
    const here = await Promise.all(
      bases.map(async (base) => !(await has(engine, base)) && has(engine, tagOf(base))),
    );
    const standIns = bases.filter((_, i) => here[i]);
    if (standIns.length === 0) throw error;
    for (const base of standIns)
      progress(`${service}: ${base} cannot be had here; built on the ${tagOf(base)} of this machine instead`);
    const copy = mkdtempSync(join(tmpdir(), "local-build-"));
    try {
      copyContext(context, copy, dockerfile);
      const changed = join(copy, relative(context, dockerfile));
      cpSync(dockerfile, changed);
      writeFileSync(changed, withoutDigests(readFileSync(dockerfile, "utf8"), standIns));
      return await run(engine, build, { service, tag, context: copy, dockerfile: changed });
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
}

/**
 * Returns the image as soon as the engine has it.
 *
 * @throws Error with what the registry said
 */
export async function pullImage(
  engine: Engine,
  image: string,
  progress: (message: string) => void,
): Promise<string> {
  const { docker } = engine;
  if (await has(engine, image)) return image;
  progress(`pulling ${image} …`);
  const stream = await docker.pull(image).catch((error: Error) => {
    throw new Error(`The image ${image} cannot be pulled: ${error.message}`);
  });
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error: Error | null) =>
      error ? reject(new Error(`The image ${image} cannot be pulled: ${error.message}`)) : resolve(),
    ),
  );
  return image;
}

const tagOf = (base: string): string => base.split("@")[0]!;

const has = ({ docker }: { docker: Docker }, image: string): Promise<boolean> =>
  docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );

async function run(
  { docker, podman }: Engine,
  build: Build,
  {
    service,
    tag,
    context,
    dockerfile,
  }: { service: string; tag: string; context: string; dockerfile: string },
): Promise<string> {
  // BuildKit where there is one; Podman's builder understands the same Dockerfiles under the classic interface.
  // File by file: given folders, dockerode matches .dockerignore against absolute paths and leaves their files out.
  const stream = await docker.buildImage(
    { context, src: contextFiles(context, dockerfile) },
    {
      t: tag,
      dockerfile: relative(context, dockerfile),
      ...(build.target === undefined ? {} : { target: build.target }),
      ...(Object.keys(build.args).length > 0 ? { buildargs: build.args } : {}),
      ...(build.cacheFrom.length > 0 ? { cachefrom: JSON.stringify(build.cacheFrom) } : {}),
      ...(build.platform === undefined || podman ? {} : { platform: build.platform }),
      version: podman ? "1" : "2",
    },
  );
  const output: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null, events: { error?: string }[] | null) => {
      const failed = error?.message ?? events?.find((event) => event.error !== undefined)?.error;
      if (failed === undefined) return resolve();
      const said = `${failed.trim()}\n${output.slice(-20).join("")}`;
      reject(new Error(`The image of ${service} cannot be built: ${said}`));
    };
    docker.modem.followProgress(stream, done, (event: { stream?: string }) => {
      if (event.stream !== undefined) output.push(event.stream);
    });
  });
  return tag;
}
