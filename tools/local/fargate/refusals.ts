/** What cannot run as processes of this machine: said before anything is installed or started, with the reason. */
import { existsSync } from "node:fs";
import { relative } from "node:path";
import type { ContainerView, ServiceView } from "../ecs/views";
import { unbuildable } from "../image/buildable";
import { locate } from "../image/context";
import { whyNoProcess } from "../image/ecosystem";
import { readBuild, startedWith } from "../image/read";
import { isCompanion } from "./companion";

/** @throws Error that names every one of them */
export function refuseProcesses(services: readonly ServiceView[], project: string): void {
  const mounting = services.flatMap(({ name, task }) =>
    task && task.container.folders.length > 0 ? [name] : [],
  );
  if (mounting.length > 0) {
    throw new Error(
      `The tasks of ${mounting.join(", ")} mount file systems at paths of their own, which processes cannot: only containers ` +
        "can run them. Start a Docker engine, or take the volumes out of this stack.",
    );
  }
  const beside = services.flatMap(({ name, task }) => {
    const others = task?.containers.filter((one) => one !== task.container && !isCompanion(one)) ?? [];
    const names = others.map((one) => one.name).join(", ");
    return others.length > 0
      ? [`The tasks of ${name} have containers beside the application: ${names}.`]
      : [];
  });
  if (beside.length > 0) {
    throw new Error(
      `${beside.join(" ")} Processes have no address to share and no image of theirs: only containers can run them. Start a Docker ` +
        "engine, or take the sidecars out of this stack.",
    );
  }
  const broken = services.flatMap(({ name, task }) =>
    task
      ? unbuildableOf(task.container, project).map((why) => `The image of ${name} cannot be built: ${why}.`)
      : [],
  );
  if (broken.length > 0) throw new Error(broken.join("\n"));
  const reasons = services.flatMap(({ name, task }) => {
    const reason = task && whyNot(task.container, project);
    return reason === undefined ? [] : [`${name} cannot run as a process: ${reason}.`];
  });
  if (reasons.length > 0)
    throw new Error(`${reasons.join(" ")} Only containers can run it: start a Docker engine.`);
}

/** A process would run where no image can be made. */
function unbuildableOf({ build }: ContainerView, project: string): string[] {
  try {
    return build && existsSync(locate(build, project).dockerfile) ? unbuildable(build, project) : [];
  } catch {
    // What cannot be read is said below.
    return [];
  }
}

function whyNot(container: ContainerView, project: string): string | undefined {
  if (!container.build) return `it runs the image ${container.image || "(none)"}, which is not built here`;
  const { dockerfile } = locate(container.build, project);
  if (!existsSync(dockerfile)) return `there is no ${relative(project, dockerfile)}`;
  try {
    const { config } = readBuild(container.build, project);
    return whyNoProcess(config, startedWith(container, config));
  } catch (error) {
    return (error as Error).message;
  }
}
