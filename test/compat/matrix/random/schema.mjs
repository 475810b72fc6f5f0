/** A schema as plain data: { syntax, enums, messages, methods }, of which the last message, M, has fields of all kinds. */

export const scalars = [
  ...["int32", "int64", "uint32", "uint64", "sint32", "sint64", "bool"],
  ...["fixed32", "fixed64", "sfixed32", "sfixed64", "float", "double", "string", "bytes"],
];
export const keys = scalars.filter((type) => !["float", "double", "bytes"].includes(type));
export const enumNames = ["E", "F"];
export const messageNames = ["T", "U", "Entry"];

export function drawSchema(random) {
  const syntax = random.chance(4) ? "proto2" : "proto3";
  const schema = { syntax, enums: enumNames.map((name) => drawEnum(name, random)), messages: [], methods: [] };
  schema.messages.push(message("T", [field("v", 1, "int32", syntax), field("s", 2, "string", syntax)]));
  schema.messages.push(
    message("U", [field("v", 1, random.pick(["int32", "int64", "bytes"]), syntax), field("w", 3, "bool", syntax)]),
  );
  schema.messages.push(
    message("Entry", [
      field("key", 1, random.pick(["string", "int32"]), syntax),
      field("value", 2, random.pick(["T", "int32", "E"]), syntax),
    ]),
  );
  const fields = Array.from({ length: 1 + random.below(4) }, (_, i) => drawField(`f${i + 1}`, i + 1, syntax, random));
  schema.messages.push(message("M", fields));
  if (fields.length > 2 && random.chance(4)) {
    for (const each of fields.slice(0, 2))
      Object.assign(each, plain(each.type === "map" ? "string" : each.type), { oneof: "choice" });
  }
  if (random.chance(2)) {
    schema.methods.push({ name: "Call", input: "M", output: random.pick(["T", "M"]), streams: "" });
    schema.methods.push({ name: "Other", input: "U", output: "Entry", streams: "" });
  }
  return schema;
}

function message(name, fields) {
  return { name, fields, reserved: [] };
}

function field(name, number, type, syntax) {
  return { name, number, type, label: syntax === "proto2" ? "optional" : "" };
}

/** The rest of a field without its label, key and default. */
export function plain(type) {
  return { type, label: "", key: undefined, value: undefined, oneof: undefined, default: undefined, packed: undefined };
}

export function drawField(name, number, syntax, random) {
  const labels =
    syntax === "proto2" ? ["optional", "optional", "repeated", "required"] : ["", "", "optional", "repeated"];
  if (random.chance(7)) return { ...plain("map"), name, number, key: random.pick(keys), value: drawType(random) };
  return { ...plain(drawType(random)), name, number, label: random.pick(labels) };
}

export function drawType(random) {
  const kind = random.below(6);
  if (kind === 0) return random.pick(enumNames);
  if (kind === 1) return random.pick(messageNames);
  return random.pick(scalars);
}

function drawEnum(name, random) {
  const numbers = [0, 1, 2, 5].slice(0, 2 + random.below(3));
  return { name, reserved: [], values: numbers.map((number, i) => ({ name: `${name}_${"ZABC"[i]}`, number })) };
}
