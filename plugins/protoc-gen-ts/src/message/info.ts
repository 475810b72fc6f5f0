import { fieldValue, needsCheck, settledSuffix } from "@protoloom/plugin-kit";
import type { FieldShape } from "../fields/field-shape.js";
import { hasJsonName, keptName } from "../fields/json-refs.js";
import { type TimeValue, timeForm } from "../fields/value/value.js";
import type { Output } from "../output.js";
import type { CodecModel } from "./model.js";

/** Emits `X$info`: the binary codec, with the field names for error paths (codec/message-info). */
export function emitInfo(out: Output, { desc, type, fields }: CodecModel): void {
  if (out.target === "dts") return;
  const types = fields.flatMap((shape) => typeOf(out, shape) ?? []);
  const missing = desc.kind === "message" && needsCheck(desc) ? out.part(desc, "missing") : "";
  const thunk = types.length > 0 ? `() => [${types.join(", ")}]` : missing === "" ? "" : "undefined";
  const parts = [`"${words(out, fields)}"`, out.part(desc, "read"), out.part(desc, "write"), thunk, missing];
  out.print(`const ${out.part(desc, "info")}«: ${out.codecType("MessageInfo")}<${type}>» = /*@__PURE__*/`);
  out.print(`  ${out.codec("messageInfo")}(${parts.filter((part) => part !== "").join(", ")});`);
  out.print();
}

/** The class of a message field, or the form of a time or an enum. */
function typeOf(out: Output, { field, info }: FieldShape): string | undefined {
  const [, letter = ""] = /^(?:\*|%.)?(.)/.exec(info(out))!;
  if (letter === "n") return out.enumNames(field.enum!);
  if (letter === "t") return timeForm(out, fieldValue(field, out.options) as TimeValue);
  return letter === "J" || letter === "K" ? out.shape(field.message!) : undefined;
}

function words(out: Output, fields: readonly FieldShape[]): string {
  const flags = ({ field }: FieldShape): string => {
    const all = `${keptName(out, field)}${out.options.json !== "none" && hasJsonName(field) ? "j" : ""}`;
    return all === "" ? "" : `!${all}`;
  };
  return fields.map((shape, i) => `${word(out, shape, fields[i - 1])}${flags(shape)}`).join(" ");
}

/** The field's word, without flags. */
export function word(out: Output, shape: FieldShape, previous: FieldShape | undefined): string {
  const { field } = shape;
  const { number, oneof } = field;
  const explicit = number === (previous?.field.number ?? 0) + 1 ? "" : `=${number}`;
  const group = oneof === undefined ? "" : `@${oneof.name}${settledSuffix(oneof)}`;
  return `${shape.info(out)}${settledSuffix(field)}${explicit}${group}`;
}
