import { Resource } from "@protoloom/control-plane";
import { ClusterLoadAssignment } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";

/** A cluster's assignment of so many endpoints. Another `content` makes another resource of the same size. */
export function assignment(name, count, content) {
  const lbEndpoints = Array.from({ length: count }, (_, i) => ({
    loadBalancingWeight: i === 0 ? 1 + content : 1,
    hostIdentifier: {
      case: /** @type {const} */ ("endpoint"),
      value: {
        address: {
          address: {
            case: /** @type {const} */ ("socketAddress"),
            value: {
              address: `10.0.0.${i}`,
              portSpecifier: { case: /** @type {const} */ ("portValue"), value: 50_051 },
            },
          },
        },
      },
    },
  }));
  return new Resource(
    name,
    new ClusterLoadAssignment({ clusterName: name, endpoints: [{ locality: {}, lbEndpoints }] }),
  );
}
