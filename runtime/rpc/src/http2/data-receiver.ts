import type { Budget } from "./budget.js";
import { ConnectionError, protocolError } from "./connection-error.js";
import * as costs from "./costs.js";
import { ErrorCode, Flag } from "./frame/frame.js";
import type { OpenStreams } from "./open-streams.js";
import type { ReceiveFlow } from "./receive-flow.js";
import type { Stream } from "./stream.js";

/** Hands received DATA to its streams (RFC 9113, section 6.1). */
export class DataReceiver {
  readonly #isServer: boolean;
  readonly #streams: OpenStreams;
  readonly #flow: ReceiveFlow;
  readonly #budget: Budget;
  /** The stream of the current frame. */
  #target: Stream | undefined;
  /** The bytes of the current frame that are to come, with padding. */
  #left = 0;

  constructor(isServer: boolean, streams: OpenStreams, flow: ReceiveFlow, budget: Budget) {
    this.#isServer = isServer;
    this.#streams = streams;
    this.#flow = flow;
    this.#budget = budget;
  }

  begin(id: number, flags: number, length: number): void {
    if (id === 0) throw protocolError("DATA on stream 0");
    if ((flags & Flag.Padded) !== 0 && length === 0)
      throw new ConnectionError(ErrorCode.FrameSizeError, "DATA without its padding");
    if (!this.#flow.receive(length))
      throw new ConnectionError(ErrorCode.FlowControlError, "DATA beyond the window of the connection");
    this.#target = this.#receiver(id, length);
    this.#left = length;
    if (this.#target === undefined) {
      this.#flow.drop(length);
      return;
    }
    this.#flow.keep(this.#target, length);
    if (length === 0 && (flags & Flag.EndStream) === 0) this.#budget.spend(costs.emptyData);
  }

  /** Returns the stream that receives DATA, or undefined if it is dropped. */
  #receiver(id: number, length: number): Stream | undefined {
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      this.#streams.checkClosed(id, "DATA");
      return undefined;
    }
    if (stream.isRemoteClosed) throw new ConnectionError(ErrorCode.StreamClosed, "DATA after the end of its stream");
    if (!this.#isServer && !stream.hasResponse) {
      this.#streams.fail(stream, ErrorCode.ProtocolError, "DATA before the response");
      return undefined;
    }
    if (stream.receiveWindow.receive(length)) return stream;
    this.#streams.fail(stream, ErrorCode.FlowControlError, "DATA beyond the window of its stream");
    return undefined;
  }

  receive(bytes: Uint8Array, start: number, end: number): void {
    const target = this.#target;
    if (target === undefined || target.isRemoteClosed) return; // dropped, or reset since the frame began
    this.#left -= end - start;
    if (target.expected !== undefined) target.expected -= end - start;
    target.events.onData(bytes, start, end);
  }

  end(flags: number): void {
    const target = this.#target;
    this.#target = undefined;
    if (target === undefined || target.isRemoteClosed) return;
    this.#flow.taken(target, this.#left); // padding, which no reader takes
    const isEnd = (flags & Flag.EndStream) !== 0;
    const { expected } = target;
    if (expected !== undefined && (expected < 0 || (isEnd && expected > 0)))
      this.#streams.fail(target, ErrorCode.ProtocolError, "content-length differs from DATA");
    else if (isEnd) this.#endStream(target);
  }

  #endStream(stream: Stream): void {
    this.#streams.closeRemote(stream);
    stream.events.onEnd();
    this.#streams.endIfClosed(stream);
  }
}
