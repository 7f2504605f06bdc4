/** An ECS service, its task and its containers as the local stack sees them: what ECS would read of the definitions. */

export interface HealthCheck {
  command: string[];
  interval: number;
  timeout: number;
  retries: number;
  startPeriod: number;
}

/** The build that an image reference stands for, from the Docker image resource with that digest. */
export interface Build {
  context: string;
  dockerfile: string | undefined;
  platform: string | undefined;
  target: string | undefined;
  args: Record<string, string>;
  cacheFrom: string[];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html */
export interface Dependency {
  container: string;
  condition: string;
}

export interface ContainerView {
  name: string;
  image: string;
  build: Build | undefined;
  ports: number[];
  command: string[] | undefined;
  entryPoint: string[] | undefined;
  environment: Record<string, string>;
  secrets: string[];
  healthCheck: HealthCheck | undefined;
  readonlyRoot: boolean;
  user: string | undefined;
  init: boolean;
  dropped: string[];
  mounts: { volume: string; path: string }[];
  /** Folders that last, of file systems. */
  folders: { fileSystem: string; path: string; readOnly: boolean }[];
  /** Seconds that others wait for it. */
  startTimeout: number | undefined;
  /** When it ends, so does the task. */
  essential: boolean;
  dependsOn: Dependency[];
  /** Open files; undefined for Fargate's own limit. */
  nofile: number | undefined;
  stopTimeout: number;
}

/** A container that has to end before another starts. */
export interface Before {
  container: ContainerView;
  /** Whether any end is good, or 0 alone. */
  condition: "SUCCESS" | "COMPLETE";
  /** Seconds. */
  startTimeout: number;
}

/** What ECS waits if a definition does not say (repost.aws, "3m0s", [M]). */
export const defaultStartTimeout = 180;

export interface TaskView {
  arn: string;
  family: string;
  revision: number;
  cpu: number | undefined;
  memory: number | undefined;
  /** The one that is registered, or else the first essential one; its health check is the task's. */
  checked: ContainerView;
  /** The application: the same, or the one that it stands beside (depends on). */
  container: ContainerView;
  /** All that run together, in the order of the definition. */
  containers: ContainerView[];
  /** What has to end before the application starts. */
  before: Before[];
}

/** When a service goes to sleep, and what wakes it. */
export interface SleepView {
  /** Minutes without a request. */
  after: number;
  /** Tasks that it is woken with. */
  tasks: number;
  /** Keys of the routes whose requests are counted; undefined for all of the API. */
  routes: readonly string[] | undefined;
}

export interface ServiceView {
  urn: string;
  name: string;
  cluster: string;
  desiredCount: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  circuitBreaker: { enable: boolean; rollback: boolean };
  /** Alarms that a deployment is watched by, and for how many seconds once all its tasks are new. */
  alarms: { names: string[]; rollback: boolean; bakeSeconds: number };
  subnets: { id: string; zone: string }[];
  securityGroups: string[];
  registration: { arn: string; port: number } | undefined;
  /** Whether its containers can be entered (ECS Exec). */
  exec: boolean;
  /** When it goes to sleep; undefined for a service that does not. */
  sleep?: SleepView | undefined;
  task: TaskView | undefined;
  problems: string[];
  notModelled: string[];
}
