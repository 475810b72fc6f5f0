import { Budget, costs } from "./budget.js";
import { ClosedStreams } from "./closed-streams.js";
import { ConnectionError } from "./connection-error.js";
import { type Fields, requestFault, responseFault, trailerFault } from "./fields.js";
import {
  DEFAULT_WINDOW,
  ErrorCode,
  errorName,
  Flag,
  FrameType,
  MAX_FRAME,
  MAX_WINDOW,
  PREFACE,
  readUint31,
  readUint32,
} from "./frame/frame.js";
import { type FrameHandler, FrameReader } from "./frame/reader.js";
import { FrameWriter, Written } from "./frame/writer.js";
import { HeaderBlock } from "./header-block.js";
import { type FieldLimits, HpackDecoder } from "./hpack/decoder.js";
import { HpackEncoder } from "./hpack/encoder.js";
import { HpackError } from "./hpack/hpack-error.js";
import { Growth, ReceiveWindow, type WindowLimits } from "./receive-window.js";
import { SendQueue } from "./send-queue.js";
import { PeerSettings, Setting } from "./settings.js";
import { Stream, type StreamEvents } from "./stream.js";
import { StreamTable } from "./stream-table.js";

/** Where the bytes of a connection go. None of these may throw. */
export interface Sink {
  write(bytes: Uint8Array): Written;
  /** There is something to write: `flush` is to be called when this turn is over. */
  wantsFlush(): void;
  /** Gives no more bytes to `receive`, until `resume`. */
  pause(): void;
  resume(): void;
  /** Nothing more will be written. */
  end(): void;
}

/** What a connection tells whoever has it. None of these may throw. */
export interface ConnectionEvents {
  /** A server: a request has come. Returns who gets what follows. */
  onRequest(stream: Stream, fields: Fields, isEnd: boolean): StreamEvents;
  /** A stream has ended, or the peer's settings have come: `canOpen` may be true now. */
  onRoom(): void;
  /** The peer takes no more streams. */
  onGoaway(code: ErrorCode, text: string): void;
  /** A mistake of ours: the connection was closed for it. */
  onFault(error: unknown): void;
  /** Nothing comes or goes any more. Streams that were open have been told. */
  onClose(reason: string): void;
}

export interface ConnectionOptions {
  readonly fields: FieldLimits;
  readonly windows: WindowLimits;
  /** A server: the most streams that may be open or held. */
  readonly maxStreams: number;
  /** The most bytes that may wait for readers, over all streams; then the peer waits. */
  readonly maxUnread: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** While what we must answer cannot leave, reading stops behind so many bytes. */
const MOST_ANSWERS = 64 * 1024;
/** The window of a connection: it bounds what is on its way, not what waits for readers. */
const CONNECTION_WINDOW: WindowLimits = { maxStream: 16 * 1024 * 1024, maxGrowth: 16 * 1024 * 1024 };
/** CONTINUATION of fewer bytes than this are charged. */
const SMALL_CONTINUATION = 16;

/**
 * One end of an HTTP/2 connection (RFC 9113), without a socket and without a clock: bytes go into `receive`, calls come out
 * of it, and what is sent leaves through the sink.
 */
export class Connection implements FrameHandler {
  readonly isServer: boolean;
  readonly encoder: HpackEncoder = new HpackEncoder();
  readonly peer: PeerSettings = new PeerSettings();
  private readonly sink: Sink;
  private readonly events: ConnectionEvents;
  private readonly options: ConnectionOptions;
  private readonly reader: FrameReader;
  private readonly writer: FrameWriter;
  private readonly decoder: HpackDecoder;
  private readonly budget: Budget;
  private readonly streams = new StreamTable();
  private readonly closed = new ClosedStreams();
  private readonly queue = new SendQueue();
  private readonly receiveWindow = new ReceiveWindow();
  private readonly growth: Growth;
  private readonly connectionGrowth = new Growth(CONNECTION_WINDOW);
  private readonly pings: (() => void)[] = [];
  private sendWindow = DEFAULT_WINDOW;
  private initialWindow = DEFAULT_WINDOW;
  private unread = 0;
  private withheld = 0;
  /** How much of the preface is to come. */
  private preface = 0;
  private lastId = 0;
  private nextId = 1;
  private held = 0;
  private block: HeaderBlock | undefined;
  /** Who gets the DATA that is being read. */
  private target: Stream | undefined;
  /** What is to come of its frame, with padding. */
  private targetLeft = 0;
  private isCongested = false;
  private isPaused = false;
  private answers = 0;
  /** Our GOAWAY has left: no more streams are taken. */
  private isLeaving = false;
  private isDraining = false;
  private peerIsLeaving = false;
  private state: "open" | "closed" = "open";

