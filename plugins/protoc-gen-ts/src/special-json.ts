import type { DescMessage } from "@bufbuild/protobuf";
import type { Output } from "./output.js";

/** The expressions that write and read a message with a JSON form of its own; they refer to m, json and o. */
export interface SpecialJson {
  readonly write: string;
  readonly read: string;
}

const contextual = new Set(["Any"]);
const plain = new Set(
  ["Timestamp", "Duration", "FieldMask", "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value"].concat(
    ["UInt32Value", "BoolValue", "StringValue", "BytesValue"],
  ),
);
const struct = new Set(["Struct", "Value", "ListValue"]);

/** The JSON of a well-known type that the runtime writes and reads (ProtoJSON, "Representation of each type"). */
export function specialJson(out: Output, desc: DescMessage): SpecialJson {
  const { name } = desc;
  const write = (args: string): string => `${out.json(`write${name}Json`)}(${args})`;
  const read = (args: string): string => `${out.json(`read${name}Json`)}(${args})`;
  if (contextual.has(name)) return { write: write("m, o"), read: read("m, json, o") };
  if (plain.has(name)) return { write: write("m"), read: read("m, json, o") };
  return { write: write("m"), read: read(`m, json, o, ${structClasses(out, desc)}`) };
}

/** Whether the message has its own JSON form. */
export function hasSpecialJson({ name, file, parent }: DescMessage): boolean {
  const isWellKnown = contextual.has(name) || plain.has(name) || struct.has(name);
  return isWellKnown && file.proto.package === "google.protobuf" && parent === undefined;
}

/** The classes of struct.proto, the file of the given message. */
export function structClasses(out: Output, struct: DescMessage): string {
  const classes = ["Struct", "Value", "ListValue"].map(
    (name) => `${name}: ${out.shape(struct.file.messages.find((m) => m.name === name)!)}`,
  );
  return `{ ${classes.join(", ")} }`;
}
