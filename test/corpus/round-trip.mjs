import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createFileRegistry, equals, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createRegistry } from "@protoloom/protobuf";
import { Random, randomMessage } from "./random-message.mjs";

/** How each of a message's instances is made, in turn: empty, all fields, then ever more of the first. */
const shapes = [
  { density: 0, depth: 0 },
  { density: 1, depth: 1 },
  { density: 0.6, depth: 2 },
  { density: 0.3, depth: 4 },
];

/**
 * Sends random instances of all messages of a corpus, those of the well-known types that it imports included, through
 * the generated codecs and through protobuf-es, which must agree. `files` in `dir` are what target=js generated, which
 * runs as it is.
 *
 * @returns {Promise<{ messages: number, mapEntries: number, instances: number, bytes: number, failures: string[] }>} the
 *   types of map entries have no class, and are met in the fields; a failure names the message, the seed of the instance,
 *   and what differs
 */
export async function roundTrip(corpus, dir, files, { seed, instances }) {
  const descriptors = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(corpus.descriptorSet)));
  const imported = [...descriptors.files]
    .map(({ name }) => name)
    .filter((name) => !corpus.files.includes(`${name}.proto`));
  const classes = await loadClasses([
    ...files.map((file) => pathToFileURL(join(dir, file)).href),
    ...imported.map((name) => `@protoloom/protobuf/wkt/${name.replace("google/protobuf/", "")}`),
  ]);
  const registries = { theirs: { registry: descriptors }, ours: { registry: createRegistry(...classes.values()) } };
  const all = [...descriptors.files].flatMap((file) => [...nestedTypes(file)].filter(({ kind }) => kind === "message"));
  const anyTypes = all.filter((desc) => desc.fields.length > 0);
  const mapEntries = all.flatMap((desc) => desc.fields).filter(({ fieldKind }) => fieldKind === "map").length;
  const result = { messages: all.length, mapEntries, instances: 0, bytes: 0, failures: [] };
  for (const [index, desc] of all.entries()) {
    for (let i = 0; i < instances; i++) {
      const instanceSeed = (seed + index * 1009 + i * 7919) >>> 0;
      const shape = shapes[i % shapes.length];
      try {
        const message = randomMessage(desc, new Random(instanceSeed), { ...shape, anyTypes });
        result.bytes += check(desc, classes.get(desc.typeName), message, registries);
      } catch (error) {
        result.failures.push(`${desc.typeName} (seed ${instanceSeed}, shape ${i % shapes.length}): ${error.stack}`);
      }
      result.instances++;
    }
  }
  return result;
}

/** The classes of generated modules by the full name of their message. */
async function loadClasses(modules) {
  const classes = new Map();
  for (const name of modules) {
    for (const value of Object.values(await import(name))) {
      if (typeof value === "function" && typeof value.typeName === "string") classes.set(value.typeName, value);
    }
  }
  return classes;
}

/** Throws with what differs; returns the size of the message. */
function check(desc, Class, message, { theirs, ours }) {
  if (Class === undefined) throw new Error("no class was generated");
  const expected = toBinary(desc, message);
  const m = Class.fromBinary(expected);
  expectBytes("toBinary after fromBinary", m.toBinary(), expected);
  // The clone has what is set alone: protobuf-es keeps proto2 defaults in prototypes.
  expectBytes("toBinary of an instance made from the fields", new Class(structuredClone(message)).toBinary(), expected);
  expectBytes("toBinary of protobuf-es for our instance", toBinary(desc, m), expected);
  if (!m.equals(Class.fromBinary(expected))) throw new Error("equals says no to the same bytes");
  if (!equals(desc, message, m)) throw new Error("equals of protobuf-es says no to our instance");

  const json = toJson(desc, message, theirs);
  expectJson("toJson", m.toJson(ours), json);
  const text = m.toJsonString(ours);
  expectJson("toJsonString", withoutNegativeZero(JSON.parse(text)), withoutNegativeZero(json));
  for (const back of [Class.fromJson(json, ours), Class.fromJsonString(text, ours)]) {
    if (!back.equals(m)) throw new Error(`fromJson differs\n  json: ${text}`);
    expectBytes("toBinary after fromJson", back.toBinary(), expected);
  }
  return expected.length;
}

/** JSON has -0, which our text keeps; JSON.stringify writes 0. */
function withoutNegativeZero(json) {
  return JSON.parse(JSON.stringify(json));
}

function expectBytes(what, actual, expected) {
  if (Buffer.compare(actual, expected) === 0) return;
  throw new Error(`${what} differs\n  ours:        ${hex(actual)}\n  protobuf-es: ${hex(expected)}`);
}

function hex(bytes) {
  return Buffer.from(bytes).toString("hex");
}

function expectJson(what, actual, expected) {
  if (isSameJson(actual, expected)) return;
  throw new Error(
    `${what} differs\n  ours:        ${JSON.stringify(actual)}\n  protobuf-es: ${JSON.stringify(expected)}`,
  );
}

/**
 * Whether two JSON values are the same. We write a float in the fewest digits that identify it, protobuf-es in those of a
 * double: they must round to the same float. That a double keeps all digits is checked by reading the text again.
 */
function isSameJson(actual, expected) {
  if (typeof actual === "number" && typeof expected === "number") {
    return Object.is(actual, expected) || (Math.fround(expected) === expected && Math.fround(actual) === expected);
  }
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null) {
    return actual === expected;
  }
  const keys = Object.keys(expected);
  return (
    Array.isArray(actual) === Array.isArray(expected) &&
    Object.keys(actual).length === keys.length &&
    keys.every((key) => Object.hasOwn(actual, key) && isSameJson(actual[key], expected[key]))
  );
}
