import { protocolError } from "./connection-error.js";
import type { ConnectionEvents } from "./connection-events.js";
import type { Fields } from "./fields.js";
import { ErrorCode } from "./frame/frame.js";
import type { OpenStreams } from "./open-streams.js";
import type { RequestReceiver, Role } from "./role.js";
import * as Setting from "./setting.js";
import type { PeerSettings } from "./settings.js";
import type { Shutdown } from "./shutdown.js";
import { Stream, type StreamEvents } from "./stream.js";

export const serverRole: Role = {
  isServer: true,
  setting: (maxStreams) => [Setting.MaxConcurrentStreams, maxStreams],
  requests: (...parts) => new Requests(...parts),
};

/** Opens streams for the requests of clients (RFC 9113, section 8.1). */
class Requests implements RequestReceiver {
  readonly #streams: OpenStreams;
  readonly #shutdown: Shutdown;
  readonly #peer: PeerSettings;
  readonly #events: ConnectionEvents;
  readonly #maxStreams: number;

  constructor(
    streams: OpenStreams,
    shutdown: Shutdown,
    peer: PeerSettings,
    events: ConnectionEvents,
    maxStreams: number,
  ) {
    this.#streams = streams;
    this.#shutdown = shutdown;
    this.#peer = peer;
    this.#events = events;
    this.#maxStreams = maxStreams;
  }

  receive(id: number, fields: Fields, isEnd: boolean): void {
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
}

/** The reason why the fields are not a valid request, if so (RFC 9113, section 8.3.1). */
function requestFault(fields: Fields): string | undefined {
  if (fields.malformed !== undefined) return fields.malformed;
  if (fields.status !== undefined) return ":status in a request";
  if (fields.method === undefined) return ":method is missing";
  if (fields.method === "CONNECT") return connectFault(fields);
  if (fields.scheme === undefined) return ":scheme is missing";
  if (fields.path === undefined || !isPath(fields.path)) return ":path is missing or no path";
  return undefined;
}

function isPath(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === SLASH || first === ASTERISK;
}

const SLASH = 0x2f;
const ASTERISK = 0x2a;

function connectFault({ scheme, path, authority }: Fields): string | undefined {
  if (scheme !== undefined || path !== undefined) return "CONNECT with :scheme or :path"; // section 8.5
  return authority === undefined ? "CONNECT without :authority" : undefined;
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
