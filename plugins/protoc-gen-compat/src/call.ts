import type { DescMethod } from "@bufbuild/protobuf";
import type { Effect } from "./finding.js";
import { type HttpBinding, showBinding } from "./http-rule.js";

/** The path of an RPC in HTTP/2, as gRPC has it. */
export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

export function kindName(method: DescMethod): string {
  return method.methodKind.replaceAll("_", " ");
}

/** A client of before calls what no server has any more. */
export function unimplemented(path: string): Effect {
  return call(path, "a call", "status UNIMPLEMENTED (12)");
}

/** A client of before sends or expects another number of messages than the server. */
export function mismatchedStreams(path: string, previous: string, next: string): Effect {
  return call(path, `a ${previous} call`, `answered as ${next}`);
}

/** An HTTP client of before calls what no binding accepts. */
export function unroutable(binding: HttpBinding, now: string): Effect {
  return call(showBinding(binding), "a call", `status 404: ${now}`);
}

function call(path: string, written: string, read: string): Effect {
  const witness = {
    surface: "rpc",
    direction: "backward",
    writer: "previous",
    message: path,
    data: path,
    written,
    read,
  } as const;
  return { surface: "rpc", direction: "backward", verdict: "breaking", witness };
}
