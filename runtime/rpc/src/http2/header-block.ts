import { ConnectionError } from "./connection-error.js";
import { ErrorCode } from "./frame/frame.js";

/** Maximum size of a block on the wire. The limits of fields apply only when the whole block is decoded. */
const MAX_BYTES = 1024 * 1024;

/** Collects the fragments of a field block from several frames (RFC 9113, section 4.3). */
export class HeaderBlock {
  readonly id: number;
  readonly flags: number;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(id: number, flags: number) {
    this.id = id;
    this.flags = flags;
  }

  /** Adds a copy of bytes start to end. Throws ConnectionError if the block becomes too large. */
  add(bytes: Uint8Array, start: number, end: number): void {
    this.#length += end - start;
    if (this.#length > MAX_BYTES) throw new ConnectionError(ErrorCode.EnhanceYourCalm, "header block too large");
    if (end > start) this.#parts.push(bytes.slice(start, end));
  }

  join(): Uint8Array {
    const joined = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}
