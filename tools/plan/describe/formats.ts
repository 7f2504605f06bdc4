import { at, show } from "../values";

type Json = Record<string, unknown>;
const parse = (value: unknown): Json => JSON.parse(String(value)) as Json;
const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const shorten = (items: string[], most: number): string =>
  items.length <= most + 1
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;

interface Statement {
  Action?: string | string[];
  Principal?: { Service?: string | string[] };
}
const statements = (policy: unknown): Statement[] => list(parse(policy).Statement as Statement | Statement[]);

/** One line for values too long to be shown as they are. */
export const formats = {
  tags: (value) => Object.keys(parse(value).tags ?? {}).join(", "),
  // What to do about it is for the mail that an alarm sends.
  sentence: (value) =>
    String(value)
      .replace(/(?<=[a-z\d])\. .*$/s, "")
      .replace(/\.$/, ""),
  names: (value) => Object.keys(value as object).join(", "),
  actions: (value) => shorten([...new Set(statements(value).flatMap(({ Action }) => list(Action)))], 2),
  principals: (value) =>
    statements(value)
      .flatMap(({ Principal }) => list(Principal?.Service))
      .join(", "),
  descriptions: (value) =>
    (parse(value).rules as { description: string }[]).map((r) => r.description).join(", "),
  records: (value) =>
    (value as { type: string; ttl: number }[]).map((r) => `${r.type} ${r.ttl} s`).join(", "),
  providers: (value) =>
    (value as { capacityProvider: string; weight?: number }[])
      .map(({ capacityProvider, weight }, _, all) =>
        all.length === 1 ? capacityProvider : `${capacityProvider} ${weight ?? 0}`,
      )
      .join(", "),
  // A preview does not know the containers, since their image is not built; the volumes of the sidecars it does.
  sidecars: (value) => {
    const names = (value as { name: string }[]).flatMap(
      ({ name }) => /^sidecar-(.+)-tmp$/.exec(name)?.[1] ?? [],
    );
    return names.length === 0 ? "" : `beside: ${names.join(", ")}`;
  },
  fileSystems: (value) => {
    const mounted = (value as { name: string; efsVolumeConfiguration?: { fileSystemId: string } }[]).flatMap(
      ({ name, efsVolumeConfiguration }) =>
        efsVolumeConfiguration ? [`${name} ${efsVolumeConfiguration.fileSystemId}`] : [],
    );
    return mounted.length === 0 ? "" : `mounts ${mounted.join(", ")}`;
  },
  authorizer: (value) => (value === "JWT" ? "JSON Web Tokens" : "a Lambda function decides"),
  // An ARN, or the address that API Gateway calls it by, which holds one.
  lambda: (value) => /function:([\w-]+)/.exec(String(value))?.[1] ?? String(value),
  tls: (value) => String(value).replace(/^TLS_(\d)_(\d)$/, "TLS $1.$2 or newer"),
  metric: (value) =>
    ({
      ECSServiceAverageCPUUtilization: "average CPU",
      ECSServiceAverageMemoryUtilization: "average memory",
    })[String(value)] ?? String(value),
  steps: (value) =>
    (value as { scalingAdjustment: number }[])
      .map(({ scalingAdjustment }) => (scalingAdjustment === 1 ? "1 task" : `${scalingAdjustment} tasks`))
      .join(", "),
  perTask: (value, { targetTrackingScalingPolicyConfiguration }) =>
    at(targetTrackingScalingPolicyConfiguration, "customizedMetricSpecification") === undefined
      ? ""
      : `keeps ${show(value)} requests a minute for each task`,
  recordType: (value) => `${show(value)} record`,
  alias: () => "alias of the API's domain",
  tasks: (value) => (value === 1 ? "1 task" : `${show(value)} tasks`),
  upTo: (value, { fromPort }) => (value === fromPort ? "" : `–${show(value)}`),
  containers: (value) =>
    (
      JSON.parse(String(value)) as {
        name: string;
        image: string;
        portMappings?: { containerPort: number }[];
        readonlyRootFilesystem?: boolean;
        stopTimeout?: number;
        dependsOn?: { containerName: string; condition: string }[];
      }[]
    )
      .map(({ name, image, portMappings = [], readonlyRootFilesystem, stopTimeout, dependsOn = [] }) =>
        [
          `${name}: ${image}`,
          ...portMappings.map(({ containerPort }) => `port ${containerPort}`),
          ...(readonlyRootFilesystem ? ["read-only"] : []),
          ...(stopTimeout === undefined ? [] : [`${stopTimeout} s to stop`]),
          ...dependsOn.map(({ containerName, condition }) => `after ${condition} of ${containerName}`),
        ].join(", "),
      )
      .join("; "),
} satisfies Record<string, (value: unknown, inputs: Record<string, unknown>) => string>;