  constructor(role: "client" | "server", sink: Sink, events: ConnectionEvents, options: ConnectionOptions) {
    this.isServer = role === "server";
    this.sink = sink;
    this.events = events;
    this.options = options;
    this.reader = new FrameReader(this);
    this.writer = new FrameWriter(
      (bytes) => this.write(bytes),
      () => sink.wantsFlush(),
    );
    this.decoder = new HpackDecoder(options.fields);
    this.budget = new Budget(options.now);
    this.growth = new Growth(options.windows);
    this.greet();
  }

  private greet(): void {
    if (this.isServer) this.preface = PREFACE.length;
    else this.writer.raw(PREFACE);
    // Nothing is said of the limit of fields: many peers lose the status of a call that they may not send, ours is clear.
    this.writer.settings([
      this.isServer ? [Setting.MaxConcurrentStreams, this.options.maxStreams] : [Setting.EnablePush, 0],
    ]);
  }

  // ---- what the application asks for

  get isClosed(): boolean {
    return this.state === "closed";
  }

  /** How many streams are open, or held. */
  get load(): number {
    return this.streams.size + this.held;
  }

  get openStreams(): readonly Stream[] {
    return this.streams.all();
  }

  /** A client: whether a stream may be opened now. */
  get canOpen(): boolean {
    return this.peer.areKnown && this.isUsable && this.streams.size < this.peer.maxConcurrentStreams;
  }

  /** A client: whether streams may be opened, now or when others have ended. */
  get isUsable(): boolean {
    return !this.isClosed && !this.isLeaving && !this.peerIsLeaving && this.nextId < MAX_WINDOW;
  }

  /** A client: opens a stream with the fields that the encoder has. */
  open(events: StreamEvents, isEnd: boolean): Stream {
    const stream = new Stream(this.nextId, this.peer.initialWindowSize, events);
    this.nextId += 2;
    this.streams.add(stream);
    this.sendFields(stream, isEnd);
    return stream;
  }

  /** Sends the fields that the encoder has. */
  sendFields(stream: Stream, isEnd: boolean): void {
    if (stream.isLocalClosed) return;
    this.writer.headers(stream.id, this.encoder.block, this.encoder.blockLength, isEnd);
    if (isEnd) this.closeLocal(stream);
  }

  /**
   * Begins DATA of so many bytes, which `output` takes at the returned offset: they must be written at once. Returns -1 when
   * they have to wait: then `send` takes them.
   */
  beginData(stream: Stream, bytes: number, isEnd: boolean): number {
    if (bytes > MAX_FRAME || bytes > stream.sendWindow || bytes > this.sendWindow) return -1;
    if (this.isCongested || stream.waiting !== undefined || stream.isLocalClosed) return -1;
    this.dataHead(stream, bytes, isEnd);
    const { at } = this.writer;
    this.writer.at += bytes;
    if (isEnd) this.closeLocal(stream);
    return at;
  }

  /** Where `beginData` has made room. */
  get output(): Uint8Array {
    return this.writer.bytes;
  }

  /** Sends bytes, which must not change, when there is room. Returns false when they wait: `onWritable` follows. */
  send(stream: Stream, bytes: Uint8Array, isEnd: boolean): boolean {
    if (stream.isLocalClosed) return true;
    const waiting = { bytes, at: 0, isEnd };
    if (stream.waiting === undefined) stream.waiting = [waiting];
    else stream.waiting.push(waiting);
    this.queue.add(stream);
    this.pump();
    return stream.waiting === undefined;
  }

  /** Ends our side, behind what waits. */
  end(stream: Stream): void {
    if (stream.isLocalClosed) return;
    if (stream.waiting !== undefined) this.send(stream, NOTHING, true);
    else {
      this.dataHead(stream, 0, true);
      this.closeLocal(stream);
    }
  }

