/**
 * `npm run corpus`: protoc-gen-ts on protos that others wrote, the Envoy API, all of google-proto-files, and eleven public
 * trees (trees.mjs).
 *
 *     --ci             a part of google-proto-files for target=js and for the type check; all of it is generated as ts;
 *                      no other trees
 *     --trees          the trees alone
 *     --seed N         of the random messages; drawn, and printed, when it is not given
 *     --instances N    random instances of each message, 8 by default
 *
 * Exits with 1 on any error, with the file or message that it is about. Works in .cache/corpus.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitOnFailure, root } from "../../scripts/run.mjs";
import { generate } from "./generate.mjs";
import { compileCorpus } from "./requests.mjs";
import { roundTrip } from "./round-trip.mjs";
import { trees } from "./trees.mjs";
import { typeCheck } from "./type-check.mjs";

/** The files that --ci type-checks: many small files from all kinds of APIs, and their imports. */
const checkedFolders = [
  "ads/googleads/v25",
  "api",
  "bigtable",
  "firestore",
  "iam",
  "logging",
  "longrunning",
  "monitoring",
]
  .concat(["pubsub", "rpc", "spanner", "storage", "type"])
  .map((name) => `google/${name}/`);

await exitOnFailure(async () => {
  const options = parseOptions(process.argv.slice(2));
  printRow("", "files", "MB", "seconds");
  const tested = options.trees ? [] : [await testTree("envoy", options), await testGoogle(options)];
  if (!options.ci) for (const name of Object.keys(trees)) tested.push(await testTree(name, options));
  console.log("\nleft out, because they cannot be compiled as they are shipped:");
  for (const { file, reason } of tested.flatMap(({ leftOut }) => leftOut)) console.log(`  ${file}: ${reason}`);
});

function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      ci: { type: "boolean", default: false },
      trees: { type: "boolean", default: false },
      seed: { type: "string" },
      instances: { type: "string" },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
  return { ci: values.ci, trees: values.trees, seed, instances: Number(values.instances ?? 8) };
}

async function testTree(name, { seed, instances }) {
  const tree = await step(`${name}, compiled`, () => compileCorpus(name));
  const ts = await step(`${name}, target=ts`, () => generated(tree, "ts"));
  await step(`${name}, type check of .ts`, () => checked(ts.dir, ts.made));
  const js = await step(`${name}, target=js`, () => generated(tree, "js"));
  await step(`${name}, type check of .d.ts`, () => checked(js.dir, js.made));
  const modules = js.made.map(({ name }) => name).filter((name) => name.endsWith(".js"));
  const trip = await step(`${name}, random messages`, () => roundTrip(tree, js.dir, modules, { seed, instances }));
  console.log(`  ${trip.messages} messages and ${trip.mapEntries} types of map entries, well-known types included`);
  console.log(`  ${trip.instances} instances, ${trip.bytes} bytes, seed ${seed}`);
  if (trip.failures.length > 0) {
    const shown = trip.failures.slice(0, 20).join("\n");
    throw new Error(`${trip.failures.length} instances of seed ${seed} do not come back as they were\n${shown}`);
  }
  return tree;
}

async function testGoogle({ ci }) {
  const google = await step("google, compiled", () => compileCorpus("google"));
  const second = compileCorpus("google-second");
  const isChecked = ({ name }) => !ci || checkedFolders.some((folder) => name.startsWith(folder));
  const ts = await step("google, target=ts", () => generated(google, "ts"));
  await step("google, target=ts, apart", () => generated(second, "ts"));
  const parts = portions(ts.made.filter(isChecked));
  for (const [i, files] of parts.entries()) {
    await step(`google, type check of .ts, ${i + 1} of ${parts.length}`, () => checked(ts.dir, files));
  }
  const js = await step("google, target=js", () => generated(ci ? compileCorpus("google-cloud") : google, "js"));
  if (!ci) await step("google, type check of .d.ts", () => checked(js.dir, js.made));
  return google;
}

/** Does a step and prints its row: the result says how many files there were. */
async function step(name, work) {
  const start = performance.now();
  const result = await work();
  const made = result.made ?? result.files;
  const bytes = result.made?.reduce((sum, file) => sum + file.bytes, 0);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  printRow(name, made?.length ?? "", bytes === undefined ? "" : (bytes / 1e6).toFixed(1), seconds);
  return result;
}

function printRow(name, ...numbers) {
  console.log(name.padEnd(36) + numbers.map((text) => String(text).padStart(9)).join(""));
}

function generated(corpus, target) {
  const dir = join(root, ".cache/corpus/gen", `${corpus.name}-${target}`);
  return { dir, made: generate(corpus, `target=${target}`, dir) };
}

function checked(dir, files) {
  const made = files.filter(({ name }) => name.endsWith(".ts"));
  typeCheck(
    dir,
    made.map(({ name }) => name),
  );
  return { made };
}

/** Cuts a list of files into portions that the compiler holds in about 2 GB each. */
function portions(files) {
  const all = [[]];
  let size = 0;
  for (const file of files) {
    if (size > 30e6) {
      all.push([]);
      size = 0;
    }
    all.at(-1).push(file);
    size += file.bytes;
  }
  return all;
}
