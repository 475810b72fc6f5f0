import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleWithEsbuild, bundleWithRollup } from "./bundle.mjs";
import { ours } from "./libraries/index.mjs";
import { keyOf, prepareFolder } from "./prepare.mjs";

/** The start of the descriptor of crowd.proto: field 1 of its FileDescriptorProto, the name. */
const descriptor = Buffer.from("\n\x0bcrowd.proto").toString("base64").slice(0, 16);

const bundlers = { esbuild: (entry) => bundleWithEsbuild(entry, { minify: false }), rollup: bundleWithRollup };

/**
 * Bundles an application that uses one message of a file, and searches the bundle for unused code. Returns a row for each check
 * and bundler, with the problem if there is one.
 */
export async function checkShaking() {
  const alone = await bundlesOf({ others: 0, json: "methods", operations: ["encode", "decode", "toJson", "fromJson"] });
  const crowded = await bundlesOf({
    others: 100,
    json: "methods",
    operations: ["encode", "decode", "toJson", "fromJson"],
  });
  const binary = await bundlesOf({ others: 100, json: "functions", operations: ["encode", "decode"] });
  const none = await bundlesOf({ others: 100, json: "none", operations: ["encode", "decode"] });
  const schema = await bundlesOf({ others: 100, json: "none", operations: ["describe"] });

  return Object.keys(bundlers).flatMap((bundler) => [
    {
      bundler,
      name: "a hundred other messages in the file add nothing",
      problem: growth(alone[bundler], crowded[bundler]),
    },
    {
      bundler,
      name: "no descriptor, and nothing of @bufbuild/protobuf, when schemas are not used",
      // A search for text that never occurs would find no problem.
      problem: !traceOf(schema[bundler], { text: descriptor })
        ? "a used descriptor was not found either"
        : traceOf(crowded[bundler], { module: /@bufbuild\/protobuf|\/interop\//, text: descriptor }),
    },
    {
      bundler,
      name: "json=functions: no JSON when its functions are not called",
      problem:
        traceOf(binary[bundler], { module: /\/dist\/json\//, text: "$readJson" }) ??
        growth(none[bundler], binary[bundler]),
    },
  ]);
}

/** The bundles of all bundlers. */
async function bundlesOf({ others, json, operations }) {
  const name = `shaking-${others}-${json}`;
  const folder = await prepareFolder(`${ours.name}/${name}`, keyOf(ours), (out) => {
    const protoDir = join(out, "protos");
    mkdirSync(protoDir);
    writeFileSync(join(protoDir, "crowd.proto"), protoOf(others));
    return ours.generate({ protoDir, files: ["crowd"], out, json });
  });
  const entry = join(folder, "entry.js");
  writeFileSync(entry, entryOf(operations));
  const bundles = {};
  for (const [bundler, bundle] of Object.entries(bundlers)) bundles[bundler] = await bundle(entry);
  return bundles;
}

/** One used message, and unused ones of all kinds, some of which it could pull in. */
function protoOf(others) {
  const unused = Array.from({ length: others }, (_, i) => [
    `message Other${i} {`,
    `  oneof choice { string text${i} = 1; Other${(i + 1) % others} next = 2; Kind kind = 3; }`,
    `  map<string, Used> used = 4; repeated sint64 numbers = 5; Nested nested = 6;`,
    `  message Nested { bytes data${i} = 1; repeated string list = 2; }`,
    `  enum Kind { KIND_UNSPECIFIED = 0; KIND_${i} = 1; }`,
    `}`,
  ]);
  return [
    `syntax = "proto3";`,
    `package protoloom.bench.crowd;`,
    `message Used { string name = 1; int32 count = 2; repeated string tags = 3; }`,
    ...unused.flat(),
    ...(others > 0 ? [`service Others { rpc Get(Other0) returns (stream Other1); }`] : []),
  ].join("\n");
}

function entryOf(operations) {
  const calls = {
    encode: `export const encode = (message) => message.toBinary();`,
    decode: `export const decode = (bytes) => Used.fromBinary(bytes);`,
    toJson: `export const toJson = (message) => message.toJsonString();`,
    describe: `export { UsedSchema } from "./crowd_pb.js";`,
    fromJson: `export const fromJson = (text) => Used.fromJsonString(text);`,
  };
  return [`import { Used } from "./crowd_pb.js";`, ...operations.map((name) => calls[name]), ""].join("\n");
}

/** Comments are not counted: bundlers write the paths of modules into them. */
function growth(small, large) {
  const linesOf = ({ code }) => code.split("\n").filter((line) => !line.startsWith("//"));
  const known = new Set(linesOf(small));
  const added = linesOf(large).filter((line) => !known.has(line));
  return added.length > 0 ? `${added.length} lines are added, first "${added[0].trim().slice(0, 100)}"` : undefined;
}

function traceOf({ code, modules }, { module = undefined, text }) {
  const left = modules.find(({ path }) => module?.test(path));
  if (left) return `${left.bytes} bytes of ${left.path} are left`;
  const at = code.indexOf(text);
  return at < 0 ? undefined : `"${code.slice(Math.max(0, at - 40), at + 60)}" is left`;
}
