import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { block, doc, propertyKey } from "@protoloom/plugin-kit";
import type { Output } from "./output.js";

/** Emits the interfaces of a service's client and of its handlers. */
export function emitInterfaces(out: Output, desc: DescService): void {
  if (out.target === "js") return;
  const { client, handlers } = out.names.of(desc);
  emitInterface(out, desc, client, `Calls ${desc.typeName}.`, clientShapes);
  emitInterface(out, desc, handlers, `Serves ${desc.typeName}.`, handlerShapes);
}

/** The parameters and the result of a method, by its kind. */
type Shapes = Record<
  DescMethod["methodKind"],
  (out: Output, method: DescMethod) => readonly [parameters: string, returns: string]
>;

const clientShapes: Shapes = {
  unary: (out, m) => [`request: ${out.initType(m.input)}${options(out)}`, `Promise<${out.shapeType(m.output)}>`],
  server_streaming: (out, m) => [
    `request: ${out.initType(m.input)}${options(out)}`,
    `AsyncIterableIterator<${out.shapeType(m.output)}>`,
  ],
  client_streaming: (out, m) => [`requests: ${requests(out, m)}${options(out)}`, `Promise<${out.shapeType(m.output)}>`],
  bidi_streaming: (out, m) => [
    `requests: ${requests(out, m)}${options(out)}`,
    `AsyncIterableIterator<${out.shapeType(m.output)}>`,
  ],
};

const handlerShapes: Shapes = {
  unary: (out, m) => [
    `request: ${out.shapeType(m.input)}${context(out)}`,
    `Promise<${out.initType(m.output)}> | ${out.initType(m.output)}`,
  ],
  server_streaming: (out, m) => [`request: ${out.shapeType(m.input)}${context(out)}`, replies(out, m)],
  client_streaming: (out, m) => [
    `requests: ${received(out, m)}${context(out)}`,
    `Promise<${out.initType(m.output)}> | ${out.initType(m.output)}`,
  ],
  bidi_streaming: (out, m) => [`requests: ${received(out, m)}${context(out)}`, replies(out, m)],
};

function emitInterface(out: Output, desc: DescService, name: string, about: string, shapes: Shapes): void {
  out.print(block(about));
  out.print(`export interface ${name} {`);
  for (const method of desc.methods) {
    const [parameters, returns] = shapes[method.methodKind](out, method);
    out.print(doc(method, "  "));
    out.print(`  ${propertyKey(method.localName)}(${parameters}): ${returns};`);
  }
  out.print(`}`);
  out.print();
}

function options(out: Output): string {
  return `, options?: ${out.rpcType("CallOptions")}`;
}

function context(out: Output): string {
  return `, context: ${out.rpcType("Context")}`;
}

function requests(out: Output, method: DescMethod): string {
  return `${out.rpcType("Requests")}<${out.initType(method.input)}>`;
}

function received(out: Output, method: DescMethod): string {
  return `AsyncIterable<${out.shapeType(method.input)}>`;
}

function replies(out: Output, method: DescMethod): string {
  return `AsyncIterable<${out.initType(method.output)}> | Iterable<${out.initType(method.output)}>`;
}
