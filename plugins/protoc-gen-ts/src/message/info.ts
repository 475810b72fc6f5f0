import type { FieldShape } from "../fields/field-shape.js";
import type { Output } from "../output.js";
import type { CodecModel } from "./model.js";

/** Emits `X$info`: the names by which an error tells the path of a field (codec/message-info). */
export function emitInfo(out: Output, { desc, fields }: CodecModel): void {
  const name = out.part(desc, "info");
  const type = out.codecType("MessageInfo");
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${type};`);
  } else {
    const types = fields.filter((shape) => /^(\*|%.)?[JK]/.test(shape.info(out))).map((shape) => out.part(shape.field.message!, "info"));
    const words = fields.map((shape, i) => word(out, shape, fields[i - 1])).join(" ");
    out.print(`${out.exported(desc)}const ${name}«: ${type}» = /*@__PURE__*/`);
    out.print(`  ${out.codec("messageInfo")}("${words}"${types.length > 0 ? `, () => [${types.join(", ")}]` : ""});`);
  }
  out.print();
}

/** The field's word. */
export function word(out: Output, shape: FieldShape, previous: FieldShape | undefined): string {
  const { number, oneof } = shape.field;
  const explicit = number === (previous?.field.number ?? 0) + 1 ? "" : `=${number}`;
  return `${shape.info(out)}${explicit}${oneof === undefined ? "" : `@${oneof.name}`}`;
}
