import type { Budget } from "./budget.js";
import { ConnectionError } from "./connection-error.js";
import * as costs from "./costs.js";
import { type Fields, responseFault, trailerFault } from "./fields.js";
import { ErrorCode } from "./frame/frame.js";
import type { OpenStreams } from "./open-streams.js";
import type { RequestReceiver } from "./role.js";
import type { Stream } from "./stream.js";

/** Routes received field sections: requests, interim and final responses, trailers (RFC 9113, section 8.1). */
export class FieldSections {
  readonly #streams: OpenStreams;
  readonly #budget: Budget;
  /** Server only. */
  readonly #requests: RequestReceiver | undefined;

  constructor(streams: OpenStreams, budget: Budget, requests: RequestReceiver | undefined) {
    this.#streams = streams;
    this.#budget = budget;
    this.#requests = requests;
  }

  receive(id: number, fields: Fields, isEnd: boolean): void {
    const stream = this.#streams.get(id);
    if (stream !== undefined) this.#onFields(stream, fields, isEnd);
    else if (id > this.#streams.lastId && this.#requests !== undefined) this.#requests.receive(id, fields, isEnd);
    else this.#streams.checkClosed(id, "HEADERS");
  }

  #onFields(stream: Stream, fields: Fields, isEnd: boolean): void {
    if (stream.isRemoteClosed) throw new ConnectionError(ErrorCode.StreamClosed, "HEADERS after the end of its stream");
    const isTrailer = this.#requests !== undefined || stream.hasResponse;
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
