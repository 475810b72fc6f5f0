import type { DescField, DescOneof } from "@bufbuild/protobuf";
import { comment, doc, elementType, type FieldValue, fieldValue, needsCheck, property, propertyKey } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { compactPart } from "./compact-part.js";
import type { FieldShape, FieldWriter, MemberShape } from "./field-shape.js";
import { jsonRefs } from "./json-refs.js";
import { readElement, TAG_SIZE, tagOf } from "./tag.js";
import * as binary from "./value/binary.js";
import * as json from "./value/json.js";
import * as value from "./value/value.js";

/** A oneof: `{ case, value }`. */
export function oneofShape(out: Output, oneof: DescOneof): MemberShape {
  const key = propertyKey(oneof.localName);
  const x = `m${property(oneof.localName)}`;
  const cases = oneof.fields.map((field) => ({ field, v: fieldValue(field, out.options) }));
  return {
    fields: cases.map(({ field, v }) => fieldShape(field, v, x)),
    declare: (out) => `${key}: ${union(cases.map(({ field, v }) => declareCase(doc(field, "    "), field, elementType(out, v))))};`,
    declareInit: (out) => [`${key}?: ${union(cases.map(({ field, v }) => declareCase(comment(field, "    "), field, value.initType(out, v))))} | undefined;`, ...declareFlat(out, cases)].join("\n"),
    initial: (out) => out.codec("noOneof"),
    init: (out) => initOneof(out, oneof, cases, x),
  };
}

function union(cases: readonly string[]): string {
  return [...cases, "{ case: undefined; value?: undefined }"].join(" | ");
}

function declareCase(about: string, field: DescField, type: string): string {
  const name = JSON.stringify(field.localName);
  return about === "" ? `{ case: ${name}; value: ${type} }` : `{\n${about.trimEnd()}\n    value: ${type};\n    case: ${name};\n  }`;
}

interface Case {
  readonly field: DescField;
  readonly v: FieldValue;
}

/** The members in an init by their own names, for oneofs=getters. */
function declareFlat(out: Output, cases: readonly Case[]): string[] {
  if (!out.hasGetters) return [];
  return cases.map(({ field, v }) => `${comment(field, "  ")}  ${propertyKey(field.localName)}?: ${value.initType(out, v)} | null | undefined;`);
}

function initOneof(out: Output, oneof: DescOneof, cases: readonly Case[], x: string): string {
  const i = `i${property(oneof.localName)}`;
  const converted = cases.filter(({ v }) => value.isInitConverted(v));
  const lines = converted.map(
    ({ field, v }) =>
      `case ${JSON.stringify(field.localName)}: ${x} = { case: ${i}.case, value: ${value.fromInit(out, v, `${i}.value`)} }; break;`,
  );
  const others = cases.filter(({ v }) => !value.isInitConverted(v)).map(({ field }) => `case ${JSON.stringify(field.localName)}:`);
  if (others.length > 0) lines.push(`${others.join(" ")} ${x} = { case: ${i}.case, value: ${i}.value }« as typeof ${x}»; break;`);
  lines.push(`case undefined: ${out.codec("checkUnset")}(${i}); break;`, `default: ${out.codec("invalid")}();`);
  return [`if (${i} != null) switch (${i}.case) {`, ...lines.map((line) => `  ${line}`), `}`].join("\n  ");
}

function fieldShape(field: DescField, v: FieldValue, x: string): FieldShape {
  const name = JSON.stringify(field.localName);
  const set = (e: string): string => `${x} = { case: ${name}, value: ${e} };`;
  const current = `(${x}.case === ${name} ? ${x}.value : undefined)`;
  return {
    field,
    oneof: { on: x, case: name },
    read: (out) => [`case ${tagOf(field, value.wireType(v))}: ${readElement(out, field, v, current, set)} break;`],
    write: (out): FieldWriter => ({
      lines: [binary.writeValue(out, v, field.number, `${x}.value`)],
      run: binary.fixedSize(v) === 0 ? 0 : binary.fixedSize(v) + TAG_SIZE,
    }),
    writeJson: (out, key) => [json.appendJson(out, v, key, `${x}.value`)],
    jsonRefs: (out, form) => jsonRefs(out, field, v, form),
    parseJson: (out) => [`${out.json("onlyMember")}(${x});`, set(json.jsonParsed(out, v))],
    missing: (out) =>
      v.kind === "message" && v.adapter === "none" && needsCheck(v.message)
        ? [`if (${x}.case === ${name}) { p = ${out.binary(v.message, "missing")}(${x}.value); if (p !== undefined) return \`${field.name}.\${p}\`; }`]
        : [],
    info: () => `${value.infoLetter(v)}${field.name}`,
    compact: (out) => compactPart(out, field, v),
  };
}
