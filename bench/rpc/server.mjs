/** One contender's server, in a separate process. It reports its port, and on request its CPU time. */
import { messages } from "./workload.mjs";

const [contender, size] = process.argv.slice(2);
const { serve } = await import(`./${contender}.mjs`);
process.on("message", () => process.send({ cpu: process.cpuUsage() }));
process.on("disconnect", () => process.exit()); // by itself, so that --cpu-prof writes what it found
process.send({ port: await serve(messages[size]) });
