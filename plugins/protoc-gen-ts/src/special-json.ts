import type { DescMessage } from "@bufbuild/protobuf";
import { structClasses } from "./fields/value.js";
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

/** The well-known types of which the runtime writes and reads the JSON (ProtoJSON, "Representation of each type"). */
export function specialJson(out: Output, desc: DescMessage): SpecialJson | undefined {
  if (desc.file.proto.package !== "google.protobuf" || desc.parent !== undefined) return undefined;
  const { name } = desc;
  const write = (args: string): string => `${out.json(`write${name}Json`)}(${args})`;
  const read = (args: string): string => `${out.json(`read${name}Json`)}(${args})`;
  if (contextual.has(name)) return { write: write("m, o"), read: read("m, json, o") };
  if (plain.has(name)) return { write: write("m"), read: read("m, json, o") };
  if (struct.has(name)) return { write: write("m"), read: read(`m, json, o, ${structClasses(out, desc)}`) };
  return undefined;
}
