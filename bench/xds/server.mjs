/** Our server: 1,000 resources of 100 endpoints. A line of input changes the first one. */
import { createInterface } from "node:readline";
import { DiscoveryServer, LinearCache, Resource, resourceTypes } from "@protoloom/control-plane";
import { ClusterLoadAssignment } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { createServer } from "@protoloom/rpc";

const cache = new LinearCache(resourceTypes.endpoint.typeUrl);
cache.replace(Array.from({ length: 1000 }, (_, i) => assignment(`cluster-${i}`, 0)));
const server = createServer();
new DiscoveryServer(cache).addTo(server);
console.log(await server.listen("127.0.0.1:0"));
let count = 0;
createInterface(process.stdin).on("line", () => cache.set(assignment("cluster-0", ++count)));

function assignment(name, content) {
  const lbEndpoints = Array.from({ length: 100 }, (_, i) => ({
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
