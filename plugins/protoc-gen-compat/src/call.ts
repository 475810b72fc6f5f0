import type { DescMethod } from "@bufbuild/protobuf";
import type { Effect } from "./finding.js";
import { type HttpBinding, showBinding } from "./http-rule.js";

/** The HTTP/2 path of an RPC in gRPC. */
export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

export function kindName(method: DescMethod): string {
  return method.methodKind.replaceAll("_", " ");
}

/** An existing client calls a method that no longer exists. */
export function unimplemented(path: string): Effect {
  return call(path, "a call", "status UNIMPLEMENTED (12)");
}

/** An existing client and the server disagree about streaming. */
export function mismatchedStreams(path: string, previous: string, next: string): Effect {
  return call(path, `a ${previous} call`, `answered as ${next}`);
}

/** An existing HTTP client calls a path that no binding accepts. */
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
