import type { Budget } from "./budget.js";
import { ConnectionError, protocolError } from "./connection-error.js";
import * as costs from "./costs.js";
import type { FieldSections } from "./field-sections.js";
import { ErrorCode, Flag, FrameType } from "./frame/frame.js";
import { HeaderBlock } from "./header-block.js";
import { type FieldLimits, HpackDecoder } from "./hpack/decoder.js";
import type { OpenStreams } from "./open-streams.js";
import { checkDependency } from "./priority.js";

/** CONTINUATION frames shorter than this count against the peer's budget. */
const SMALL_CONTINUATION = 16;

/** Assembles and decodes field blocks from HEADERS and CONTINUATION (RFC 9113, sections 6.2 and 6.10). */
export class HeaderReceiver {
  readonly #decoder: HpackDecoder;
  readonly #sections: FieldSections;
  readonly #streams: OpenStreams;
  readonly #budget: Budget;
  /** The block whose END_HEADERS is still to come. */
  #block: HeaderBlock | undefined;

  constructor(limits: FieldLimits, sections: FieldSections, streams: OpenStreams, budget: Budget) {
    this.#decoder = new HpackDecoder(limits);
    this.#sections = sections;
    this.#streams = streams;
    this.#budget = budget;
  }

  /** Throws ConnectionError if a frame interrupts a block (section 4.3). */
  checkOrder(type: number, id: number): void {
    if (this.#block !== undefined && (type !== FrameType.Continuation || id !== this.#block.id))
      throw protocolError("a frame interrupts a header block");
  }

  onHeaders(flags: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id === 0) throw protocolError("HEADERS on stream 0");
    let from = start;
    let to = end;
    if ((flags & Flag.Padded) !== 0) {
      if (from === to) throw new ConnectionError(ErrorCode.FrameSizeError, "HEADERS without its padding");
      to -= bytes[from++]!;
    }
    if ((flags & Flag.Priority) !== 0) {
      checkDependency(this.#streams, id, bytes, from);
      from += 5;
    }
    if (from > to) throw protocolError("padding that is longer than its frame");
    if ((flags & Flag.EndHeaders) !== 0) this.#onBlock(id, flags, bytes, from, to);
    else {
      this.#block = new HeaderBlock(id, flags);
      this.#block.add(bytes, from, to);
    }
  }

  onContinuation(flags: number, bytes: Uint8Array, start: number, end: number): void {
    const block = this.#block;
    if (block === undefined) throw protocolError("CONTINUATION without HEADERS");
    if (end - start < SMALL_CONTINUATION) this.#budget.spend(costs.smallContinuation);
    block.add(bytes, start, end);
    if ((flags & Flag.EndHeaders) === 0) return;
    this.#block = undefined;
    const joined = block.join();
    this.#onBlock(block.id, block.flags, joined, 0, joined.length);
  }

  /** Every block is decoded, even for a stream that ignores it: all share the dynamic table. */
  #onBlock(id: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    const fields = this.#decoder.decode(bytes, start, end);
    this.#sections.receive(id, fields, (flags & Flag.EndStream) !== 0);
  }
}
