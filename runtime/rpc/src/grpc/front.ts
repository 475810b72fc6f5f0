import { createServer as createHttp1Server } from "node:http";
import { createServer as createNetServer, type Server, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer, type SecureContext } from "node:tls";
import type { ListenOptions, TlsIdentity, TlsServer } from "../transport/listener.js";
import { answerHttp1 } from "./pages.js";

/** The connection acceptor, and its number of open connections. */
export interface Front {
  readonly server: Server;
  /** The open sockets, including those that are still in the TLS handshake. */
  readonly sockets: ReadonlySet<Socket>;
  /** Closes idle HTTP/1.1 connections. */
  closeIdle(): void;
  /** Replaces the certificates for new connections, if connections are encrypted. */
  readonly renewTls: ((tls: TlsServer) => void) | undefined;
}

/** Milliseconds for a client to reveal its protocol. */
const HELLO_MS = 20_000;

/**
 * Accepts connections for both HTTP versions on one port. With TLS, the client chooses by ALPN (RFC 7301). Without, its
 * first bytes decide: HTTP/2 starts with `PRI` (RFC 9113, section 3.4), which is not an HTTP/1.1 method.
 */
export function createFront(
  acceptHttp2: (socket: Socket) => void,
  { tls, pages, maxConnections }: ListenOptions,
): Front {
  const sockets = new Set<Socket>();
  const http1 = createHttp1Server((request, response) => pages && answerHttp1(pages, request, response));
  const acceptHttp1 = (socket: Socket): void => void http1.emit("connection", socket);
  const accept = (socket: Socket): void => {
    if (tls !== undefined)
      ("alpnProtocol" in socket && socket.alpnProtocol === "h2" ? acceptHttp2 : acceptHttp1)(socket);
    else if (pages === undefined) acceptHttp2(socket);
    else peek(socket, (isHttp2) => (isHttp2 ? acceptHttp2 : acceptHttp1)(socket));
  };
  const secured = tls === undefined ? undefined : createTls(tls, pages !== undefined, accept);
  const server = secured?.server ?? createNetServer({ noDelay: true }, accept);
  server.on("connection", (socket: Socket) => {
    if (maxConnections !== undefined && sockets.size >= maxConnections) return void socket.destroy();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // "close" follows
  });
  return { server, sockets, closeIdle: () => http1.closeIdleConnections(), renewTls: secured?.renew };
}

function createTls(tls: TlsServer, hasPages: boolean, accept: (socket: Socket) => void) {
  let names = new ServerNames(tls);
  const server = createTlsServer(
    {
      ...secure(tls, tls),
      ...(tls.clientCa !== undefined && { requestCert: true, rejectUnauthorized: true }),
      SNICallback: (name: string, found: (error: null, context?: SecureContext) => void) =>
        found(null, names.find(name)),
      ALPNProtocols: hasPages ? ["h2", "http/1.1"] : ["h2"],
      noDelay: true,
      handshakeTimeout: HELLO_MS,
    } as object,
    accept,
  );
  const renew = (next: TlsServer): void => {
    names = new ServerNames(next); // throws for a certificate that cannot be used
    server.setSecureContext(secure(next, next));
  };
  return { server, renew };
}

/** The certificates by server name. */
class ServerNames {
  readonly #contexts = new Map<string, SecureContext>();

  constructor(tls: TlsServer) {
    for (const [name, identity] of Object.entries(tls.names ?? {}))
      this.#contexts.set(name.toLowerCase(), createSecureContext(secure(tls, identity)));
  }

  /** The certificate for a name; undefined means the server's own. A wildcard stands for one label (RFC 6125, 6.4.3). */
  find(name: string): SecureContext | undefined {
    const wanted = name.toLowerCase();
    return this.#contexts.get(wanted) ?? this.#contexts.get(`*.${wanted.slice(wanted.indexOf(".") + 1)}`);
  }
}

function secure({ clientCa, minVersion = "TLSv1.2", ciphers }: TlsServer, { cert, key, passphrase }: TlsIdentity) {
  const pem = (text: Uint8Array | string): Buffer => Buffer.from(text as string);
  return {
    cert: pem(cert),
    key: pem(key),
    minVersion,
    ...(passphrase !== undefined && { passphrase }),
    ...(clientCa !== undefined && { ca: pem(clientCa) }),
    ...(ciphers !== undefined && { ciphers }),
  };
}

function peek(socket: Socket, tell: (isHttp2: boolean) => void): void {
  const timer = setTimeout(() => socket.destroy(), HELLO_MS).unref();
  socket.once("close", () => clearTimeout(timer));
  let start: Buffer = Buffer.alloc(0);
  const look = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk !== null) start = Buffer.concat([start, chunk]);
    if (start.length < 3 && "PRI".startsWith(start.toString("latin1"))) return void socket.once("readable", look);
    clearTimeout(timer);
    socket.unshift(start);
    tell(start.subarray(0, 3).toString("latin1") === "PRI");
  };
  socket.once("readable", look);
}
