/**
 * `npm run bench:size`: the bundle size of generated code and its runtime, ours and the peers', and whether unused code is
 * dropped. README.md explains.
 *
 *     --json FILE    writes the results
 *
 * Exits with 1 when a bar or a check does not hold. The bundles are left in `.cache/bench/size`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitOnFailure, root } from "../scripts/run.mjs";
import { bundleWithEsbuild } from "./bundle.mjs";
import { checkClients, measureClients } from "./client-size.mjs";
import { ours, oursCompact, oursSmall } from "./libraries/index.mjs";
import { cache, keyOf, peers, prepareFolder, protoDir } from "./prepare.mjs";
import { checkShaking } from "./shaking.mjs";
import { formatBytes, formatTable } from "./table.mjs";
import { protos, typeNameOf, workloads } from "./workloads.mjs";

const contenders = [ours, oursSmall, oursCompact, ...peers()];
const binary = ["encode", "decode"];
const everything = [...binary, "toJson", "fromJson"];
const messages = workloads.flatMap(({ proto, message, envelope }) => [
  { proto, message },
  ...(envelope ? [{ proto, message: envelope.message }] : []),
]);
const order = messages.slice(0, 1);

/** `smallBar` is that of optimize=size. `json`: whether the code is generated with JSON, if the library has an option for it. */
const scenarios = [
  {
    name: "order, binary",
    messages: order,
    operations: binary,
    json: false,
    bar: { bytes: 9_000, gzipped: 3_300 },
    smallBar: { bytes: 12_000, gzipped: 4_500 },
  },
  {
    name: "order, with JSON",
    messages: order,
    operations: everything,
    json: true,
    bar: { bytes: 30_000, gzipped: 10_000 },
  },
  { name: "all eight, binary", messages, operations: binary, json: false, bar: { bytes: 60_000, gzipped: 11_000 } },
  { name: "all eight, with JSON", messages, operations: everything, json: true },
];

/** The sources of our runtime. Its few built files say little about where bytes come from. */
const runtimeSources = Object.fromEntries(
  ["codec", "json", "interop"].map((part) => [
    `@protoloom/protobuf/${part}`,
    join(root, `runtime/protobuf/src/${part}/index.ts`),
  ]),
);

await exitOnFailure(async () => {
  const { values } = parseArgs({ options: { json: { type: "string" } } });
  const bundles = [];
  for (const scenario of scenarios) {
    for (const library of contenders) bundles.push({ scenario, library, ...(await bundle(library, scenario)) });
  }
  console.log(`${formatBundles(bundles)}\n`);
  for (const row of bundles.filter(({ library }) => library === ours)) console.log(`${formatLargest(row)}\n`);

  const clients = await measureClients();
  console.log(`${formatClients(clients)}\n`);
  const checks = [...(await checkShaking()), ...(await checkClients())];
  console.log(formatChecks(checks));
  const results = { bundles: bundles.map(plain), clients, checks };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  const isOver = bundles.some((row) => !holds(row)) || clients.some(({ bytes, bar }) => bytes > bar);
  if (isOver || checks.some(({ problem }) => problem)) process.exitCode = 1;
});

async function bundle(library, { name, messages, operations, json }) {
  const isOurs = [ours, oursSmall, oursCompact].includes(library);
  const folder = await prepareFolder(`${library.name}/size-${json ? "json" : "binary"}`, keyOf(library), (out) =>
    library.generate({ protoDir, files: protos, out, json: isOurs ? (json ? "methods" : "none") : json }),
  );
  const entry = join(folder, `${name.replaceAll(/\W+/g, "-")}.js`);
  writeFileSync(entry, entryOf(library, messages, operations));
  const result = await bundleWithEsbuild(entry);
  if (library === ours) result.modules = (await bundleWithEsbuild(entry, { alias: runtimeSources })).modules;

  const kept = join(cache, "size");
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${library.name}-${name.replaceAll(/\W+/g, "-")}.js`), result.code);
  return result;
}

/** The code of an application: an exported function for each operation on each message. */
export function entryOf(library, messages, operations) {
  const imports = messages.flatMap(({ proto, message }) =>
    library.importOf(proto, message, typeNameOf(proto, message)).split("\n"),
  );
  const functions = messages.flatMap(({ message }) =>
    operations.map((name) => `export const ${name}${message} = (input) => ${library[name](message, "input")};`),
  );
  return [...new Set([...imports, ...functions]), ""].join("\n");
}

function holds({ scenario, library, bytes, gzipped }) {
  const bar = library === ours ? scenario.bar : library === oursSmall ? scenario.smallBar : undefined;
  return bar === undefined || (bytes <= bar.bytes && gzipped <= bar.gzipped);
}

function formatBundles(bundles) {
  const head = ["KB, minified / gzipped", ...contenders.map(({ name }) => name), "bar", ""];
  const rows = scenarios.map((scenario) => {
    const cells = bundles.filter((row) => row.scenario === scenario);
    const bars = [scenario.bar, scenario.smallBar].filter((bar) => bar !== undefined);
    return [
      scenario.name,
      ...cells.map(({ bytes, gzipped }) => `${formatBytes(bytes)} / ${formatBytes(gzipped)}`),
      bars.map((bar) => `≤ ${formatBytes(bar.bytes)} / ${formatBytes(bar.gzipped)}`).join(", size "),
      bars.map((_, index) => (holds(cells[index]) ? "✓" : "✗")).join(" "),
    ];
  });
  return formatTable([head, ...rows]);
}

function formatClients(clients) {
  const rows = clients.map(({ name, bytes, bar }) => [
    name,
    formatBytes(bytes),
    bar === undefined ? "" : `≤ ${formatBytes(bar)}`,
    bar === undefined ? "" : bytes <= bar ? "✓" : "✗",
  ]);
  return formatTable([["what @protoloom/rpc adds, KB minified", "", "bar", ""], ...rows]);
}

/** The largest modules of our bundle, to look at first. */
function formatLargest({ scenario, bytes, modules }) {
  const shown = modules.slice(0, 12);
  const rest = modules.slice(12).reduce((sum, module) => sum + module.bytes, 0);
  const rows = [...shown.map(({ path, bytes }) => [shortPath(path), bytes]), ["the rest", rest]];
  const cells = rows.map(([name, size]) => [`  ${name}`, formatBytes(size), `${Math.round((size / bytes) * 100)} %`]);
  return `${scenario.name}: what is largest in ours, KB minified\n${formatTable(cells)}`;
}

function shortPath(path) {
  return path.replace(/^.*node_modules\//, "").replace(/^\.cache\/bench\/[^/]+\/[^/]+\//, "");
}

function formatChecks(checks) {
  const lines = checks.map(
    ({ name, bundler, problem }) =>
      `${problem ? "✗" : "✓"} ${bundler.padEnd(7)}  ${name}${problem ? `: ${problem}` : ""}`,
  );
  return ["what is not used is gone", ...lines].join("\n");
}

function plain({ scenario, library, bytes, gzipped, modules }) {
  return { scenario: scenario.name, bar: scenario.bar, library: library.name, bytes, gzipped, modules };
}
