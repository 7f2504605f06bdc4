import { checkDefinition } from "./checks-definition";
import { hasCompanion, hasFolders } from "./companion";
import { deriveEndpoints } from "../rules/endpoints";
import {
  endpointPolicyCharacters,
  inlinePolicyCharacters,
  scheduleGroupCharacters,
  taskDefinitionBytes,
} from "../rules/quotas";
import { urlVariable } from "../rules/reach";
import { containersOfTask, volumesOfTask } from "../service/containers";
import { containerDefinitions as jobDefinitions } from "../service/jobs/task";
import { executionPolicy, serviceNeeds, taskPolicy } from "../service/permissions";
import { ContainerContext } from "../service/task";
import { sidecarRepositories } from "../service/sidecars";
import { Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";
import { JobConfig, likeService } from "./schema-jobs";

/**
 * What the program would write that is longer than AWS takes. Names that only AWS knows stand here at their full length.
 */

interface Where {
  project: string;
  stack: string;
  region: string;
  partition: string;
}

/** What a service's or job's task is made from. */
interface Task {
  /** As written in the stack's file, for example `jobs.seed`. */
  at: string;
  config: ServiceConfig;
  /** Of its repository, where its image is built. */
  repository: string;
  logGroup: string;
  companion: boolean;
  containers: (
    context: Pick<ContainerContext, "region" | "image" | "logGroup" | "companion">,
  ) => readonly { name: string }[];
}

interface Tasks {
  services: Readonly<Record<string, ServiceConfig>>;
  jobs: Readonly<Record<string, JobConfig>>;
}

/** @param limited whether this stack makes endpoints with policies that name what its tasks need */
export function checkSizes(configured: Tasks, where: Where, limited: boolean, problems: Problem[]): void {
  const account = "0".repeat(12);
  const { partition, region } = where;
  const tasks = tasksOf(configured, where);
  for (const { at, config, logGroup, ...task } of tasks) {
    // Pulumi appends a hyphen and seven characters.
    const repository = `${task.repository}-${"0".repeat(7)}`;
    const arns = {
      repositoryArns: [
        ...[repository, ...(task.companion ? [`companion-x86-64-${"0".repeat(7)}`] : [])].map(
          (each) => `arn:${partition}:ecr:${region}:${account}:repository/${each}`,
        ),
        ...sidecarRepositories(config, where),
      ],
      logGroupArn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}`,
    };
    limit(
      { path: `${at}.secrets`, what: "characters in the policy of the execution role" },
      JSON.stringify(executionPolicy(config, arns)).length,
      inlinePolicyCharacters,
      "name fewer secrets: one secret can hold several keys",
      problems,
    );
    limit(
      { path: `${at}.permissions`, what: "characters in the policy of the task role" },
      JSON.stringify(taskPolicy(config, { partition, region, account }, logGroup) ?? {}).length,
      inlinePolicyCharacters,
      "name fewer resources, with a * for those that are named alike",
      problems,
    );
    const registry = `${account}.dkr.ecr.${region}.amazonaws.com/${repository}@sha256:${"0".repeat(64)}`;
    const image = config.image ?? registry;
    const companion = task.companion ? registry : undefined;
    const containers = task.containers({ region, image, logGroup, companion });
    const volumes = volumesOfTask(config, task.repository) as { name: string }[];
    checkDefinition(at, containers, volumes, problems);
    limit(
      { path: at, what: "bytes of task definition" },
      Buffer.byteLength(
        JSON.stringify([
          ...containers,
          ...volumes.map((volume) => ("efsVolumeConfiguration" in volume ? volume : volume.name)),
        ]),
      ),
      taskDefinitionBytes - rest,
      "shorten its environment: large values belong in Parameter Store or in the image",
      problems,
    );
  }
  // A schedule's own name is its job's, and shorter.
  if (Object.values(configured.jobs).some(({ schedule }) => schedule !== undefined)) {
    limit(
      {
        path: "jobs",
        what: `characters in the name of their schedule group, ${where.project}-${where.stack}`,
      },
      `${where.project}-${where.stack}`.length,
      scheduleGroupCharacters,
      "shorten the name of the stack, or of the project in Pulumi.yaml",
      problems,
    );
  }
  if (!limited) return;
  const needs = tasks.map(({ config }) => serviceNeeds(config, { partition, region, account }));
  const what = Object.keys(configured.jobs).length > 0 ? "services and jobs" : "services";
  for (const { name, statements } of deriveEndpoints({ partition, region, account }, needs)) {
    limit(
      { path: "services", what: `characters in the policy of the endpoint ${name}` },
      JSON.stringify({ Version: "2012-10-17", Statement: statements }).length,
      endpointPolicyCharacters,
      `let ${what} name fewer resources or secrets, with a * for those that are named alike, or set network.egress to nat or public`,
      problems,
    );
  }
}

function tasksOf({ services, jobs }: Tasks, { project, stack }: Where): Task[] {
  const logs = `/ecs/${project}/${stack}`;
  return [
    ...Object.entries(services).map(([name, config]): Task => ({
      at: `services.${name}`,
      config,
      repository: name,
      logGroup: `${logs}/${name}`,
      companion: hasCompanion(config),
      containers: (context) =>
        containersOfTask(config, { ...context, name, urls: longestUrls(config) }) as { name: string }[],
    })),
    ...Object.entries(jobs).map(([name, job]): Task => {
      const config = likeService(job, services);
      return {
        at: `jobs.${name}`,
        config,
        repository: job.service ?? name,
        logGroup: `${logs}/jobs/${name}`,
        companion: hasFolders(config),
        containers: (context) => jobDefinitions(job, config, { ...context, name }) as { name: string }[],
      };
    }),
  ];
}

/** Where the services are that one reaches: a domain has 255 characters at most. */
const longestUrls = ({ reach }: ServiceConfig): Record<string, string> =>
  Object.fromEntries(reach.map(({ service }) => [urlVariable(service), `http://${"0".repeat(255)}:65535`]));

/** What a task definition holds besides its containers, generously: sizes, roles, volume, family. */
const rest = 1024;

function limit(
  { path, what }: { path: string; what: string },
  count: number,
  most: number,
  fix: string,
  problems: Problem[],
): void {
  if (count > most) problems.push({ path, got: new Said(`${count} ${what}`), allowed: `${most}`, fix });
}
