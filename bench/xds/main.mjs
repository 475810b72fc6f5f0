/**
 * `npm run bench:xds`: what the control plane costs. Each server is a separate process; clients run in this one. On a busy
 * machine, trust the CPU time, not the wall time.
 *
 *     npm run bench:xds -- [PART ...] [--quick] [--only ours|go] [--json FILE]
 *
 * discovery    a change, compared with go-control-plane's linear cache with the same clients (needs Go)
 * scale        5,000 clients that follow 100,000 endpoints: memory at rest, and a change
 * storm        5,000 clients that connect at once: time, memory, and the longest turn of the event loop
 * registry     renewals, registrations, and how soon a crash is seen
 * durability   writes to the store on disk
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { discovery } from "./discovery.mjs";
import { durability } from "./durability.mjs";
import { registry } from "./registry.mjs";
import { scale, storm } from "./scale.mjs";

const parts = { discovery, scale, storm, registry, durability };

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, only: { type: "string" }, json: { type: "string" } },
});
const unknown = names.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  console.error(`unknown part ${JSON.stringify(unknown)}: expected ${Object.keys(parts).join(", ")}`);
  process.exit(1);
}
const found = {};
for (const [name, part] of Object.entries(parts)) {
  if (names.length === 0 || names.includes(name)) found[name] = await part(options);
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(found)}\n`);
