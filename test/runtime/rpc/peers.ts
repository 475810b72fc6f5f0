import { once } from "node:events";
import { createServer as createHttp2Server, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { createRouterTransport } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcWebTransport, Http2SessionManager } from "@connectrpc/connect-node";
import {
  createServer,
  inMemoryTransport,
  type Server,
  type ServerOptions,
  type SizeLimits,
  type Transport,
} from "@protoloom/rpc";
import { connectRoutes, connectTransport } from "@protoloom/rpc/connect";
import { type GrpcTransportOptions, grpcTransport } from "@protoloom/rpc/grpc";
import { grpcJsTransport } from "@protoloom/rpc/grpc-js";

/** A way to reach a server, which must keep the contract. */
export interface Peer {
  readonly name: string;
  /** Why headers leave with the first message only, where they do. */
  readonly lateHeaders?: string;
  open(server: Server, limits?: { client?: SizeLimits; server?: SizeLimits }): Promise<Transport>;
}

const inMemory: Peer = {
  name: "in-memory",
  async open(server, limits) {
    return inMemoryTransport(server, { ...limits?.server, ...limits?.client });
  },
};

type Dial = (options: Pick<GrpcTransportOptions, "address" | "compression" | keyof SizeLimits>) => Transport;

function grpc(name: string, dial: Dial, compression?: "gzip"): Peer {
  return {
    name,
    async open(server, limits) {
      const port = await server.listen("127.0.0.1:0", limits?.server);
      return dial({ address: `127.0.0.1:${port}`, compression, ...limits?.client });
    },
  };
}

/** The limits of ours as options of Connect. */
const bytes = ({ maxReceiveBytes, maxSendBytes }: SizeLimits = {}) => ({
  ...(maxReceiveBytes !== undefined && { readMaxBytes: maxReceiveBytes }),
  ...(maxSendBytes !== undefined && { writeMaxBytes: maxSendBytes }),
});

const connectInProcess: Peer = {
  name: "Connect in the process",
  lateHeaders: "Connect sends the headers of a response with its first message",
  async open(server, limits) {
    const transport = { useBinaryFormat: true, ...bytes(limits?.client) };
    return connectTransport(createRouterTransport(connectRoutes(server), { transport, router: bytes(limits?.server) }));
  },
};

/**
 * Connect logs no call whose client is gone: it knows it by an error of Node, an instance of Error. In the realm that jest
 * makes for tests such errors are none, so that it would log each call that a test cancels.
 */
function withoutGoneClients(log: typeof console.error): typeof console.error {
  return (text, reason, ...rest) => {
    const { code } = (reason?.cause ?? {}) as NodeJS.ErrnoException;
    if (code !== "ERR_HTTP2_INVALID_STREAM" && code !== "ERR_STREAM_WRITE_AFTER_END") log(text, reason, ...rest);
  };
}

const grpcWeb: Peer = {
  name: "gRPC-Web of Connect over HTTP/2",
  lateHeaders: "Connect sends the headers of a response with its first message",
  async open(server, limits) {
    const http = createHttp2Server(connectNodeAdapter({ routes: connectRoutes(server), ...bytes(limits?.server) }));
    const sessions = new Set<Http2Session>();
    http.on("session", (session) => sessions.add(session));
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const manager = new Http2SessionManager(baseUrl);
    const transport = connectTransport(
      createGrpcWebTransport({ baseUrl, httpVersion: "2", sessionManager: manager, ...bytes(limits?.client) }),
    );
    const log = console.error;
    console.error = withoutGoneClients(log);
    const close = (): void => {
      console.error = log;
      transport.close();
      manager.abort();
      for (const session of sessions) session.destroy();
      http.close();
    };
    return { unary: (call) => transport.unary(call), stream: (call) => transport.stream(call), close };
  },
};

export const peers: readonly Peer[] = [
  inMemory,
  grpc("gRPC", grpcTransport),
  grpc("gRPC with gzip", grpcTransport, "gzip"),
  grpc("grpc-js", grpcJsTransport),
  grpc("grpc-js with gzip", grpcJsTransport, "gzip"),
  connectInProcess,
  grpcWeb,
];

/** A server and a transport to it; `close` ends both. */
export interface Opened {
  readonly server: Server;
  readonly transport: Transport;
  close(): Promise<void>;
}

/** Opens servers for the tests of one file, and closes what they left open. */
export class Stage {
  private readonly opened: Opened[] = [];
  readonly peer: Peer;

  constructor(peer: Peer) {
    this.peer = peer;
  }

  async open(
    add: (server: Server) => Server,
    options: ServerOptions & { limits?: Parameters<Peer["open"]>[1] } = {},
  ): Promise<Opened> {
    const server = add(createServer({ onError: () => {}, ...options }));
    const transport = await this.peer.open(server, options.limits);
    const close = async (): Promise<void> => {
      transport.close();
      await server.close({ grace: 0 });
    };
    const opened = { server, transport, close };
    this.opened.push(opened);
    return opened;
  }

  async clear(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((opened) => opened.close()));
  }
}
