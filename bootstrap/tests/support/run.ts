import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";

export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  protect: boolean;
  ignoreChanges: readonly string[];
}

export interface Run {
  resources: Registered[];
  outputs: Record<string, string>;
}

const root = path.resolve(__dirname, "../..");
const account = "000000000000";

/** The least that has to be said. */
export const minimal = {
  "aws:region": "eu-west-2",
  github: { owner: "octocat", repository: "shop", ownerId: 583231, repositoryId: 1296269 },
};

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getProtect(): boolean;
  getIgnorechangesList(): string[];
}
interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): unknown;
}

/** Runs the program under Pulumi's mocks, which show no options of resources: the monitor's requests do. */
export async function run(config: Record<string, unknown> = minimal): Promise<Run> {
  const resources: Registered[] = [];
  const options = new Map<string, Pick<Registered, "protect" | "ignoreChanges">>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        const known = inputs as Record<string, unknown>;
        if (custom) resources.push({ type, name, inputs: known, protect: false, ignoreChanges: [] });
        return { id: custom ? `${name}-id` : undefined, state: { ...known, arn: arnOf(type, name, known) } };
      },
      call: ({ token }) => (token.endsWith("getPartition") ? { partition: "aws" } : { accountId: account }),
    },
    "flask-app-fargate-bootstrap",
    "bootstrap",
    false,
    "organization",
  );
  const values = Object.entries(config).map(([key, value]) => [
    key.includes(":") ? key : `flask-app-fargate-bootstrap:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(values) as Record<string, string>);
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    options.set(`${request.getType()} ${request.getName()}`, {
      protect: request.getProtect(),
      ignoreChanges: request.getIgnorechangesList(),
    });
    return register(request, callback);
  };

  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(root) && !file.includes("node_modules") && !file.startsWith(__dirname)) {
      delete require.cache[file];
    }
  }
  let outputs: Record<string, string> = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded anew for each run, as a new process would
    const program = require("../../index") as () => Promise<Record<string, pulumi.Input<string>>>;
    const exported = await program();
    outputs = await new Promise((done) => pulumi.all(exported).apply(done));
    return exported;
  });
  await pulumi.runtime.disconnect();
  for (const resource of resources) {
    Object.assign(resource, options.get(`${resource.type} ${resource.name}`));
  }
  return { resources, outputs };
}

export const ofType = ({ resources }: Run, type: string): Registered[] =>
  resources.filter((resource) => resource.type === type);
/** What waits for nothing is registered in any order. */
export const byName = (resources: Registered[]): Registered[] =>
  [...resources].sort((a, b) => (a.name < b.name ? -1 : 1));

function arnOf(type: string, name: string, inputs: Record<string, unknown>): string {
  const own = (inputs.name ?? name) as string;
  switch (type) {
    case "aws:s3/bucket:Bucket":
      return `arn:aws:s3:::${inputs.bucket as string}`;
    case "aws:iam/role:Role":
      return `arn:aws:iam::${account}:role/${own}`;
    case "aws:iam/policy:Policy":
      return `arn:aws:iam::${account}:policy/${own}`;
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
      return `arn:aws:iam::${account}:oidc-provider/${String(inputs.url).slice("https://".length)}`;
    default:
      return `arn:aws:${type.split(/[:/]/)[1]}:eu-west-2:${account}:${own}`;
  }
}
