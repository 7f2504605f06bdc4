import * as path from "node:path";
import { parseEcrImage, volumeOf } from "../rules/fargate";
import { spotNoticeSeconds, stopSeconds } from "../rules/rollout";
import { hasCompanion } from "./companion";
import { isGiven, isObject, Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";
import { fullBuild } from "./schema-run";

/** What takes more than one field to judge of what a service is built from, and of how its container runs. */

type Service = Partial<ServiceConfig>;

export function checkSource(
  service: Service,
  raw: unknown,
  at: string,
  { isFile }: { isFile: (file: string) => boolean },
  problems: Problem[],
): void {
  const { build } = service;
  // A value that is malformed has been told already, and is no reason to ask for another.
  const given = ["build", "image"].filter((key) => isGiven(raw, key));
  const absent = given.length === 0;
  // What is no service at all has been told as well.
  if (isObject(raw) && given.length !== 1) {
    problems.push({
      path: at,
      got: new Said(absent ? "neither build nor image is set" : "both build and image are set"),
      allowed: "exactly one of build, image",
      fix: absent ? "set build to a folder with a Dockerfile" : "take one out",
    });
  }
  if (typeof build === "string" && !isFile(`${build}/Dockerfile`)) {
    const moved = movedTo(build);
    problems.push({
      path: `${at}.build`,
      got: build,
      allowed: "a folder of this project that holds a Dockerfile",
      fix: moved === undefined ? "name the folder relative to Pulumi.yaml" : `it moved to ${moved}`,
    });
  }
  if (typeof build === "object" && !isFile(fullBuild(build).dockerfile)) {
    problems.push({
      path: `${at}.build.dockerfile`,
      got: build.dockerfile,
      allowed: `a file in ${build.context}`,
      fix:
        movedTo(build.context) === undefined
          ? "name it relative to build.context, and that relative to Pulumi.yaml"
          : `it moved to ${movedTo(build.context)!}`,
    });
  }
  checkCredentials(service, at, problems);
}

/** Of a service or a job. */
export function checkCredentials(
  { image, imageCredentials }: Pick<Service, "image" | "imageCredentials">,
  at: string,
  problems: Problem[],
): void {
  if (imageCredentials === undefined || (image !== undefined && !parseEcrImage(image))) return;
  problems.push({
    path: `${at}.imageCredentials`,
    got: imageCredentials,
    allowed: "only with the image of a registry that asks for a password; ECR asks for the execution role",
    fix: "take it out",
  });
}

/** Runtimes refuse to mount anything in the kernel's; the others hold what every program needs. */
const systemFolder = /^\/(?:(?:proc|sys)(?:\/.*)?|dev|etc|bin|sbin|lib|lib64|usr)$/;

/** Of a service or a job. */
export function checkWritable({ writable = [] }: Service, at: string, problems: Problem[]): void {
  writable.forEach((folder, i) => {
    if (systemFolder.test(folder)) {
      problems.push({
        path: `${at}.writable.${i}`,
        got: folder,
        allowed: "no folder of the system: an empty one in its place leaves nothing to run with",
        fix: "name the one that the application writes to",
      });
    }
    const others = ["/tmp", ...writable.slice(0, i)];
    const clash = others.find((other) => folder === other || volumeOf(folder) === volumeOf(other));
    if (clash === undefined) return;
    problems.push({
      path: `${at}.writable.${i}`,
      got: folder,
      allowed: "each folder once, and /tmp not at all: it is writable anyway",
      fix:
        folder === clash
          ? "take it out"
          : `make the folder above it writable: its volume would be called as that of ${clash}`,
    });
  });
}

export function checkRun(service: Service, at: string, problems: Problem[]): void {
  const { healthCheck, drainSeconds, spot = 0 } = service;
  checkWritable(service, at, problems);
  if (service.companion === true && healthCheck?.command !== undefined) {
    problems.push({
      path: `${at}.healthCheck.command`,
      got: healthCheck.command,
      allowed: "only without the companion, which asks in its place",
      fix: "take it out, or set companion: false",
    });
  }
  if (!hasCompanion(service) || drainSeconds === undefined || spot === 0) return;
  const seconds = stopSeconds(drainSeconds, true);
  if (seconds <= spotNoticeSeconds) return;
  problems.push({
    path: `${at}.drainSeconds`,
    got: drainSeconds,
    allowed: `with spot and the companion ${drainSeconds - (seconds - spotNoticeSeconds)} or less: both containers have ${spotNoticeSeconds} s together`,
    fix: `set it to ${drainSeconds - (seconds - spotNoticeSeconds)}, or spot to 0`,
  });
}

/** Where a folder of this project is now that stood at its root before. */
function movedTo(folder: string): string | undefined {
  return path.relative(".", folder) === "echo" ? "./examples/echo" : undefined;
}
