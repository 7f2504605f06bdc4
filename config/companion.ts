import type { ServiceConfig } from "./schema";

/** What a service's configuration means where it says nothing. */

type Fields = Partial<Pick<ServiceConfig, "companion" | "image">> & {
  healthCheck?: Partial<ServiceConfig["healthCheck"]> | undefined;
};

/**
 * Whether the companion stands beside the application. An image of somebody else's knows nothing of our health check and drain;
 * whoever names a command in it says that it has both.
 */
export const hasCompanion = ({ companion, image, healthCheck }: Fields): boolean =>
  companion ?? (image !== undefined && healthCheck?.command === undefined);

/**
 * Whether a job's writable folders are opened before it starts. AWS gives them to root alone, and an image of somebody else's does
 * not have them as its user's.
 */
export const hasFolders = (job: Fields & Partial<Pick<ServiceConfig, "user">>): boolean =>
  hasCompanion(job) && !/^(0|root)(:|$)/.test(job.user ?? "");

/** What is asked whether the application is healthy. */
export const healthPath = (service: Fields): string =>
  service.healthCheck?.path ?? (hasCompanion(service) ? "/" : "/healthz");

/** What asks it, in the application's own container. */
export const healthCommand = ({ healthCheck }: Fields): string[] =>
  healthCheck?.command ?? ["CMD", "python3", "-m", "healthcheck"];
