import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { envoyProtos } from "../../scripts/protos.mjs";
import { root } from "../../scripts/run.mjs";
import { runProgram } from "./programs.mjs";
import { computeProtos, googleCloudProtos, googleProtos, googleSecondProtos } from "./protos.mjs";
import { trees } from "./trees.mjs";

/** The corpora by their names, as functions to their protos. */
export const corpora = {
  envoy: envoyProtos,
  "google-cloud": googleCloudProtos,
  compute: computeProtos,
  google: googleProtos,
  "google-second": googleSecondProtos,
  ...trees,
};

const cacheDir = join(root, ".cache/corpus");
const packages = ["@grpc/grpc-js-xds", "google-proto-files", "protoc"];

/**
 * A corpus, compiled by protoc with comments: its FileDescriptorSet, imports included, and the names of the files to
 * generate code for. Compiled once for the installed packages.
 *
 * @returns {{ name: string, descriptorSet: string, files: string[], leftOut: { file: string, reason: string }[] }}
 */
export function compileCorpus(name) {
  const dir = join(cacheDir, "sets");
  const descriptorSet = join(dir, `${name}.binpb`);
  const stampFile = join(dir, `${name}.json`);
  const { includes, files, leftOut } = corpora[name]();
  const stamp = JSON.stringify({ versions: packages.map(versionOf), sha256: hash(includes.concat(files).join("\n")) });
  if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stamp) {
    mkdirSync(dir, { recursive: true });
    const list = join(dir, `${name}.txt`); // 7,000 names are more than a command line takes on some systems
    writeFileSync(list, files.join("\n"));
    const out = `${descriptorSet}.new`;
    const options = ["--include_imports", "--include_source_info", `--descriptor_set_out=${out}`];
    runProgram("protoc/protoc.cjs", [...includes.map((folder) => `--proto_path=${folder}`), ...options, `@${list}`]);
    renameSync(out, descriptorSet);
    writeFileSync(stampFile, stamp);
  }
  return { name, descriptorSet, files, leftOut };
}

/** Writes the CodeGeneratorRequest that protoc makes of a compiled corpus, and returns its path. */
export function writeRequest({ name, descriptorSet, files }, parameter) {
  const dir = join(cacheDir, "requests");
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `${name}-${hash(parameter).slice(0, 8)}.binpb`);
  const fd = openSync(path, "w");
  try {
    for (const file of files) writeSync(fd, record(FILE_TO_GENERATE, Buffer.from(file)));
    writeSync(fd, record(PARAMETER, Buffer.from(parameter)));
    const descriptors = [...records(readFileSync(descriptorSet), SET_FILE)];
    for (const bytes of descriptors) writeSync(fd, record(PROTO_FILE, bytes));
    const toGenerate = new Set(files);
    for (const bytes of descriptors) {
      const fileName = String(records(bytes, DESCRIPTOR_NAME).next().value);
      if (toGenerate.has(fileName)) writeSync(fd, record(SOURCE_FILE_DESCRIPTOR, bytes));
    }
  } finally {
    closeSync(fd);
  }
  return path;
}

// Field numbers in plugin.proto and descriptor.proto. The messages can be large, so they are cut at their top level.
const FILE_TO_GENERATE = 1;
const PARAMETER = 2;
const PROTO_FILE = 15;
const SOURCE_FILE_DESCRIPTOR = 17; // once more, with the options that plugins are not to keep
const SET_FILE = 1;
const DESCRIPTOR_NAME = 1;

function record(number, bytes) {
  return Buffer.concat([varint((number << 3) | LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

const LENGTH_DELIMITED = 2;

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/** The length-delimited fields of this number in a message that has no others but varints. */
export function* records(message, number) {
  let at = 0;
  const read = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = read();
    if ((tag & 7) !== LENGTH_DELIMITED) {
      read();
      continue;
    }
    const length = read();
    if (tag >>> 3 === number) yield message.subarray(at, at + length);
    at += length;
  }
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}