  /** Calls `onTrailersDue` when all that waits has left: now, if nothing does. */
  endWithTrailers(stream: Stream): void {
    if (stream.isLocalClosed) return;
    if (stream.waiting === undefined) stream.events.onTrailersDue();
    else stream.trailersWait = true;
  }

  /** Whether something of the stream waits for room. */
  isWaiting(stream: Stream): boolean {
    return stream.waiting !== undefined;
  }

  /** Ends a stream from this side. What comes for it is ignored from here on. */
  reset(stream: Stream, code: ErrorCode): void {
    if (stream.isClosed || this.isClosed) return;
    this.writer.rstStream(stream.id, code);
    this.countAnswer();
    this.remove(stream);
    this.streamEnded();
  }

  /** The reader took bytes of a stream: the peer may send as many again. */
  taken(stream: Stream, bytes: number): void {
    if (bytes === 0 || this.isClosed || stream.unread === 0) return;
    const counted = Math.min(bytes, stream.unread);
    stream.unread -= counted;
    this.read(counted);
    if (stream.isRemoteClosed) return;
    const increment = stream.receiveWindow.take(counted, this.options.windows, this.growth);
    if (increment > 0) this.writer.windowUpdate(stream.id, increment);
  }

  /** A server: the stream counts as open until it is released, even when it was reset. */
  hold(stream: Stream): void {
    stream.isHeld = true;
  }

  release(stream: Stream): void {
    if (!stream.isHeld) return;
    stream.isHeld = false;
    if (stream.isClosed) this.held--;
  }

  /** Asks the peer for a sign of life, and calls back when it comes. */
  ping(onAnswer: () => void): void {
    if (this.isClosed) return;
    this.pings.push(onAnswer);
    this.writer.ping(0, PING, 0);
  }

  /** Takes no more streams, and closes when the last has ended (RFC 9113, section 6.8). */
  drain(): void {
    if (this.isDraining || this.isClosed) return;
    this.isDraining = true;
    if (!this.isServer) {
      this.finishDrain();
      return;
    }
    this.writer.goaway(MAX_WINDOW, ErrorCode.NoError, "");
    this.ping(() => this.finishDrain()); // what the peer sent until now has come when this is answered
  }

  /** Ends the time in which streams that were on their way are taken. */
  finishDrain(): void {
    if (this.isLeaving || this.isClosed) return;
    this.sayGoaway(ErrorCode.NoError, "");
    this.streamEnded();
  }

  /** Closes at once. Streams that are open are told. */
  close(code: ErrorCode, text: string): void {
    if (this.isClosed) return;
    this.sayGoaway(code, text);
    this.finish(text);
  }

  /** Writes what this turn has brought. */
  flush(): void {
    if (!this.isClosed) this.writer.flush();
  }

  // ---- what the edge tells

  receive(chunk: Uint8Array): void {
    if (this.isClosed) return;
    try {
      this.reader.push(this.preface > 0 ? this.takePreface(chunk) : chunk);
    } catch (e) {
      this.failed(e);
    }
  }

  /** The sink has room again. */
  drained(): void {
    this.isCongested = false;
    this.answers = 0;
    if (this.isPaused) {
      this.isPaused = false;
      this.sink.resume();
    }
    this.pump();
  }

  /** The connection is gone. */
  lost(reason: string): void {
    if (!this.isClosed) this.finish(reason);
  }

  // ---- frames, as the reader tells of them

  onHead(type: number, flags: number, id: number, length: number): boolean {
    if (length > MAX_FRAME) throw new ConnectionError(ErrorCode.FrameSizeError, `frame of ${length} bytes`);
    if (!this.peer.areKnown && (type !== FrameType.Settings || (flags & Flag.Ack) !== 0))
      throw protocolError("the first frame is not SETTINGS"); // section 3.4
    if (this.block !== undefined && (type !== FrameType.Continuation || id !== this.block.id))
      throw protocolError("a header block that is interrupted"); // section 4.3
    if (type === FrameType.Data) this.beginReceiving(id, flags, length);
    return !this.isClosed;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    const { target } = this;
    if (target === undefined) return;
    this.targetLeft -= end - start;
    if (target.expected !== undefined) target.expected -= end - start;
    target.events.onData(bytes, start, end);
  }

