import { doc, fieldValue, hasRequired, isDeprecated, property } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { hasSpecialJson } from "../special-json.js";
import { compactTable } from "./compact.js";
import { emitGetterNames, emitGetters, initOf } from "./getters.js";
import { baseOf, type Method, methodsOf } from "./methods.js";
import type { Model } from "./model.js";

/**
 * Emits the class: its statics, the constructor, the methods, and the declarations of its properties. In TypeScript these
 * stand in an interface merged with the class: Babel's plugin for TypeScript refuses fields with `declare` unless it is told,
 * and fields without it would be defined, each at a cost.
 */
export function emitClass(out: Output, model: Model): void {
  const { desc } = model;
  const name = out.shapeType(desc);
  const statics: string[] = [];
  out.print(doc(desc));
  const base = baseOf(out, desc);
  const heritage = base === undefined ? "" : ` extends ${out.target === "dts" ? base.replace(/[«»]/g, "") : base}`;
  out.print(`${out.hasShapeTypes ? "" : "export "}${out.target === "dts" ? "declare " : ""}class ${name}${heritage} {`);
  emitStatics(out, model, base, statics);
  if (out.target === "dts") {
    emitProperties(out, model);
    out.print();
  }
  emitConstructor(out, model, base !== undefined);
  emitGetters(out, model);
  for (const method of methodsOf(out, desc)) {
    if (base === undefined || !method.isInherited) emitMethod(out, method);
    else if (method.isStatic) emitInherited(out, method, statics);
  }
  out.print(`}`);
  if (out.target === "ts") emitMerged(out, model, statics);
  if (out.target !== "dts" && out.alias(desc) !== undefined) out.print(`const ${out.alias(desc)} = ${name};`);
  if (out.target !== "dts" && !out.isCompact) emitNew(out, model);
  if (out.hasShapeTypes) emitShapeType(out, model);
  out.print();
}

function emitProperties(out: Output, model: Model): void {
  const { desc, members } = model;
  out.print(`  readonly $typeName: ${JSON.stringify(desc.typeName)};`);
  for (const member of members) {
    out.print(doc(member.desc, "  "));
    out.print(`  ${member.shape.declare(out)}`);
  }
  emitGetterNames(out, model);
  out.print(`  /** Fields that the schema does not know, extensions among them. */`);
  out.print(`  $unknown?: ${out.codecType("UnknownField")}[] | undefined;`);
}

/** The declarations of the class that are no code. TypeScript shows a name as deprecated if all its declarations are. */
function emitMerged(out: Output, model: Model, statics: readonly string[]): void {
  const name = out.shapeType(model.desc);
  const exported = out.hasShapeTypes ? "" : "export ";
  const deprecated = isDeprecated(model.desc) ? "/** @deprecated */\n" : "";
  out.print(`${deprecated}${exported}interface ${name} {`);
  emitProperties(out, model);
  out.print(`}`);
  if (statics.length === 0) return;
  out.print(`${deprecated}${exported}declare namespace ${name} {`);
  for (const line of statics) out.print(line);
  out.print(`}`);
}

/**
 * Exports the class as the value of its name alone. The type of that name is its fields, or its instances with readonly fields,
 * and `X$class` its instances.
 */
function emitShapeType(out: Output, { desc }: Model): void {
  const name = out.shapeType(desc);
  out.print();
  const type = out.options.message_types === "readonly" ? `${out.interopType("Immutable")}<${name}>` : out.structure(desc);
  if (out.target === "dts") out.print(`declare const ${name}$value: typeof ${name};`);
  else out.print(`const ${name}$value: typeof ${name} = ${name};`);
  out.print(doc(desc));
  out.print(`type ${name}$value = ${type};`);
  out.print(`export { ${name}$value as ${name} };`);
  out.print(`export type { ${name} as ${name}$class };`);
}

/**
 * None of them is a static field, which would run when the class is loaded and cost more than the rest of the class.
 */
function emitStatics(out: Output, model: Model, base: string | undefined, statics: string[]): void {
  const { desc } = model;
  const info = `${out.codecType("MessageInfo")}<${model.type}>`;
  const typeName = JSON.stringify(desc.typeName);
  if (base !== undefined) emitDeclaration(out, statics, "typeName", typeName);
  else out.print(out.target === "dts" ? `  static readonly typeName: ${typeName};` : `  static «readonly »typeName = ${typeName}« as const»;`);

  if (!out.isCompact) emitGetter(out, "$info", info, out.part(desc, "info"));
  else if (base !== undefined) emitDeclaration(out, statics, "$info", info);
  else emitGetter(out, "$info", info, `${out.codec("compactInfo")}(${out.shape(desc)})`);
  if (out.options.json === "methods") emitJson(out, model, base, statics);
  if (hasTimes(out, model)) emitTimes(out);
  if (out.isCompact) emitTable(out, model);
}

/** Whether fields are times that are represented by something else than a message. */
function hasTimes(out: Output, { desc }: Model): boolean {
  return desc.fields.some((field) => fieldValue(field, out.options).adapter === "time");
}

