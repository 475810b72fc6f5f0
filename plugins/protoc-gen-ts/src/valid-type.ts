import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { doc, elementType, fieldType, fieldValue, isOptional, propertyKey, Records } from "@protoloom/plugin-kit";
import type { Output } from "./output.js";

/**
 * Emits `XValid`, the type of a message that has passed validation, for valid_types: fields that must be set are not
 * optional. Fields that proto2 and editions call required are so in every type; protovalidate's rule is read here.
 */
export function emitValidType(out: Output, desc: DescMessage): void {
  if (out.options.valid_types === "" || out.target === "js") return;
  out.print(doc(desc));
  const fields = asksForRules(out) ? desc.fields.filter((field) => isNarrowed(field)) : [];
  const head = `export type ${out.validType(desc)} = ${out.structure(desc)}`;
  if (fields.length === 0) {
    out.print(`${head};`);
  } else {
    out.print(`${head} & {`);
    for (const field of fields) {
      out.print(doc(field, "  "));
      out.print(`  ${propertyKey(field.localName)}${isSet(field) ? "" : "?"}: ${validType(out, field)};`);
    }
    out.print(`};`);
  }
  out.print();
}

/** The second argument of GenMessage. */
export function validShape(out: Output, desc: DescMessage): string | undefined {
  return out.options.valid_types === "" ? undefined : `validType: ${out.validType(desc)}`;
}

function asksForRules(out: Output): boolean {
  return out.options.valid_types.split("+").includes("protovalidate_required");
}

/** Whether the type of a field is another one when its message is valid. */
function isNarrowed(field: DescField): boolean {
  if (field.oneof !== undefined) return false;
  return (isOptional(field) && rulesOf(field).isRequired) || (field.message !== undefined && holdsRequired(field));
}

function isSet(field: DescField): boolean {
  return !isOptional(field) || rulesOf(field).isRequired;
}

/** Whether messages in the field are validated, and have a type of their own when they are valid. */
function holdsRequired({ message, ...field }: DescField): boolean {
  return message !== undefined && !rulesOf(field as DescField).isIgnored && hasRequiredRule(message, new Set());
}

function hasRequiredRule(message: DescMessage, seen: Set<DescMessage>): boolean {
  if (seen.has(message)) return false;
  seen.add(message);
  return message.fields.some((field) => {
    const { isRequired, isIgnored } = rulesOf(field);
    if (isIgnored) return false;
    return isRequired || (field.message !== undefined && hasRequiredRule(field.message, seen));
  });
}

function validType(out: Output, field: DescField): string {
  const v = fieldValue(field, out.options);
  const isValid = v.kind === "message" && v.adapter === "none" && holdsRequired(field);
  const element = isValid ? out.validType(v.message) : elementType(out, v);
  return fieldType(field, element);
}

interface Rules {
  readonly isRequired: boolean;
  readonly isIgnored: boolean;
}

// buf.validate.field, an extension of FieldOptions, and the fields of FieldRules
const FIELD_RULES = 1159;
const REQUIRED = 25;
const IGNORE = 27;
const IGNORE_ALWAYS = 3;

/** The part of a field's protovalidate options that matters here; the plugin has no types for them. */
function rulesOf(field: DescField): Rules {
  let isRequired = false;
  let isIgnored = false;
  for (const { no, data } of field.proto.options?.$unknown ?? []) {
    if (no !== FIELD_RULES) continue;
    const outer = new Records(Uint8Array.from([(1 << 3) | 2, ...data])); // the data begins with its length
    if (!outer.next()) continue;
    for (const rule = new Records(outer.value()); rule.next(); ) {
      if (rule.number === REQUIRED) isRequired = rule.value()[0] === 1;
      if (rule.number === IGNORE) isIgnored = rule.value()[0] === IGNORE_ALWAYS;
    }
  }
  return { isRequired: isRequired && !isIgnored, isIgnored };
}
