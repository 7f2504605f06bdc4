/** What was looked up, for the hops to judge. */
import type { Answer } from "../aws/ask";
import type {
  Api,
  ApiDeployment,
  ApiMapping,
  Authorizer,
  Certificate,
  DiscoveryInstance,
  DiscoveryService,
  DomainName,
  EcsService,
  EcsTask,
  Endpoint,
  Integration,
  LogEvent,
  RecordSet,
  Route,
  RouteTable,
  Rule,
  ServiceDeployment,
  Stage,
  Subnet,
  TaskDefinition,
  VpcLink,
} from "../aws/shapes";
import type { Expected, ExpectedService } from "./expected";

export interface SeenDomain {
  name: string;
  domain: Answer<DomainName>;
  mappings: Answer<ApiMapping[]>;
  certificate: Answer<Certificate> | undefined;
  /** In the hosted zone, where the stack has one. */
  records: Answer<RecordSet[]> | undefined;
  /** What a resolver of this machine says. */
  addresses: Answer<string[]>;
}

export interface SeenRegistry {
  arn: string;
  service: Answer<DiscoveryService>;
  instances: Answer<DiscoveryInstance[]>;
  /** HEALTHY, UNHEALTHY or UNKNOWN, by the instance's id. */
  health: Answer<Record<string, string>>;
}

export interface SeenService {
  expected: ExpectedService;
  service: Answer<EcsService>;
  running: Answer<EcsTask[]>;
  stopped: Answer<EcsTask[]>;
  deployments: Answer<ServiceDeployment[]>;
  definition: Answer<TaskDefinition>;
  /** By reference, those in ECR. */
  images: ReadonlyMap<string, Answer<object>>;
  /** By `valueFrom`. */
  secrets: ReadonlyMap<string, Answer<object>>;
  /** Whether it is there. */
  logGroup: Answer<object> | undefined;
  /** Last lines of its tasks. */
  lines: Answer<LogEvent[]> | undefined;
}

/** What a hop is judged by. */
export interface Seen {
  expected: Expected;
  /** Keys of the routes that are asked about; what AWS has of them may be fewer. */
  focus: readonly string[];
  api: Answer<Api>;
  stages: Answer<Stage[]>;
  deployments: Answer<ApiDeployment[]>;
  routes: Answer<Route[]>;
  integrations: Answer<Integration[]>;
  authorizers: Answer<Authorizer[]>;
  /** By the issuer's address: whether it answers. */
  issuers: ReadonlyMap<string, Answer<object>>;
  domains: readonly SeenDomain[];
  links: ReadonlyMap<string, Answer<VpcLink>>;
  subnets: Answer<Subnet[]>;
  rules: Answer<Rule[]>;
  registries: ReadonlyMap<string, SeenRegistry>;
  services: readonly SeenService[];
  endpoints: Answer<Endpoint[]>;
  routeTables: Answer<RouteTable[]>;
  /** Lines of the access log that failed, of the last minutes. */
  failures: Answer<AccessLine[]> | undefined;
}

/** As api/stage.ts has the API log them. */
export interface AccessLine {
  /** Milliseconds since 1970. */
  at?: number;
  time?: string;
  method?: string;
  path?: string;
  routeKey?: string;
  status?: string;
  integrationStatus?: string;
  integrationError?: string;
  errorMessage?: string;
}
