/** A stack as its dashboard knows it, with the names that AWS has for things. */
export interface DashboardFacts {
  project: string;
  stack: string;
  region: string;
  /** ARNs, the most telling first; none where nothing is watched. */
  alarms: readonly string[];
  /** Whether the cluster has Container Insights, and so ECS's own count of tasks. */
  containerInsights: boolean;
  api: DashboardApi;
  services: readonly DashboardService[];
}

export interface DashboardApi {
  id: string;
  stage: string;
  /** Whether it is this stack's. */
  own: boolean;
  /** Whether its stage sends metrics by route. */
  detailedMetrics: boolean;
  /** Of its access log; undefined for an API of others, whose log is theirs. */
  logGroup: string | undefined;
}

export interface DashboardService {
  /** As it is configured. */
  name: string;
  clusterName: string;
  /** Of the ECS service. */
  serviceName: string;
  /** Its namespace, and what it is called there. */
  discovery: { namespace: string; service: string };
  /** Tasks it is to have: the fewest and the most. */
  tasks: { fewest: number; most: number };
  /** Keys of the routes that lead to it, as they are served. */
  routes: readonly string[];
  size: ServiceSize;
  /** Names of the EventBridge rules that count what happens to it. */
  rules: { deploys: string; failures: string; restarts: string | undefined };
}

/** What of a task decides what an hour of it costs. */
export interface ServiceSize {
  /** CPU units. */
  cpu: number;
  /** MiB. */
  memory: number;
  architecture: "X86_64" | "ARM64";
  /** Per cent of the tasks on Spot, beyond the first. */
  spot: number;
  /** GiB; undefined for what Fargate gives free of charge. */
  ephemeralStorage: number | undefined;
}