  onDataEnd(flags: number): boolean {
    const { target } = this;
    this.target = undefined;
    if (target === undefined || target.isRemoteClosed) return !this.isClosed;
    this.taken(target, this.targetLeft); // padding, which no reader takes
    if (
      target.expected !== undefined &&
      (target.expected < 0 || ((flags & Flag.EndStream) !== 0 && target.expected > 0))
    )
      this.streamError(target, ErrorCode.ProtocolError, "content-length differs from DATA");
    else if ((flags & Flag.EndStream) !== 0) this.endRemote(target);
    return !this.isClosed;
  }

  onWrongPadding(): boolean {
    throw protocolError("padding that is longer than its frame");
  }

  onFrame(type: number, flags: number, id: number, bytes: Uint8Array, start: number, end: number): boolean {
    switch (type) {
      case FrameType.Headers:
        this.onHeaders(flags, id, bytes, start, end);
        break;
      case FrameType.Continuation:
        this.onContinuation(flags, bytes, start, end);
        break;
      case FrameType.Settings:
        this.onSettings(flags, id, bytes, start, end);
        break;
      case FrameType.WindowUpdate:
        this.onWindowUpdate(id, bytes, start, end);
        break;
      case FrameType.RstStream:
        this.onRstStream(id, bytes, start, end);
        break;
      case FrameType.Ping:
        this.onPing(flags, id, bytes, start, end);
        break;
      case FrameType.Goaway:
        this.onGoaway(id, bytes, start, end);
        break;
      case FrameType.Priority:
        this.onPriority(id, bytes, start, end);
        break;
      case FrameType.PushPromise:
        throw protocolError("PUSH_PROMISE, which was not allowed");
      default:
        this.spend(costs.unknown); // section 4.1: ignored
    }
    return !this.isClosed;
  }

  // ---- DATA

  private beginReceiving(id: number, flags: number, length: number): void {
    if (id === 0) throw protocolError("DATA on stream 0");
    if ((flags & Flag.Padded) !== 0 && length === 0)
      throw new ConnectionError(ErrorCode.FrameSizeError, "DATA without its padding");
    if (!this.receiveWindow.receive(length))
      throw new ConnectionError(ErrorCode.FlowControlError, "DATA over the window of the connection");
    this.target = this.receiver(id, length);
    this.targetLeft = length;
    if (this.target === undefined) {
      this.credit(length);
      return;
    }
    this.credit(length, this.target);
    if (length === 0 && (flags & Flag.EndStream) === 0) this.spend(costs.emptyData);
  }

  /** Who gets DATA of this id: undefined when it is dropped. */
  private receiver(id: number, length: number): Stream | undefined {
    const stream = this.streams.get(id);
    if (stream === undefined) {
      this.checkClosed(id, "DATA");
      return undefined;
    }
    if (stream.isRemoteClosed) throw new ConnectionError(ErrorCode.StreamClosed, "DATA behind the end of its stream");
    if (!this.isServer && !stream.hasResponse) {
      this.streamError(stream, ErrorCode.ProtocolError, "DATA before the response");
      return undefined;
    }
    if (stream.receiveWindow.receive(length)) return stream;
    this.streamError(stream, ErrorCode.FlowControlError, "DATA over the window of its stream");
    return undefined;
  }

  /** Gives back room of the connection: at once, so that no reader that has stopped holds up the other streams. */
  private credit(bytes: number, stream?: Stream): void {
    if (stream !== undefined) {
      stream.unread += bytes;
      this.unread += bytes;
    }
    this.withheld += bytes;
    if (this.unread <= this.options.maxUnread) this.giveBack();
  }

  private giveBack(): void {
    const { withheld } = this;
    if (withheld === 0 || this.isClosed) return;
    this.withheld = 0;
    const increment = this.receiveWindow.take(withheld, CONNECTION_WINDOW, this.connectionGrowth);
    if (increment > 0) this.writer.windowUpdate(0, increment);
  }

