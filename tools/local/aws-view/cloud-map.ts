/**
 * What AWS Cloud Map would answer of a local stack. Tasks have addresses of this machine here; an instance that leads to its
 * task shows the address and the port that the task has in its network, and any other shows what it holds.
 * https://docs.aws.amazon.com/cli/latest/reference/servicediscovery/
 */
import type { Instance } from "../cloud-map";
import { list, object, properties, text } from "../recorded";
import type { Account } from "./account";
import { privateAddress } from "./addresses";
import { type Answers, valueOf } from "./words";

export function cloudMap({ ofType, registry, services, history }: Account): Answers {
  const byId = (id: string) =>
    ofType("aws:servicediscovery/service:Service").find(({ outputs }) =>
      (text(outputs.arn) ?? "").endsWith(`/${id}`),
    );
  const instances = (args: readonly string[]) => {
    const arn = text(byId(valueOf(args, "--service-id"))?.outputs.arn);
    return arn === undefined ? undefined : registry.instances(arn);
  };
  const shown = ({ id, address, port, zone, service: urn }: Instance): object => {
    const service = services.find((each) => each.urn === urn);
    const remembered = history.tasksOf(urn).find(({ task }) => task.id === id);
    const { address: own, port: ownPort } = remembered?.running ?? {};
    return {
      AVAILABILITY_ZONE: zone,
      AWS_INIT_HEALTH_STATUS: "UNHEALTHY",
      AWS_INSTANCE_IPV4: address === own && remembered ? privateAddress(remembered.task) : address,
      AWS_INSTANCE_PORT: String(port === ownPort ? (service?.registration?.port ?? port) : port),
      ECS_CLUSTER_NAME: service?.cluster.split("/").at(-1) ?? "",
      ECS_SERVICE_NAME: service?.name ?? "",
      ECS_TASK_DEFINITION_FAMILY: service?.task?.family ?? "",
    };
  };
  return {
    "servicediscovery get-service": (args) => {
      const found = byId(valueOf(args, "--id"));
      if (!found) return undefined;
      const dns = object(found.inputs.dnsConfig);
      return {
        Service: {
          Id: valueOf(args, "--id"),
          Arn: found.outputs.arn,
          Name: properties(found).name,
          NamespaceId: dns.namespaceId,
          InstanceCount: registry.instances(text(found.outputs.arn) ?? "").length,
          DnsConfig: {
            RoutingPolicy: dns.routingPolicy,
            DnsRecords: list(dns.dnsRecords)
              .map(object)
              .map(({ type, ttl }) => ({ Type: type, TTL: ttl })),
          },
          ...(found.inputs.healthCheckCustomConfig !== undefined && {
            HealthCheckCustomConfig: { FailureThreshold: 1 },
          }),
        },
      };
    },
    "servicediscovery get-namespace": (args) => {
      const found = ofType("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace").find(
        ({ id }) => id === valueOf(args, "--id"),
      );
      return (
        found && {
          Namespace: {
            Id: found.id,
            Arn: found.outputs.arn,
            Name: properties(found).name,
            Type: "DNS_PRIVATE",
          },
        }
      );
    },
    "servicediscovery list-instances": (args) => {
      const found = instances(args);
      return (
        found && {
          Instances: found.map(({ instance }) => ({ Id: instance.id, Attributes: shown(instance) })),
        }
      );
    },
    "servicediscovery get-instances-health-status": (args) => {
      const found = instances(args);
      return (
        found && {
          Status: Object.fromEntries(
            found.map(({ instance, healthy }) => [instance.id, healthy ? "HEALTHY" : "UNHEALTHY"]),
          ),
        }
      );
    },
  };
}
