/** A server of HTTP/2 without any gRPC library: it answers each call with bytes, and keeps what it got. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";

export interface StubCall {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Stub {
  readonly port: number;
  readonly calls: StubCall[];
  /** All connections that it ever got. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  close(): void;
}

/** `answer` is the message; an empty one by default. `at` is a port or the path of a socket. */
export async function startStub(
  answer: (call: StubCall) => Buffer | Promise<Buffer> = () => Buffer.alloc(0),
  at: number | string = 0,
): Promise<Stub> {
  const calls: StubCall[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", async (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("error", () => undefined);
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const call = { headers, body: Buffer.concat(chunks) };
    calls.push(call);
    const message = await answer(call);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.concat([head, message]));
  });
  if (typeof at === "string") server.listen(at);
  else server.listen(at, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "string" ? 0 : ((address as AddressInfo | null)?.port ?? 0),
    calls,
    sessions,
    close() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}