  private read(bytes: number): void {
    this.unread -= bytes;
    if (this.unread <= this.options.maxUnread) this.giveBack();
  }

  // ---- fields

  private onHeaders(flags: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id === 0) throw protocolError("HEADERS on stream 0");
    let from = start;
    let to = end;
    if ((flags & Flag.Padded) !== 0) {
      if (from === to) throw new ConnectionError(ErrorCode.FrameSizeError, "HEADERS without its padding");
      to -= bytes[from++]!;
    }
    if ((flags & Flag.Priority) !== 0) {
      if (readUint31(bytes, from) === id) this.selfDependency(id);
      from += 5;
    }
    if (from > to) throw protocolError("padding that is longer than its frame");
    if ((flags & Flag.EndHeaders) !== 0) this.onBlock(id, flags, bytes, from, to);
    else {
      this.block = new HeaderBlock(id, flags);
      this.block.add(bytes, from, to);
    }
  }

  private onContinuation(flags: number, bytes: Uint8Array, start: number, end: number): void {
    const { block } = this;
    if (block === undefined) throw protocolError("CONTINUATION without HEADERS");
    if (end - start < SMALL_CONTINUATION) this.spend(costs.smallContinuation);
    block.add(bytes, start, end);
    if ((flags & Flag.EndHeaders) === 0) return;
    this.block = undefined;
    const joined = block.join();
    this.onBlock(block.id, block.flags, joined, 0, joined.length);
  }

  /** Every block is decoded, also one that nobody wants: the table is that of the connection. */
  private onBlock(id: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    const fields = this.decoder.decode(bytes, start, end);
    const isEnd = (flags & Flag.EndStream) !== 0;
    const stream = this.streams.get(id);
    if (stream !== undefined) this.onFields(stream, fields, isEnd);
    else if (this.isServer && id > this.lastId) this.onRequest(id, fields, isEnd);
    else this.checkClosed(id, "HEADERS");
  }

  private onRequest(id: number, fields: Fields, isEnd: boolean): void {
    if ((id & 1) === 0) throw protocolError(`a request on stream ${id}`); // section 5.1.1
    if (this.isLeaving) return; // the peer was told, and opens it elsewhere
    this.closed.open(id, this.lastId);
    this.lastId = id;
    const stream = new Stream(id, this.peer.initialWindowSize, ignoring);
    const fault = requestFault(fields) ?? lengthFault(fields, isEnd);
    if (fault !== undefined) this.refuse(stream, ErrorCode.ProtocolError);
    else if (this.load >= this.options.maxStreams) this.refuse(stream, ErrorCode.RefusedStream);
    else {
      stream.expected = fields.contentLength;
      stream.isRemoteClosed = isEnd;
      if (isEnd) this.closed.end(id);
      this.streams.add(stream);
      stream.events = this.events.onRequest(stream, fields, isEnd);
    }
  }

  private refuse(stream: Stream, code: ErrorCode): void {
    stream.isLocalClosed = stream.isRemoteClosed = true;
    this.writer.rstStream(stream.id, code);
    this.countAnswer();
    this.spend(costs.resetByUs);
  }

  private onFields(stream: Stream, fields: Fields, isEnd: boolean): void {
    if (stream.isRemoteClosed)
      throw new ConnectionError(ErrorCode.StreamClosed, "HEADERS behind the end of its stream");
    const isTrailer = this.isServer || stream.hasResponse;
    const fault = isTrailer ? trailerFault(fields) : responseFault(fields);
    if (fault !== undefined) {
      this.streamError(stream, ErrorCode.ProtocolError, fault);
      return;
    }
    if (isTrailer && !isEnd) {
      this.streamError(stream, ErrorCode.ProtocolError, "trailers that end nothing");
      return;
    }
    if (!isTrailer && fields.status!.startsWith("1")) {
      this.onInterim(stream, isEnd);
      return;
    }
    if (!isTrailer) {
      stream.hasResponse = true;
      stream.expected = fields.contentLength;
    }
    if (isEnd && stream.expected !== undefined && stream.expected !== 0) {
      this.streamError(stream, ErrorCode.ProtocolError, "content-length differs from DATA");
      return;
    }
    if (isEnd) this.closeRemote(stream);
    stream.events.onFields(fields, isEnd);
    if (isEnd && stream.isClosed) this.streamEnded();
  }

