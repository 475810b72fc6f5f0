import { Code } from "../call/code.js";
import { EncodedMessage } from "../call/encoded-message.js";
import type { Method } from "../call/method.js";
import { localError, type StatusError } from "../call/status-error.js";

/** Encodes a client's request; fails with INTERNAL if it cannot be encoded (gRPC, "Status codes and their use"). */
export function encodeRequest(method: Method, message: unknown): Uint8Array {
  try {
    return method.input.encode(message);
  } catch (e) {
    throw unencodable(method, e);
  }
}

/** The error of a request that cannot be encoded. */
export function unencodable(method: Method, cause: unknown): StatusError {
  return failed(method, "cannot encode the request", cause);
}

/** Encodes a handler's response, unless it is an EncodedMessage. */
export function encodeResponse(method: Method, message: unknown): Uint8Array {
  return message instanceof EncodedMessage ? message.bytes : method.output.encode(message);
}

/** Decodes bytes start to end. */
export function decodeRequest(method: Method, bytes: Uint8Array, start?: number, end?: number): unknown {
  try {
    return method.input.decode(bytes, start, end);
  } catch (e) {
    throw failed(method, "cannot decode the request", e);
  }
}

/** Decodes bytes start to end. */
export function decodeResponse(method: Method, bytes: Uint8Array, start?: number, end?: number): unknown {
  try {
    return method.output.decode(bytes, start, end);
  } catch (e) {
    throw failed(method, "cannot decode the response", e);
  }
}

/** The error of a call whose server does not send the one response that is due (gRPC, "Status codes and their use"). */
export function wrongCount(method: Method, got: "no" | "more than one"): StatusError {
  return localError(method.path, Code.Unimplemented, `got ${got} response`);
}

function failed(method: Method, what: string, cause: unknown): StatusError {
  return localError(method.path, Code.Internal, `${what}: ${(cause as Error).message}`, cause);
}
