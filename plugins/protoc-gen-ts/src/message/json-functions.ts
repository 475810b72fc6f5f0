import type { Output } from "../output.js";
import { jsonMethods } from "./methods.js";
import type { Model } from "./model.js";

/** Emits the JSON methods as functions beside the class, for json=functions, so that a bundler can drop unused ones. */
export function emitJsonFunctions(out: Output, { desc }: Model): void {
  const name = out.shapeType(desc);
  for (const method of jsonMethods(out, desc)) {
    if (method.name === "toJSON") continue;
    const isFrom = method.isStatic;
    const parameters = isFrom ? method.parameters() : `message«: ${name}», ${method.parameters()}`;
    const head = `${out.suffixed(desc, `_${method.name}`)}(${parameters})`;
    out.print(`/** ${method.about} */`);
    if (out.target === "dts") out.print(`export declare function ${head.replace(/[«»]/g, "")}: ${method.returns()};`);
    else out.print(`export function ${head}«: ${method.returns()}» { return ${method.body().replace(/\bthis(?=[,)])/, "message")}; }`);
    out.print();
  }
}
