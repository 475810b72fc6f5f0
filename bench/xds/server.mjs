/** Our server: 1,000 resources of 100 endpoints. A line of input changes the first one. */
import { createInterface } from "node:readline";
import { DiscoveryServer, LinearCache, resourceTypes } from "@protoloom/control-plane";
import { createServer } from "@protoloom/rpc";
import { assignment } from "./assignment.mjs";

const cache = new LinearCache(resourceTypes.endpoint.typeUrl);
cache.replace(Array.from({ length: 1000 }, (_, i) => assignment(`cluster-${i}`, 100, 0)));
const server = createServer();
new DiscoveryServer(cache).addTo(server);
console.log(await server.listen("127.0.0.1:0"));
let count = 0;
createInterface(process.stdin).on("line", () => cache.set(assignment("cluster-0", 100, ++count)));
