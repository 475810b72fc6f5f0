/**
 * Options that change the shape of messages, alone and in pairs: what they write compiles, and reads and writes the bytes and
 * the JSON that code without options does.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "@jest/globals";
// @ts-expect-error: JavaScript, which the corpus runs without a build
import { Random, randomMessage } from "../../corpus/random-message.mjs";
import { writeFiles } from "../../files.js";
import { compile } from "../compile.js";
import { generate } from "./generate.js";
import "./temporal.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const sources = { "every.proto": readFileSync(join(import.meta.dirname, "options-matrix.proto"), "utf8") };

/** One value of each option; of some, more. */
const rows = [
  "names=proto",
  "oneofs=getters",
  "timestamps=date",
  "timestamps=string",
  "timestamps=temporal,durations=temporal",
  "durations=string",
  "optimize=size",
  "optimize=code_size",
  "json=functions",
  "json=none",
  "json_types=true",
  "message_types=shape",
  "message_types=readonly",
  "valid_types=legacy_required",
  "enums=const",
  "enums=string",
  "int64=string",
  "int64=number",
];

const nameOf = (row: string): string => row.split("=")[0]!;
const pairs = rows.flatMap((a, i) =>
  rows
    .slice(i + 1)
    .flatMap((b) => (nameOf(a) === nameOf(b) || (/timestamps/.test(a) && /timestamps/.test(b)) ? [] : [`${a},${b}`])),
);
const all = ["", ...rows, ...pairs].filter((row) => !/durations=.*durations=/.test(row));

const folder = scratchFolder("options-matrix");
const scripts = scratchFolder("options-matrix-js");
const directory = (row: string): string => `r${all.indexOf(row)}`;

beforeAll(() => {
  for (const row of all) {
    writeFiles(join(folder, directory(row)), generate(sources, row));
    writeFiles(join(scripts, directory(row)), generate(sources, `target=js,${row}`));
  }
});

test("everything compiles", () => {
  expect(all.length).toBeGreaterThan(80);
  expect(typeCheck(folder)).toBe("");
});

// biome-ignore lint/suspicious/noExplicitAny: what the module exports is what is tested
type Message = any;
const desc = createFileRegistry(create(FileDescriptorSetSchema, { file: compile(sources) })).getMessage("every.Every")!;

/** Bytes of random messages, in ProtoJSON's ranges, and with times to the millisecond, which is what a Date has. */
const samples = makeSamples(desc);

function makeSamples(desc: DescMessage): Uint8Array[] {
  const random = new Random(3);
  return [1, 0.6, 0.3].map((density) => {
    const message = randomMessage(desc, random, { depth: 2, density, anyTypes: [] });
    return toBinary(desc, tamed(fromBinary(desc, toBinary(desc, message))));
  });
}

function tamed(value: Message): Message {
  if (typeof value === "bigint") return BigInt.asIntN(50, value < 0n ? -value : value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const key of Object.keys(value)) value[key] = tamed(value[key]);
  if (/Timestamp$|Duration$/.test(value.$typeName)) {
    value.seconds = BigInt.asIntN(35, value.seconds);
    value.nanos = Math.abs(Math.trunc(value.nanos / 1e6) * 1e6);
  }
  return value;
}

async function load(row: string): Promise<Message> {
  const module = await import(join(scripts, directory(row), "every_pb.js"));
  const { Every } = module;
  return {
    Every,
    fromJson: Every.fromJson ?? module.Every_fromJson,
    fromJsonString: Every.fromJsonString ?? module.Every_fromJsonString,
    toJsonString: module.Every_toJsonString ?? ((message: Message) => message.toJsonString()),
  };
}

describe.each(all)("%s", (row) => {
  test("bytes and JSON are those without options", async () => {
    const plain = await load("");
    const other = await load(row);
    for (const bytes of samples) {
      const expected = plain.Every.fromBinary(bytes);
      const message = other.Every.fromBinary(bytes);
      expect(message.toBinary()).toEqual(expected.toBinary());
      expect(message.clone().equals(message)).toBe(true);
      expect(message.clone().toBinary()).toEqual(expected.toBinary());
      expect(new other.Every({ ...message }).equals(message)).toBe(true);
      expect(new other.Every(message).toBinary()).toEqual(expected.toBinary());
      expect(message.mergeFromBinary(bytes).toBinary()).toEqual(
        plain.Every.fromBinary(bytes).mergeFromBinary(bytes).toBinary(),
      );
      // messages without options, ours and those of protobuf-es, can be an init
      if (!/oneofs|names/.test(row))
        expect(new other.Every(fromBinary(desc, bytes)).toBinary()).toEqual(expected.toBinary());
      if (other.fromJson === undefined) continue;
      const text = expected.toJsonString();
      expect(other.toJsonString(other.Every.fromBinary(bytes))).toBe(text);
      expect(other.fromJson(JSON.parse(text)).toBinary()).toEqual(plain.Every.fromJsonString(text).toBinary());
      expect(other.fromJsonString(text).toBinary()).toEqual(plain.Every.fromJsonString(text).toBinary());
    }
  });
});
