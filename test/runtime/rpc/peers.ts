import {
  createServer,
  inMemoryTransport,
  type Server,
  type ServerOptions,
  type SizeLimits,
  type Transport,
} from "@protoloom/rpc";
import { type GrpcTransportOptions, grpcTransport } from "@protoloom/rpc/grpc";

/** A way to reach a server, which must keep the contract. */
export interface Peer {
  readonly name: string;
  open(server: Server, limits?: { client?: SizeLimits; server?: SizeLimits }): Promise<Transport>;
}

const inMemory: Peer = {
  name: "in-memory",
  async open(server, limits) {
    return inMemoryTransport(server, { ...limits?.server, ...limits?.client });
  },
};

function grpc(name: string, options: Partial<GrpcTransportOptions>): Peer {
  return {
    name,
    async open(server, limits) {
      const port = await server.listen("127.0.0.1:0", limits?.server);
      return grpcTransport({ address: `127.0.0.1:${port}`, ...options, ...limits?.client });
    },
  };
}

export const peers: readonly Peer[] = [
  inMemory,
  grpc("grpc-js", {}),
  grpc("grpc-js with gzip", { compression: "gzip" }),
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
  private readonly peer: Peer;

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
