/** The system that both sides describe, by its number of services. */
// @ts-nocheck


/** Read by cdk/synth.cjs as JSON. */
export interface System {
  name: string;
  namespace: string;
  account: string;
  region: string;
  cidr: string;
  zones: string[];
  interfaceEndpoints: string[];
  services: {
    name: string;
    port: number;
    cpu: number;
    memory: number;
    /** Of Amazon ECR, in the same account. */
    repository: string;
    digest: string;
    /** Route keys. */
    routes: string[];
  }[];
}

/** An API has 300 routes: two for each service as long as that is enough, then one. */
export function systemOf(count: number): System {
  const services = Array.from({ length: count }, (_, i) => {
    const name = `s${i + 1}`;
    const below = `ANY /${name}/{proxy+}`;
    return {
      name,
      port: 8080,
      cpu: 256,
      memory: 512,
      repository: name,
      digest: `sha256:${"0".repeat(64)}`,
      routes: 2 * count <= 300 ? [`ANY /${name}`, below] : [below],
    };
  });
  return {
    name: "bench",
    namespace: "bench.internal",
    account: "000000000000",
    region: "eu-west-2",
    cidr: "10.0.0.0/16",
    zones: ["eu-west-2a", "eu-west-2b"],
    interfaceEndpoints: ["ecr.api", "ecr.dkr", "logs"],
    services,
  };
}

/** The same as this project's configuration, as it stands below `config:` in a stack's file. */
export const configurationOf = ({
  account,
  region,
  cidr,
  zones,
  services,
}: System): Record<string, unknown> => ({
  "aws:region": region,
  network: { cidr, zones: zones.length, endpointZones: zones.length },
  services: Object.fromEntries(
    services.map(({ name, port, cpu, memory, repository, digest, routes }) => [
      name,
      {
        image: `${account}.dkr.ecr.${region}.amazonaws.com/${repository}@${digest}`,
        port,
        cpu,
        memory,
        desiredCount: 2,
        routes,
      },
    ]),
  ),
});
