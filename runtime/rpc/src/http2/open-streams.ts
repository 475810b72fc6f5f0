import type { Budget } from "./budget.js";
import { ClosedStreams } from "./closed-streams.js";
import { ConnectionError, checkSize, protocolError } from "./connection-error.js";
import * as costs from "./costs.js";
import { ErrorCode, errorName, readUint32 } from "./frame/frame.js";
import type { Output } from "./output.js";
import type { ReceiveFlow } from "./receive-flow.js";
import type { Stream } from "./stream.js";
import { StreamTable } from "./stream-table.js";

/** The streams of a connection: how they open and close, and which frames may still arrive for closed ones. */
export class OpenStreams {
  /** The last stream that the peer opened. */
  lastId = 0;
  /** The next stream that this side opens. */
  nextId = 1;
  readonly #isServer: boolean;
  readonly #output: Output;
  readonly #receiveFlow: ReceiveFlow;
  readonly #budget: Budget;
  /** Called after a stream has ended. */
  readonly #onEnded: () => void;
  readonly #table = new StreamTable();
  readonly #closed = new ClosedStreams();
  #held = 0;

  constructor(isServer: boolean, output: Output, receiveFlow: ReceiveFlow, budget: Budget, onEnded: () => void) {
    this.#isServer = isServer;
    this.#output = output;
    this.#receiveFlow = receiveFlow;
    this.#budget = budget;
    this.#onEnded = onEnded;
  }

  get size(): number {
    return this.#table.size;
  }

  /** The number of streams that are open or held. */
  get load(): number {
    return this.#table.size + this.#held;
  }

  all(): Stream[] {
    return this.#table.all();
  }

  get(id: number): Stream | undefined {
    return this.#table.get(id);
  }

  /** Adds a stream that this side opens. */
  add(stream: Stream): void {
    this.nextId = stream.id + 2;
    this.#table.add(stream);
  }

  /** Records that the peer used an id, whether or not its request is accepted. */
  use(id: number): void {
    this.#closed.open(id, this.lastId);
    this.lastId = id;
  }

  /** Adds a stream that the peer opened. */
  accept(stream: Stream, isEnd: boolean): void {
    stream.isRemoteClosed = isEnd;
    if (isEnd) this.#closed.end(stream.id);
    this.#table.add(stream);
  }

  /** A held stream counts as open until it is released, even after a reset. */
  hold(stream: Stream): void {
    stream.isHeld = true;
  }

  release(stream: Stream): void {
    if (!stream.isHeld) return;
    stream.isHeld = false;
    if (stream.isClosed) this.#held--;
  }

  /** This side has sent its end. */
  closeLocal(stream: Stream): void {
    stream.isLocalClosed = true;
    if (!stream.isRemoteClosed) return;
    this.#forget(stream);
    this.#onEnded();
  }

  /** The peer has sent its end. The caller notifies the stream, and then calls `endIfClosed`. */
  closeRemote(stream: Stream): void {
    this.#closed.end(stream.id);
    stream.isRemoteClosed = true;
    if (stream.isLocalClosed) this.#forget(stream);
  }

  endIfClosed(stream: Stream): void {
    if (stream.isClosed) this.#onEnded();
  }

  /** Resets a stream from this side. Later frames for it are ignored. */
  reset(stream: Stream, code: number): void {
    if (stream.isClosed || this.#output.isClosed) return;
    this.#output.writer.rstStream(stream.id, code);
    this.#output.countAnswer();
    this.remove(stream);
    this.#onEnded();
  }

  /** Resets a stream because of the peer's mistake, which counts against its budget (RFC 9113, section 5.4.2). */
  fail(stream: Stream, code: number, text: string): void {
    this.reset(stream, code);
    stream.events.onReset(code, "local", text);
    this.#budget.spend(costs.resetByUs);
  }

  /** Answers a request with RST_STREAM before it becomes a stream. */
  refuse(id: number, code: number): void {
    this.#output.writer.rstStream(id, code);
    this.#output.countAnswer();
    this.#budget.spend(costs.resetByUs);
  }

  /** Receives RST_STREAM (RFC 9113, section 6.4). */
  receiveReset(id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id === 0) throw protocolError("RST_STREAM on stream 0");
    checkSize("RST_STREAM", end - start, 4);
    const stream = this.get(id);
    if (stream === undefined) {
      this.checkIdle(id, "RST_STREAM");
      return;
    }
    const code = readUint32(bytes, start);
    this.remove(stream);
    stream.events.onReset(code, "peer", `the peer reset the stream: ${errorName(code)}`);
    this.#onEnded();
  }

  /** Removes a stream before its end. The caller notifies it. */
  remove(stream: Stream): void {
    stream.isLocalClosed = stream.isRemoteClosed = true;
    stream.waiting = undefined;
    this.#forget(stream);
  }

  #forget(stream: Stream): void {
    if (!this.#table.delete(stream)) return;
    this.#receiveFlow.release(stream);
    if (stream.isHeld) this.#held++;
  }

  /** Checks a frame for a stream that is not open. Late frames are ignored; impossible ones end the connection. */
  checkClosed(id: number, name: string): void {
    this.checkIdle(id, name);
    if (this.#closed.hasEnded(id))
      throw new ConnectionError(ErrorCode.StreamClosed, `${name} after the end of its stream`);
    if (this.#closed.wasPassedOver(id)) throw protocolError(`${name} on a stream that was skipped`);
  }

  /** As `checkClosed`, for frames that may follow the peer's own end. */
  checkIdle(id: number, name: string): void {
    const isOurs = (id & 1) === (this.#isServer ? 0 : 1);
    const isIdle = isOurs ? this.#isServer || id >= this.nextId : !this.#isServer || id > this.lastId;
    if (isIdle) throw protocolError(`${name} on a stream that was not opened`);
    this.#budget.spend(costs.late);
  }
}
