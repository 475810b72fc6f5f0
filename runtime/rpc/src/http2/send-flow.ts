import type { Budget } from "./budget.js";
import { ConnectionError, checkSize, protocolError } from "./connection-error.js";
import * as costs from "./costs.js";
import { DEFAULT_WINDOW, ErrorCode, Flag, MAX_FRAME, MAX_WINDOW, readUint31 } from "./frame/frame.js";
import type { OpenStreams } from "./open-streams.js";
import type { Output } from "./output.js";
import { SendQueue } from "./send-queue.js";
import type { Stream } from "./stream.js";

/** Sends DATA as far as the peer's windows and the sink allow (RFC 9113, section 5.2). */
export class SendFlow {
  readonly #output: Output;
  readonly #streams: OpenStreams;
  readonly #budget: Budget;
  readonly #queue = new SendQueue();
  #window = DEFAULT_WINDOW;
  #initialWindow = DEFAULT_WINDOW;

  constructor(output: Output, streams: OpenStreams, budget: Budget) {
    this.#output = output;
    this.#streams = streams;
    this.#budget = budget;
  }

  /**
   * Begins a DATA frame. Returns the offset in the writer's memory at which the caller must write the payload at once, or
   * -1 if the payload has to wait: then `send` takes it.
   */
  begin(stream: Stream, bytes: number, isEnd: boolean): number {
    if (bytes > MAX_FRAME || bytes > stream.sendWindow || bytes > this.#window) return -1;
    if (this.#output.isCongested || stream.waiting !== undefined || stream.isLocalClosed) return -1;
    const { writer } = this.#output;
    if (!isEnd && writer.extendData(bytes, stream.id)) this.#spend(stream, bytes);
    else this.#head(stream, bytes, isEnd);
    const { at } = writer;
    writer.at += bytes;
    if (isEnd) this.#streams.closeLocal(stream);
    return at;
  }

  /** Sends bytes, which must not change, when there is room. Returns false if they wait: `onWritable` follows. */
  send(stream: Stream, bytes: Uint8Array, isEnd: boolean): boolean {
    if (stream.isLocalClosed) return true;
    const waiting = { bytes, at: 0, isEnd };
    if (stream.waiting === undefined) stream.waiting = [waiting];
    else stream.waiting.push(waiting);
    this.#queue.add(stream);
    this.pump();
    return stream.waiting === undefined;
  }

  /** Ends our side of a stream, after everything that waits. */
  end(stream: Stream): void {
    if (stream.isLocalClosed) return;
    if (stream.waiting !== undefined) this.send(stream, NOTHING, true);
    else {
      this.#head(stream, 0, true);
      this.#streams.closeLocal(stream);
    }
  }

  /** Sends what waits, one frame of each stream in turn, until the windows or the sink are full. */
  pump(): void {
    while (!this.#output.isCongested && !this.#output.isClosed) {
      const stream = this.#queue.head;
      if (stream === undefined) return;
      const waiting = stream.waiting?.[0];
      if (waiting === undefined || stream.isLocalClosed) {
        this.#queue.shift();
        continue;
      }
      const left = waiting.bytes.length - waiting.at;
      if (left > 0 && this.#window <= 0) return; // streams keep their turn
      const bytes = Math.min(left, MAX_FRAME, this.#window, stream.sendWindow);
      this.#queue.shift();
      if (left > 0 && bytes <= 0) continue; // its next WINDOW_UPDATE queues it again
      this.#sendPart(stream, bytes, left);
    }
  }

  #sendPart(stream: Stream, bytes: number, left: number): void {
    const waiting = stream.waiting![0]!;
    const isLast = bytes === left;
    this.#head(stream, bytes, isLast && waiting.isEnd);
    this.#output.writer.copy(waiting.bytes, waiting.at, waiting.at + bytes);
    waiting.at += bytes;
    if (isLast) stream.waiting!.shift();
    if (stream.waiting!.length > 0) {
      this.#queue.add(stream);
      return;
    }
    stream.waiting = undefined;
    if (waiting.isEnd) this.#streams.closeLocal(stream);
    else if (stream.trailersWait) stream.events.onTrailersDue();
    else stream.events.onWritable();
  }

  #head(stream: Stream, bytes: number, isEnd: boolean): void {
    this.#output.writer.data(bytes, isEnd ? Flag.EndStream : 0, stream.id);
    this.#spend(stream, bytes);
    this.#budget.spend(costs.dataSent);
  }

  #spend(stream: Stream, bytes: number): void {
    stream.sendWindow -= bytes;
    this.#window -= bytes;
  }

  /** Applies INITIAL_WINDOW_SIZE to open streams too, whose windows may become negative (section 6.9.2). */
  setInitialWindow(size: number): void {
    const difference = size - this.#initialWindow;
    if (difference === 0) return;
    this.#initialWindow = size;
    for (const stream of this.#streams.all()) {
      stream.sendWindow += difference;
      if (stream.sendWindow > MAX_WINDOW)
        throw new ConnectionError(ErrorCode.FlowControlError, "INITIAL_WINDOW_SIZE makes a window too large");
      if (stream.waiting !== undefined) this.#queue.add(stream);
    }
  }

  receiveWindowUpdate(id: number, bytes: Uint8Array, start: number, end: number): void {
    checkSize("WINDOW_UPDATE", end - start, 4);
    this.#budget.spend(costs.windowUpdate);
    const increment = readUint31(bytes, start);
    if (id === 0) {
      this.#growConnection(increment);
      return;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) this.#streams.checkIdle(id, "WINDOW_UPDATE");
    else this.#growStream(stream, increment);
  }

  #growConnection(increment: number): void {
    if (increment === 0) throw protocolError("WINDOW_UPDATE of 0");
    this.#window += increment;
    if (this.#window > MAX_WINDOW)
      throw new ConnectionError(ErrorCode.FlowControlError, "the window of the connection is too large");
    this.pump();
  }

  #growStream(stream: Stream, increment: number): void {
    if (increment === 0) {
      this.#streams.fail(stream, ErrorCode.ProtocolError, "WINDOW_UPDATE of 0");
      return;
    }
    stream.sendWindow += increment;
    if (stream.sendWindow > MAX_WINDOW) {
      this.#streams.fail(stream, ErrorCode.FlowControlError, "the window of the stream is too large");
      return;
    }
    if (stream.waiting === undefined) return;
    this.#queue.add(stream);
    this.pump();
  }
}

const NOTHING = new Uint8Array(0);
