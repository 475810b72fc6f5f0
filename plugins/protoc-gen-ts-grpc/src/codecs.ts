import { needsCheck } from "@protoloom/plugin-kit";
import type { Output } from "./output.js";

/** Emits the codecs of the messages that the methods of the file use; each service brings those that it names. */
export function emitCodecs(out: Output): void {
  if (out.target === "dts") return;
  for (const [message, name] of out.names.messages) {
    const parts = [out.part(message, "read"), out.part(message, "write"), out.part(message, "info")];
    if (needsCheck(message)) parts.push(out.part(message, "missing"));
    out.print(`const ${name} = /*@__PURE__*/ ${out.rpc("codec")}(${[out.shape(message), ...parts].join(", ")});`);
  }
  if (out.names.messages.size > 0) out.print();
}
