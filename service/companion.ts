import * as pulumi from "@pulumi/pulumi";
import { hasCompanion, hasFolders } from "../config/companion";
import { ServiceConfig } from "../config/schema";
import { Image, ImageSource } from "../image";

/** Where the companion is built from, relative to Pulumi.yaml. */
const folder = "./service/companion";

/**
 * The image that stands beside applications which know nothing of Amazon ECS (service/task.ts): one for each architecture in
 * use, and none where no service has a companion. A stack that shares another's network has its own.
 *
 * Costs: the megabyte that ECR stores, below one cent.
 */
export class Companions {
  private readonly images: ReadonlyMap<string, ImageSource>;

  constructor(
    services: readonly ServiceConfig[],
    /** What the jobs are like: before they start, it opens their folders. */
    jobs: readonly ServiceConfig[],
    { forceDelete }: { forceDelete: boolean },
    opts: pulumi.ComponentResourceOptions,
  ) {
    const used = [...services.filter(hasCompanion), ...jobs.filter(hasFolders)];
    const architectures = [...new Set(used.map(({ architecture }) => architecture))].sort();
    this.images = new Map(
      architectures.map((architecture) => {
        const name = `companion-${architecture.toLowerCase().replace("_", "-")}`;
        return [architecture, new Image(name, { build: folder, architecture, forceDelete }, opts)];
      }),
    );
  }

  /** What a service's companion runs; undefined where it has none. */
  of(service: ServiceConfig): ImageSource | undefined {
    return hasCompanion(service) ? this.images.get(service.architecture) : undefined;
  }

  /** What opens the folders of a job that is like this; undefined where they need not be opened. */
  ofJob(job: ServiceConfig): ImageSource | undefined {
    return hasFolders(job) ? this.images.get(job.architecture) : undefined;
  }
}
