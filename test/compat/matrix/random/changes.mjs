/**
 * Possible changes of a schema: [name, change], where a change takes a schema that it may alter, and gives it back, or
 * undefined where it does not apply.
 */
import { drawField, drawType, enumNames, keys, messageNames, plain, scalars } from "./schema.mjs";

export const changes = Object.entries({
  "field type": onField((field, { schema, random }) => {
    if (field.type === "map") field.value = drawType(random);
    else retype(field, drawType(random), schema);
  }),
  "scalar to scalar": onField((field, { schema, random }) => {
    if (!scalars.includes(field.type)) return false;
    retype(field, random.pick(scalars), schema);
  }),
  "string to message": onField((field, { random, schema }) => {
    if (!["string", "bytes", ...messageNames].includes(field.type)) return false;
    retype(field, random.pick(["string", "bytes", ...messageNames]), schema);
  }),
  "enum to enum": onField((field, { random, schema }) => {
    if (!enumNames.includes(field.type)) return false;
    retype(field, random.pick([...enumNames, "int32", "uint32", "int64", "bool"]), schema);
  }),
  "map key": onField((field, { random }) => {
    if (field.type !== "map") return false;
    field.key = random.pick(keys);
  }),
  "map to list of entries": onField((field, { random, schema, message }) => {
    if (field.type !== "map") return false;
    const entry = schema.messages.find(({ name }) => name === "Entry");
    const label = schema.syntax === "proto2" ? "optional" : "";
    entry.fields = [
      { ...plain(field.key), label, name: "key", number: 1 },
      { ...plain(random.chance(4) ? drawType(random) : field.value), label, name: "value", number: 2 },
    ];
    if (entry.fields[1].type === "Entry") return false;
    Object.assign(field, plain("Entry"), { label: "repeated" });
    return message.name === "M";
  }),
  "list of entries to map": onField((field, { random, schema }) => {
    if (field.type !== "Entry" || field.label !== "repeated") return false;
    const [key, value] = schema.messages.find(({ name }) => name === "Entry").fields;
    if (key === undefined || !keys.includes(key.type)) return false;
    Object.assign(field, plain("map"), {
      key: key.type,
      value: random.chance(4) || value === undefined ? drawType(random) : value.type,
    });
    return field.value !== "map";
  }),
  number: onField((field, { message }) => {
    field.number = 1 + Math.max(...message.fields.map(({ number }) => number));
  }),
  "numbers swapped": onTwoFields((one, other) => {
    [one.number, other.number] = [other.number, one.number];
  }),
  "names swapped": onTwoFields((one, other) => {
    [one.name, other.name] = [other.name, one.name];
  }),
  name: onField((field) => {
    field.name = `${field.name}x`;
  }),
  label: onField((field, { random, schema }) => {
    if (field.type === "map" || field.oneof !== undefined) return false;
    field.label = random.pick(
      schema.syntax === "proto2" ? ["optional", "repeated", "required"] : ["", "optional", "repeated"],
    );
    field.default = undefined;
    field.packed = undefined;
  }),
  packed: onField((field) => {
    if (field.label !== "repeated" || !isPackable(field.type)) return false;
    field.packed = field.packed === undefined ? false : !field.packed;
  }),
  default: onField((field, { random, schema }) => {
    if (schema.syntax !== "proto2" || field.label === "repeated" || field.type === "map") return false;
    if (!/int|fixed|string|bool/.test(field.type)) return false;
    field.default =
      field.type === "bool" ? random.pick(["true", "false"]) : field.type === "string" ? '"d"' : random.pick([1, 7]);
  }),
  "json name": onField((field) => {
    field.jsonName = `${field.name}Json`;
  }),
  "into a oneof": onField((field) => {
    if (field.type === "map" || field.label === "repeated" || field.label === "required") return false;
    if (field.oneof !== undefined) return false;
    field.label = "";
    field.default = undefined;
    field.oneof = "choice";
  }),
  "two into a oneof": onTwoFields((one, other) => {
    for (const field of [one, other]) {
      if (field.type === "map" || field.label === "repeated" || field.label === "required") return false;
      Object.assign(field, { label: "", default: undefined, oneof: "other" });
    }
  }),
  "out of a oneof": onField((field) => {
    if (field.oneof === undefined) return false;
    field.oneof = undefined;
  }),
  removed: onField((field, { message }) => {
    if (message.fields.length < 2) return false;
    message.fields = message.fields.filter((other) => other !== field);
  }),
  added: onField((_, { message, schema, random }) => {
    const number = 1 + Math.max(...message.fields.map((field) => field.number));
    message.fields.push(drawField(`g${number}`, number, schema.syntax, random));
    return message.fields.at(-1).label !== "required" || !random.chance(2);
  }),
  "replaced at its number": onField((field, { message, schema, random }) => {
    if (message.fields.some(({ name }) => name === `h${field.number}`)) return false;
    const at = message.fields.indexOf(field);
    message.fields[at] = drawField(`h${field.number}`, field.number, schema.syntax, random);
  }),
  "enum value renumbered": onValue((value, { values }) => {
    value.number = 20 + Math.max(...values.map(({ number }) => number));
  }),
  "enum values swapped": onValue((value, { values, random }) => {
    const other = random.pick(values.slice(1));
    [value.number, other.number] = [other.number, value.number];
  }),
  "enum value renamed": onValue((value) => {
    value.name = `${value.name}x`;
  }),
  "enum value removed": onValue((value, { values }) => {
    if (values.length < 3) return false;
    values.splice(values.indexOf(value), 1);
  }),
  "enum value added": onValue((value, { values }) => {
    const number = 1 + Math.max(...values.map((each) => each.number));
    values.push({ name: `${value.name}_${number}`, number });
  }),
  "rpc removed": onMethod((method, { methods }) => {
    methods.splice(methods.indexOf(method), 1);
  }),
  "rpc type": onMethod((method, { random }) => {
    method[random.pick(["input", "output"])] = random.pick([...messageNames, "M"]);
  }),
  "rpc streams": onMethod((method, { random }) => {
    method.streams = random.pick(["c", "s", "cs"]);
  }),
});

function onField(change) {
  return (schema, random) => {
    const message = random.chance(4) ? random.pick(schema.messages) : schema.messages.at(-1);
    if (message.fields.length === 0) return undefined;
    return change(random.pick(message.fields), { schema, message, random }) === false ? undefined : schema;
  };
}

function onTwoFields(change) {
  return (schema, random) => {
    const { fields } = schema.messages.at(-1);
    const one = random.pick(fields);
    const other = random.pick(fields);
    if (one === other) return undefined;
    return change(one, other) === false ? undefined : schema;
  };
}

/** Not the first: in an open enum that is zero. */
function onValue(change) {
  return (schema, random) => {
    const { values } = random.pick(schema.enums);
    return change(random.pick(values.slice(1)), { values, random }) === false ? undefined : schema;
  };
}

function onMethod(change) {
  return (schema, random) => {
    const { methods } = schema;
    if (methods.length < 2) return undefined;
    change(random.pick(methods), { methods, random });
    return schema;
  };
}

function isPackable(type) {
  return enumNames.includes(type) || (scalars.includes(type) && type !== "string" && type !== "bytes");
}

/** Another type keeps no default, and is packed only where it can be. */
function retype(field, type, schema) {
  field.type = type;
  field.default = undefined;
  if (!isPackable(type)) field.packed = undefined;
  if (schema.syntax === "proto2" && field.label === "" && field.oneof === undefined) field.label = "optional";
}
