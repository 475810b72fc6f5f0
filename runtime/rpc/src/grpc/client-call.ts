import { Code } from "../call/code.js";
import { type Following, followSignal, type SignalFollower } from "../call/followed-signal.js";
import { cancelledError, localError, StatusError } from "../call/status-error.js";
import { arm, disarm, Timed } from "../call/timer-wheel.js";
import type { Connection } from "../http2/connection.js";
import type { Fields } from "../http2/fields.js";
import { ErrorCode } from "../http2/frame/frame.js";
import type { ResetOrigin, Stream, StreamEvents } from "../http2/stream.js";
import type { ClientCall as Call } from "../transport/transport.js";
import type { Opening } from "./channel.js";
import type { ClientConnection } from "./client-connection.js";
import type { ClientWire } from "./client-wire.js";
import { isSupported } from "./compression.js";
import { isGrpc } from "./content-type.js";
import { MessageAssembler, type MessageReceiver } from "./message-assembler.js";
import { fromFields, sizeOfMetadata, writeMetadata } from "./metadata-fields.js";
import { formatTimeout } from "./timeout.js";
import { statusOfHttp, statusOfReset, statusOfTrailers, type WireStatus } from "./wire-status.js";

/** Maximum number of retries of a call that the server refused before processing it (gRPC proposal A6, "Transparent Retries"). */
const MAX_REFUSALS = 3;

/** An estimate of the size of the fields other than metadata. */
const OWN_FIELDS = 500;

/** Derived from fields that several responses may share. */
class ResponseNotes {
  /** Whether they can begin a response. */
  isAccepted = false;
  /** The status in them, if they were trailers. */
  status: WireStatus | undefined;
}

function notesOn(fields: Fields): ResponseNotes {
  if (fields.derived instanceof ResponseNotes) return fields.derived;
  const notes = new ResponseNotes();
  fields.derived = notes;
  return notes;
}

/** A call of a client, from its start to its status. It ends exactly once. */
export abstract class ClientCall extends Timed implements Opening, StreamEvents, MessageReceiver, SignalFollower {
  readonly call: Call;
  protected readonly wire: ClientWire;
  protected connection: Connection | undefined;
  protected http2Stream: Stream | undefined;
  protected assembler: MessageAssembler;
  protected responseFields: Fields | undefined;
  protected trailerFields: Fields | undefined;
  /** The final status from the server. */
  protected status: WireStatus | undefined;
  /** The error, if the call failed on this side. */
  #failure: StatusError | undefined;
  #following: Following | undefined;
  #refusals = 0;

  constructor(wire: ClientWire, call: Call) {
    super();
    this.wire = wire;
    this.call = call;
    this.assembler = new MessageAssembler("response", wire.maxReceiveBytes);
  }

  /** The stream is open: sends the requests. */
  protected abstract begin(): void;
  /** Whether the call can start over on another stream. */
  protected abstract get canRestart(): boolean;
  /** The response has begun. */
  protected abstract onResponse(): void;
  /** The call has ended with `status`. */
  protected abstract onOver(): void;
  abstract onMessage(isCompressed: boolean, bytes: Uint8Array, start: number, end: number): void;
  abstract onWritable(): void;

  get waitForReady(): boolean {
    return this.call.waitForReady;
  }

  get isOver(): boolean {
    return this.status !== undefined;
  }

