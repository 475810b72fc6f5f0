import { HealthStatus } from "@protoloom/envoy/gen/envoy/config/core/v3/health_check_pb";
import { ClusterLoadAssignment } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { Resource } from "../cache/resource.js";
import { type Instance, Status } from "../gen/protoloom/registry/v1/registry_pb.js";

const statuses: Readonly<Record<number, HealthStatus>> = {
  [Status.HEALTHY]: HealthStatus.HEALTHY,
  [Status.UNHEALTHY]: HealthStatus.UNHEALTHY,
  [Status.DRAINING]: HealthStatus.DRAINING,
};

/**
 * The endpoints of a cluster. They always have a locality and a weight: gRPC clients refuse or skip endpoints without. They
 * are sorted by id, so that the same instances always give the same resource.
 */
export function endpointsOf(name: string, instances: readonly Instance[], cause: string): Resource {
  const localities = new Map<string, Instance[]>();
  const sorted = [...instances].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const instance of sorted) {
    const key = `${instance.region}/${instance.zone}`;
    localities.set(key, [...(localities.get(key) ?? []), instance]);
  }
  const endpoints = [...localities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => localityOf(members));
  return new Resource(name, new ClusterLoadAssignment({ clusterName: name, endpoints }), { cause });
}

function localityOf(members: readonly Instance[]) {
  const { region, zone } = members[0]!;
  return {
    locality: { region, zone },
    loadBalancingWeight: members.reduce((sum, { weight }) => sum + weight, 0),
    lbEndpoints: members.map(({ host, port, weight, status }) => ({
      healthStatus: statuses[status] ?? HealthStatus.UNKNOWN,
      loadBalancingWeight: weight,
      hostIdentifier: {
        case: "endpoint" as const,
        value: {
          address: {
            address: {
              case: "socketAddress" as const,
              value: { address: host, portSpecifier: { case: "portValue" as const, value: port } },
            },
          },
        },
      },
    })),
  };
}
