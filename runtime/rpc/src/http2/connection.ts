import { Budget } from "./budget.js";
import { ConnectionError, protocolError } from "./connection-error.js";
import type { ConnectionEvents } from "./connection-events.js";
import * as costs from "./costs.js";
import { DataReceiver } from "./data-receiver.js";
import { FieldSections } from "./field-sections.js";
import { ErrorCode, Flag, FrameType, MAX_FRAME, MAX_WINDOW, PREFACE } from "./frame/frame.js";
import { type FrameHandler, FrameReader } from "./frame/reader.js";
import { HeaderReceiver } from "./header-receiver.js";
import type { FieldLimits } from "./hpack/decoder.js";
import { HpackEncoder } from "./hpack/encoder.js";
import { HpackError } from "./hpack/hpack-error.js";
import { OpenStreams } from "./open-streams.js";
import { Output } from "./output.js";
import { Pings } from "./pings.js";
import { receivePriority } from "./priority.js";
import { ReceiveFlow } from "./receive-flow.js";
import type { WindowLimits } from "./receive-window.js";
import type { Role } from "./role.js";
import { SendFlow } from "./send-flow.js";
import { PeerSettings } from "./settings.js";
import { Shutdown } from "./shutdown.js";
import type { Sink } from "./sink.js";
import { Stream, type StreamEvents } from "./stream.js";

export interface ConnectionOptions {
  readonly fields: FieldLimits;
  readonly windows: WindowLimits;
  /** Server only: the maximum number of streams that are open or held. */
  readonly maxStreams: number;
  /** Maximum number of bytes that wait for readers, over all streams; beyond it, the peer has to wait. */
  readonly maxUnread: number;
  /** Returns milliseconds. */
  readonly now: () => number;
}

/**
 * One end of an HTTP/2 connection (RFC 9113), without a socket or a clock. Bytes go into `receive`, which calls the
 * handlers of the connection and its streams; what is sent leaves through the sink.
 */
export class Connection implements FrameHandler {
  readonly isServer: boolean;
  readonly encoder: HpackEncoder = new HpackEncoder();
  readonly peer: PeerSettings = new PeerSettings();
  readonly #events: ConnectionEvents;
  readonly #reader: FrameReader;
  readonly #out: Output;
  readonly #budget: Budget;
  readonly #receiveFlow: ReceiveFlow;
  readonly #streams: OpenStreams;
  readonly #sendFlow: SendFlow;
  readonly #pings: Pings;
  readonly #shutdown: Shutdown;
  readonly #data: DataReceiver;
  readonly #headers: HeaderReceiver;
  /** The bytes of the client's preface that are still to come. */
  #preface = 0;

  constructor(role: Role, sink: Sink, events: ConnectionEvents, options: ConnectionOptions) {
    const { isServer } = role;
    this.isServer = isServer;
    this.#events = events;
    this.#reader = new FrameReader(this);
    this.#out = new Output(sink);
    this.#budget = new Budget(options.now);
    const out = this.#out;
    const budget = this.#budget;
    this.#receiveFlow = new ReceiveFlow(out, options.windows, options.maxUnread);
    this.#streams = new OpenStreams(isServer, out, this.#receiveFlow, budget, () => this.#streamEnded());
    const streams = this.#streams;
    this.#sendFlow = new SendFlow(out, streams, budget);
    this.#pings = new Pings(out, budget);
    this.#shutdown = new Shutdown(isServer, out, streams, this.#pings);
    this.#data = new DataReceiver(isServer, streams, this.#receiveFlow, budget);
    const requests = role.requests(streams, this.#shutdown, this.peer, events, options.maxStreams);
    const sections = new FieldSections(streams, budget, requests);
    this.#headers = new HeaderReceiver(options.fields, sections, streams, budget);
    this.#greet(role.setting(options.maxStreams));
  }

  #greet(setting: readonly [id: number, value: number]): void {
    const { writer } = this.#out;
    if (this.isServer) this.#preface = PREFACE.length;
    else writer.raw(PREFACE);
    // MAX_HEADER_LIST_SIZE is not sent: many clients obey it without a clear status, whereas our own refusal has one.
    writer.settings([setting]);
  }

  // ---- State

  get isClosed(): boolean {
    return this.#out.isClosed;
  }

  /** The number of streams that are open or held. */
  get load(): number {
    return this.#streams.load;
  }

