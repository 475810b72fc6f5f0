import type { CallHandler, Listener, ListenOptions } from "../transport/listener.js";

// Ports of Node and compatible platforms. Imported as "#listen", which package.json maps to this file or ./no-listen.ts.
// It is a module of its own: where a graph of modules has an `import()`, bundlers wrap each module that it reaches.

export async function listen(handler: CallHandler, address: string, options: ListenOptions): Promise<Listener> {
  const { listenHttp2 } = await import("../grpc/listen.js"); // so that in-memory servers do without HTTP/2
  return listenHttp2(handler, address, options);
}
