/** Images for tasks that run as containers: built from their context, or pulled. */
import type Docker from "dockerode";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Build } from "../ecs/views";
import type { Engine } from "../fargate/engine";
import { contextFiles, copyContext, locate } from "./context";
import { pinnedBases, withoutDigests } from "./dockerfile";
import { offline } from "./offline";

interface Building {
  /** Whose image it is, for messages. */
  service: string;
  tag: string;
  /** Folder that relative paths of a build begin at. */
  project: string;
  /** So that old ones are found. */
  labels?: Readonly<Record<string, string>>;
  progress: (message: string) => void;
}

/**
 * Builds an image and returns its tag.
 *
 * @throws Error with what the engine said
 */
export async function buildImage(engine: Engine, build: Build, building: Building): Promise<string> {
  const { service, tag, project, progress, labels = {} } = building;
  const { context, dockerfile } = locate(build, project);
  refuseMissing(service, relative(project, context), context, dockerfile);
  progress(`${service}: building the image from ${relative(project, context)}/ …`);
  try {
    return await run(engine, build, { service, tag, context, dockerfile, labels });
  } catch (error) {
    // A base that is pinned by its digest cannot be had without its registry. The one that this machine has under the same tag
    // is another image, and good enough to try a service with: it is said.
    const bases = pinnedBases(readFileSync(dockerfile, "utf8"));
    const here = await Promise.all(
      bases.map(async (base) => !(await has(engine, base)) && has(engine, tagOf(base))),
    );
    const standIns = bases.filter((_, i) => here[i]);
    if (standIns.length === 0)
      throw error instanceof BuildFailure ? error.from(relative(project, dockerfile)) : error;
    for (const base of standIns)
      progress(`${service}: ${base} cannot be had here; built on the ${tagOf(base)} of this machine instead`);
    const copy = mkdtempSync(join(tmpdir(), "local-build-"));
    try {
      copyContext(context, copy, dockerfile);
      const changed = join(copy, relative(context, dockerfile));
      cpSync(dockerfile, changed);
      writeFileSync(changed, withoutDigests(readFileSync(dockerfile, "utf8"), standIns));
      return await run(engine, build, { service, tag, context: copy, dockerfile: changed, labels });
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
}

/**
 * Returns the image as soon as the engine has it; where its digest cannot be had, the one that this machine has under its tag.
 *
 * @throws Error with what the registry said
 */
export async function pullImage(
  engine: Engine,
  image: string,
  progress: (message: string) => void,
): Promise<string> {
  if (await has(engine, image)) return image;
  progress(`pulling ${image} …`);
  try {
    return await pull(engine, image);
  } catch (error) {
    const tagged = tagOf(image);
    if (tagged === image || !(await has(engine, tagged))) throw error;
    progress(`${image} cannot be had here; the ${tagged} of this machine runs instead`);
    return tagged;
  }
}

async function pull({ docker }: Engine, image: string): Promise<string> {
  const refused = (reason: string): Error => new Error(`The image ${image} cannot be pulled: ${reason}`);
  const stream = await docker.pull(image).catch((error: Error) => {
    throw refused(error.message);
  });
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null, events: { error?: string }[] | null): void => {
      const failed = error?.message ?? events?.find((event) => event.error !== undefined)?.error;
      if (failed === undefined) resolve();
      else reject(refused(failed));
    };
    docker.modem.followProgress(stream, done);
  });
  // Podman ends some that fail without a word.
  if (!(await has({ docker }, image))) throw refused("the engine says no more");
  return image;
}

/** What the Dockerfile's own commands and the engine said last, and a way out. */
export class BuildFailure extends Error {
  constructor(
    private readonly service: string,
    private readonly failed: string,
    private readonly output: string,
    dockerfile = "its Dockerfile",
  ) {
    const lines = output.split("\n").filter((line) => line.trim() !== "");
    const shown = lines.slice(-lastLines).map((line) => `  ${line.trimEnd()}`);
    const [reason = ""] = failed.trim().split("\n");
    const fix = offline.test(`${failed}\n${output}`)
      ? "It asks the network and gets no answer: connect this machine, or set the engine's proxy."
      : `Fix ${dockerfile}.`;
    super([`The image of ${service} cannot be built: ${reason}`, ...shown, fix].join("\n"));
  }

  from(dockerfile: string): BuildFailure {
    return new BuildFailure(this.service, this.failed, this.output, dockerfile);
  }
}

const lastLines = 12;

function refuseMissing(service: string, shown: string, context: string, dockerfile: string): void {
  const there = existsSync(context);
  if (there && existsSync(dockerfile)) return;
  const what = there ? `${relative(context, dockerfile)} in ${shown}/` : `the folder ${shown}/`;
  throw new Error(
    `The image of ${service} cannot be built: there is no ${what.replace(/^the /, "")}. Fix: \`build\` below services.${service}.`,
  );
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
    labels,
  }: Required<Pick<Building, "service" | "tag" | "labels">> & { context: string; dockerfile: string },
): Promise<string> {
  // BuildKit where there is one; Podman's builder understands the same Dockerfiles under the classic interface.
  // File by file: given folders, dockerode matches .dockerignore against absolute paths and leaves their files out.
  const stream = await docker.buildImage(
    { context, src: contextFiles(context, dockerfile) },
    {
      t: tag,
      labels: labels ?? {},
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
      reject(new BuildFailure(service, failed, output.join("")));
    };
    docker.modem.followProgress(stream, done, (event: { stream?: string }) => {
      if (event.stream !== undefined) output.push(event.stream);
    });
  });
  return tag;
}
