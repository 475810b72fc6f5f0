import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { WIRE } from "./wire.mjs";

/** The files whose messages are fuzzed: together they have every kind of field in every syntax. */
export const TEST_FILES = [
  "google/protobuf/test_messages_proto2.proto",
  "google/protobuf/test_messages_proto2_editions.proto",
  "google/protobuf/test_messages_proto3.proto",
  "google/protobuf/test_messages_proto3_editions.proto",
  "google/protobuf/test_messages_edition2023.proto",
];

/** Wire type of each scalar when it is not packed. */
const SCALAR_WIRE = {
  int32: WIRE.varint,
  int64: WIRE.varint,
  uint32: WIRE.varint,
  uint64: WIRE.varint,
  sint32: WIRE.varint,
  sint64: WIRE.varint,
  bool: WIRE.varint,
  fixed32: WIRE.bit32,
  sfixed32: WIRE.bit32,
  float: WIRE.bit32,
  fixed64: WIRE.bit64,
  sfixed64: WIRE.bit64,
  double: WIRE.bit64,
  string: WIRE.length,
  bytes: WIRE.length,
};

/**
 * Reads a FileDescriptorSet into the little that generating and mutating need. Returns the shapes of all messages of
 * the test files, sorted by name.
 *
 * A message shape has its fields, extensions included. A field shape has its type ("int32", "enum", "message"), the wire
 * type of one value, and whether it is a list, packed, required or in a oneof. A map field is a list of messages whose
 * shape is an `entry` with the fields 1 and 2.
 */
export function readTestTypes(descriptorSetPath) {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptorSetPath)));
  const descs = [...registry];
  const messages = descs.filter((desc) => desc.kind === "message");
  const shapes = new Map(messages.map((desc) => [desc.typeName, createMessageShape(desc)]));
  for (const desc of messages) for (const field of desc.fields) addField(shapes, desc, field);
  for (const desc of descs) if (desc.kind === "extension") addField(shapes, desc.extendee, desc);
  return messages
    .filter((desc) => TEST_FILES.includes(desc.file.proto.name))
    .map((desc) => shapes.get(desc.typeName))
    .sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
}

function createMessageShape(desc) {
  const messageSet = desc.proto.options?.messageSetWireFormat ?? false;
  return { typeName: desc.typeName, fields: [], byNumber: new Map(), messageSet, entry: false };
}

function addField(shapes, messageDesc, desc) {
  const shape = shapes.get(messageDesc.typeName);
  const field = desc.fieldKind === "map" ? createMapField(desc, shapes) : createField(desc, shapes);
  shape.fields.push(field);
  shape.byNumber.set(field.number, field);
}

function createField(desc, shapes) {
  const type = typeOf(desc, desc.scalar, shapes);
  const list = desc.fieldKind === "list";
  return {
    ...type,
    wire: desc.delimitedEncoding ? WIRE.startGroup : type.wire,
    number: desc.number,
    name: desc.name,
    list,
    packable: list && type.wire !== WIRE.length,
    packed: list && desc.packed,
    required: desc.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED,
    oneof: desc.oneof?.name,
  };
}

function createMapField(desc, shapes) {
  const part = { list: false, packable: false, packed: false, required: false, oneof: undefined };
  const key = { ...typeOf({}, desc.mapKey, shapes), ...part, number: 1, name: "key" };
  const value = { ...typeOf(desc, desc.scalar, shapes), ...part, number: 2, name: "value" };
  const byNumber = new Map([key, value].map((field) => [field.number, field]));
  const typeName = `${desc.parent.typeName}.${desc.name}`;
  const message = { typeName, fields: [key, value], byNumber, messageSet: false, entry: true };
  return { ...part, type: "message", wire: WIRE.length, message, number: desc.number, name: desc.name, list: true };
}

/** The type of a field, or of one side of a map entry: exactly one of message, enum and scalar is set. */
function typeOf({ message, enum: enumeration }, scalar, shapes) {
  if (message) return { type: "message", wire: WIRE.length, message: shapes.get(message.typeName) };
  if (enumeration) {
    const values = enumeration.values.map((value) => value.number);
    return { type: "enum", wire: WIRE.varint, message: undefined, values, closed: !enumeration.open };
  }
  const type = ScalarType[scalar].toLowerCase();
  return { type, wire: SCALAR_WIRE[type], message: undefined };
}