/** What `clone` and `equals` need for such fields, which without them copy and compare messages alone. */
function emitTimes(out: Output): void {
  const runtime = (name: string): string => (out.target === "dts" ? name : out.json(name));
  emitGetter(out, "$clone", "<T>(value: T) => T", runtime("cloneTimes"));
  emitGetter(out, "$equals", "(a: unknown, b: unknown) => boolean", runtime("equalTimes"));
}

function emitJson(out: Output, { desc, type }: Model, base: string | undefined, statics: string[]): void {
  const json = `${out.jsonType("MessageJson")}<${type}>`;
  if (!out.isCompact) emitGetter(out, "$json", json, out.part(desc, "json"));
  else if (hasSpecialJson(desc)) emitGetter(out, base === undefined ? "$json" : "«override »$json", json, out.part(desc, "json"));
  else if (base !== undefined) emitDeclaration(out, statics, "$json", json);
  else emitGetter(out, "$json", json, `${out.json("tableJson")}(${out.shape(desc)})`);
}

function emitTable(out: Output, model: Model): void {
  const Table = out.codecType("CompactTable");
  if (out.target === "dts") out.print(`  static $table(): ${Table};`);
  else out.print(`  static $table()«: ${Table}» { return ${compactTable(out, model)}; }`);
}

function emitGetter(out: Output, name: string, type: string, value: string): void {
  if (out.target === "dts") out.print(`  static get ${name.replace(/«.*»/, "")}(): ${type};`);
  else out.print(`  static ${name.replace(/^(«.*»)?/, "$1get ")}()«: ${type}» { return ${value}; }`);
}

/** A static property of the base class, which does not know its type: printed here, or kept for the merged namespace. */
function emitDeclaration(out: Output, statics: string[], name: string, type: string, about?: string): void {
  const lines = about === undefined ? [] : [`  /** ${about} */`];
  if (out.target === "dts") for (const line of [...lines, `  static readonly ${name}: ${type};`]) out.print(line);
  else statics.push(...lines, `  const ${name}: ${type};`);
}

function emitConstructor(out: Output, model: Model, isDerived: boolean): void {
  const { desc } = model;
  const Init = out.target === "js" ? "" : out.initType(desc);
  const optional = hasRequired(desc) ? "" : "?";
  if (out.target === "dts") {
    out.print(`  constructor(init${optional}: ${Init});`);
    return;
  }
  out.print(`  constructor(init«${optional}: ${Init}») {`);
  if (out.isCompact) emitCompactBody(out, model, isDerived);
  else emitBody(out, model, isDerived);
  out.print(`  }`);
}

function emitCompactBody(out: Output, model: Model, isDerived: boolean): void {
  if (isDerived) out.print(`    super();`);
  emitAssignments(out, model);
  out.print(`    if (init !== undefined) ${out.codec("initCompact")}(this, ${initOf(out, model)});`);
}

/** `X$new` makes the object, also for a subclass. The base class does the rest: its code is in a bundle once. */
function emitBody(out: Output, model: Model, isDerived: boolean): void {
  const { desc } = model;
  const make = out.part(desc, "new");
  const init = initOf(out, model);
  const assign = out.part(desc, "init");
  if (isDerived) {
    out.print(`    super(${make}, ${init === "init" ? init : `init && ${init}`}, ${assign});`);
    return;
  }
  out.print(`    const m = new.target === ${out.shape(desc)} ? new ${make}() : ${out.codec("newDerived")}(${make}, new.target);`);
  out.print(`    if (init !== undefined) ${out.codec("initialize")}(m, ${init}, ${assign});`);
  out.print(`    return m;`);
}

/**
 * Emits `X$new`, which makes empty messages. It is a function and not a class, because the extra work of a derived
 * class takes a quarter of the decoding time (bench: tree). It has the name of the class, for heap snapshots.
 */
function emitNew(out: Output, model: Model): void {
  const { desc, type } = model;
  const name = out.shape(desc);
  out.print(`const ${out.part(desc, "new")} = /*@__PURE__*/`);
  out.print(`  ${out.codec("constructorOf")}(${name}, function ${type}(«this: ${type}»)«: void» {`);
  emitAssignments(out, model);
  out.print(`  });`);
}

/** A read-only property is assigned under another type of the same object. */
function emitAssignments(out: Output, { desc, members }: Model): void {
  out.print(`    «(»this« as { $typeName: string })».$typeName = ${JSON.stringify(desc.typeName)};`);
  for (const { desc: member, shape } of members) out.print(`    this${property(member.localName)} = ${shape.initial(out)};`);
}

function emitMethod(out: Output, method: Method): void {
  const head = `  ${method.isStatic ? "static " : ""}${method.name}`;
  if (out.target !== "js") out.print(`  /** ${method.about} */`);
  if (out.target === "dts") out.print(`${head}(${method.parameters().replace(/[«»]/g, "")}): ${method.returns()};`);
  else out.print(`${head}(${method.parameters()})«: ${method.returns()}» { return ${method.body()}; }`);
}

/** A static method of the base class, which does not know its return type. */
function emitInherited(out: Output, { name, parameters, returns, about }: Method, statics: string[]): void {
  emitDeclaration(out, statics, name, `(${parameters().replace(/[«»]/g, "")}) => ${returns()}`, about);
}
