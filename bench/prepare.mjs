/** Prepares the inputs of a run under `.cache/bench`. They are made again only if their sources have changed. */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { hashFiles } from "../scripts/files.mjs";
import { root } from "../scripts/run.mjs";
import { driverOf } from "./driver.mjs";
import { libraries, ours } from "./libraries/index.mjs";
import { createRandom } from "./payloads/random.mjs";
import { writeDescriptors } from "./protoc.mjs";
import { openReference } from "./reference.mjs";
import { PAYLOADS, protos, workloads } from "./workloads.mjs";

export const cache = join(root, ".cache/bench");
export const protoDir = join(root, "bench/protos");
const savedDir = join(cache, "saved");
const benchSources = [
  "bench/protos",
  "bench/libraries",
  "bench/driver.mjs",
  "bench/prepare.mjs",
  "bench/protoc.mjs",
  "bench/workloads.mjs",
];

/** Makes the library's code and its drivers for all workloads. Returns the folder. */
export function prepareLibrary(library) {
  return prepareFolder(`${library.name}/workloads`, keyOf(library), async (out) => {
    await library.generate({ protoDir, files: protos, out });
    for (const workload of workloads)
      writeFileSync(join(out, `drive-${workload.name}.js`), driverOf(library, workload));
  });
}

/** Writes the payloads of all workloads as bytes and as JSON. Returns the folder. */
export function preparePayloads() {
  const key = [
    hashFiles(["bench/protos", "bench/payloads", "bench/workloads.mjs", "bench/prepare.mjs", "bench/reference.mjs"]),
  ];
  return prepareFolder("payloads", [...key, versionOf("@bufbuild/protobuf")], (out) => {
    const descriptors = join(out, "descriptors.binpb");
    writeDescriptors({ protoDir, files: protos, out: descriptors });
    const reference = openReference(descriptors);
    for (const workload of workloads) {
      for (let i = 0; i < PAYLOADS; i++) {
        const message = reference.create(workload, workload.build(createRandom(i + 1)));
        writeFileSync(join(out, `${workload.name}-${i}.bin`), reference.encode(workload, message));
        writeFileSync(join(out, `${workload.name}-${i}.json`), reference.toJson(workload, message));
      }
    }
  });
}

/** Saves our current code under a name, as a library to compare with later. */
export async function saveOurs(name) {
  const to = join(savedDir, name);
  rmSync(to, { recursive: true, force: true });
  cpSync(await prepareLibrary(ours), to, { recursive: true });
}

export function savedLibrary(name) {
  const folder = join(savedDir, name);
  if (!existsSync(folder)) {
    const names = existsSync(savedDir) ? readdirSync(savedDir) : [];
    throw new Error(
      `nothing was saved as "${name}": ${names.length > 0 ? `expected ${names.join(", ")}` : "use --save"}`,
    );
  }
  return { ...ours, name: `@${name}`, folder };
}

/**
 * Runs `make` with a fresh folder, unless a folder with this name and key exists. Different keys have different folders, so a
 * run is not affected by another one with newer code.
 */
export async function prepareFolder(name, key, make) {
  const hash = createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 12);
  const out = join(cache, `${name}-${hash}`);
  if (existsSync(out)) return out;
  forgetOld(name);
  const unfinished = `${out}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  await make(unfinished);
  if (existsSync(out)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, out);
  return out;
}

/** Deletes old folders of a name, except those that a running benchmark may still use. */
function forgetOld(name) {
  const folder = dirname(join(cache, name));
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder)) {
    if (!entry.startsWith(`${basename(name)}-`)) continue;
    const path = join(folder, entry);
    if (Date.now() - statSync(path).mtimeMs > 3 * 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

/** A hash of everything that the generated code of a library depends on. */
export function keyOf(library) {
  return [hashFiles([...benchSources, ...(library.sources ?? [])]), ...(library.packages ?? []).map(versionOf)];
}

export function versionOf(name) {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
  return `${name} ${version}`;
}

export function peers() {
  return libraries.filter((library) => library !== ours);
}