  get hasStreams(): boolean {
    return this.#streams.size > 0;
  }

  get openStreams(): readonly Stream[] {
    return this.#streams.all();
  }

  /** Client only: whether a stream may be opened now. */
  get canOpen(): boolean {
    return this.peer.areKnown && this.isUsable && this.#streams.size < this.peer.maxConcurrentStreams;
  }

  /** Client only: whether streams may be opened, now or after others have ended. */
  get isUsable(): boolean {
    const shutdown = this.#shutdown;
    return !this.isClosed && !shutdown.isLocal && !shutdown.isRemote && this.#streams.nextId < MAX_WINDOW;
  }

  // ---- Sending

  /** Client only: opens a stream with the fields in the encoder. */
  open(events: StreamEvents, isEnd: boolean): Stream {
    const stream = new Stream(this.#streams.nextId, this.peer.initialWindowSize, events);
    this.#streams.add(stream);
    this.sendFields(stream, isEnd);
    return stream;
  }

  /** Sends the fields in the encoder. */
  sendFields(stream: Stream, isEnd: boolean): void {
    if (stream.isLocalClosed) return;
    this.#out.writer.headers(stream.id, this.encoder.block, this.encoder.blockLength, isEnd);
    if (isEnd) this.#streams.closeLocal(stream);
  }

  /**
   * Begins a DATA frame. Returns the offset in `output` at which the caller must write its payload at once, or -1 if the
   * payload has to wait: then `send` takes it.
   */
  beginData(stream: Stream, bytes: number, isEnd: boolean): number {
    return this.#sendFlow.begin(stream, bytes, isEnd);
  }

  /** The memory in which `beginData` has made room. */
  get output(): Uint8Array {
    return this.#out.writer.bytes;
  }

  /** Sends bytes, which must not change, when there is room. Returns false if they wait: `onWritable` follows. */
  send(stream: Stream, bytes: Uint8Array, isEnd: boolean): boolean {
    return this.#sendFlow.send(stream, bytes, isEnd);
  }

  /** Ends our side of a stream, after everything that waits. */
  end(stream: Stream): void {
    this.#sendFlow.end(stream);
  }

  /** Calls `onTrailersDue` once nothing of the stream waits: at once, if nothing does now. */
  endWithTrailers(stream: Stream): void {
    if (stream.isLocalClosed) return;
    if (stream.waiting === undefined) stream.events.onTrailersDue();
    else stream.trailersWait = true;
  }

  /** Whether DATA of the stream waits for room. */
  isWaiting(stream: Stream): boolean {
    return stream.waiting !== undefined;
  }

  /** Resets a stream from this side. Later frames for it are ignored. */
  reset(stream: Stream, code: number): void {
    this.#streams.reset(stream, code);
  }

  /** The reader of a stream took bytes: the peer may send as many again. */
  taken(stream: Stream, bytes: number): void {
    this.#receiveFlow.taken(stream, bytes);
  }

  /** Server only: the stream counts as open until it is released, even after a reset. */
  hold(stream: Stream): void {
    this.#streams.hold(stream);
  }

  release(stream: Stream): void {
    this.#streams.release(stream);
  }

  /** Sends a PING, and calls back when its answer arrives. */
  ping(onAnswer: () => void): void {
    if (!this.isClosed) this.#pings.send(onAnswer);
  }

  /** Writes everything that this turn has produced. */
  flush(): void {
    if (!this.isClosed) this.#out.writer.flush();
  }

  // ---- Closing

  /** Accepts no more streams, and closes after the last one has ended. */
  drain(): void {
    if (!this.isClosed) this.#shutdown.drain(() => this.finishDrain());
  }

  /** Stops accepting the streams that were on their way when the drain began. */
  finishDrain(): void {
    if (this.#shutdown.isLocal || this.isClosed) return;
    this.#shutdown.announce(ErrorCode.NoError, "");
    this.#streamEnded();
  }

  /** Closes at once. Open streams are notified. */
  close(code: number, text: string): void {
    if (this.isClosed) return;
    this.#shutdown.announce(code, text);
    this.#finish(text);
  }

  /** The socket is gone. */
  lost(reason: string): void {
    if (!this.isClosed) this.#finish(reason);
  }

  #streamEnded(): void {
    if (this.isClosed) return;
    if (this.#shutdown.isUnderWay && this.#streams.size === 0) this.#finish("the connection was ended");
    else this.#events.onRoom();
  }

  #failed(error: unknown): void {
    if (error instanceof ConnectionError) this.close(error.code, error.message);
    else if (error instanceof HpackError) this.close(ErrorCode.CompressionError, error.message);
    else {
      this.close(ErrorCode.InternalError, "");
      this.#events.onFault(error);
    }
  }

  #finish(reason: string): void {
    this.#out.close();
    this.#reader.stop();
    for (const stream of this.#streams.all()) {
      this.#streams.remove(stream);
      stream.events.onReset(ErrorCode.NoError, "connection", reason);
    }
    this.#out.end();
    this.#events.onClose(reason);
  }

