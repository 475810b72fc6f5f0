import type { Budget } from "./budget.js";
import { ConnectionError, protocolError } from "./connection-error.js";
import * as costs from "./costs.js";
import { ErrorCode, readUint31 } from "./frame/frame.js";
import type { OpenStreams } from "./open-streams.js";

// RFC 9113 deprecates priorities (section 5.3.2): they are checked and ignored.

const PRIORITY_BYTES = 5;

/** Receives a PRIORITY frame (RFC 9113, section 6.3). */
export function receivePriority(
  streams: OpenStreams,
  budget: Budget,
  id: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  if (id === 0) throw protocolError("PRIORITY on stream 0");
  if (end - start !== PRIORITY_BYTES) {
    const stream = streams.get(id);
    if (stream === undefined) throw new ConnectionError(ErrorCode.FrameSizeError, "PRIORITY of the wrong size");
    streams.fail(stream, ErrorCode.FrameSizeError, "PRIORITY of the wrong size");
    return;
  }
  budget.spend(costs.priority);
  checkDependency(streams, id, bytes, start);
}

/** A stream cannot depend on itself (RFC 7540, section 5.3.1). RFC 9113 still allows us to treat it as an error. */
export function checkDependency(streams: OpenStreams, id: number, bytes: Uint8Array, at: number): void {
  if (readUint31(bytes, at) !== id) return;
  const stream = streams.get(id);
  if (stream === undefined) throw protocolError("a stream that depends on itself");
  streams.fail(stream, ErrorCode.ProtocolError, "a stream that depends on itself");
}
