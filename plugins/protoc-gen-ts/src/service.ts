import type { DescService } from "@bufbuild/protobuf";
import { doc, propertyKey } from "@protoloom/plugin-kit";
import type { Output } from "./output.js";
import { pathOf } from "./type-path.js";

/** Emits a service as protobuf-es does: a descriptor whose type states the input and output of each method. */
export function emitService(out: Output, service: DescService): void {
  const name = out.descriptor(service);
  const declare = out.target === "dts" ? "declare " : "";
  out.print(doc(service));
  if (out.target === "js") {
    out.print(`export const ${name} = /*@__PURE__*/`);
  } else {
    out.print(`export ${declare}const ${name}: ${out.interopType("GenService")}<{`);
    for (const method of service.methods) {
      out.print(doc(method, "  "));
      out.print(`  ${propertyKey(method.localName)}: {`);
      out.print(`    methodKind: "${method.methodKind}";`);
      out.print(`    input: typeof ${out.descriptor(method.input)};`);
      out.print(`    output: typeof ${out.descriptor(method.output)};`);
      out.print(`  };`);
    }
    out.print(`}>${out.target === "ts" ? " = /*@__PURE__*/" : ";"}`);
  }
  if (out.target !== "dts") {
    out.print(`  ${out.interop("serviceDesc")}(${out.descriptor(out.file)}, ${pathOf(service).join(", ")});`);
  }
  out.print();
}
