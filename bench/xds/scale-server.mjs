/**
 * Our server: 1,000 clusters, each with as many endpoints as the first argument says. A line of input changes one endpoint; the line
 * `report` prints what has been measured since the last one, and `versions` the version of each assignment.
 */
import { createInterface } from "node:readline";
import { DiscoveryServer, Resource, resourceTypes, SnapshotCache } from "@protoloom/control-plane";
import { Cluster, Cluster_DiscoveryType } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ClusterLoadAssignment } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { createServer } from "@protoloom/rpc";
import { assignment } from "./assignment.mjs";
import { Turns } from "./turns.mjs";

const SERVICES = 1000;
const count = Number(process.argv[2]);
const names = Array.from({ length: SERVICES }, (_, i) => `cluster-${i}`);
let encoded = 0;
const encode = ClusterLoadAssignment.prototype.toBinary;
ClusterLoadAssignment.prototype.toBinary = function () {
  encoded++;
  return encode.call(this);
};

const cache = new SnapshotCache();
cache.set("bench", [...names.map(cluster), ...names.map((name) => assignment(name, count, 0))]);
const table = cache.view("bench").table(resourceTypes.endpoint);
const server = createServer();
new DiscoveryServer(cache).addTo(server);
console.log(await server.listen("127.0.0.1:0"));
const turns = new Turns();
let changes = 0;
createInterface(process.stdin).on("line", (line) => {
  if (line === "report") {
    console.log(JSON.stringify({ encoded, ...turns.report() }));
    encoded = 0;
  } else if (line === "versions") {
    console.log(JSON.stringify(Object.fromEntries(names.map((name) => [name, table.get(name).version]))));
  } else {
    const changed = assignment(names[0], count, ++changes);
    cache.update("bench", changed.typeUrl, [[changed.name, changed]]);
  }
});

function cluster(name) {
  const type = { case: /** @type {const} */ ("type"), value: Cluster_DiscoveryType.EDS };
  const edsConfig = { configSourceSpecifier: { case: /** @type {const} */ ("ads"), value: {} } };
  return new Resource(name, new Cluster({ name, clusterDiscoveryType: type, edsClusterConfig: { edsConfig } }));
}
