import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../cluster";
import { StackConfig } from "../config";
import { likeService } from "../config/schema-jobs";
import { ImageSource, provideImage } from "../image";
import { Companions } from "./companion";
import { Job, JobSummary } from "./jobs/job";
import { Timetable } from "./jobs/timetable";
import { NetworkView } from "../share";

export interface JobsArgs extends Pick<
  StackConfig,
  "project" | "stack" | "region" | "partition" | "iam" | "jobs" | "services" | "registry"
> {
  /** AWS account id. */
  account: string;
  /** What the services run, by name. */
  images: Readonly<Record<string, ImageSource>>;
  companions: Companions;
  network: NetworkView;
  cluster: Cluster;
}

/**
 * The jobs of a stack: tasks that run once and end, by hand or by EventBridge Scheduler. They have the image of their
 * service, pinned by the same digest, and what stands beside it.
 *
 * Costs: each job's runs; a schedule's invocations, of which a month's first 14 million are free.
 */
export class Jobs extends pulumi.ComponentResource {
  /** What it takes to run each of them, by name. */
  readonly summaries: Readonly<Record<string, JobSummary>>;

  constructor(name: string, args: JobsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fargate-app:jobs:Jobs", name, {}, opts);
    const { jobs, services, images, companions, registry } = args;
    const within = { parent: this };

    const scheduled = Object.values(jobs).some(({ schedule }) => schedule !== undefined);
    const timetable = scheduled ? new Timetable(name, args, within) : undefined;
    this.summaries = Object.fromEntries(
      Object.entries(jobs).map(([job, settings]) => {
        const config = likeService(settings, services);
        const image =
          settings.service === undefined
            ? provideImage(job, config, { ...args, ...registry }, within)
            : images[settings.service]!;
        const companion = companions.ofJob(config);
        const own = { ...args, job: settings, config, image, companion, timetable };
        return [job, new Job(job, own, within).summary];
      }),
    );
    this.registerOutputs({ summaries: this.summaries });
  }
}
