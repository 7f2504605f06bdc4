/** What `npm run status` finds, as plain values. */
import type { Unseen } from "../aws/unseen";

export interface TaskStatus {
  id: string;
  /** `family:revision` of its task definition. */
  version: string;
  zone: string | undefined;
  /** What it is at: `healthy`, `unhealthy`, `running` where nothing checks it, `stopping`, or a state of its start. */
  state: string;
  /** Undefined where it registers nowhere, or Cloud Map could not be asked. */
  discoverable: "discoverable" | "not discoverable" | "not registered" | undefined;
  since: string | undefined;
}

export interface DeploymentStatus {
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html */
  status: string;
  /** `family:revision` that it was to bring. */
  version: string | undefined;
  began: string | undefined;
  ended: string | undefined;
  /** Why it failed, in the words of ECS. */
  reasons: string[];
}

export interface ServiceStatus {
  name: string;
  service: string;
  cluster: string;
  /** ACTIVE, DRAINING, INACTIVE; `missing` where there is no such service. */
  status: string;
  desired: number;
  running: number;
  version: string | undefined;
  /** Since when new tasks start from it. */
  since: string | undefined;
  /** Whether the newest deployment is under way. */
  rolling: boolean;
  /** By container. */
  images: { container: string; image: string }[];
  tasks: TaskStatus[];
  deployments: DeploymentStatus[];
}

export interface AlarmStatus {
  name: string;
  /** OK, ALARM, INSUFFICIENT_DATA; `missing` where CloudWatch has none of the name. */
  state: string;
  since: string | undefined;
  reason: string | undefined;
}

export interface Status {
  stack: string;
  region: string;
  /** When it was looked at. */
  at: string;
  url: string | undefined;
  services: ServiceStatus[];
  /** Undefined where they could not be looked up. */
  alarms: AlarmStatus[] | undefined;
  unseen: Unseen[];
}
