import type { DescMessage } from "@bufbuild/protobuf";
import { hasFields } from "../fields/json-refs.js";
import { parsesJson } from "../fields/value/json.js";
import { fresh } from "../fields/value/value.js";
import type { Output } from "../output.js";

/**
 * A method of a message class. `parameters` has its types between the markers of SourceFile. The body is a function, so
 * that a method that is not printed imports nothing.
 */
export interface Method {
  readonly name: string;
  readonly isStatic: boolean;
  /**
   * Whether the base class has it. With codecs for speed, the class itself has the hot ones, which name their parts
   * directly.
   */
  readonly isInherited: boolean;
  readonly about: string;
  readonly parameters: () => string;
  readonly returns: () => string;
  readonly body: () => string;
}

/**
 * The methods of a class. If a field has the name of a method, the method gets a dollar sign, because the field's name
 * comes from the schema.
 */
export function methodsOf(out: Output, desc: DescMessage): Method[] {
  const fields = namesOfFields(desc);
  return allMethods(out, desc).map((method) => (!method.isStatic && fields.has(method.name) ? { ...method, name: `${method.name}$` } : method));
}

/** The runtime class that this one extends; none if a field has the name of one of its methods. */
export function baseOf(out: Output, desc: DescMessage): string | undefined {
  const fields = namesOfFields(desc);
  if (allMethods(out, desc).some(({ isStatic, isInherited, name }) => isInherited && !isStatic && fields.has(name))) return undefined;
  if (out.options.json !== "methods") return out.codec(out.isCompact ? "CompactMessage" : "Message");
  const base = out.jsonClass(out.isCompact ? "CompactJsonMessage" : "JsonMessage");
  return out.options.json_types === "true" ? `${base}«<${out.jsonShape(desc)}>»` : base;
}

function namesOfFields(desc: DescMessage): ReadonlySet<string> {
  return new Set(desc.members.map((member) => member.localName));
}

function allMethods(out: Output, desc: DescMessage): Method[] {
  return [...binaryMethods(out, desc), ...(out.options.json === "methods" ? jsonMethods(out, desc) : [])];
}

function binaryMethods(out: Output, desc: DescMessage): Method[] {
  const name = out.shapeType(desc);
  const isDts = out.target === "dts";
  const codec = (n: string): string => (isDts ? n : out.codec(n));
  const info = out.info(desc);
  const read = (): string => `bytes«: Uint8Array», options«?: ${out.codecType("BinaryReadOptions")}»`;
  return [
    {
      name: "fromBinary",
      isStatic: true,
      isInherited: out.isCompact,
      about: "Decodes a message. Throws a ProtobufError with the field's path if the input is malformed.",
      parameters: read,
      returns: () => name,
      body: () => `${codec("decode")}(${info}, ${fresh(out, desc)}, bytes, options)`,
    },
    {
      name: "mergeFromBinary",
      isStatic: false,
      isInherited: true,
      about: "Decodes into this message: lists and maps grow, messages merge, scalars are replaced.",
      parameters: read,
      returns: () => "this",
      body: () => `${codec("decode")}«<${name}>»(${info}, this, bytes, options)« as this»`,
    },
    {
      name: "toBinary",
      isStatic: false,
      isInherited: out.isCompact,
      about: "Encodes the message. The result may share its ArrayBuffer with other data: slice() it to transfer it.",
      parameters: () => `options«?: ${out.codecType("BinaryWriteOptions")}»`,
      returns: () => out.codecType("Bytes"),
      body: () => `${codec("encode")}(${info}, this, options)`,
    },
    {
      name: "clone",
      isStatic: false,
      isInherited: true,
      about: "A deep copy.",
      parameters: () => "",
      returns: () => "this",
      body: () => `${codec("clone")}(this)`,
    },
    {
      name: "equals",
      isStatic: false,
      isInherited: true,
      about: "Whether the other is a message of the same type with equal fields; unknown fields are not compared.",
      parameters: () => "other«: unknown»",
      returns: () => "boolean",
      body: () => `${codec("equals")}(this, other)`,
    },
  ];
}

export function jsonMethods(out: Output, desc: DescMessage): Method[] {
  const name = out.shapeType(desc);
  const isDts = out.target === "dts";
  const json = (n: string): string => (isDts ? n : out.json(n));
  const info = out.info(desc);
  const JsonValue = (): string => out.jsonType("JsonValue");
  const isTyped = out.options.json_types === "true" && out.target !== "js";
  const Json = (): string => (isTyped ? out.jsonShape(desc) : JsonValue());
  const typed = isTyped ? `« as ${Json()}»` : "";
  const reader = hasFields(out, desc) ? out.part(desc, "fields") : codecOf(out, desc, "read");
  const parses = out.hasParts(desc) && parsesJson(out, desc);
  return [
    {
      name: "fromJson",
      isStatic: true,
      isInherited: true,
      about: "Reads a message from parsed ProtoJSON. Throws a ProtobufError with the field's path if it does not fit.",
      parameters: () => `json«: ${JsonValue()}${isTyped ? ` | ${Json()}` : ""}», options«?: ${out.jsonType("JsonReadOptions")}»`,
      returns: () => name,
      body: () => `${json("fromJson")}(${reader}, ${info}, ${fresh(out, desc)}, json${isTyped ? `« as ${JsonValue()}»` : ""}, options)`,
    },
    {
      name: "fromJsonString",
      isStatic: true,
      isInherited: out.isCompact,
      about: "Reads a message from ProtoJSON text. Duplicate keys are errors.",
      parameters: () => `text«: string», options«?: ${out.jsonType("JsonReadOptions")}»`,
      returns: () => name,
      body: () => `${json(parses ? "fromJsonText" : "fromJsonString")}(${reader}${parses ? `, ${out.part(desc, "parseJson")}` : ""}, ${info}, ${fresh(out, desc)}, text, options)`,
    },
    {
      name: "toJson",
      isStatic: false,
      isInherited: true,
      about: "The message as ProtoJSON, a value for JSON.stringify.",
      parameters: () => `options«?: ${out.jsonType("JsonWriteOptions")}»`,
      returns: Json,
      body: () => `${json("toJson")}(${codecOf(out, desc, "write")}, ${info}, this, options)${typed}`,
    },
    {
      name: "toJsonString",
      isStatic: false,
      isInherited: true,
      about: "The message as ProtoJSON text.",
      parameters: () => `options«?: ${out.jsonType("JsonWriteStringOptions")}»`,
      returns: () => "string",
      body: () => `${json("toJsonString")}(${codecOf(out, desc, "write")}, ${info}, this, options)`,
    },
    {
      name: "toJSON",
      isStatic: false,
      isInherited: true,
      about: "Called by JSON.stringify: ProtoJSON, with 64-bit integers as strings.",
      parameters: () => "",
      returns: Json,
      body: () => `${json("toJSON")}(${codecOf(out, desc, "write")}, ${info}, this)${typed}`,
    },
  ];
}

/** The JSON codec. With json=functions it has only the part in use, so that a bundler can drop the others. */
function codecOf(out: Output, desc: DescMessage, part: "read" | "write"): string {
  if (out.options.json === "methods" || !out.hasParts(desc)) return out.jsonOf(desc);
  return `{ ${part}: ${out.part(desc, `${part}Json`)} }`;
}
