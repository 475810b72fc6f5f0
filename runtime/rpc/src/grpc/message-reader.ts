import { Code } from "../call/code.js";
import { StatusError } from "../call/status-error.js";

/** A message as it comes in (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export interface Frame {
  readonly isCompressed: boolean;
  readonly bytes: Uint8Array;
}

/** One byte that says whether the message is compressed, four of its length. */
export const HEAD_BYTES = 5;

/** Cuts what a stream brings into messages. Holds no more than one message that is within the limit, and one chunk. */
export class FrameReader {
  private readonly maxBytes: number;
  private readonly later: Buffer[] = [];
  private chunk: Buffer = EMPTY;
  private position = 0;
  private available = 0;
  /** The bytes of the frame that is coming in, its head included; undefined until the head is there. */
  private frameBytes: number | undefined;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Whether the stream would end in the middle of a message if it ended here. */
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

  /** The next message, undefined when it is not there as a whole. Throws StatusError for one that may not come. */
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

  /** A call outlives its messages: bytes that it kept until its end would cost a full collection (bench:rpc: 10 KB). */
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

  /** Brings that many bytes into one chunk: at most twice for each message, so that the cost is linear. */
  private join(bytes: number): void {
    if (this.chunk.length - this.position >= bytes) return;
    this.chunk = Buffer.concat([this.chunk.subarray(this.position), ...this.later.splice(0)]);
    this.position = 0;
  }
}

const EMPTY = Buffer.alloc(0);
