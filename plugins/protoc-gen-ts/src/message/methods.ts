import type { DescMessage } from "@bufbuild/protobuf";
import { needsCheck } from "@protoloom/plugin-kit";
import { fresh, parsesJson } from "../fields/value.js";
import type { Output } from "../output.js";

/** A method of a message class. `parameters` has its types between the markers of SourceFile. */
export interface Method {
  readonly name: string;
  readonly isStatic: boolean;
  readonly about: string;
  readonly parameters: string;
  readonly returns: string;
  readonly body: string;
}

/** The methods of a class. One whose name a field has gets a dollar sign: the field's name is the schema's. */
export function methodsOf(out: Output, desc: DescMessage): Method[] {
  const fields = new Set(desc.members.map((member) => member.localName));
  const methods = [...binaryMethods(out, desc), ...(out.options.json === "methods" ? jsonMethods(out, desc) : [])];
  return methods.map((method) => (!method.isStatic && fields.has(method.name) ? { ...method, name: `${method.name}$` } : method));
}

function binaryMethods(out: Output, desc: DescMessage): Method[] {
  const name = out.shapeType(desc);
  const isJs = out.target === "dts";
  const codec = (n: string): string => (isJs ? n : out.codec(n));
  const part = (p: "read" | "write" | "info" | "missing"): string => (isJs ? "" : out.part(desc, p));
  const missing = needsCheck(desc) ? `, ${part("missing")}` : "";
  const read = `bytes«: Uint8Array», options«?: ${out.codecType("BinaryReadOptions")}»`;
  return [
    {
      name: "fromBinary",
      isStatic: true,
      about: "Decodes a message. Throws ProtobufError, with the path of the field, for malformed input.",
      parameters: read,
      returns: name,
      body: `${codec("decode")}(${part("read")}, ${fresh(out, desc)}, ${part("info")}, bytes, options${missing})`,
    },
    {
      name: "mergeFromBinary",
      isStatic: false,
      about: "Decodes into this message: lists and maps grow, messages merge, scalars are replaced.",
      parameters: read,
      returns: "this",
      body: `${codec("decode")}(${part("read")}, this, ${part("info")}, bytes, options${missing})« as this»`,
    },
    {
      name: "toBinary",
      isStatic: false,
      about: "Encodes the message. The result may share its buffer with others: slice() it to transfer it.",
      parameters: `options«?: ${out.codecType("BinaryWriteOptions")}»`,
      returns: out.codecType("Bytes"),
      body: `${codec("encode")}(${part("write")}, this, ${part("info")}, options${missing})`,
    },
    {
      name: "clone",
      isStatic: false,
      about: "A deep copy.",
      parameters: "",
      returns: name,
      body: `${codec("clone")}(this)`,
    },
    {
      name: "equals",
      isStatic: false,
      about: "Whether the other is a message of the same type with equal fields; unknown fields are not compared.",
      parameters: "other«: unknown»",
      returns: "boolean",
      body: `${codec("equals")}(this, other)`,
    },
  ];
}

export function jsonMethods(out: Output, desc: DescMessage): Method[] {
  const name = out.shapeType(desc);
  const isJs = out.target === "dts";
  const json = (n: string): string => (isJs ? n : out.json(n));
  const part = (p: "readJson" | "parseJson" | "writeJson" | "info" | "missing"): string => (isJs ? "" : out.part(desc, p));
  const missing = needsCheck(desc) ? `, ${part("missing")}` : "";
  const JsonValue = out.jsonType("JsonValue");
  const isTyped = out.options.json_types === "true" && out.target !== "js";
  const Json = isTyped ? out.jsonShape(desc) : JsonValue;
  const typed = isTyped ? `« as ${Json}»` : "";
  return [
    {
      name: "fromJson",
      isStatic: true,
      about: "Reads a message from parsed ProtoJSON. Throws ProtobufError, with the path of the field.",
      parameters: `json«: ${JsonValue}${isTyped ? ` | ${Json}` : ""}», options«?: ${out.jsonType("JsonReadOptions")}»`,
      returns: name,
      body: `${json("fromJson")}(${part("readJson")}, ${fresh(out, desc)}, json${isTyped ? `« as ${JsonValue}»` : ""}, options${missing})`,
    },
    {
      name: "fromJsonString",
      isStatic: true,
      about: "Reads a message from ProtoJSON text. A key that occurs twice in an object is an error.",
      parameters: `text«: string», options«?: ${out.jsonType("JsonReadOptions")}»`,
      returns: name,
      body: parsesJson(out, desc)
        ? `${json("fromJsonText")}(${part("parseJson")}, ${part("readJson")}, ${fresh(out, desc)}, text, options${missing})`
        : `${json("fromJsonString")}(${part("readJson")}, ${fresh(out, desc)}, text, options${missing})`,
    },
    {
      name: "toJson",
      isStatic: false,
      about: "The message as ProtoJSON, a value for JSON.stringify.",
      parameters: `options«?: ${out.jsonType("JsonWriteOptions")}»`,
      returns: Json,
      body: `${json("toJson")}(${part("writeJson")}, this, ${part("info")}, options${missing})${typed}`,
    },
    {
      name: "toJsonString",
      isStatic: false,
      about: "The message as ProtoJSON text.",
      parameters: `options«?: ${out.jsonType("JsonWriteStringOptions")}»`,
      returns: "string",
      body: `${json("toJsonString")}(${part("writeJson")}, this, ${part("info")}, options${missing})`,
    },
    {
      name: "toJSON",
      isStatic: false,
      about: "What JSON.stringify writes: ProtoJSON, with 64-bit integers as strings.",
      parameters: "",
      returns: Json,
      body: `${json("toJson")}(${part("writeJson")}, this, ${part("info")}, undefined${missing})${typed}`,
    },
  ];
}
