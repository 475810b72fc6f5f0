/** Imports a module and prints the cost of the process until then. Started by start.mjs with --expose-gc. */
import { pathToFileURL } from "node:url";

globalThis.kept = await import(pathToFileURL(process.argv[2]).href);
const { user, system } = process.cpuUsage();
globalThis.gc();
console.log(JSON.stringify({ cpu: (user + system) / 1000, heap: process.memoryUsage().heapUsed / 1e6 }));
