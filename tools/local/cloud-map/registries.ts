/** The Cloud Map services of a deployment: their names, their records and what they know of health. */
import { ofType, type Deployment } from "../../../simulate/deployment";
import { number, object, properties, referred, text } from "../recorded";

export interface Registry {
  arn: string;
  /** `<service>.<namespace>`; undefined when the namespace does not exist, and then nothing can be discovered. */
  dnsName: string | undefined;
  ttl: number;
  srv: boolean;
  /** Whether the name itself has the tasks' addresses. */
  a: boolean;
  /** Whether ECS reports health to it: without a health check "all instances are returned" (aws-facts §1, [H]). */
  customHealth: boolean;
}

/** Reads them by ARN; what keeps them from being discovered is added to `problems`. */
export function readRegistries(deployment: Deployment, problems: string[]): Map<string, Registry> {
  const registries = new Map<string, Registry>();
  for (const resource of ofType(deployment, "aws:servicediscovery/service:Service")) {
    const arn = text(resource.outputs.arn);
    const name = text(properties(resource).name);
    if (arn === undefined || name === undefined) continue;
    const dns = object(resource.inputs.dnsConfig);
    const namespaceId = dns.namespaceId ?? resource.inputs.namespaceId;
    const namespace = referred(
      deployment,
      "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
      namespaceId,
    );
    // An existing one is not among the resources: the program looks it up.
    const existing = deployment.invocations.find(
      ({ token, result }) =>
        token === "aws:servicediscovery/getDnsNamespace:getDnsNamespace" && result?.id === namespaceId,
    );
    const zone = namespace ? text(properties(namespace).name) : text(existing?.inputs.name);
    if (zone === undefined)
      problems.push(`The namespace of the Cloud Map service \`${name}\` does not exist.`);
    const records = Array.isArray(dns.dnsRecords) ? (dns.dnsRecords as unknown[]).map(object) : [];
    const srv = records.find((record) => record.type === "SRV");
    registries.set(arn, {
      arn,
      dnsName: zone === undefined ? undefined : `${name}.${zone}`,
      ttl: number(srv?.ttl) ?? 60,
      srv: srv !== undefined,
      a: records.some((record) => record.type === "A"),
      // An empty object never reaches AWS: the provider drops it (aws-facts §5.1).
      customHealth: Object.keys(object(resource.inputs.healthCheckCustomConfig)).length > 0,
    });
  }
  return registries;
}
