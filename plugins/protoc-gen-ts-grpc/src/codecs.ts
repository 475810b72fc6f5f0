import type { Output } from "./output.js";

/** Emits the codecs of the messages that the file's methods use. */
export function emitCodecs(out: Output): void {
  if (out.target === "dts") return;
  for (const [message, name] of out.names.messages) {
    out.print(`const ${name} = /*@__PURE__*/ ${out.rpc("codec")}(${out.shape(message)});`);
  }
  if (out.names.messages.size > 0) out.print();
}
