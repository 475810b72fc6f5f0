import { type Budget, costs } from "./budget.js";
import { ConnectionError, protocolError } from "./connection-error.js";
import type { ConnectionEvents } from "./connection-events.js";
import { type Fields, requestFault, responseFault, trailerFault } from "./fields.js";
import { ErrorCode } from "./frame/frame.js";
import type { OpenStreams } from "./open-streams.js";
import type { PeerSettings } from "./settings.js";
import type { Shutdown } from "./shutdown.js";
import { Stream, type StreamEvents } from "./stream.js";

/** Routes received field sections: requests, interim and final responses, trailers (RFC 9113, section 8.1). */
export class FieldSections {
  readonly #isServer: boolean;
  readonly #streams: OpenStreams;
  readonly #shutdown: Shutdown;
  readonly #peer: PeerSettings;
  readonly #budget: Budget;
  readonly #events: ConnectionEvents;
  readonly #maxStreams: number;

  constructor(
    isServer: boolean,
    streams: OpenStreams,
    shutdown: Shutdown,
    peer: PeerSettings,
    budget: Budget,
    events: ConnectionEvents,
    maxStreams: number,
  ) {
    this.#isServer = isServer;
    this.#streams = streams;
    this.#shutdown = shutdown;
    this.#peer = peer;
    this.#budget = budget;
    this.#events = events;
    this.#maxStreams = maxStreams;
  }

  receive(id: number, fields: Fields, isEnd: boolean): void {
    const stream = this.#streams.get(id);
    if (stream !== undefined) this.#onFields(stream, fields, isEnd);
    else if (this.#isServer && id > this.#streams.lastId) this.#onRequest(id, fields, isEnd);
    else this.#streams.checkClosed(id, "HEADERS");
  }

  #onRequest(id: number, fields: Fields, isEnd: boolean): void {
    if ((id & 1) === 0) throw protocolError(`a request on stream ${id}`); // section 5.1.1
    if (this.#shutdown.isLocal) return; // our GOAWAY told the peer to retry it elsewhere
    this.#streams.use(id);
    const fault = requestFault(fields) ?? lengthFault(fields, isEnd);
    if (fault !== undefined) this.#streams.refuse(id, ErrorCode.ProtocolError);
    else if (this.#streams.load >= this.#maxStreams) this.#streams.refuse(id, ErrorCode.RefusedStream);
    else {
      const stream = new Stream(id, this.#peer.initialWindowSize, ignoring);
      stream.expected = fields.contentLength;
      this.#streams.accept(stream, isEnd);
      stream.events = this.#events.onRequest(stream, fields, isEnd);
    }
  }

  #onFields(stream: Stream, fields: Fields, isEnd: boolean): void {
    if (stream.isRemoteClosed) throw new ConnectionError(ErrorCode.StreamClosed, "HEADERS after the end of its stream");
    const isTrailer = this.#isServer || stream.hasResponse;
    const fault = isTrailer ? trailerFault(fields) : responseFault(fields);
    if (fault !== undefined) this.#fail(stream, fault);
    else if (isTrailer && !isEnd) this.#fail(stream, "trailers without END_STREAM");
    else if (!isTrailer && fields.status!.startsWith("1")) this.#onInterim(stream, isEnd);
    else this.#onFinal(stream, fields, isEnd, !isTrailer);
  }

  /** An interim response precedes the final one. It is ignored. */
  #onInterim(stream: Stream, isEnd: boolean): void {
    if (isEnd) this.#fail(stream, "an interim response that ends its stream");
    else this.#budget.spend(costs.interim);
  }

  #onFinal(stream: Stream, fields: Fields, isEnd: boolean, isResponse: boolean): void {
    if (isResponse) {
      stream.hasResponse = true;
      stream.expected = fields.contentLength;
    }
    if (isEnd && stream.expected !== undefined && stream.expected !== 0) {
      this.#fail(stream, "content-length differs from DATA");
      return;
    }
    if (isEnd) this.#streams.closeRemote(stream);
    stream.events.onFields(fields, isEnd);
    if (isEnd) this.#streams.endIfClosed(stream);
  }

  #fail(stream: Stream, text: string): void {
    this.#streams.fail(stream, ErrorCode.ProtocolError, text);
  }
}

/** The events of a stream that has no owner yet. */
const ignoring: StreamEvents = {
  onFields() {},
  onData() {},
  onEnd() {},
  onReset() {},
  onWritable() {},
  onTrailersDue() {},
};

function lengthFault({ contentLength }: Fields, isEnd: boolean): string | undefined {
  return isEnd && contentLength !== undefined && contentLength > 0 ? "content-length without DATA" : undefined;
}
