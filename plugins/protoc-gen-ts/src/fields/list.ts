import type { DescField } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { type EnumValue, elementType, type FieldValue, fieldType, fieldValue, type MessageValue, needsCheck, property, propertyKey, type ScalarValue } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { compactPart } from "./compact-part.js";
import type { FieldShape, FieldWriter, MemberShape } from "./field-shape.js";
import { jsonRefs } from "./json-refs.js";
import { readElement, tagOf } from "./tag.js";
import * as binary from "./value/binary.js";
import * as json from "./value/json.js";
import * as value from "./value/value.js";

/** A repeated field, packed or expanded: decoders take both forms. */
export function listShape(out: Output, field: DescField): MemberShape {
  const v = fieldValue(field, out.options);
  const key = propertyKey(field.localName);
  const x = `m${property(field.localName)}`;
  return {
    fields: [fieldShape(field, v, x)],
    declare: (out) => `${key}: ${fieldType(field, elementType(out, v))};`,
    declareInit: (out) => `${key}?: readonly ${value.isInitMapped(v) ? `(${value.initType(out, v)})` : value.initType(out, v)}[] | undefined;`,
    initial: () => "[]",
    init: (out) => {
      const i = `i${property(field.localName)}`;
      const message = (): string => `${out.codec("initMessages")}(${out.shape((v as MessageValue).message)}, ${i})`;
      const mapped = (): string => `${out.codec("asList")}(${i}).map(${value.initFunction(out, v)})`;
      return `if (${i} != null) ${x} = ${!value.isInitConverted(v) ? `${out.codec("initList")}(${i})` : value.isInitMapped(v) ? mapped() : message()};`;
    },
  };
}

function fieldShape(field: DescField, v: FieldValue, x: string): FieldShape {
  return {
    field,
    read: (out) => (value.isPackable(v) ? readPackable(out, field, v, x) : readExpanded(out, field, v, x)),
    write: (out): FieldWriter => ({ lines: write(out, field, v, x), run: 0 }),
    writeJson: (out, key) => writeJson(out, v, x, key),
    jsonRefs: (out, form) => jsonRefs(out, field, v, form),
    parseJson: (out) => [parseJson(out, v, x)],
    missing: (out) =>
      v.kind === "message" && v.adapter === "none" && needsCheck(v.message)
        ? [`for (let i = 0; i < ${x}.length; i++) { p = ${out.binary(v.message, "missing")}(${x}[i]«!»); if (p !== undefined) return \`${field.name}[\${i}].\${p}\`; }`]
        : [],
    info: () => `*${value.infoLetter(v)}${field.name}`,
    compact: (out) => compactPart(out, field, v, isPacked(field, v) || !value.isPackable(v) ? "" : "e"),
  };
}

function readExpanded(out: Output, field: DescField, v: FieldValue, x: string): string[] {
  const tag = tagOf(field, value.wireType(v));
  return [`case ${tag}: ${binary.readValue(out, v, tag, undefined, (e) => append(x, e))} break;`];
}

function readPackable(out: Output, field: DescField, v: ScalarValue | EnumValue, x: string): string[] {
  const push = readElement(out, field, v, x, (e) => append(x, e));
  const packed = tagOf(field, WireType.LengthDelimited);
  const whole =
    v.kind === "enum" && !v.enum.open
      ? `for (const x of ${v.adapter === "name" ? binary.readPackedNumbers(out, v) : binary.readPacked(out, v, "[]")}) if (${out.suffixed(v.enum, "$has")}(x)) ${x}.push(${value.toLocal(out, v, "x")}); else ${out.codec("unknownEnum")}(m, ${field.number}, x);`
      : `${x} = ${binary.readPacked(out, v, x)};`;
  return [`case ${packed}: ${whole} break;`, `case ${tagOf(field, v.scalar.wire)}: ${push} break;`];
}

/**
 * Adds an element by index, because the engine does not inline push for arrays that it has seen in several forms
 * (bench: tree).
 */
function append(x: string, e: string): string {
  return `{ const e = ${e}, l = ${x}; l[l.length] = e; }`;
}

function write(out: Output, field: DescField, v: FieldValue, x: string): string[] {
  const isText = v.kind === "scalar" && v.scalar.ts === "string";
  if (isPacked(field, v)) {
    return [value.ownVariable(`${out.codec("asList")}(${x})`, `if (v.length !== 0) { ${binary.writePacked(out, v, field.number, "v")} }`)];
  }
  const check = binary.fixedSize(v) === 0 ? "" : ` if (p > ${out.codec("capacity")}) ${out.codec("overflow")}(p);`;
  const one = `${binary.writeValue(out, v, field.number, "v[i]«!»")}${check}`;
  // Of a string, each character would be a string. Anything else without a length has no first element, which is refused,
  // so a check of the list, which costs a few percent (bench: otlp, tree), is not needed.
  if (isText) return [value.ownVariable(`${out.codec("asList")}(${x})`, `for (let i = 0; i < v.length; i++) { ${one} }`)];
  return [value.ownVariable(x, `for (let i = 0; i !== v.length; i++) { ${one} }`)];
}

function isPacked(field: DescField, v: FieldValue): v is ScalarValue | EnumValue {
  return value.isPackable(v) && field.fieldKind === "list" && field.packed;
}

function writeJson(out: Output, v: FieldValue, x: string, key: string): string[] {
  const all = json.jsonListText(out, v, "v");
  if (all !== undefined) return [value.ownVariable(`${out.codec("asList")}(${x})`, `if (v.length > 0 || a) { s = s + ${key} + ${all}; c = 1; }`)];
  return [
    `{`,
    `  const v = ${out.codec("asList")}(${x});`,
    `  if (v.length > 0 || a) {`,
    `    s = s + ${key} + "["; c = 1;`,
    `    for (let i = 0; i < v.length; i++) s += (i > 0 ? "," : "") + ${json.jsonText(out, v, "v[i]«!»")};`,
    `    s += "]";`,
    `  }`,
    `}`,
  ];
}

function parseJson(out: Output, v: FieldValue, x: string): string {
  if (v.kind === "scalar" && v.scalar.ts === "number") return `${out.json(`${json.jsonParser(v)}s`)}(${x});`;
  return `if (${out.json("openArray")}()) do ${x}.push(${json.jsonParsed(out, v)}); while (${out.json("nextItem")}());`;
}
