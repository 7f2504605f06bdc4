import * as pulumi from "@pulumi/pulumi";
import { hasCompanion } from "../config/companion";
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
    services: Readonly<Record<string, ServiceConfig>>,
    { forceDelete }: { forceDelete: boolean },
    opts: pulumi.ComponentResourceOptions,
  ) {
    const used = Object.values(services).filter(hasCompanion);
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
}
