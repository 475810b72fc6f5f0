/**
 * The size of a hundred messages in a bundle: in the compact form less than half of generated codecs, and one that has no
 * compact message has nothing of its interpreter.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { type BuildOptions, buildSync } from "esbuild";
import { generate } from "./generate.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const scratch = join(root, ".cache/compact-size");
const runtime = join(root, "runtime/protobuf/src");
const MESSAGES = 100;

describe.each([
  { json: "none", minified: 0.6, gzipped: 0.6 },
  { json: "methods", minified: 0.5, gzipped: 0.5 },
])("a hundred messages with json=$json", ({ json, minified, gzipped }) => {
  const [fast, compact] = ["speed", "code_size"].map((optimize) => bundle(optimize, json));

  test("are much smaller in the compact form", () => {
    expect(compact!.text.length / fast!.text.length).toBeLessThan(minified);
    expect(compact!.gzipped / fast!.gzipped).toBeLessThan(gzipped);
  });

  test("have the interpreter only in the compact form", () => {
    expect(fast!.sources.filter((file) => /(codec|json)\/compact\//.test(file))).toEqual([]);
    expect(compact!.sources.some((file) => file.includes("codec/compact/"))).toBe(true);
  });

  test("have the interpreter of JSON only with JSON", () => {
    const isUsed = compact!.sources.some((file) => file.includes("json/compact/"));
    expect(isUsed).toBe(json === "methods");
  });
});

/** `sources` are those of the runtime of which something is in the bundle: its own sources, not what they are built into. */
function bundle(optimize: string, json: string): { text: string; gzipped: number; sources: string[] } {
  const folder = join(scratch, `${optimize}-${json}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of generate({ "hundred.proto": hundredMessages() }, `optimize=${optimize},json=${json}`)) {
    writeFileSync(join(folder, name), text);
  }
  const names = Array.from({ length: MESSAGES }, (_, i) => `Message${i}`).join(", ");
  writeFileSync(join(folder, "entry.ts"), `import { ${names} } from "./hundred_pb.js";\nconsole.log([${names}]);\n`);
  const options = {
    entryPoints: [join(folder, "entry.ts")],
    bundle: true,
    minify: true,
    format: "esm",
    metafile: true,
    write: false,
  } satisfies BuildOptions;
  const { text } = buildSync(options).outputFiles[0]!;
  const alias = Object.fromEntries(
    ["codec", "json", "interop"].map((part) => [`@protoloom/protobuf/${part}`, join(runtime, part, "index.ts")]),
  );
  const { metafile } = buildSync({ ...options, alias });
  const [output] = Object.values(metafile.outputs);
  const sources = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { text, gzipped: gzipSync(text).length, sources: sources.map(([file]) => file) };
}

/** Ten fields each of the kinds that schemas are full of. */
function hundredMessages(): string {
  const message = (i: number): string => `
    message Message${i} {
      string name_${i} = 1;
      int64 created_${i} = 2;
      State state_${i} = 3;
      optional int32 rank_${i} = 4;
      repeated string notes_${i} = 5;
      repeated int32 counts_${i} = 6;
      map<string, string> labels_${i} = 7;
      Message${(i * 7 + 1) % MESSAGES} owner_${i} = 8;
      repeated Message${(i * 3 + 2) % MESSAGES} items_${i} = 9;
      oneof target_${i} { string target_name_${i} = 10; bool target_all_${i} = 11; double target_ratio_${i} = 12; }
    }`;
  const state = "enum State { STATE_UNSPECIFIED = 0; STATE_ACTIVE = 1; STATE_DELETED = 2; }";
  return [`syntax = "proto3";`, state, ...Array.from({ length: MESSAGES }, (_, i) => message(i)), ""].join("\n");
}
