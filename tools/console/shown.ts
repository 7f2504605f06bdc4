/** What the page is told. Types alone and without imports: the page's own scripts are checked against them. */

/** What a task is at, in the order of its life. */
export type Phase =
  | "starting"
  | "running"
  /** Healthy, but Cloud Map does not name it yet, or it registers nowhere. */
  | "healthy"
  | "discoverable"
  | "unhealthy"
  | "draining"
  | "stopped";

export interface ShownTask {
  id: string;
  version: number | undefined;
  phase: Phase;
  /** Whether the gateway still remembers it, and may send to it, though Cloud Map does not name it. */
  remembered: boolean;
  /** When it came to this phase: milliseconds of the epoch. */
  since: number;
  /** Why it stops, or what was found out about it last. */
  why?: string;
}

export interface ShownVersion {
  number: number;
  state: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  why?: string;
}

export interface ShownService {
  /** As in the picture. */
  id: string;
  name: string;
  desired: number;
  /** Names of the rules that were taken away. */
  cut: string[];
  /** Whether the version that new tasks start from is broken on purpose. */
  broken: boolean;
  /** Whether a route leads to it, so that there is a rule to take away. */
  routed: boolean;
  /** The version that new tasks start from. */
  version: ShownVersion | undefined;
  /** Those that run and, for a moment, those that have stopped. */
  tasks: ShownTask[];
}

/** Requests on an arrow, in a second of the last ten. */
export interface ShownRate {
  rate: number;
  failed: number;
}

export interface Shown {
  /** Another picture has another one. */
  generation: number;
  stack: string;
  /** Whether requests are answered. */
  serving: boolean;
  url: string | undefined;
  services: ShownService[];
  /** By `from>to`, as the picture names its arrows. */
  rates: Record<string, ShownRate>;
  /** Seconds that the gateway remembers what Cloud Map said; 0 where it asks each time. */
  cacheSeconds: number;
  routes: string[];
}

export interface ShownRequest {
  n: number;
  /** Milliseconds of the epoch. */
  at: number;
  method: string;
  /** Without the query, which may hold secrets. */
  path: string;
  status: number | undefined;
  milliseconds: number;
  route: string | undefined;
  service: string | undefined;
  task: string | undefined;
  /** Where it ended, and why. */
  hop: string | undefined;
  why: string | undefined;
  /** Arrows that it took, and the place in the picture where it ended. */
  way: string[];
  end: string | undefined;
}

export interface ShownNews {
  n: number;
  at: number;
  text: string;
  tone: "plain" | "good" | "bad";
}
