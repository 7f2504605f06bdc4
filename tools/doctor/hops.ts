/** The way of a request through the system, and of what its tasks need: what comes first is looked at first. */
export const hops = {
  domain: "Domain and DNS",
  api: "HTTP API",
  stage: "Stage",
  route: "Route",
  authorizer: "Authorizer",
  integration: "Integration",
  link: "VPC link",
  firewall: "Security groups",
  discovery: "Cloud Map",
  service: "ECS service",
  tasks: "Tasks",
  image: "Image",
  secrets: "Secrets",
  endpoints: "Ways to AWS",
  log: "Application, log",
} as const;

export type Hop = keyof typeof hops;

export const hopNames = Object.keys(hops) as Hop[];
