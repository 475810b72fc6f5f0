import { ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { createInteger, createScalar, createText } from "../values.mjs";
import { createSpace, spellBytes, spellInteger, spellReal, spellString } from "./spelling.mjs";

/** Messages nest this deep at most, so that the size of a text stays bounded. */
const MAX_DEPTH = 3;

/**
 * Returns JSON text of a message of this type, and whether it is valid: without a required field that would nest deeper
 * than the limit it is not (some of the test types have no finite value that has them all). `anys` are the types of the messages in a google.protobuf.Any, and
 * `extensionsOf` has the extensions of a message type by its name.
 */
export function createJsonText(random, desc, { anys, extensionsOf }) {
  const writer = new Writer(random, anys, extensionsOf);
  return { text: writer.message(desc, 0), isValid: writer.isValid };
}

class Writer {
  constructor(random, anys, extensionsOf) {
    this.random = random;
    this.anys = anys;
    this.extensionsOf = extensionsOf;
    this.space = createSpace(random);
    this.isValid = true;
  }

  message(desc, depth) {
    return this.pad((WELL_KNOWN[desc.typeName] ?? fieldsOf)(this, desc, depth));
  }

  object(members) {
    return this.pad(`{${members.length === 0 ? this.space() : members.join(",")}}`);
  }

  member(key, value) {
    return `${this.pad(spellString(this.random, key))}:${value}`;
  }

  array(items) {
    return this.pad(`[${items.length === 0 ? this.space() : items.join(",")}]`);
  }

  pad(text) {
    return this.space() + text + this.space();
  }
}

/** The text of a message that is an object with its fields. */
function fieldsOf(writer, desc, depth) {
  return writer.object(membersOf(writer, desc, depth));
}

function membersOf(writer, desc, depth) {
  const { random } = writer;
  const fields = [...desc.fields, ...(writer.extensionsOf.get(desc.typeName) ?? [])];
  const density = (depth === 0 ? random.pick([3, 8, 25]) : 3) / fields.length;
  const chosen = fields.filter((field) => isRequired(field) || random.chance(density));
  const set = new Set();
  const members = chosen.flatMap((field) => {
    if (isNested(field) && depth >= MAX_DEPTH) {
      writer.isValid &&= !isRequired(field);
      return [];
    }
    if (takesNull(field) ? false : random.chance(0.04) && !isRequired(field))
      return [writer.member(nameOf(random, field), writer.pad("null"))];
    if (field.oneof !== undefined && set.has(field.oneof)) return [];
    set.add(field.oneof);
    return [writer.member(nameOf(random, field), fieldValueOf(writer, field, depth))];
  });
  return random.chance(0.2) ? shuffled(random, members) : members;
}

function shuffled(random, items) {
  return items
    .map((item) => ({ item, at: random.uint32() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function isRequired(field) {
  return field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
}

function isNested(field) {
  return field.message !== undefined && WELL_KNOWN[field.message.typeName] === undefined;
}

/** Null is a value of these, not the absence of one. */
function takesNull({ fieldKind, message, enum: enumeration }) {
  if (fieldKind === "list" || fieldKind === "map") return false;
  return message?.typeName === "google.protobuf.Value" || enumeration?.typeName === "google.protobuf.NullValue";
}

function nameOf(random, field) {
  if (field.kind === "extension") return `[${field.typeName}]`;
  return random.chance(0.8) ? field.jsonName : field.name;
}

function fieldValueOf(writer, field, depth) {
  const { random } = writer;
  const element = () => elementOf(writer, field, depth);
  if (field.fieldKind === "list") return writer.array(Array.from({ length: countOf(random) }, element));
  if (field.fieldKind !== "map") return element();
  const keys = new Set(Array.from({ length: countOf(random) }, () => keyOf(random, field.mapKey)));
  return writer.object([...keys].map((key) => writer.member(key, element())));
}

function countOf(random) {
  return random.chance(0.01) ? random.below(60) : random.below(4);
}

function keyOf(random, type) {
  if (type === ScalarType.STRING)
    return random.chance(0.05) ? random.pick(["__proto__", "constructor", ""]) : createText(random);
  if (type === ScalarType.BOOL) return String(random.chance(0.5));
  return String(integerOf(random, type));
}

function elementOf(writer, field, depth) {
  if (field.message) return writer.message(field.message, depth + 1);
  return writer.pad(field.enum ? enumOf(writer.random, field.enum) : scalarOf(writer.random, field.scalar));
}

function enumOf(random, desc) {
  if (desc.typeName === "google.protobuf.NullValue") return random.pick(["null", '"NULL_VALUE"', "0"]);
  if (desc.open && random.chance(0.1)) return String(integerOf(random, ScalarType.INT32));
  const value = random.pick(desc.values);
  return random.chance(0.8) ? spellString(random, value.name) : String(value.number);
}

function scalarOf(random, type) {
  switch (type) {
    case ScalarType.STRING:
      return spellString(random, random.chance(0.02) ? createText(random).repeat(40) : createText(random));
    case ScalarType.BYTES:
      return spellBytes(random, createScalar(random, { type: "bytes" }).bytes);
    case ScalarType.BOOL:
      return String(random.chance(0.5));
    case ScalarType.DOUBLE:
      return spellReal(random, realOf(random));
    case ScalarType.FLOAT:
      return spellReal(random, floatOf(random));
    default:
      return spellInteger(random, integerOf(random, type), LONG_TYPES.has(type));
  }
}

const SIGNED = [ScalarType.INT32, ScalarType.SINT32, ScalarType.SFIXED32];
const SIGNED_LONG = [ScalarType.INT64, ScalarType.SINT64, ScalarType.SFIXED64];
const LONG_TYPES = new Set([...SIGNED_LONG, ScalarType.UINT64, ScalarType.FIXED64]);

function integerOf(random, type) {
  const value = createInteger(random);
  if (SIGNED.includes(type)) return BigInt.asIntN(32, value);
  if (SIGNED_LONG.includes(type)) return BigInt.asIntN(64, value);
  return LONG_TYPES.has(type) ? value : BigInt.asUintN(32, value);
}

/** Doubles of any size, and those whose text is short. */
function realOf(random) {
  if (random.chance(0.3))
    return random.pick([0, -0, 1, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, Number.NaN, Infinity, -Infinity]);
  if (random.chance(0.4)) return (random.uint32() - 0x80000000) / 10 ** random.below(9);
  return Number(BigInt.asIntN(64, random.uint64())) * 2 ** random.between(-300, 300);
}

/** Floats: any bits, or the nearest to a short text. */
function floatOf(random) {
  const value = random.chance(0.5)
    ? new Float32Array(Uint32Array.of(random.uint32()).buffer)[0]
    : Math.fround(realOf(random));
  return Number.isNaN(value) ? Number.NaN : value;
}

/** The JSON forms of the well-known types. */
const WELL_KNOWN = {
  "google.protobuf.Timestamp": ({ random }) => spellString(random, timestampOf(random)),
  "google.protobuf.Duration": ({ random }) => {
    const seconds = random.pick([random.below(10), random.below(315576000000)]);
    return spellString(random, `${random.pick(["", "", "-"])}${seconds}${fractionOf(random)}s`);
  },
  "google.protobuf.FieldMask": ({ random }) => {
    const paths = ["a", "fooBar", "a.bC", "foo.barBaz.q", "x1"].slice(random.below(5));
    return spellString(random, paths.join(","));
  },
  "google.protobuf.Struct": structOf,
  "google.protobuf.ListValue": listOf,
  "google.protobuf.Value": treeOf,
  "google.protobuf.Any": anyOf,
  "google.protobuf.DoubleValue": wrapper(ScalarType.DOUBLE),
  "google.protobuf.FloatValue": wrapper(ScalarType.FLOAT),
  "google.protobuf.Int64Value": wrapper(ScalarType.INT64),
  "google.protobuf.UInt64Value": wrapper(ScalarType.UINT64),
  "google.protobuf.Int32Value": wrapper(ScalarType.INT32),
  "google.protobuf.UInt32Value": wrapper(ScalarType.UINT32),
  "google.protobuf.BoolValue": wrapper(ScalarType.BOOL),
  "google.protobuf.StringValue": wrapper(ScalarType.STRING),
  "google.protobuf.BytesValue": wrapper(ScalarType.BYTES),
};

function wrapper(type) {
  return ({ random }) => scalarOf(random, type);
}

function timestampOf(random) {
  const date = new Date(random.between(-62135510400, 253402214399) * 1000).toISOString().slice(0, 19);
  return `${date}${fractionOf(random)}${random.pick(["Z", "Z", "+01:30", "-08:00", "+00:00"])}`;
}

function fractionOf(random) {
  const digits = random.pick([0, 0, 3, 6, 9, random.between(1, 9)]);
  return digits === 0 ? "" : `.${String(random.below(10 ** digits)).padStart(digits, "0")}`;
}

function structOf(writer, _, depth) {
  const keys = new Set(Array.from({ length: writer.random.below(4) }, () => createText(writer.random)));
  return writer.object([...keys].map((key) => writer.member(key, treeOf(writer, _, depth + 1))));
}

function listOf(writer, _, depth) {
  return writer.array(Array.from({ length: writer.random.below(4) }, () => treeOf(writer, _, depth + 1)));
}

/** Any JSON value. */
function treeOf(writer, _, depth) {
  const { random } = writer;
  switch (random.below(depth > MAX_DEPTH ? 4 : 6)) {
    case 0:
      return writer.pad("null");
    case 1:
      return writer.pad(String(random.chance(0.5)));
    case 2:
      return writer.pad(spellString(random, createText(random)));
    case 3:
      return writer.pad(String(createInteger(random) >> BigInt(random.between(11, 60))));
    case 4:
      return structOf(writer, _, depth);
    default:
      return listOf(writer, _, depth);
  }
}

/** The type's URL comes first, as serializers write it, or elsewhere. */
function anyOf(writer, _, depth) {
  const { random } = writer;
  if (random.chance(0.1)) return writer.object([]);
  const type = random.pick(
    depth < MAX_DEPTH ? writer.anys : writer.anys.filter(({ typeName }) => typeName in WELL_KNOWN),
  );
  const url = `${random.pick(["type.googleapis.com/", "type.googleapis.com/", "example.com/a/", "x/"])}${type.typeName}`;
  const members = WELL_KNOWN[type.typeName]
    ? [writer.member("value", writer.message(type, depth + 1))]
    : membersOf(writer, type, depth + 1);
  members.splice(
    random.chance(0.7) ? 0 : random.below(members.length + 1),
    0,
    writer.member("@type", writer.pad(spellString(random, url))),
  );
  return writer.object(members);
}
