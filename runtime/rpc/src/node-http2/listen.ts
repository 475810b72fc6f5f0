import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { Code } from "../call/code.js";
import type { FinalStatus } from "../call/final-status.js";
import { Metadata } from "../call/metadata.js";
import { metadataSize, toTrailers } from "../grpc/headers.js";
import { Http2IncomingCall } from "../grpc/incoming-call.js";
import type { CallHandler, Listener, ListenOptions } from "../transport/listener.js";
import { parseAddress } from "./address.js";
import { createFront } from "./front.js";
import { answerHttp2 } from "./pages.js";
import { Connection } from "./session.js";

/** How long a connection may take to flush its output before it is closed. */
const FLUSH_MS = 100;

/** Accepts gRPC calls at the address, using Node's HTTP/2. */
export async function listenHttp2(handler: CallHandler, address: string, options: ListenOptions): Promise<Listener> {
  const http2 = createHttp2(options);
  const connections = new Set<Connection>();
  http2.on("session", (session) => {
    const connection = new Connection(session, options, () => connections.delete(connection));
    connections.add(connection);
    session.on("stream", (stream, headers) => accept(handler, connection, stream, headers, options));
  });
  const { server, sockets, closeIdle } = createFront(http2, options);
  const port = await bind(server, address);
  return {
    port,
    get connections() {
      return sockets.size;
    },
    drain: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        closeIdle();
        for (const connection of connections) connection.close();
      }),
    destroy: () =>
      void setTimeout(() => {
        for (const connection of connections) connection.destroy();
        for (const socket of sockets) socket.destroy();
      }, FLUSH_MS),
  };
}

function createHttp2({ maxConcurrentCalls }: ListenOptions): Http2Server {
  const settings = maxConcurrentCalls === undefined ? {} : { maxConcurrentStreams: maxConcurrentCalls };
  // Node counts streams as memory; here, the number of calls and their windows bound it.
  return createServer({ settings, maxSessionMemory: Number.MAX_SAFE_INTEGER });
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(new Error(`cannot listen on ${address}: ${error.message}`, { cause: error }));
    server.once("error", fail);
    server.listen(parseAddress(address), () => {
      server.off("error", fail);
      const bound = server.address() as AddressInfo | string;
      resolve(typeof bound === "string" ? 0 : bound.port);
    });
  });
}

function accept(
  handler: CallHandler,
  connection: Connection,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: ListenOptions,
): void {
  if (stream.destroyed || stream.closed) return; // reset before Node reported it
  if (headers[":method"] !== "POST" || !isGrpc(headers["content-type"])) {
    if (options.pages !== undefined) answerHttp2(options.pages, stream, headers);
    else refuse(stream, { ":status": 415 }); // gRPC over HTTP/2, "Requests"
    return;
  }
  const path = String(headers[":path"]);
  const served = handler.find(path);
  if (served === undefined) {
    answer(stream, Code.Unimplemented, `the server has no method ${path}`);
    return;
  }
  const { maxMetadataBytes: limit } = options;
  if (limit !== undefined && metadataSize(headers) > limit) {
    answer(stream, Code.ResourceExhausted, `metadata of ${metadataSize(headers)} bytes, the limit is ${limit}`);
    return;
  }
  const incoming = new Http2IncomingCall(served.method, stream, headers, options);
  connection.follow(stream, incoming);
  incoming.start(() => handler.handle(served, incoming));
}

function isGrpc(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/grpc(?:[+;]|$)/.test(contentType);
}

/** Ends a call without calling a handler. */
function answer(stream: ServerHttp2Stream, code: FinalStatus["code"], text: string): void {
  const trailers = toTrailers({ code, text, details: [], trailers: new Metadata() });
  refuse(stream, { ":status": 200, "content-type": "application/grpc+proto", ...trailers });
}

function refuse(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  stream.on("error", () => {}); // the client is gone
  stream.respond(headers, { endStream: true });
  stream.resume();
}
