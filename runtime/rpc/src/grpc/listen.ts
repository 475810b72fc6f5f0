import { Server as GrpcServer, ServerCredentials, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { Metadata } from "../metadata.js";
import type { Server } from "../server.js";
import type { FinalStatus } from "../transport/incoming-call.js";
import type { Listener, ListenOptions, TlsServer } from "../transport/listener.js";
import { serverChannelOptions } from "./channel-options.js";
import { GrpcIncomingCall } from "./incoming-call.js";

/** How long a connection may take to send what was written before it is cut. */
const FLUSH_MS = 100;

/** Accepts gRPC calls for the server at the address. */
export async function listenGrpc(server: Server, address: string, options: ListenOptions): Promise<Listener> {
  const grpc = new GrpcServer({ ...serverChannelOptions(options), interceptors: [toServer(server, options)] });
  for (const { method } of server.methods) grpc.register(method.path, unreachable, passBytes, passBytes, "bidi");
  const port = await bind(grpc, address, serverCredentials(options.tls));
  return {
    port,
    drain: () => new Promise((resolve) => grpc.tryShutdown(() => resolve())),
    destroy: () => void setTimeout(() => grpc.forceShutdown(), FLUSH_MS),
  };
}

/**
 * Takes calls over where grpc-js would hand them to its own handlers: below its Node streams, above its HTTP/2. Messages
 * are bytes there; our codecs run in the call.
 */
function toServer(server: Server, { maxMetadataBytes: limit }: ListenOptions): ServerInterceptor {
  return (definition, wire) => {
    const call = new ServerInterceptingCall(wire);
    call.start = () => {
      const served = server.find(definition.path)!;
      const incoming = new GrpcIncomingCall(served.method, wire);
      incoming.start(() => {
        if (limit === undefined || incoming.metadataSize <= limit) server.handle(served, incoming);
        else incoming.end(tooLarge(incoming.metadataSize, limit));
      });
    };
    return call;
  };
}

function tooLarge(size: number, limit: number): FinalStatus {
  const text = `metadata of ${size} bytes, the limit is ${limit}`;
  return { code: Code.ResourceExhausted, text, details: [], trailers: new Metadata() };
}

const passBytes = (bytes: unknown): Buffer => bytes as Buffer;

const unreachable = (): never => {
  throw new Error("the interceptor takes every call");
};

function bind(grpc: GrpcServer, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    grpc.bindAsync(address, credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(new Error(`cannot listen on ${address}: ${error.message}`, { cause: error }));
    });
  });
}

function serverCredentials(tls: TlsServer | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { cert, key, clientCa } = tls;
  const pair = { cert_chain: Buffer.from(cert as string), private_key: Buffer.from(key as string) };
  return ServerCredentials.createSsl(
    clientCa === undefined ? null : Buffer.from(clientCa as string),
    [pair],
    clientCa !== undefined,
  );
}
