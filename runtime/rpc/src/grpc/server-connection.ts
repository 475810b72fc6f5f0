import type { Socket } from "node:net";
import { isStorageCheap, keepContext } from "#context";
import { Code } from "../call/code.js";
import type { PeerCertificate } from "../call/peer-certificate.js";
import type { ConnectionEvents } from "../http2/connection-events.js";
import type { Fields } from "../http2/fields.js";
import { serverRole } from "../http2/requests.js";
import { SocketConnection } from "../http2/socket.js";
import type { Stream, StreamEvents } from "../http2/stream.js";
import type { KeptContext } from "../platform/storage.js";
import type { CallHandler, ListenOptions } from "../transport/listener.js";
import { addressOf } from "./address.js";
import { connectionOptions, DEFAULT_MAX_METADATA } from "./connection-options.js";
import { IdleTimer } from "./idle-timer.js";
import { KeepalivePings } from "./keepalive-pings.js";
import { PageStream } from "./page-stream.js";
import { answerHttp2 } from "./pages.js";
import { peerCertificateOf } from "./peer-certificate.js";
import { RefusedCall } from "./refused-call.js";
import { RequestHead } from "./request-head.js";
import { type Client, ServerCall } from "./server-call.js";

/** Milliseconds to wait for the answer to the PING of a drain. */
const DRAIN_MS = 5000;

/** An accepted connection, whose streams are calls. It limits its age and drains it. */
export class ServerConnection implements ConnectionEvents, Client {
  readonly address: string;
  readonly #handler: CallHandler;
  readonly #options: ListenOptions;
  readonly #socket: Socket;
  readonly #connection: SocketConnection;
  readonly #pings: KeepalivePings | undefined;
  readonly #onOver: () => void;
  #age: ReturnType<typeof setTimeout> | undefined;
  #draining: ReturnType<typeof setTimeout> | undefined;
  readonly #idle: IdleTimer | undefined;
  #surrounding: KeptContext | undefined;

  constructor(handler: CallHandler, socket: Socket, options: ListenOptions, onOver: () => void) {
    this.#handler = handler;
    this.#options = options;
    this.#socket = socket;
    this.#onOver = onOver;
    this.address = addressOf(socket);
    this.#connection = new SocketConnection(serverRole, socket, this, connectionOptions(options));
    const { keepalive, maxConnectionAge, maxConnectionIdle } = options;
    this.#pings = keepalive && new KeepalivePings(this.#connection, keepalive);
    if (maxConnectionAge !== undefined) this.#age = setTimeout(() => this.#endAge(), spread(maxConnectionAge)).unref();
    this.#idle = maxConnectionIdle === undefined ? undefined : new IdleTimer(maxConnectionIdle, () => this.drain());
    this.#idle?.begin();
  }

  get certificate(): PeerCertificate | undefined {
    return peerCertificateOf(this.#socket);
  }

  /** Asked for while bytes are received, always in the same context. */
  get surrounding(): KeptContext | undefined {
    if (isStorageCheap) this.#surrounding ??= keepContext();
    return this.#surrounding;
  }

  /** Accepts no more calls, and closes after the running ones have ended. */
  drain(): void {
    const { http2 } = this.#connection;
    http2.drain();
    this.#draining ??= setTimeout(() => http2.finishDrain(), DRAIN_MS).unref();
  }

  destroy(): void {
    this.#connection.destroy("the server is shutting down");
  }

  /** Running calls are notified and go on until the grace is over (gRPC proposal A9). */
  #endAge(): void {
    this.drain();
    for (const { events } of this.#connection.http2.openStreams) if (events instanceof ServerCall) events.drain();
    const { maxConnectionAgeGrace: grace } = this.#options;
    if (grace !== undefined) this.#age = setTimeout(() => this.destroy(), grace).unref();
  }

  onRequest(stream: Stream, fields: Fields, isEnd: boolean): StreamEvents {
    this.#idle?.end();
    const head = RequestHead.of(fields, this.#handler);
    if (!head.isGrpc) return this.#answerPage(stream, fields, isEnd);
    const { served } = head;
    if (served === undefined)
      return this.#refuse(stream, Code.Unimplemented, `the server has no method ${fields.path}`);
    const limit = this.#options.maxMetadataBytes ?? DEFAULT_MAX_METADATA;
    if (head.metadataBytes > limit)
      return this.#refuse(stream, Code.ResourceExhausted, `metadata over the limit of ${limit} bytes`);
    const call = new ServerCall(
      this.#handler,
      served,
      head,
      this.#connection.http2,
      stream,
      fields,
      this,
      this.#options,
    );
    stream.events = call;
    call.start(isEnd);
    return call;
  }

  /** Answers a request that is not gRPC (gRPC over HTTP/2, "Requests"). */
  #answerPage(stream: Stream, fields: Fields, isEnd: boolean): StreamEvents {
    const { http2 } = this.#connection;
    const { pages } = this.#options;
    if (pages === undefined) return new RefusedCall(http2, stream).answer();
    const page = new PageStream(http2, stream);
    answerHttp2(pages, page, fields, this.#socket);
    if (isEnd) page.onEnd();
    return page;
  }

  #refuse(stream: Stream, code: Code, text: string): StreamEvents {
    return new RefusedCall(this.#connection.http2, stream, { code, text }).answer();
  }

  onRoom(): void {
    if (this.#idle !== undefined && !this.#connection.http2.hasStreams) this.#idle.begin();
  }

  onGoaway(): void {}

  onFault(error: unknown): void {
    console.error("a connection was closed for a fault of @protoloom/rpc:", error);
  }

  onClose(): void {
    this.#pings?.stop();
    this.#idle?.stop();
    clearTimeout(this.#age);
    clearTimeout(this.#draining);
    this.#onOver();
  }
}

/** Adds jitter, so that clients which connected together do not reconnect together. */
function spread(ms: number): number {
  return ms * (0.9 + Math.random() * 0.2);
}
