import { literal } from "@protoloom/plugin-kit";
import { hasExtensions } from "../fields/extensions.js";
import type { FieldShape } from "../fields/field-shape.js";
import { seenVariable } from "../fields/oneof.js";
import type { Output } from "../output.js";
import { specialJson } from "../special-json.js";
import type { CodecModel } from "./model.js";

/** Emits the JSON reader: one switch over the keys, in both of their spellings. */
export function emitReadJson(out: Output, model: CodecModel): void {
  if (out.target === "dts") return;
  const { desc, type } = model;
  const read = out.part(desc, "readJson");
  const types = { value: out.jsonType("JsonValue"), context: out.jsonType("JsonReadContext") };
  const special = desc.kind === "message" ? specialJson(out, desc) : undefined;
  out.print(`function ${read}(m«: ${type}», json«: ${types.value}», o«: ${types.context}»)«: ${type}» {`);
  if (special !== undefined) {
    out.print(`  return ${special.read};`);
  } else {
    emitSwitch(out, model);
  }
  out.print(`}`);
  out.print();
}

function emitSwitch(out: Output, { desc, fields }: CodecModel): void {
  const jsonNames = new Set(fields.map(({ field }) => field.jsonName));
  const cases = fields.flatMap((shape) => fieldCases(out, shape, jsonNames));
  const text = cases.join("\n");
  // A field of the same name stands behind a dot.
  const usesIndex = /(?<!\.)\bi = /.test(text);
  const usesKey = /(?<!\.)\bq = /.test(text);
  const variables = [`k = ""`];
  if (usesIndex) variables.push("i = -1");
  if (usesKey) variables.push(`q = ""`);
  if (/(?<!\.)\be = /.test(text)) variables.push("e");
  const at = usesKey ? [usesIndex ? "i" : "-1", "q"] : usesIndex ? ["i"] : [];
  variables.push(...(desc.kind === "message" ? desc.oneofs : []).map((oneof) => `${seenVariable(oneof)} = ""`));
  out.print(`  ${out.json("enter")}(o);`);
  out.print(`  const j = ${out.json("readObject")}(json);`);
  out.print(`  let ${variables.join(", ")};`);
  out.print(`  try {`);
  out.print(`    for (k in j) {`);
  if (cases.length > 0) {
  out.print(`      const v = j[k]«!»;`);
  out.print(`      switch (k) {`);
  for (const line of cases) {
  out.print(`        ${line}`);
  }
  out.print(`        default:`);
  out.print(`          ${unknownKey(out, desc)}`);
  out.print(`      }`);
  } else {
  out.print(`      ${unknownKey(out, desc)}`);
  }
  out.print(`    }`);
  out.print(`  } catch (error) {`);
  out.print(`    throw ${out.json("atKey")}(${["error", "k", ...at].join(", ")});`);
  out.print(`  }`);
  out.print(`  o.depth--;`);
  out.print(`  return m;`);
}

/** A field is read under both of its names, but for a name that is another field's name in JSON. */
function fieldCases(out: Output, shape: FieldShape, jsonNames: ReadonlySet<string>): string[] {
  const { jsonName, name } = shape.field;
  const key = literal(jsonName);
  const body = shape.readJson(out).map((line) => `  ${line}`);
  if (jsonNames.has(name)) return [`case ${key}:`, ...body, `  break;`];
  const once = `  if (k !== ${key}) ${out.json("onlyOnce")}(j, ${key});`;
  return [`case ${JSON.stringify(name)}:`, `case ${key}:`, once, ...body, `  break;`];
}

function unknownKey(out: Output, desc: CodecModel["desc"]): string {
  return hasExtensions(desc) ? `${out.json("readExtension")}(m, k, j[k]«!», o);` : `${out.json("unknownKey")}(k, o);`;
}
