import type { DescMessage } from "@bufbuild/protobuf";
import { block, type EnumValue, elementType, fieldsWithDefault, fieldValue, propertyKey, type ScalarValue } from "@protoloom/plugin-kit";
import { defaultOf } from "../default-value.js";
import type { Output } from "../output.js";

/** Emits `XDefaults`, separate from the class so that a bundler can drop it. */
export function emitDefaults(out: Output, desc: DescMessage): void {
  const fields = fieldsWithDefault(desc).map((field) => {
    const v = fieldValue(field, out.options) as ScalarValue | EnumValue;
    return { key: propertyKey(field.localName), type: elementType(out, v), value: defaultOf(field, v)! };
  });
  if (fields.length === 0) return;
  const name = out.suffixed(desc, "Defaults");
  const type = `{ ${fields.map((field) => `readonly ${field.key}: ${field.type}`).join("; ")} }`;
  out.print(block(`The defaults that ${desc.typeName} declares: the values of its unset fields.`));
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${type};`);
  } else {
    out.print(`export const ${name}«: ${type}» = {`);
    for (const field of fields) out.print(`  ${field.key}: ${field.value},`);
    out.print(`};`);
  }
  out.print();
}