  // ---- Receiving

  receive(chunk: Uint8Array): void {
    if (this.isClosed) return;
    try {
      this.#reader.push(this.#preface > 0 ? this.#takePreface(chunk) : chunk);
    } catch (e) {
      this.#failed(e);
    }
  }

  #takePreface(chunk: Uint8Array): Uint8Array {
    let at = 0;
    for (; at < chunk.length && this.#preface > 0; at++)
      if (chunk[at] !== PREFACE[PREFACE.length - this.#preface--])
        throw protocolError("the client does not speak HTTP/2");
    return chunk.subarray(at);
  }

  /** The sink has room again. */
  drained(): void {
    this.#out.drained();
    this.#sendFlow.pump();
  }

  onHead(type: number, flags: number, id: number, length: number): boolean {
    if (length > MAX_FRAME) throw new ConnectionError(ErrorCode.FrameSizeError, `frame of ${length} bytes`);
    if (!this.peer.areKnown && (type !== FrameType.Settings || (flags & Flag.Ack) !== 0))
      throw protocolError("the first frame is not SETTINGS"); // section 3.4
    this.#headers.checkOrder(type, id);
    if (type === FrameType.Data) this.#data.begin(id, flags, length);
    return !this.isClosed;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.#data.receive(bytes, start, end);
  }

  onDataEnd(flags: number): boolean {
    this.#data.end(flags);
    return !this.isClosed;
  }

  onWrongPadding(): boolean {
    throw protocolError("padding that is longer than its frame");
  }

  onFrame(type: number, flags: number, id: number, bytes: Uint8Array, start: number, end: number): boolean {
    switch (type) {
      case FrameType.Headers:
        this.#headers.onHeaders(flags, id, bytes, start, end);
        break;
      case FrameType.Continuation:
        this.#headers.onContinuation(flags, bytes, start, end);
        break;
      case FrameType.Settings:
        this.#onSettings(flags, id, bytes, start, end);
        break;
      case FrameType.WindowUpdate:
        this.#sendFlow.receiveWindowUpdate(id, bytes, start, end);
        break;
      case FrameType.RstStream:
        this.#streams.receiveReset(id, bytes, start, end);
        break;
      case FrameType.Ping:
        this.#pings.receive(flags, id, bytes, start, end);
        break;
      case FrameType.Goaway:
        this.#shutdown.receive(id, bytes, start, end, this.#events);
        this.#streamEnded();
        break;
      case FrameType.Priority:
        receivePriority(this.#streams, this.#budget, id, bytes, start, end);
        break;
      case FrameType.PushPromise:
        throw protocolError("PUSH_PROMISE although push is disabled");
      default:
        this.#budget.spend(costs.unknown); // section 4.1: ignored
    }
    return !this.isClosed;
  }

  #onSettings(flags: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id !== 0) throw protocolError("SETTINGS on a stream");
    if ((flags & Flag.Ack) !== 0) {
      if (end > start) throw new ConnectionError(ErrorCode.FrameSizeError, "an acknowledgement with settings");
      this.#budget.spend(costs.settings);
      return;
    }
    if (this.peer.areKnown) this.#budget.spend(costs.settings);
    this.peer.apply(bytes, start, end, !this.isServer);
    this.encoder.resize(this.peer.headerTableSize);
    this.#sendFlow.setInitialWindow(this.peer.initialWindowSize);
    this.#out.writer.settingsAck(); // the settings hold for all that we send from here on
    this.#out.countAnswer();
    this.#sendFlow.pump();
    this.#events.onRoom();
  }
}