  /** Section 8.1: interim responses come before the response. */
  private onInterim(stream: Stream, isEnd: boolean): void {
    if (isEnd) this.streamError(stream, ErrorCode.ProtocolError, "an interim response that ends its stream");
    else this.spend(costs.interim);
  }

  // ---- the other frames

  private onSettings(flags: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id !== 0) throw protocolError("SETTINGS on a stream");
    if ((flags & Flag.Ack) !== 0) {
      if (end > start) throw new ConnectionError(ErrorCode.FrameSizeError, "an acknowledgement with settings");
      this.spend(costs.settings);
      return;
    }
    if (this.peer.areKnown) this.spend(costs.settings);
    this.peer.apply(bytes, start, end, !this.isServer);
    this.encoder.resize(this.peer.headerTableSize);
    this.moveWindows(this.peer.initialWindowSize - this.initialWindow);
    this.writer.settingsAck(); // what restricts us holds from here on
    this.countAnswer();
    this.pump();
    this.events.onRoom();
  }

  /** Section 6.9.2: a change holds for streams that are open, and may bring them below 0. */
  private moveWindows(difference: number): void {
    if (difference === 0) return;
    this.initialWindow += difference;
    for (const stream of this.streams.all()) {
      stream.sendWindow += difference;
      if (stream.sendWindow > MAX_WINDOW)
        throw new ConnectionError(ErrorCode.FlowControlError, "INITIAL_WINDOW_SIZE makes a window too large");
      if (stream.waiting !== undefined) this.queue.add(stream);
    }
  }

  private onWindowUpdate(id: number, bytes: Uint8Array, start: number, end: number): void {
    checkSize("WINDOW_UPDATE", end - start, 4);
    this.spend(costs.windowUpdate);
    const increment = readUint31(bytes, start);
    if (id === 0) {
      if (increment === 0) throw protocolError("WINDOW_UPDATE of 0");
      this.sendWindow += increment;
      if (this.sendWindow > MAX_WINDOW)
        throw new ConnectionError(ErrorCode.FlowControlError, "the window of the connection is too large");
      this.pump();
      return;
    }
    const stream = this.streams.get(id);
    if (stream === undefined) {
      this.checkIdle(id, "WINDOW_UPDATE");
      return;
    }
    if (increment === 0) {
      this.streamError(stream, ErrorCode.ProtocolError, "WINDOW_UPDATE of 0");
      return;
    }
    stream.sendWindow += increment;
    if (stream.sendWindow > MAX_WINDOW) {
      this.streamError(stream, ErrorCode.FlowControlError, "the window of the stream is too large");
      return;
    }
    if (stream.waiting === undefined) return;
    this.queue.add(stream);
    this.pump();
  }

  private onRstStream(id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id === 0) throw protocolError("RST_STREAM on stream 0");
    checkSize("RST_STREAM", end - start, 4);
    const stream = this.streams.get(id);
    if (stream === undefined) {
      this.checkIdle(id, "RST_STREAM");
      return;
    }
    const code = readUint32(bytes, start) as ErrorCode;
    this.remove(stream);
    stream.events.onReset(code, "peer", `the peer reset the stream: ${errorName(code)}`);
    this.streamEnded();
  }

  private onPing(flags: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id !== 0) throw protocolError("PING on a stream");
    checkSize("PING", end - start, 8);
    if ((flags & Flag.Ack) !== 0) {
      const onAnswer = this.pings.shift();
      if (onAnswer === undefined) this.spend(costs.ping);
      else onAnswer();
      return;
    }
    this.spend(costs.ping);
    this.writer.ping(Flag.Ack, bytes, start);
    this.countAnswer();
  }

  private onGoaway(id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id !== 0) throw protocolError("GOAWAY on a stream");
    if (end - start < 8) throw new ConnectionError(ErrorCode.FrameSizeError, "GOAWAY of less than 8 bytes");
    const lastId = readUint31(bytes, start);
    const code = readUint32(bytes, start + 4) as ErrorCode;
    const text = printable(bytes, start + 8, end);
    this.peerIsLeaving = true;
    if (!this.isServer) this.refusedByGoaway(lastId);
    this.events.onGoaway(code, text);
    this.streamEnded();
  }

  /** Section 6.8: streams above were not handled, and may be tried elsewhere; the others go on. */
  private refusedByGoaway(lastId: number): void {
    for (const stream of this.streams.all()) {
      if (stream.id <= lastId) continue;
      this.remove(stream);
      stream.events.onReset(ErrorCode.RefusedStream, "peer", "the peer takes no more calls");
    }
  }

  private onPriority(id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id === 0) throw protocolError("PRIORITY on stream 0");
    if (end - start !== 5) {
      const stream = this.streams.get(id);
      if (stream === undefined) throw new ConnectionError(ErrorCode.FrameSizeError, "PRIORITY of a wrong size");
      this.streamError(stream, ErrorCode.FrameSizeError, "PRIORITY of a wrong size");
      return;
    }
    this.spend(costs.priority);
    if (readUint31(bytes, start) === id) this.selfDependency(id);
  }

  /** RFC 7540, section 5.3.1; RFC 9113 has priorities no more, and lets us say so still. */
  private selfDependency(id: number): void {
    const stream = this.streams.get(id);
    if (stream === undefined) throw protocolError("a stream that depends on itself");
    this.streamError(stream, ErrorCode.ProtocolError, "a stream that depends on itself");
  }

  // ---- sending

  private dataHead(stream: Stream, bytes: number, isEnd: boolean): void {
    this.writer.head(bytes, FrameType.Data, isEnd ? Flag.EndStream : 0, stream.id);
    stream.sendWindow -= bytes;
    this.sendWindow -= bytes;
    this.budget.spend(costs.dataSent);
  }

  /** Sends what waits, a frame of each stream in turn, as far as windows and the sink let it. */
  private pump(): void {
    while (!this.isCongested && !this.isClosed) {
      const stream = this.queue.head;
      if (stream === undefined) return;
      const waiting = stream.waiting?.[0];
      if (waiting === undefined || stream.isLocalClosed) {
        this.queue.shift();
        continue;
      }
      const left = waiting.bytes.length - waiting.at;
      if (left > 0 && this.sendWindow <= 0) return; // the order stays
      const bytes = Math.min(left, MAX_FRAME, this.sendWindow, stream.sendWindow);
      this.queue.shift();
      if (left > 0 && bytes <= 0) continue; // its next WINDOW_UPDATE brings it back
      this.sendPart(stream, bytes, left);
    }
  }

  private sendPart(stream: Stream, bytes: number, left: number): void {
    const waiting = stream.waiting![0]!;
    const isLast = bytes === left;
    this.dataHead(stream, bytes, isLast && waiting.isEnd);
    this.writer.copy(waiting.bytes, waiting.at, waiting.at + bytes);
    waiting.at += bytes;
    if (isLast) stream.waiting!.shift();
    if (stream.waiting!.length > 0) {
      this.queue.add(stream);
      return;
    }
    stream.waiting = undefined;
    if (waiting.isEnd) this.closeLocal(stream);
    else if (stream.trailersWait) stream.events.onTrailersDue();
    else stream.events.onWritable();
  }

  private write(bytes: Uint8Array): Written {
    const written = this.sink.write(bytes);
    if (written === Written.Full) this.isCongested = true;
    return written;
  }

  /** While answers cannot leave, the peer is read no more: so it cannot make us hold them. */
  private countAnswer(): void {
    if (!this.isCongested || this.isPaused) return;
    this.answers += ANSWER_BYTES;
    if (this.answers < MOST_ANSWERS) return;
    this.isPaused = true;
    this.sink.pause();
  }

  // ---- ends

  private endRemote(stream: Stream): void {
    this.closeRemote(stream);
    stream.events.onEnd();
    if (stream.isClosed) this.streamEnded();
  }

  private closeRemote(stream: Stream): void {
    this.closed.end(stream.id);
    stream.isRemoteClosed = true;
    if (stream.isLocalClosed) this.forget(stream);
  }

  private closeLocal(stream: Stream): void {
    stream.isLocalClosed = true;
    if (!stream.isRemoteClosed) return;
    this.forget(stream);
    this.streamEnded();
  }

  /** The stream ends in the middle. */
  private remove(stream: Stream): void {
    stream.isLocalClosed = stream.isRemoteClosed = true;
    stream.waiting = undefined;
    if (this.target === stream) this.target = undefined;
    this.forget(stream);
  }

  private forget(stream: Stream): void {
    if (!this.streams.delete(stream)) return;
    stream.receiveWindow.release(this.growth);
    const { unread } = stream;
    stream.unread = 0;
    if (unread > 0) this.read(unread);
    if (stream.isHeld) this.held++;
  }

  private streamError(stream: Stream, code: ErrorCode, text: string): void {
    this.reset(stream, code);
    stream.events.onReset(code, "local", text);
    this.spend(costs.resetByUs);
  }

  private streamEnded(): void {
    if (this.isClosed) return;
    const isOver = this.isServer ? this.isLeaving : this.isLeaving || this.peerIsLeaving;
    if (isOver && this.streams.size === 0) this.finish("the connection was ended");
    else this.events.onRoom();
  }

  /** A frame for a stream that is not open: late ones are ignored, wrong ones end the connection. */
  private checkClosed(id: number, what: string): void {
    this.checkIdle(id, what);
    if (this.closed.hasEnded(id))
      throw new ConnectionError(ErrorCode.StreamClosed, `${what} behind the end of its stream`);
    if (this.closed.wasPassedOver(id)) throw protocolError(`${what} on a stream that was passed over`);
  }

  private checkIdle(id: number, what: string): void {
    const isOurs = (id & 1) === (this.isServer ? 0 : 1);
    const isIdle = isOurs ? this.isServer || id >= this.nextId : !this.isServer || id > this.lastId;
    if (isIdle) throw protocolError(`${what} on a stream that was not opened`);
    this.spend(costs.late);
  }

  private spend(cost: number): void {
    if (!this.budget.spend(cost))
      throw new ConnectionError(ErrorCode.EnhanceYourCalm, "too many frames that make no calls");
  }

  private sayGoaway(code: ErrorCode, text: string): void {
    this.isLeaving = true;
    this.writer.goaway(this.isServer ? this.lastId : 0, code, text);
  }

  private failed(error: unknown): void {
    if (error instanceof ConnectionError) this.close(error.code, error.message);
    else if (error instanceof HpackError) this.close(ErrorCode.CompressionError, error.message);
    else {
      this.close(ErrorCode.InternalError, "");
      this.events.onFault(error);
    }
  }

  private finish(reason: string): void {
    this.writer.flush();
    this.state = "closed";
    this.reader.stop();
    for (const stream of this.streams.all()) {
      this.remove(stream);
      stream.events.onReset(ErrorCode.NoError, "connection", reason);
    }
    this.sink.end();
    this.events.onClose(reason);
  }

  private takePreface(chunk: Uint8Array): Uint8Array {
    let at = 0;
    for (; at < chunk.length && this.preface > 0; at++)
      if (chunk[at] !== PREFACE[PREFACE.length - this.preface--]) throw protocolError("no client of HTTP/2");
    return chunk.subarray(at);
  }
}

const NOTHING = new Uint8Array(0);
const PING = Uint8Array.from("protoloo", (c) => c.charCodeAt(0));
const ANSWER_BYTES = 17;

/** Of a stream that nobody has yet. */
const ignoring: StreamEvents = {
  onFields() {},
  onData() {},
  onEnd() {},
  onReset() {},
  onWritable() {},
  onTrailersDue() {},
};

function protocolError(text: string): ConnectionError {
  return new ConnectionError(ErrorCode.ProtocolError, text);
}

function checkSize(name: string, size: number, expected: number): void {
  if (size !== expected) throw new ConnectionError(ErrorCode.FrameSizeError, `${name} of ${size} bytes`);
}

function lengthFault({ contentLength }: Fields, isEnd: boolean): string | undefined {
  return isEnd && contentLength !== undefined && contentLength > 0 ? "content-length without DATA" : undefined;
}

/** Text of a peer, for a message: what is not printable ASCII is a question mark. */
function printable(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < Math.min(end, start + 256); i++) {
    const byte = bytes[i]!;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?";
  }
  return text;
}
