/** Servers behind Envoy that are not all ours: the official ones of gRPC, and ones that fail on purpose. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { textOf } from "../../plugins/protoc-gen-envoy/generate.js";
import { type Command, peers } from "../interop/peers.js";
import { ServerProcess } from "../interop/process.js";
import { createTestServer } from "../interop/service.js";
import { root } from "../provision.js";
import { freePort } from "./envoy.js";

export interface Endpoint {
  readonly port: number;
  stop(): Promise<unknown>;
}

/** An implementation of gRPC whose server has grpc.testing.TestService. */
export interface Implementation {
  readonly name: string;
  /** Gets the program. Throws where it cannot be had. */
  provision(): Promise<unknown>;
  /** Starts it on a port, or on one that is free. */
  start(port?: number): Promise<Endpoint>;
}

const ours: Implementation = {
  name: "ours",
  provision: async () => undefined,
  async start(port = 0) {
    const server = createTestServer();
    return { port: await server.listen(`127.0.0.1:${port}`), stop: () => server.close({ grace: 0 }) };
  },
};

const official = peers.map(({ name, provision }): Implementation => {
  let server: ((port: number) => Command) | undefined;
  return {
    name,
    async provision() {
      server = (await provision()).server;
    },
    start: (port) => ServerProcess.start((free) => server!(port ?? free), port),
  };
});

export const implementations: readonly Implementation[] = [ours, ...official];

/** Its proto, with the methods of unary calls that may happen twice. */
export function testing(idempotent: readonly string[] = ["UnaryCall"]): Record<string, string> {
  const source = textOf(`${root}/test/protos/grpc/testing.proto`);
  const changed = idempotent.reduce(
    (text, name) =>
      text.replace(new RegExp(`(rpc ${name}\\([^;]*);`), "$1 { option idempotency_level = NO_SIDE_EFFECTS; }"),
    source,
  );
  return { "grpc/testing.proto": changed };
}

/** An address where nothing listens: connections are refused. */
export async function refusing(): Promise<Endpoint> {
  return { port: await freePort(), stop: async () => undefined };
}

/** An endpoint that accepts connections and closes each as soon as something comes. */
export function resetting(): Promise<Endpoint> {
  return listen((socket) => socket.once("data", () => socket.resetAndDestroy()));
}

/** An endpoint that accepts connections and never says a word. */
export function hanging(): Promise<Endpoint> {
  return listen((socket) => socket.resume());
}

async function listen(accept: (socket: Socket) => void): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    accept(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
