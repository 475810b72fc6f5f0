import { ConnectionError, protocolError } from "./connection-error.js";
import type { ConnectionEvents } from "./connection-events.js";
import { ErrorCode, MAX_WINDOW, readUint31, readUint32 } from "./frame/frame.js";
import type { OpenStreams } from "./open-streams.js";
import type { Output } from "./output.js";
import type { Pings } from "./pings.js";

/** The largest stream id, which is also the largest window. */
const MAX_ID = MAX_WINDOW;
const MAX_DEBUG_TEXT = 256;

/** GOAWAY in both directions, and the graceful end of a connection (RFC 9113, section 6.8). */
export class Shutdown {
  /** We have sent the final GOAWAY: no more streams are accepted. */
  isLocal = false;
  /** The peer has sent GOAWAY. */
  isRemote = false;
  readonly #isServer: boolean;
  readonly #output: Output;
  readonly #streams: OpenStreams;
  readonly #pings: Pings;
  #isDraining = false;

  constructor(isServer: boolean, output: Output, streams: OpenStreams, pings: Pings) {
    this.#isServer = isServer;
    this.#output = output;
    this.#streams = streams;
    this.#pings = pings;
  }

  /**
   * Whether the connection ends with its last stream. A server goes on after the GOAWAY of a client, which concerns only
   * streams that the server would open.
   */
  get isUnderWay(): boolean {
    return this.isLocal || (this.isRemote && !this.#isServer);
  }

  /**
   * Begins a drain, and calls back when no more streams can be on their way. A server announces the drain with GOAWAY and
   * a PING: when the PING is answered, all that the client sent before it saw the GOAWAY has arrived.
   */
  drain(onDrained: () => void): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    if (!this.#isServer) {
      onDrained();
      return;
    }
    this.#output.writer.goaway(MAX_ID, ErrorCode.NoError, "");
    this.#pings.send(onDrained);
  }

  /** Sends the final GOAWAY. */
  announce(code: number, text: string): void {
    this.isLocal = true;
    this.#output.writer.goaway(this.#isServer ? this.#streams.lastId : 0, code, text);
  }

  receive(id: number, bytes: Uint8Array, start: number, end: number, events: ConnectionEvents): void {
    if (id !== 0) throw protocolError("GOAWAY on a stream");
    if (end - start < 8) throw new ConnectionError(ErrorCode.FrameSizeError, "GOAWAY of less than 8 bytes");
    const lastId = readUint31(bytes, start);
    const code = readUint32(bytes, start + 4);
    const text = printable(bytes, start + 8, end);
    this.isRemote = true;
    if (!this.#isServer) this.#resetAbove(lastId);
    events.onGoaway(code, text);
  }

  /** Streams above the last id were not processed and may be retried elsewhere; the others go on. */
  #resetAbove(lastId: number): void {
    for (const stream of this.#streams.all()) {
      if (stream.id <= lastId) continue;
      this.#streams.remove(stream);
      stream.events.onReset(ErrorCode.RefusedStream, "peer", "the peer takes no more calls");
    }
  }
}

/** The debug text of a peer, fit for a message: question marks replace all but printable ASCII. */
function printable(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < Math.min(end, start + MAX_DEBUG_TEXT); i++) {
    const byte = bytes[i]!;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?";
  }
  return text;
}
