import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Random } from "../random.mjs";
import { TEST_FILES } from "../schema.mjs";
import { TEXT_DAMAGE } from "./damage.mjs";
import { createJsonText } from "./generate.mjs";

/** So that an input of a text and an input of bytes with the same index have nothing in common. */
const STREAM = 2 ** 40;

const DAMAGE_NAMES = Object.keys(TEXT_DAMAGE);

/** The types that a text may contain: the message types of the test files, the types of messages in an Any, extensions by message. */
export function readJsonTypes(descriptorSet) {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptorSet)));
  const descs = [...registry];
  const types = descs.filter((desc) => desc.kind === "message" && TEST_FILES.includes(desc.file.proto.name));
  const wellKnown = descs.filter((desc) => desc.kind === "message" && desc.typeName.startsWith("google.protobuf."));
  const extensionsOf = new Map();
  for (const desc of descs) {
    if (desc.kind !== "extension") continue;
    extensionsOf.set(desc.extendee.typeName, [...(extensionsOf.get(desc.extendee.typeName) ?? []), desc]);
  }
  return { registry, types, anys: [...types, ...wellKnown], extensionsOf };
}

/** Creates text `index` of the run with this seed: its type, the text, the option to read it with, how it came to be. */
export function createTextInput(known, seed, index) {
  const random = new Random(seed, STREAM + index);
  const desc = pickType(random, known.types);
  let { text, isValid } = createJsonText(random, desc, known);
  const trail = [];
  for (let count = random.pick([0, 0, 0, 1, 1, 1, 2, 4]); count > 0; count--) {
    const name = random.pick(DAMAGE_NAMES);
    trail.push(name);
    text = TEXT_DAMAGE[name](random, text, createJsonText(random, desc, known).text);
    isValid = false;
  }
  return { typeName: desc.typeName, text, ignoreUnknownFields: random.chance(0.2), isValid, trail };
}

/** Half of the texts are of the few large types: they have nearly all the fields. */
function pickType(random, types) {
  return random.pick(random.chance(0.5) ? types.filter(({ fields }) => fields.length > 30) : types);
}
