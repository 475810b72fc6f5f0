import { Code } from "../call/code.js";
import { StatusError } from "../call/status-error.js";

/** A message as received (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export interface Frame {
  readonly isCompressed: boolean;
  readonly bytes: Uint8Array;
}

/** One byte for the compressed flag and four for the length. */
export const HEAD_BYTES = 5;

/** Splits the bytes of a stream into messages. Holds at most one message within the limit, and one chunk. */
export class FrameReader {
  private readonly maxBytes: number;
  private readonly later: Buffer[] = [];
  private chunk: Buffer = EMPTY;
  private position = 0;
  private available = 0;
  /** The size of the incoming frame including its prefix; undefined until the prefix has arrived. */
  private frameBytes: number | undefined;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Whether the stream would end within a message if it ended now. */
  get isWithinFrame(): boolean {
    return this.available > 0;
  }

  push(chunk: Buffer): void {
    if (this.position === this.chunk.length && this.later.length === 0) {
      this.chunk = chunk;
      this.position = 0;
    } else this.later.push(chunk);
    this.available += chunk.length;
  }

  /** The next message; undefined if it is incomplete. Throws a StatusError for a message that is not allowed. */
  next(): Frame | undefined {
    this.frameBytes ??= this.readHead();
    if (this.frameBytes === undefined || this.available < this.frameBytes) return undefined;
    const end = this.frameBytes;
    this.join(end);
    const { chunk, position } = this;
    this.position += end;
    this.available -= end;
    this.frameBytes = undefined;
    if (this.position === chunk.length) this.release();
    return { isCompressed: chunk[position] === 1, bytes: chunk.subarray(position + HEAD_BYTES, position + end) };
  }

  /**
   * A call outlives its messages: keeping their bytes until its end would cost a full collection (bench:rpc: 10 KB).
   */
  private release(): void {
    this.chunk = EMPTY;
    this.position = 0;
  }

  private readHead(): number | undefined {
    if (this.available < HEAD_BYTES) return undefined;
    this.join(HEAD_BYTES);
    const flag = this.chunk[this.position]!;
    if (flag > 1) throw new StatusError(Code.Internal, `malformed message: expected the flag 0 or 1, got ${flag}`);
    const length = this.chunk.readUInt32BE(this.position + 1);
    if (length > this.maxBytes)
      throw new StatusError(Code.ResourceExhausted, `request of ${length} bytes, the limit is ${this.maxBytes}`);
    return HEAD_BYTES + length;
  }

  /** Joins that many bytes into one chunk. Happens at most twice per message, so that the cost is linear. */
  private join(bytes: number): void {
    if (this.chunk.length - this.position >= bytes) return;
    this.chunk = Buffer.concat([this.chunk.subarray(this.position), ...this.later.splice(0)]);
    this.position = 0;
  }
}

const EMPTY = Buffer.alloc(0);