  start(): void {
    const { deadline, signal, method } = this.call;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.fail(cancelledError(method.path, signal.reason));
        return;
      }
      this.#following = followSignal(signal, this);
    }
    if (deadline !== undefined) {
      if (deadline <= Date.now()) {
        this.expire();
        return;
      }
      arm(this, deadline);
    }
    this.wire.channel.start(this);
  }

  /** The error that the call ended with, if any. */
  error(): StatusError | undefined {
    const { status } = this;
    const failure = this.#failure;
    if (failure !== undefined || status === undefined || status.code === Code.Ok) return failure;
    const { path } = this.call.method;
    return new StatusError(status.code, status.text, {
      path,
      headers: this.responseFields && fromFields(this.responseFields),
      trailers: fromFields(this.trailerFields),
    });
  }

  // ---- Opening

  open(connection: ClientConnection): void {
    const { metadata, deadline } = this.call;
    const { http2 } = connection;
    if (metadata.size > 0 && OWN_FIELDS + sizeOfMetadata(metadata) > http2.peer.maxHeaderListSize) {
      this.refuse(Code.ResourceExhausted, "metadata over the limit of the server");
      return;
    }
    const { encoder } = http2;
    encoder.begin();
    encoder.constants(this.wire.headOf(this.call.method));
    if (deadline !== undefined) encoder.varying("grpc-timeout", formatTimeout(deadline - Date.now()));
    writeMetadata(encoder, metadata);
    this.connection = http2;
    this.http2Stream = connection.open(this);
    this.begin();
  }

  refuse(code: Code, text: string): void {
    this.fail(localError(this.call.method.path, code, text));
  }

  // ---- Ending from this side

  onAbort(reason: unknown): void {
    this.fail(cancelledError(this.call.method.path, reason));
  }

  expire(): void {
    this.fail(localError(this.call.method.path, Code.DeadlineExceeded, "the deadline is over"));
  }

  /** Ends the call for a reason on this side. */
  fail(error: StatusError): void {
    if (this.isOver) return;
    if (this.http2Stream !== undefined) this.connection!.reset(this.http2Stream, ErrorCode.Cancel);
    this.#failure = error;
    this.#finish(error);
  }

  // ---- Events of the stream

  onFields(fields: Fields, isEnd: boolean): void {
    if (this.isOver) return;
    if (this.responseFields !== undefined) this.#ended(fields);
    else if (isEnd) this.#answered(fields);
    else this.#responded(fields);
  }

  /** A response without messages, whose headers are its trailers (gRPC over HTTP/2, "Trailers-Only"). */
  #answered(fields: Fields): void {
    if (fields.get("grpc-status") === undefined && this.#httpFault(fields)) return;
    this.#ended(fields);
  }

  #responded(fields: Fields): void {
    const notes = notesOn(fields);
    if (!notes.isAccepted) {
      if (this.#httpFault(fields)) return;
      const encoding = fields.get("grpc-encoding");
      if (encoding !== undefined && !isSupported(encoding)) {
        this.refuse(Code.Internal, `the server compresses by ${encoding}, which is not supported`);
        return;
      }
      notes.isAccepted = true;
    }
    this.responseFields = fields;
    this.onResponse();
  }

  /** Ends the call if the response is not gRPC, for example from a proxy. Returns whether it did. */
  #httpFault(fields: Fields): boolean {
    const type = fields.get("content-type");
    if (fields.status !== "200") {
      const { code, text } = statusOfHttp(fields.status!);
      this.refuse(code, text);
    } else if (!isGrpc(type)) this.refuse(Code.Unknown, `the server answered with content-type ${type ?? "none"}`);
    else return false;
    return true;
  }

  #ended(fields: Fields): void {
    this.trailerFields = fields;
    const notes = notesOn(fields);
    notes.status ??= statusOfTrailers(fields);
    const { status } = notes;
    if (status.code === Code.Ok && this.assembler.partial > 0) {
      this.refuse(Code.Internal, "malformed message: the stream ends within it");
      return;
    }
    if (this.#isLate(status.code)) {
      this.expire();
      return;
    }
    // The server reads no more.
    if (!this.http2Stream!.isLocalClosed) this.connection!.reset(this.http2Stream!, ErrorCode.NoError);
    this.#finish(status);
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    if (this.isOver) return;
    try {
      this.assembler.push(bytes, start, end, this);
    } catch (e) {
      const { code, text } = e as StatusError;
      this.refuse(code, text);
    }
  }

  onEnd(): void {
    if (!this.isOver) this.refuse(Code.Internal, "the server ended the stream without a status");
  }

  onReset(code: number, origin: ResetOrigin, text: string): void {
    if (this.isOver) return;
    this.http2Stream = undefined;
    const isUnseen = code === ErrorCode.RefusedStream && this.responseFields === undefined && origin === "peer";
    if (isUnseen && this.canRestart && this.#refusals++ < MAX_REFUSALS) {
      this.wire.channel.start(this);
      return;
    }
    if (origin === "peer") this.#endByReset(statusOfReset(code));
    else if (origin === "local") this.refuse(Code.Internal, text);
    else this.refuse(Code.Unavailable, text);
  }

  #endByReset(status: WireStatus): void {
    if (this.#isLate(status.code)) this.expire();
    else this.fail(this.#localError(status));
  }

  /**
   * Whether the deadline is over and this is how a server or proxy tells it: they may notice it first, as our timers are
   * up to a slot late.
   */
  #isLate(code: Code): boolean {
    const { deadline } = this.call;
    const isHowItIsTold = code === Code.Cancelled || code === Code.Unavailable;
    return isHowItIsTold && deadline !== undefined && Date.now() >= deadline;
  }

  onTrailersDue(): void {} // clients send none

  #localError({ code, text }: WireStatus): StatusError {
    return localError(this.call.method.path, code, text);
  }

  #finish(status: WireStatus): void {
    this.status = status;
    disarm(this);
    this.#following?.leave();
    this.onOver();
  }
}
