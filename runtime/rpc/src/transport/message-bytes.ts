import { Code } from "../call/code.js";
import { EncodedMessage } from "../call/encoded-message.js";
import type { Method } from "../call/method.js";
import { localError } from "../call/status-error.js";

/** Encodes a client's request; fails with INTERNAL if it cannot be encoded (gRPC, "Status codes and their use"). */
export function encodeRequest(method: Method, message: unknown): Uint8Array {
  return wrapped(method, "cannot encode the request", () => method.input.encode(message));
}

/** Encodes a handler's response, unless it is an EncodedMessage. */
export function encodeResponse(method: Method, message: unknown): Uint8Array {
  return message instanceof EncodedMessage ? message.bytes : method.output.encode(message);
}

export function decodeRequest(method: Method, bytes: Uint8Array): unknown {
  return wrapped(method, "cannot decode the request", () => method.input.decode(bytes));
}

export function decodeResponse(method: Method, bytes: Uint8Array): unknown {
  return wrapped(method, "cannot decode the response", () => method.output.decode(bytes));
}

function wrapped<T>(method: Method, what: string, work: () => T): T {
  try {
    return work();
  } catch (e) {
    throw localError(method.path, Code.Internal, `${what}: ${(e as Error).message}`, e);
  }
}
