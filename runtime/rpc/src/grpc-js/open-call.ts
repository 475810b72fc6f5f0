import type { Channel, Metadata as GrpcMetadata, InterceptingListener, StatusObject } from "@grpc/grpc-js";
import { Code, toCode } from "../call/code.js";
import { followSignal as follow } from "../call/followed-signal.js";
import type { Metadata } from "../call/metadata.js";
import { cancelledError, localError, receivedError, type StatusError } from "../call/status-error.js";
import type { ClientCall } from "../transport/transport.js";
import { fromGrpcMetadata, toGrpcMetadata } from "./metadata.js";

/** A call of a grpc-js channel: raw messages, one read and one write at a time. */
export type WireCall = ReturnType<Channel["createCall"]>;

/** `WriteFlags.NoCompress` of grpc-js, which it does not export. */
const NO_COMPRESS = 2;

/** Starts a call below the client API of grpc-js, so that nothing is between its channel and our codecs. */
export function openCall(channel: Channel, call: ClientCall, listener: InterceptingListener): WireCall {
  const { method, deadline = Number.POSITIVE_INFINITY, metadata, waitForReady, signal } = call;
  if (signal?.aborted) throw cancelledError(method.path, signal.reason);
  const wire = createCall(channel, method.path, deadline);
  wire.start(toGrpcMetadata(metadata, waitForReady), listener);
  return wire;
}

/** The channel throws when it is closed. */
function createCall(channel: Channel, path: string, deadline: number): WireCall {
  try {
    return channel.createCall(path, deadline, null, null, null);
  } catch (e) {
    throw localError(path, Code.Unavailable, "the transport is closed", e);
  }
}

/** Writes one message; the callback signals room for the next. */
export function sendBytes(wire: WireCall, bytes: Uint8Array, compress: boolean, callback?: () => void): void {
  const flags = compress ? 0 : NO_COMPRESS;
  const buffer = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  wire.sendMessageWithContext(callback === undefined ? { flags } : { flags, callback }, buffer);
}

/** Whether to compress this message of the call. */
export function compresses({ compress }: ClientCall, message: unknown): boolean {
  return typeof compress === "function" ? compress(message) : compress;
}

/** Cancels the call when the signal aborts. The returned function detaches from the signal. */
export function followSignal(wire: WireCall, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => {};
  const onAbort = (): void => wire.cancelWithStatus(Code.Cancelled, "cancelled by the caller");
  const following = follow(signal, { onAbort });
  return () => following.leave();
}

/** The error for a status other than OK. If the caller ended the call, the cause is the caller's reason. */
export function statusError(
  { method, signal }: ClientCall,
  status: StatusObject,
  trailers: Metadata = fromGrpcMetadata(status.metadata),
  headers?: GrpcMetadata,
): StatusError {
  // grpc-js omits both if a message has the compressed flag but no encoding: INTERNAL (gRPC, "Compression").
  const code = toCode(status.code ?? Code.Internal);
  if (code === Code.Cancelled && signal?.aborted) return cancelledError(method.path, signal.reason);
  return receivedError(
    method.path,
    code,
    status.details ?? "malformed response",
    trailers,
    headers && fromGrpcMetadata(headers),
  );
}
