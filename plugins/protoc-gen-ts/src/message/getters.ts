import type { DescField } from "@bufbuild/protobuf";
import { doc, elementType, fieldValue, property, propertyKey } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import type { Model } from "./model.js";

/** The fields that are members of oneofs. */
function membersOf({ desc }: Model): DescField[] {
  return desc.oneofs.flatMap(({ fields }) => fields);
}

/** Emits the declaration that tells the type Shape which properties of the class are getters; nothing has it. */
export function emitGetterNames(out: Output, model: Model): void {
  const names = membersOf(model).map((field) => JSON.stringify(field.localName));
  if (!out.hasGetters || names.length === 0) return;
  out.print(`  /** Never set: the names of the getters, for types. */`);
  out.print(`  readonly $getters?: ${names.join(" | ")} | undefined;`);
}

/** The argument of the constructor. For oneofs=getters, members under their own names are moved to their oneofs. */
export function initOf(out: Output, { desc }: Model): string {
  if (!out.hasGetters || desc.oneofs.length === 0) return "init";
  const oneofs = desc.oneofs.map(({ localName, fields }) => JSON.stringify([localName, ...fields.map((field) => field.localName)]));
  return `${out.codec("groupOneofs")}(init, ${oneofs.join(", ")})`;
}

/** Emits a getter and a setter for each member of a oneof, for oneofs=getters. They are not own properties. */
export function emitGetters(out: Output, model: Model): void {
  if (!out.hasGetters) return;
  for (const field of membersOf(model)) {
    const key = propertyKey(field.localName);
    const name = JSON.stringify(field.localName);
    const type = `${elementType(out, fieldValue(field, out.options))} | undefined`;
    const x = `this${property(field.oneof!.localName)}`;
    if (out.target !== "js") out.print(doc(field, "  "));
    if (out.target === "dts") {
      out.print(`  get ${key}(): ${type};`);
      out.print(`  set ${key}(value: ${type});`);
    } else {
      out.print(`  get ${key}()«: ${type}» { return ${x}.case === ${name} ? ${x}.value : undefined; }`);
      out.print(`  set ${key}(value«: ${type}») { if (value !== undefined) ${x} = { case: ${name}, value }; else if (${x}.case === ${name}) ${x} = ${out.codec("noOneof")}; }`);
    }
  }
}
