import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Connection } from "../http2/connection.js";
import type { ConnectionEvents } from "../http2/connection-events.js";
import { ErrorCode, errorName } from "../http2/frame/frame.js";
import { clientRole } from "../http2/role.js";
import { SocketConnection } from "../http2/socket.js";
import type { Stream, StreamEvents } from "../http2/stream.js";
import { type ChannelOptions, TOO_MANY_PINGS } from "./channel-options.js";
import type { TlsClient } from "./client-options.js";
import { connectionOptions } from "./connection-options.js";
import { IdleTimer } from "./idle-timer.js";
import { KeepalivePings } from "./keepalive-pings.js";
import type { Endpoint, Target } from "./target.js";

const CONNECT_MS = 20_000;
const IDLE_MS = 30 * 60_000;
const DEFAULT_MAX_METADATA = 256 * 1024;

/** The owner of a connection. */
export interface ConnectionOwner {
  /** The connection accepts calls. */
  onReady(connection: ClientConnection): void;
  /** A call has ended: there may be room for another one. */
  onRoom(connection: ClientConnection): void;
  /** The connection accepts no more calls; running ones go on. Called once. */
  onLeaving(connection: ClientConnection, reason: string): void;
}

/** A connection to a server, from connecting to closing. */
export class ClientConnection implements ConnectionEvents {
  readonly #owner: ConnectionOwner;
  readonly #options: ChannelOptions;
  readonly #socket: Socket;
  #connection: SocketConnection | undefined;
  #pings: KeepalivePings | undefined;
  #connecting: ReturnType<typeof setTimeout> | undefined;
  readonly #idle: IdleTimer;
  /** Whether calls run on it; otherwise the process may end. */
  #isUsed = true;
  #reason: string | undefined;
  #isReady = false;
  #hasLeft = false;

  constructor(endpoint: Endpoint, target: Target, options: ChannelOptions, owner: ConnectionOwner) {
    this.#owner = owner;
    this.#options = options;
    this.#idle = new IdleTimer(options.idleTimeout ?? IDLE_MS, () => this.close("idle"));
    const ms = options.connectTimeout ?? CONNECT_MS;
    this.#connecting = setTimeout(() => this.#fail(`no answer within ${ms} ms`), ms);
    this.#socket = this.#dial(endpoint, target);
    this.#socket.on("error", (error) => {
      this.#reason ??= error.message;
    });
    this.#socket.on("close", () => this.#fail(this.#reason ?? "the connection was closed"));
  }

  get http2(): Connection {
    return this.#connection!.http2;
  }

  get canOpen(): boolean {
    if (!this.#isReady || this.#hasLeft) return false;
    const { http2 } = this;
    return http2.canOpen && http2.load < (this.#options.maxConcurrentCalls ?? Number.POSITIVE_INFINITY);
  }

  /** Opens a stream with the fields in the encoder. */
  open(events: StreamEvents): Stream {
    if (!this.#isUsed) {
      this.#isUsed = true;
      this.#idle.end();
      this.#socket.ref();
    }
    return this.http2.open(events, false);
  }

  /** Closes the connection, and fails the calls on it. */
  close(reason: string): void {
    this.#reason ??= reason;
    if (this.#connection === undefined) this.#fail(reason);
    else this.http2.close(0, reason);
  }

  #dial(endpoint: Endpoint, target: Target): Socket {
    const { tls } = this.#options;
    if (tls === undefined) {
      const socket = connectTcp({ ...endpoint, noDelay: true } as Parameters<typeof connectTcp>[0] & object);
      return socket.once("connect", () => this.#connected(socket));
    }
    const settings = secure(tls === true ? {} : tls, target);
    const socket = connectTls({ ...endpoint, ...settings });
    return socket.once("secureConnect", () => {
      if (socket.alpnProtocol === "h2") this.#connected(socket);
      else this.#fail("the server does not speak HTTP/2 (ALPN)");
    });
  }

  #connected(socket: Socket): void {
    if (this.#hasLeft) return;
    const { maxMetadataBytes = DEFAULT_MAX_METADATA, maxWindowBytes } = this.#options;
    this.#connection = new SocketConnection(
      clientRole,
      socket,
      this,
      connectionOptions({ maxMetadataBytes, maxWindowBytes }),
    );
  }

  onRequest(): never {
    throw new Error("a client takes no requests");
  }

  onRoom(): void {
    if (!this.#isReady) this.#becomeReady();
    if (this.http2.load === 0 && this.#isUsed && !this.#hasLeft) {
      this.#isUsed = false;
      this.#idle.begin();
      this.#socket.unref();
    }
    this.#owner.onRoom(this);
  }

  #becomeReady(): void {
    this.#isReady = true;
    clearTimeout(this.#connecting);
    const { keepalive } = this.#options;
    this.#pings = keepalive && new KeepalivePings(this.#connection!, keepalive);
    this.#owner.onReady(this);
  }

  onGoaway(code: number, text: string): void {
    if (code === ErrorCode.EnhanceYourCalm && text === TOO_MANY_PINGS) this.#options.keepalive?.slowDown();
    this.#leave(`the server closed the connection: ${errorName(code)}${text === "" ? "" : ` (${text})`}`);
  }

  onFault(error: unknown): void {
    this.#reason ??= `a fault of @protoloom/rpc: ${(error as Error)?.message}`;
  }

  onClose(reason: string): void {
    this.#fail(this.#reason ?? reason);
  }

  #fail(reason: string): void {
    this.#reason ??= reason;
    if (this.#connection === undefined) this.#socket.destroy();
    else if (!this.http2.isClosed) this.#connection.destroy(reason);
    clearTimeout(this.#connecting);
    this.#idle.stop();
    this.#pings?.stop();
    this.#leave(reason);
  }

  #leave(reason: string): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#owner.onLeaving(this, reason);
  }
}

function secure({ serverName, ...tls }: TlsClient, target: Target) {
  const pem = (text: Uint8Array | string | undefined): Buffer | undefined =>
    text === undefined ? undefined : Buffer.from(text as string);
  return {
    ALPNProtocols: ["h2"],
    servername: serverName ?? target.serverName ?? "",
    ca: pem(tls.ca),
    cert: pem(tls.cert),
    key: pem(tls.key),
    passphrase: tls.passphrase,
    minVersion: tls.minVersion ?? ("TLSv1.2" as const),
    ...(tls.ciphers !== undefined && { ciphers: tls.ciphers }),
  };
}
