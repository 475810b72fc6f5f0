import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { doc, literal, propertyKey } from "@protoloom/plugin-kit";
import { idempotencyOf } from "./idempotency.js";
import type { Output } from "./output.js";

/** Emits the descriptor of a service, from which clients, servers and adapters are made. */
export function emitService(out: Output, desc: DescService): void {
  const { service, client, handlers } = out.names.of(desc);
  out.print(doc(desc));
  if (out.target === "js") {
    out.print(`export const ${service} = /*@__PURE__*/`);
  } else {
    out.print(
      `export ${out.target === "dts" ? "declare " : ""}const ${service}: ${out.rpcType("Service")}<${client}, ${handlers}, {`,
    );
    for (const method of desc.methods) {
      out.print(
        `  ${propertyKey(method.localName)}: ${out.rpcType("Method")}<${out.shapeType(method.input)}, ${out.shapeType(method.output)}, ${literal(method.methodKind)}>;`,
      );
    }
    out.print(out.target === "ts" ? `}> = /*@__PURE__*/` : `}>;`);
  }
  if (out.target !== "dts") {
    out.print(`  ${out.rpc("service")}(${literal(desc.typeName)}, {`);
    for (const method of desc.methods) {
      out.print(`    ${propertyKey(method.localName)}: ${init(out, method)},`);
    }
    out.print(`  });`);
  }
  out.print();
}

function init(out: Output, method: DescMethod): string {
  const codec = (message: DescMethod["input"]): string => out.names.messages.get(message)!;
  const idempotency = idempotencyOf(method);
  const fields = [
    `name: ${literal(method.name)}`,
    `kind: ${literal(method.methodKind)}`,
    ...(idempotency === "unknown" ? [] : [`idempotency: ${literal(idempotency)}`]),
    `input: ${codec(method.input)}`,
    `output: ${codec(method.output)}`,
  ];
  return `{ ${fields.join(", ")} }`;
}
