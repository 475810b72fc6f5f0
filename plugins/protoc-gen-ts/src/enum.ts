import type { DescEnum } from "@bufbuild/protobuf";
import { block, doc, holdsNames, literal, propertyKey } from "@protoloom/plugin-kit";
import { emitJsonType } from "./json-type.js";
import type { Output } from "./output.js";
import { pathOf } from "./type-path.js";

/** Emits an enum: its values, the parts for codecs, its descriptor. */
export function emitEnum(out: Output, desc: DescEnum): void {
  if (out.target === "ts" && !out.hasConstEnums) emitTsEnum(out, desc);
  else emitConstEnum(out, desc);
  emitJsonType(out, desc);
  emitNames(out, desc);
  emitClosedCheck(out, desc);
  emitJsonTable(out, desc);
  emitDescriptor(out, desc);
}

function emitTsEnum(out: Output, desc: DescEnum): void {
  out.print(doc(desc));
  out.print(`export enum ${out.shapeType(desc)} {`);
  for (const value of desc.values) {
    out.print(doc(value, "  "));
    out.print(`  ${propertyKey(value.localName)} = ${value.number},`);
    out.print();
  }
  out.print(`}`);
  out.print();
}

/** JavaScript, or erasable TypeScript: an object of constants, and the union of their types under the same name. */
function emitConstEnum(out: Output, desc: DescEnum): void {
  const name = out.shapeType(desc);
  const isTsEnum = out.target !== "ts" && !out.hasConstEnums;
  out.print(doc(desc));
  if (out.target === "dts" && isTsEnum) out.print(`export declare enum ${name} {`);
  else if (out.target === "dts") out.print(`export declare const ${name}: {`);
  else out.print(`export const ${name} = {`);
  const separator = out.target === "dts" && !isTsEnum ? ":" : isTsEnum && out.target === "dts" ? " =" : ":";
  const isNamed = holdsNames(desc, out.options);
  for (const value of desc.values) {
    out.print(doc(value, "  "));
    const readonly = out.target === "dts" && !isTsEnum ? "readonly " : "";
    out.print(
      `  ${readonly}${out.target === "dts" ? propertyKey(value.localName) : literalKey(value.localName)}${separator} ${isNamed ? literal(value.name) : value.number}${out.target === "dts" && !isTsEnum ? ";" : ","}`,
    );
    out.print();
  }
  if (out.target === "js" && isTsEnum) emitReverse(out, desc);
  out.print(out.target === "dts" ? `}${isTsEnum ? "" : ";"}` : `}« as const»;`);
  out.print();
  if (out.target !== "js" && !isTsEnum) {
    out.print(doc(desc));
    const unknown = desc.open ? ` | ${out.interopType("UnknownEnum")}` : "";
    out.print(`export type ${name} = (typeof ${name})[keyof typeof ${name}]${unknown};`);
    out.print();
  }
}

/** A TypeScript enum also maps numbers to names: the last name of a number wins. */
function emitReverse(out: Output, desc: DescEnum): void {
  for (const [number, name] of new Map(desc.values.map((value) => [value.number, value.localName]))) {
    out.print(`  ${number < 0 ? `"${number}"` : number}: ${JSON.stringify(name)},`);
  }
}

/** For enums=string: the names with their numbers, for codecs. */
function emitNames(out: Output, desc: DescEnum): void {
  if (!holdsNames(desc, out.options)) return;
  const name = out.enumNames(desc);
  const type = `${out.codecType("EnumNames")}<${out.shapeType(desc)}>`;
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${type};`);
  } else {
    out.print(`export const ${name}«: ${type}» = /*@__PURE__*/`);
    out.print(
      `  ${out.codec("enumNames")}(${tableOf(desc.values.map((value) => [value.name, value.number]))}${desc.open ? "" : ", true"});`,
    );
  }
  out.print();
}

/** A closed enum has a function that recognises its values: others are unknown fields. */
function emitClosedCheck(out: Output, desc: DescEnum): void {
  if (desc.open) return;
  const name = out.suffixed(desc, "$has");
  if (out.target === "dts") {
    out.print(`export declare function ${name}(n: number): boolean;`);
    out.print();
    return;
  }
  out.print(`export function ${name}(n«: number»)«: boolean» {`);
  out.print(`  switch (n) {`);
  for (const number of new Set(desc.values.map((value) => value.number))) out.print(`    case ${number}:`);
  out.print(`      return true;`);
  out.print(`  }`);
  out.print(`  return false;`);
  out.print(`}`);
  out.print();
}

function emitJsonTable(out: Output, desc: DescEnum): void {
  if (out.options.json === "none") return;
  const name = out.suffixed(desc, "$json");
  const EnumJson = out.jsonType("EnumJson");
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${EnumJson};`);
  } else {
    out.print(`export const ${name}«: ${EnumJson}» = /*@__PURE__*/`);
    out.print(`  ${holdsNames(desc, out.options) ? namedTable(out, desc) : numberTable(out, desc)};`);
  }
  out.print();
}

function numberTable(out: Output, desc: DescEnum): string {
  const kind = desc.typeName === "google.protobuf.NullValue" ? "null" : desc.open ? "open" : "closed";
  return `${out.json("enumJson")}(${tableOf(jsonNames(desc))}${kind === "open" ? "" : `, "${kind}"`})`;
}

/** The names in JSON are those of the values unless the proto file says otherwise. */
function namedTable(out: Output, desc: DescEnum): string {
  const hasOthers = desc.values.some((value) => value.jsonName !== value.name);
  return `${out.json("namedEnumJson")}(${out.enumNames(desc)}${hasOthers ? `, ${tableOf(jsonNames(desc))}` : ""})`;
}

function tableOf(names: readonly (readonly [string, number])[]): string {
  const entries = names.map(([key, number]) => `${literalKey(key)}: ${number}`);
  return `{ ${entries.join(", ")} }`;
}

/** The names that JSON accepts: the JSON name of each value, then proto names that differ. */
function jsonNames(desc: DescEnum): [string, number][] {
  const names = new Map<string, number>(desc.values.map((value) => [value.jsonName, value.number]));
  for (const value of desc.values) if (!names.has(value.name)) names.set(value.name, value.number);
  return [...names];
}

/** The key of a property in an object literal, where a plain `__proto__` would set the prototype. */
function literalKey(name: string): string {
  return name === "__proto__" ? '["__proto__"]' : propertyKey(name);
}

function emitDescriptor(out: Output, desc: DescEnum): void {
  const name = out.descriptor(desc);
  const json = out.options.json_types === "true" ? `, ${out.jsonShape(desc)}` : "";
  const type = `${out.interopType("GenEnum")}<${holdsNames(desc, out.options) ? "number" : out.shapeType(desc)}${json}>`;
  out.print(block(`Describes the enum ${desc.typeName}.`));
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${type};`);
  } else {
    out.print(`export const ${name}«: ${type}» = /*@__PURE__*/`);
    out.print(`  ${out.interop("enumDesc")}(${out.descriptor(out.file)}, ${pathOf(desc).join(", ")});`);
  }
  out.print();
}
