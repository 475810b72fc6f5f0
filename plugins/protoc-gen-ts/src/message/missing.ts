import { needsCheck } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import type { Model } from "./model.js";
import { ownFields } from "./own-fields.js";

/** Emits the search for an unset required field, for messages with required fields, directly or nested. */
export function emitMissing(out: Output, { desc, fields }: Model): void {
  if (out.target === "dts" || !needsCheck(desc)) return;
  const name = out.shapeType(desc);
  const missing = out.part(desc, "missing");
  const lines = fields.flatMap((shape) => shape.missing(out));
  out.print(`function ${missing}(m«: ${name}»)«: string | undefined» {`);
  if (lines.some((line) => line.includes("{ p = "))) out.print(`  let p«: string | undefined»;`);
  for (const line of [...ownFields(out, desc), ...lines]) out.print(`  ${line}`);
  out.print(`  return undefined;`);
  out.print(`}`);
  out.print();
}
