import type { DescMessage } from "@bufbuild/protobuf";
import { doc, hasRequired, property } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { methodsOf } from "./methods.js";
import type { Model } from "./model.js";

/** Emits the class: the declarations of its properties, the constructor, the methods. */
export function emitClass(out: Output, model: Model): void {
  const { desc, members } = model;
  const name = out.shapeType(desc);
  const declare = out.target === "ts" ? "declare " : "";
  out.print(doc(desc));
  out.print(`export ${out.target === "dts" ? "declare " : ""}class ${name} {`);
  emitTypeName(out, desc);
  if (out.target !== "js") {
    out.print(`  ${declare}readonly $typeName: ${JSON.stringify(desc.typeName)};`);
    for (const member of members) {
      out.print(doc(member.desc, "  "));
      out.print(`  ${declare}${member.shape.declare(out)}`);
    }
    out.print(`  /** Fields that the schema does not know, extensions among them. */`);
    out.print(`  ${declare}$unknown?: ${out.codecType("UnknownField")}[] | undefined;`);
    out.print();
  }
  emitConstructor(out, model);
  for (const method of methodsOf(out, desc)) {
    const head = `  ${method.isStatic ? "static " : ""}${method.name}`;
    if (out.target !== "js") out.print(`  /** ${method.about} */`);
    if (out.target === "dts") out.print(`${head}(${method.parameters.replace(/[«»]/g, "")}): ${method.returns};`);
    else out.print(`${head}(${method.parameters})«: ${method.returns}» { return ${method.body}; }`);
  }
  out.print(`}`);
  if (out.target !== "dts" && out.alias(desc) !== undefined) out.print(`const ${out.alias(desc)} = ${name};`);
  out.print();
}

function emitTypeName(out: Output, desc: DescMessage): void {
  const typeName = JSON.stringify(desc.typeName);
  out.print(out.target === "dts" ? `  static readonly typeName: ${typeName};` : `  static «readonly »typeName = ${typeName}« as const»;`);
}

function emitConstructor(out: Output, { desc, members }: Model): void {
  const Init = out.target === "js" ? "" : out.initType(desc);
  const optional = hasRequired(desc) ? "" : "?";
  if (out.target === "dts") {
    out.print(`  constructor(init${optional}: ${Init});`);
    return;
  }
  out.print(`  constructor(init«${optional}: ${Init}») {`);
  out.print(`    this.$typeName = ${JSON.stringify(desc.typeName)};`);
  for (const { desc: member, shape } of members) out.print(`    this${property(member.localName)} = ${shape.initial(out)};`);
  out.print(`    this.$unknown = undefined;`);
  const take = out.isCompact ? `${out.codec("initCompact")}(${out.part(desc, "info")}, ` : `${out.part(desc, "init")}(`;
  out.print(`    if (init !== undefined) ${take}this, init);`);
  out.print(`  }`);
}
