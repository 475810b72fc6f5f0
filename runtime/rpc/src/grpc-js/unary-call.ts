import type { Channel, Metadata as GrpcMetadata, StatusObject } from "@grpc/grpc-js";
import type { CallList } from "../call/call-list.js";
import { Code } from "../call/code.js";
import { Metadata } from "../call/metadata.js";
import { decodeResponse, encodeRequest, wrongCount } from "../transport/message-bytes.js";
import type { UnaryCall, UnaryReply } from "../transport/transport.js";
import { fromGrpcMetadata } from "./metadata.js";
import { compresses, followSignal, openCall, sendBytes, statusError } from "./open-call.js";
import { RunningCall } from "./running-call.js";

/** The response, as received. */
class Answer {
  headers: GrpcMetadata | undefined;
  bytes: Uint8Array | undefined;
  count = 0;
  status!: StatusObject;
}

export async function callUnary(
  channel: Channel,
  call: UnaryCall,
  running: CallList<RunningCall>,
): Promise<UnaryReply> {
  const { method } = call;
  const request = encodeRequest(method, call.message);
  const { status, headers, bytes } = await exchange(channel, call, request, running);
  // Thrown here and not in the callback, so that the stack trace leads to the caller.
  if (status.code !== Code.Ok) throw statusError(call, status, undefined, headers);
  if (bytes === undefined) throw wrongCount(method, "no");
  return new GrpcUnaryReply(decodeResponse(method, bytes), headers, status.metadata);
}

function exchange(
  channel: Channel,
  call: UnaryCall,
  request: Uint8Array,
  running: CallList<RunningCall>,
): Promise<Answer> {
  return new Promise((resolve) => {
    const answer = new Answer();
    const wire = openCall(channel, call, {
      onReceiveMetadata(headers) {
        answer.headers = headers;
      },
      onReceiveMessage(bytes: Uint8Array) {
        answer.bytes ??= bytes;
        if (++answer.count === 1)
          wire.startRead(); // the status waits behind a second message, if there is one
        else wire.cancelWithStatus(Code.Unimplemented, "got more than one response");
      },
      onReceiveStatus(status) {
        leave();
        entry.leave();
        answer.status = status;
        resolve(answer);
      },
    });
    const entry = new RunningCall(wire, running);
    const leave = followSignal(wire, call.signal);
    sendBytes(wire, request, compresses(call, call.message));
    wire.halfClose();
    wire.startRead();
  });
}

/** Headers and trailers are converted on demand: most calls need neither. */
class GrpcUnaryReply implements UnaryReply {
  readonly stream = false;
  readonly message: unknown;
  readonly #wireHeaders: GrpcMetadata | undefined;
  readonly #wireTrailers: GrpcMetadata;

  constructor(message: unknown, headers: GrpcMetadata | undefined, trailers: GrpcMetadata) {
    this.message = message;
    this.#wireHeaders = headers;
    this.#wireTrailers = trailers;
  }

  get headers(): Metadata {
    return this.#wireHeaders === undefined ? new Metadata() : fromGrpcMetadata(this.#wireHeaders);
  }

  get trailers(): Metadata {
    return fromGrpcMetadata(this.#wireTrailers);
  }
}
