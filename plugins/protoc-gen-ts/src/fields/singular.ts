import type { DescField } from "@bufbuild/protobuf";
import { elementType, type FieldValue, fieldValue, isOptional, isRequired, needsCheck, property, propertyKey, type ScalarValue } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { compactPart } from "./compact-part.js";
import type { FieldShape, FieldWriter, MemberShape } from "./field-shape.js";
import { jsonRefs } from "./json-refs.js";
import { readElement, TAG_SIZE, tagOf } from "./tag.js";
import * as binary from "./value/binary.js";
import * as json from "./value/json.js";
import * as value from "./value/value.js";

const IMPLICIT = 2;

/** A field with one value, outside a oneof: with implicit presence, with explicit presence, or required. */
export function singularShape(out: Output, field: DescField): MemberShape {
  const v = fieldValue(field, out.options);
  const isImplicit = field.presence === IMPLICIT;
  const key = propertyKey(field.localName);
  const x = `m${property(field.localName)}`;
  return {
    fields: [fieldShape(field, v, x, isImplicit)],
    declare: (out) => `${key}${isOptional(field) ? `?: ${elementType(out, v)} | undefined` : `: ${elementType(out, v)}`};`,
    declareInit: (out) => `${key}${isRequired(field) ? "" : "?"}: ${value.initType(out, v)}${isRequired(field) ? "" : " | null | undefined"};`,
    initial: (out) => (isImplicit ? value.zero(out, v as ScalarValue) : unset(field)),
    init: (out) => {
      const i = `i${property(field.localName)}`;
      const taken = value.isInitConverted(v) ? value.fromInit(out, v, i) : i;
      return `if (${i} != null) ${x} = ${taken};`;
    },
  };
}

function fieldShape(field: DescField, v: FieldValue, x: string, isImplicit: boolean): FieldShape {
  const isSet = (out: Output): string => (isImplicit ? value.isNonZero(out, v as ScalarValue, "v") : "v !== undefined");
  const hasLength = isImplicit && v.kind === "scalar" && v.scalar.ts === "Uint8Array";
  const variable = (use: string): string[] => (hasLength ? [value.ownVariable(x, use)] : [`v = ${x};`, use]);
  return {
    field,
    read: (out) => [`case ${tagOf(field, value.wireType(v))}: ${readElement(out, field, v, x, (e) => `${x} = ${e};`)} break;`],
    write: (out): FieldWriter => ({
      lines: variable(`if (${isSet(out)}) { ${binary.writeValue(out, v, field.number, "v")} }`),
      run: binary.fixedSize(v) === 0 ? 0 : binary.fixedSize(v) + TAG_SIZE,
    }),
    writeJson: (out, key) => {
      const emit = isImplicit ? `${isSet(out)} || a` : isSet(out);
      return variable(`if (${emit}) { ${json.appendJson(out, v, key, "v")} }`);
    },
    jsonRefs: (out, form) => jsonRefs(out, field, v, form),
    parseJson: (out) => [`${x} = ${json.jsonParsed(out, v)};`],
    missing: (out) => {
      const lines = isRequired(field) ? [`if (${x} === undefined) return ${JSON.stringify(field.name)};`] : [];
      if (v.kind === "message" && v.adapter === "none" && needsCheck(v.message)) {
        lines.push(`if (${x} !== undefined) { p = ${out.binary(v.message, "missing")}(${x}); if (p !== undefined) return \`${field.name}.\${p}\`; }`);
      }
      return lines;
    },
    info: () => `${value.infoLetter(v)}${field.name}`,
    compact: (out) => compactPart(out, field, v, isRequired(field) ? "r" : isImplicit || v.kind === "message" ? "" : "o"),
  };
}

/**
 * The value of an unset field. The type of a required field excludes undefined, because a decoded message always has
 * it.
 */
function unset(field: DescField): string {
  return isRequired(field) ? "undefined«!»" : "undefined";
}
