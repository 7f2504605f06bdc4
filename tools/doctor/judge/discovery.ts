/** Who Cloud Map says can be reached. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html */
import { foundIn } from "../../aws/ask";
import type { DiscoveryInstance, EcsTask } from "../../aws/shapes";
import { broken, type Finding, fine, notJudged, unseen } from "../finding";
import { registryId } from "../look";
import type { Seen, SeenRegistry, SeenService } from "../seen";
import { again, portOf, registryOf } from "./paths";

export const judgeDiscovery = (seen: Seen): Finding[] => {
  if (seen.services.length === 0) return [notJudged("discovery", "", "the stack has no service")];
  return seen.services.map((service) => judge(seen, service));
};

/** Every task registers anew. */
const renew = ({ expected: { cluster, service } }: SeenService): string =>
  `aws ecs update-service --cluster ${clusterName(cluster)} --service ${service} --force-new-deployment`;

/** For commands: ECS takes the name as well as the ARN. */
export const clusterName = (cluster: string): string => cluster.split("/").at(-1) ?? cluster;

function judge(seen: Seen, service: SeenService): Finding {
  const { name } = service.expected;
  const arn = registryOf(service);
  const registry = arn === undefined ? undefined : seen.registries.get(arn);
  if (registry === undefined) return fine("discovery", name, "it registers nowhere: no route leads to it");
  const more = { services: [name] };
  if (registry.service.is === "unseen") return unseen("discovery", name, registry.service);
  if (registry.service.is === "absent")
    return broken("discovery", name, "its Cloud Map service is gone", { fix: [again(seen)], ...more });
  const records = (registry.service.found.DnsConfig?.DnsRecords ?? []).map(({ Type }) => Type);
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html: SRV alone has ports.
  if (records.length > 0 && !records.includes("SRV"))
    return broken("discovery", name, "it has no SRV record, so no port", { fix: [again(seen)], ...more });
  if (registry.instances.is === "unseen") return unseen("discovery", name, registry.instances);
  if (registry.health.is === "unseen") return unseen("discovery", name, registry.health);
  return ofInstances(service, registry, foundIn(registry.instances) ?? [], foundIn(registry.health) ?? {});
}

function ofInstances(
  service: SeenService,
  { arn }: SeenRegistry,
  instances: readonly DiscoveryInstance[],
  health: Readonly<Record<string, string>>,
): Finding {
  const { name } = service.expected;
  const more = { services: [name], symptomOf: name };
  const running = foundIn(service.running);
  if (instances.length === 0 && service.expected.sleeps && foundIn(service.service)?.desiredCount === 0)
    return fine("discovery", name, "no instance, as it sleeps");
  if (instances.length === 0)
    return broken("discovery", name, "it has no instance: requests get 503", {
      evidence: [`tasks that run: ${running?.length ?? "unknown"}`],
      ...{ fix: [renew(service)], ...more },
    });
  const healthy = instances.filter(({ Id = "" }) => health[Id] === "HEALTHY");
  if (healthy.length === 0)
    return broken("discovery", name, "none of its instances is healthy: requests get 503", {
      evidence: instances.map(
        ({ Id = "" }) => `${short(Id)}: ${health[Id] ?? "UNKNOWN"}${ofTask(running, Id)}`,
      ),
      ...{ fix: [renew(service)], ...more },
    });
  const stale = running === undefined ? [] : healthy.filter((instance) => isStale(instance, running));
  if (stale.length > 0)
    return broken("discovery", name, `${stale.length} of its instances lead to no task: requests get 503`, {
      evidence: stale.map(
        ({ Id = "", Attributes }) => `${short(Id)}: ${Attributes?.AWS_INSTANCE_IPV4 ?? "no address"}`,
      ),
      fix: [
        ...stale.map(
          ({ Id }) =>
            `aws servicediscovery deregister-instance --service-id ${registryId(arn)} --instance-id ${Id}`,
        ),
        renew(service),
      ],
      services: [name],
    });
  const port = portOf(service);
  const elsewhere = healthy.filter(
    ({ Attributes }) => port !== undefined && Attributes?.AWS_INSTANCE_PORT !== String(port),
  );
  if (elsewhere.length > 0)
    return broken("discovery", name, "its instances have another port than the tasks listen on", {
      evidence: [
        ...elsewhere.map(
          ({ Id = "", Attributes }) => `${short(Id)}: port ${Attributes?.AWS_INSTANCE_PORT ?? "none"}`,
        ),
        `the service registers port ${port}`,
      ],
      ...{ fix: [renew(service)], services: [name] },
    });
  return fine("discovery", name, `${healthy.length} of ${instances.length} healthy`);
}

const short = (id: string): string => id.slice(0, 8);

const taskOf = (tasks: readonly EcsTask[], id: string): EcsTask | undefined =>
  tasks.find(({ taskArn }) => taskArn?.endsWith(`/${id}`));

function ofTask(tasks: readonly EcsTask[] | undefined, id: string): string {
  if (tasks === undefined) return "";
  const task = taskOf(tasks, id);
  return task === undefined
    ? " (no such task runs)"
    : ` (ECS: ${task.lastStatus} ${task.healthStatus ?? ""})`;
}

/** An instance is a task's, under its id and with its address. */
function isStale({ Id = "", Attributes }: DiscoveryInstance, tasks: readonly EcsTask[]): boolean {
  const addresses = taskOf(tasks, Id)?.containers?.flatMap(({ networkInterfaces = [] }) =>
    networkInterfaces.flatMap(({ privateIpv4Address }) => privateIpv4Address ?? []),
  );
  if (addresses === undefined) return true;
  return addresses.length > 0 && !addresses.includes(Attributes?.AWS_INSTANCE_IPV4 ?? "");
}
