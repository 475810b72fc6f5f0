import { createServer as createHttp1Server } from "node:http";
import { createServer as createNetServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { ListenOptions, TlsServer } from "../transport/listener.js";
import { answerHttp1 } from "./pages.js";

/** The connection acceptor, and its number of open connections. */
export interface Front {
  readonly server: Server;
  /** The open sockets, including those that are still in the TLS handshake. */
  readonly sockets: ReadonlySet<Socket>;
  /** Closes idle HTTP/1.1 connections. */
  closeIdle(): void;
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
  const server =
    tls === undefined ? createNetServer({ noDelay: true }, accept) : createTls(tls, pages !== undefined, accept);
  server.on("connection", (socket: Socket) => {
    if (maxConnections !== undefined && sockets.size >= maxConnections) return void socket.destroy();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // "close" follows
  });
  return { server, sockets, closeIdle: () => http1.closeIdleConnections() };
}

function createTls(tls: TlsServer, hasPages: boolean, accept: (socket: Socket) => void): Server {
  const ALPNProtocols = hasPages ? ["h2", "http/1.1"] : ["h2"];
  return createTlsServer(
    { ...secure(tls), ALPNProtocols, noDelay: true, handshakeTimeout: HELLO_MS } as object,
    accept,
  );
}

function secure({ cert, key, clientCa }: TlsServer) {
  const pem = (text: Uint8Array | string): Buffer => Buffer.from(text as string);
  const ca = clientCa === undefined ? {} : { ca: pem(clientCa), requestCert: true, rejectUnauthorized: true };
  return { cert: pem(cert), key: pem(key), ...ca };
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
